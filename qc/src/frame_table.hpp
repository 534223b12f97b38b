#pragma once
/// Every plane of a series with where it lies: classic images, frames of enhanced objects, tiles of mosaics.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gantry/core/attributes.hpp"
#include "gantry/qc/geometry.hpp"

namespace gantry::qc {

/// Pixels of a plane. Nullopt: absent or unreadable.
struct Matrix {
    std::optional<int> rows;
    std::optional<int> columns;
    std::optional<double> row_spacing;     ///< mm between rows, PixelSpacing's first value (PS3.3 10.7.1.3)
    std::optional<double> column_spacing;  ///< mm between columns
    bool corner_known = true;              ///< false: positions are right along the normal, not in the plane
    auto operator<=>(const Matrix&) const = default;
};

struct Frame {
    std::uint32_t instance;
    std::uint32_t frame;        ///< zero-based, of the instance; tiles of a mosaic share it
    std::uint32_t orientation;  ///< index of the orientations met
    std::uint32_t matrix;       ///< index into FrameTable::matrices
    Vector3 position;           ///< of the centre of the first pixel
};

/// Planes of a series. Bounded: beyond kMaxPlanes or kMaxOrientations it says so and keeps no more.
class FrameTable {
public:
    static constexpr std::size_t kMaxPlanes = 1'000'000;
    static constexpr std::size_t kMaxOrientations = 128;

    /// Instances are numbered in the order they are added.
    void add(Attributes& attributes);

    const std::vector<Frame>& frames() const { return frames_; }
    const std::vector<Matrix>& matrices() const { return matrices_; }
    /// Distinct matrices of all images, whether their position can be read or not; of a mosaic that of its
    /// tiles, one that knows nothing when it does not say how many there are.
    std::vector<Matrix> matricesOfImages() const;
    std::size_t orientations() const { return orientations_.size(); }
    /// A frame with the one orientation that stands for all that agree with it, whichever came first.
    SlicePlane plane(const Frame& frame) const;
    std::size_t instances() const { return instances_; }
    /// Why there is no saying where the slices lie, in words; "" when all is read.
    std::string problem() const;

private:
    struct Orientation {
        bool readable = false;
        std::uint32_t index = 0;
        SlicePlane own{};  ///< position unused
    };
    struct Direction {
        SlicePlane met;       ///< what others are compared with
        SlicePlane smallest;  ///< what stands for all
    };
    void addFrame(Attributes& attributes, std::uint32_t frame, const FrameValues& positions,
                  const FrameValues& orientations, std::uint32_t matrix, std::optional<int> tiles);
    void addTiles(Attributes& attributes, std::uint32_t frame, const Matrix& mosaic, std::uint32_t tile,
                  int tiles, const Vector3& corner, const Orientation& orientation);
    void addGrid(Attributes& attributes, std::uint32_t frame, std::uint32_t tile, int tiles,
                 std::uint32_t orientation);
    void put(std::uint32_t frame, std::uint32_t orientation, std::uint32_t matrix, const Vector3& position);
    Orientation orientationOf(std::string_view text);
    std::uint32_t matrixOf(const Matrix& matrix);
    std::uint32_t tilesOf(std::uint32_t mosaic, int tiles, bool corner_known);

    std::vector<Frame> frames_;
    std::vector<Matrix> matrices_;
    std::vector<std::uint32_t> of_images_;  ///< distinct indices into matrices_
    std::vector<Direction> orientations_;
    std::unordered_map<std::string, Orientation> orientation_texts_;
    std::string last_orientation_text_;
    Orientation last_orientation_;
    std::size_t instances_ = 0;
    std::size_t unreadable_ = 0;
    std::size_t unplaced_mosaics_ = 0;
    bool bad_orientation_ = false;
    bool too_many_planes_ = false;
    bool too_many_orientations_ = false;
};

/// The one number of a value; nullopt when absent, unreadable, not finite or several.
std::optional<double> oneNumber(FrameValue value);
/// The three numbers of a value, none beyond a kilometre.
std::optional<Vector3> oneVector(FrameValue value);

}  // namespace gantry::qc
