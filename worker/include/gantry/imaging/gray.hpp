#pragma once
/// Brightness for eyes and for finding text.

#include <cstdint>
#include <vector>

namespace gantry::imaging {

/// 8-bit brightness, row by row.
struct Gray {
    int rows = 0;
    int columns = 0;
    std::vector<std::uint8_t> pixels;  ///< 0 black
};

/// The same in colour: red, green and blue of each pixel, row by row.
struct Coloured {
    int rows = 0;
    int columns = 0;
    std::vector<std::uint8_t> pixels;
};

}  // namespace gantry::imaging
