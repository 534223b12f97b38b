#include "coarse_volume.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace gantry::imaging {
namespace {

constexpr double kBoxMm = 5;
constexpr double kAxial = 0.966;  // cosine of 15 degrees
constexpr std::size_t kLeastSlices = 20;
constexpr std::size_t kMostSlices = 3000;
constexpr double kSamePlaceMm = 0.01;

std::vector<float> boxMeans(const Frame& frame, const CoarseVolume& volume) {
    std::vector<float> means(static_cast<std::size_t>(volume.rows) *
                             static_cast<std::size_t>(volume.columns));
    const int k = volume.factor;
    for (int r = 0; r < volume.rows; ++r)
        for (int c = 0; c < volume.columns; ++c) {
            float sum = 0;
            for (int i = 0; i < k; ++i)
                for (int j = 0; j < k; ++j) sum += frame.at(r * k + i, c * k + j);
            means[static_cast<std::size_t>(r) * static_cast<std::size_t>(volume.columns) +
                  static_cast<std::size_t>(c)] = sum / static_cast<float>(k * k);
        }
    return means;
}

}  // namespace

bool CoarseBuilder::fits(const FrameHeader& header, const Frame& frame) {
    if (!header.plane || frame.row_mm <= 0 || frame.column_mm <= 0 || slices_.size() == kMostSlices ||
        std::abs(header.plane->row[0]) < kAxial || std::abs(header.plane->column[1]) < kAxial)
        return false;
    if (!slices_.empty()) return frame.rows == frame_rows_ && frame.columns == frame_columns_;
    frame_rows_ = frame.rows;
    frame_columns_ = frame.columns;
    volume_.factor =
        std::max(1, static_cast<int>(std::lround(kBoxMm / std::max(frame.row_mm, frame.column_mm))));
    volume_.rows = frame.rows / volume_.factor;
    volume_.columns = frame.columns / volume_.factor;
    volume_.row_mm = volume_.factor * frame.row_mm;
    volume_.column_mm = volume_.factor * frame.column_mm;
    for (int c = 0; c < volume_.columns; ++c)
        volume_.x_mm.push_back(header.plane->position[0] +
                               header.plane->row[0] * (c * volume_.factor + (volume_.factor - 1) / 2.0) *
                                   frame.column_mm);
    return volume_.rows > 0 && volume_.columns > 0;
}

void CoarseBuilder::add(std::size_t index, const FrameHeader& header, const Frame& frame) {
    unfit_ = unfit_ || !fits(header, frame);
    if (unfit_)
        slices_.clear();
    else
        slices_.push_back({header.plane->position[2], index, boxMeans(frame, volume_)});
}

std::optional<CoarseVolume> CoarseBuilder::finish() && {
    std::ranges::sort(slices_, {}, &Slice::z_mm);
    const auto same = [](const Slice& a, const Slice& b) { return b.z_mm - a.z_mm < kSamePlaceMm; };
    if (unfit_ || slices_.size() < kLeastSlices || std::ranges::adjacent_find(slices_, same) != slices_.end())
        return std::nullopt;
    for (const Slice& slice : slices_) {
        volume_.z_mm.push_back(slice.z_mm);
        volume_.frames.push_back(slice.frame);
        volume_.values.insert(volume_.values.end(), slice.values.begin(), slice.values.end());
    }
    volume_.slices = static_cast<int>(slices_.size());
    return std::move(volume_);
}

int Parts::largest() const {
    const auto most = std::ranges::max_element(sizes);
    return most == sizes.end() ? -1 : static_cast<int>(most - sizes.begin());
}

Parts partsOf(const CoarseVolume& volume, const std::vector<std::uint8_t>& inside) {
    Parts parts{std::vector<int>(inside.size(), -1), {}};
    const auto plane = static_cast<std::size_t>(volume.rows) * static_cast<std::size_t>(volume.columns);
    const auto width = static_cast<std::size_t>(volume.columns);
    std::vector<std::size_t> open;
    for (std::size_t seed = 0; seed < inside.size(); ++seed) {
        if (!inside[seed] || parts.of[seed] >= 0) continue;
        const int number = static_cast<int>(parts.sizes.size());
        parts.sizes.push_back(0);
        open.push_back(seed);
        parts.of[seed] = number;
        while (!open.empty()) {
            const std::size_t voxel = open.back();
            open.pop_back();
            ++parts.sizes.back();
            const std::size_t column = voxel % width;
            const std::size_t row = voxel / width % static_cast<std::size_t>(volume.rows);
            const std::array<std::pair<bool, std::size_t>, 6> neighbours = {
                {{column > 0, voxel - 1},
                 {column + 1 < width, voxel + 1},
                 {row > 0, voxel - width},
                 {row + 1 < static_cast<std::size_t>(volume.rows), voxel + width},
                 {voxel >= plane, voxel - plane},
                 {voxel + plane < inside.size(), voxel + plane}}};
            for (const auto& [there, next] : neighbours) {
                if (!there || !inside[next] || parts.of[next] >= 0) continue;
                parts.of[next] = number;
                open.push_back(next);
            }
        }
    }
    return parts;
}

}  // namespace gantry::imaging
