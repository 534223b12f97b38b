#include "frame_table.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "gantry/core/dicom.hpp"

namespace gantry::qc {
namespace {

constexpr int kMaxTiles = 4096;  // of one mosaic

std::optional<int> wholeNumber(FrameValue value) {
    const auto number = oneNumber(value);
    constexpr double kLargest = 1e6;
    if (!number || *number < 1 || *number > kLargest || *number != std::floor(*number)) return std::nullopt;
    return static_cast<int>(*number);
}

Matrix readMatrix(Attributes& attributes, const FrameValues& spacings, std::uint32_t frame) {
    Matrix matrix;
    matrix.rows = wholeNumber(attributes.values("Rows").at(frame));
    matrix.columns = wholeNumber(attributes.values("Columns").at(frame));
    const auto spacing = dicom::parseDecimals(spacings.at(frame).value_or(""));
    if (spacing.size() == 2 && spacing[0] && spacing[1] && *spacing[0] > 0 && *spacing[1] > 0) {
        matrix.row_spacing = spacing[0];
        matrix.column_spacing = spacing[1];
    }
    return matrix;
}

/// A mosaic holds its tiles in the smallest square grid that has room for them.
int gridOf(int tiles) {
    return static_cast<int>(std::ceil(std::sqrt(static_cast<double>(tiles))));
}

Matrix tileMatrix(Matrix mosaic, int grid) {
    if (mosaic.rows) *mosaic.rows /= grid;
    if (mosaic.columns) *mosaic.columns /= grid;
    return mosaic;
}

bool isMosaic(Attributes& attributes) {
    const auto words = dicom::splitValues(attributes.values("ImageType").at(0).value_or(""));
    return std::ranges::find(words, "MOSAIC") != words.end();
}

}  // namespace

std::optional<double> oneNumber(FrameValue value) {
    const auto numbers = dicom::parseDecimals(value.value_or(""));
    if (numbers.size() != 1 || !numbers[0] || !std::isfinite(*numbers[0])) return std::nullopt;
    return numbers[0];
}

std::optional<Vector3> oneVector(FrameValue value) {
    const auto numbers = dicom::parseDecimals(value.value_or(""));
    if (numbers.size() != 3) return std::nullopt;
    constexpr double kFarthest_mm = 1e6;
    Vector3 vector{};
    for (std::size_t i = 0; i < 3; ++i) {
        if (!numbers[i] || !(std::abs(*numbers[i]) <= kFarthest_mm)) return std::nullopt;
        vector[i] = *numbers[i];
    }
    return vector;
}

void FrameTable::add(Attributes& attributes) {
    const auto positions = attributes.values("ImagePositionPatient");
    const auto orientations = attributes.values("ImageOrientationPatient");
    const auto spacings = attributes.values("PixelSpacing");
    const auto tile_counts = attributes.values("Gantry.MosaicTiles");
    const bool mosaic = !tile_counts.values.empty() || isMosaic(attributes);
    std::uint32_t matrix = 0;
    for (std::size_t i = 0; i < attributes.frames(); ++i) {
        const auto frame = static_cast<std::uint32_t>(i);
        if (i == 0 || spacings.at(i) != spacings.at(i - 1))
            matrix = matrixOf(readMatrix(attributes, spacings, frame));
        std::optional<int> tiles;
        if (mosaic) tiles = wholeNumber(tile_counts.at(i)).value_or(0);
        addFrame(attributes, frame, positions, orientations, matrix, tiles);
    }
    ++instances_;
}

void FrameTable::addFrame(Attributes& attributes, std::uint32_t frame, const FrameValues& positions,
                          const FrameValues& orientations, std::uint32_t matrix, std::optional<int> tiles) {
    const Orientation orientation = orientationOf(orientations.at(frame).value_or(""));
    const auto position = oneVector(positions.at(frame));
    const bool grid = tiles && attributes.values("Gantry.SliceNormal").values.empty() && !position;
    const std::uint32_t own = tiles ? tilesOf(matrix, *tiles, !grid) : matrix;
    if (std::ranges::find(of_images_, own) == of_images_.end()) of_images_.push_back(own);
    if (!orientation.readable || (!position && !grid))
        ++unreadable_;
    else if (!tiles)
        put(frame, orientation.index, own, *position);
    else if (*tiles < 1 || *tiles > kMaxTiles)
        ++unplaced_mosaics_;
    else if (grid)
        addGrid(attributes, frame, own, *tiles, orientation.index);
    else
        addTiles(attributes, frame, matrices_[matrix], own, *tiles, *position, orientation);
}

/// Siemens: the position is that of the corner of a single image as large as the whole mosaic around the
/// centre of the first tile; the tiles follow each other along the CSA header's slice normal.
void FrameTable::addTiles(Attributes& attributes, std::uint32_t frame, const Matrix& mosaic,
                          std::uint32_t tile, int tiles, const Vector3& corner,
                          const Orientation& orientation) {
    const auto normal = oneVector(attributes.values("Gantry.SliceNormal").at(frame));
    const auto spacing = oneNumber(attributes.values("SpacingBetweenSlices").at(frame));
    constexpr double kWidest_mm = 1000;
    if (!normal || !spacing || *spacing <= 0 || *spacing > kWidest_mm || !mosaic.rows || !mosaic.columns ||
        !mosaic.row_spacing) {
        ++unplaced_mosaics_;
        return;
    }
    const double right = (*mosaic.columns - *matrices_[tile].columns) / 2.0 * *mosaic.column_spacing;
    const double down = (*mosaic.rows - *matrices_[tile].rows) / 2.0 * *mosaic.row_spacing;
    const SlicePlane& plane = orientation.own;
    for (int i = 0; i < tiles; ++i) {
        Vector3 position{};
        for (std::size_t k = 0; k < 3; ++k)
            position[k] =
                corner[k] + right * plane.row[k] + down * plane.column[k] + i * *spacing * (*normal)[k];
        put(frame, orientation.index, tile, position);
    }
}

/// UIH: a private sequence has one item a tile with its position, of which point of the tile is not stated.
void FrameTable::addGrid(Attributes& attributes, std::uint32_t frame, std::uint32_t tile, int tiles,
                         std::uint32_t orientation) {
    const auto items = attributes.items("(0065,51):Image Private Header.(0065,15):");
    std::vector<Vector3> positions;
    for (const FrameValues& item : items)
        if (const auto position = oneVector(item.at(frame))) positions.push_back(*position);
    if (positions.size() != static_cast<std::size_t>(tiles)) {
        ++unplaced_mosaics_;
        return;
    }
    for (const Vector3& position : positions) put(frame, orientation, tile, position);
}

void FrameTable::put(std::uint32_t frame, std::uint32_t orientation, std::uint32_t matrix,
                     const Vector3& position) {
    too_many_planes_ = too_many_planes_ || frames_.size() == kMaxPlanes;
    if (too_many_planes_) return;
    frames_.push_back({static_cast<std::uint32_t>(instances_), frame, orientation, matrix, position});
}

/// The last text is kept apart: in a stack it is the same throughout.
FrameTable::Orientation FrameTable::orientationOf(std::string_view text) {
    if (text == last_orientation_text_) return last_orientation_;
    last_orientation_text_ = text;
    const auto [known, fresh] = orientation_texts_.try_emplace(last_orientation_text_);
    last_orientation_ = known->second;
    if (!fresh) return last_orientation_;
    const auto numbers = dicom::parseDecimals(text);
    SlicePlane plane{};
    if (numbers.size() != 6 || std::ranges::any_of(numbers, [](const auto& n) { return !n; }))
        return last_orientation_;
    for (std::size_t i = 0; i < 3; ++i) {
        plane.row[i] = *numbers[i];
        plane.column[i] = *numbers[i + 3];
    }
    bad_orientation_ = bad_orientation_ || !isOrthonormal(plane);
    if (bad_orientation_) return last_orientation_;
    const auto same = std::ranges::find_if(
        orientations_, [&](const Direction& direction) { return sameOrientation(direction.met, plane); });
    const auto index = static_cast<std::uint32_t>(same - orientations_.begin());
    if (index == kMaxOrientations) {
        too_many_orientations_ = true;
        return last_orientation_;
    }
    if (same == orientations_.end())
        orientations_.push_back({plane, plane});
    else if (std::tie(plane.row, plane.column) < std::tie(same->smallest.row, same->smallest.column))
        same->smallest = plane;
    last_orientation_ = known->second = {true, index, plane};
    return last_orientation_;
}

SlicePlane FrameTable::plane(const Frame& frame) const {
    const SlicePlane& direction = orientations_[frame.orientation].smallest;
    return {frame.position, direction.row, direction.column};
}

/// A series has one or two; a search through them costs less than a table.
std::uint32_t FrameTable::matrixOf(const Matrix& matrix) {
    const auto known = std::ranges::find(matrices_, matrix);
    const auto index = static_cast<std::uint32_t>(known - matrices_.begin());
    constexpr std::size_t kMaxMatrices = 1024;
    if (known != matrices_.end() || matrices_.size() == kMaxMatrices)
        return std::min<std::uint32_t>(index, kMaxMatrices - 1);
    matrices_.push_back(matrix);
    return index;
}

std::uint32_t FrameTable::tilesOf(std::uint32_t mosaic, int tiles, bool corner_known) {
    if (tiles < 1 || tiles > kMaxTiles) return matrixOf({});
    Matrix tile = tileMatrix(matrices_[mosaic], gridOf(tiles));
    tile.corner_known = corner_known;
    return matrixOf(tile);
}

std::vector<Matrix> FrameTable::matricesOfImages() const {
    std::vector<Matrix> found;
    for (const auto index : of_images_) found.push_back(matrices_[index]);
    return found;
}

std::string FrameTable::problem() const {
    if (too_many_planes_) return "the series has more than a million images";
    if (too_many_orientations_) return "the images lie in more than 128 directions";
    if (bad_orientation_) return "an image orientation is not valid";
    if (unplaced_mosaics_ > 0) return "the mosaic does not say where its slices lie";
    if (unreadable_ > 0 && frames_.empty()) return "the images have no readable position";
    if (unreadable_ > 0) return std::to_string(unreadable_) + " images have no readable position";
    return "";
}

}  // namespace gantry::qc
