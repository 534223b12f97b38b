#pragma once
/// One two-dimensional image of a series, and what its header says about it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gantry::imaging {

using Vector3 = std::array<double, 3>;

/// Where a frame lies, PS3.3 C.7.6.2.1.1, in patient coordinates, mm.
struct FramePlane {
    Vector3 position{};  ///< centre of the first pixel
    Vector3 row{};       ///< direction cosines of a row, the way columns count
    Vector3 column{};    ///< direction cosines of a column, the way rows count
};

/// How the stored values of a frame are laid out, PS3.3 C.7.6.3.
struct PixelFormat {
    int rows = 0;
    int columns = 0;
    int samples = 1;  ///< (0028,0002)
    int bits_allocated = 16;
    int bits_stored = 16;
    int high_bit = 15;
    bool is_signed = false;
    bool is_float = false;                ///< (7FE0,0008), 32 bits
    bool interleaved = true;              ///< (0028,0006): colour samples of a pixel lie together
    std::string photometric;              ///< (0028,0004)
    std::optional<std::int64_t> padding;  ///< (0028,0120): stored value of pixels that are no image

    std::size_t pixels() const { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns); }
    std::size_t bytes() const {
        return (pixels() * static_cast<std::size_t>(samples) * static_cast<std::size_t>(bits_allocated) + 7) /
               8;
    }
};

struct FrameHeader {
    PixelFormat format;
    double slope = 1;                 ///< (0028,1053)
    double intercept = 0;             ///< (0028,1052)
    double row_mm = 0;                ///< between the centres of rows, (0028,0030); 0 when not told
    double column_mm = 0;             ///< between the centres of columns; 0 when not told
    std::optional<FramePlane> plane;  ///< nullopt: the header does not place it
    std::string group;                ///< equal for frames of one contrast: echo time, b value, image type
    std::int64_t order = 0;           ///< instance number, then frame number
    bool mosaic = false;  ///< one frame holds many slices side by side, as Siemens and UIH write them
    int tiles = 0;        ///< of a mosaic: how many slices; 0 when not told
    std::optional<int> tile =
        {};  ///< the frame is this slice of a mosaic, zero-based; `plane` places the mosaic
};

/// Values of one frame after rescale: HU, Bq/ml, or the scanner's own numbers.
struct Frame {
    int rows = 0;
    int columns = 0;
    double row_mm = 0;
    double column_mm = 0;
    std::vector<float> values;         ///< row by row
    std::vector<std::uint8_t> padded;  ///< 1 where (0028,0120) says that there is no image; empty: nowhere

    float at(int row, int column) const {
        return values[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                      static_cast<std::size_t>(column)];
    }
};

}  // namespace gantry::imaging
