#pragma once
/// The one place that meets libpng.

#include <cstdint>
#include <string>
#include <vector>

#include "gantry/core/result.hpp"

namespace gantry::imaging {

struct Gray {
    int rows = 0;
    int columns = 0;
    std::vector<std::uint8_t> pixels;  ///< row by row, 0 black
};

/// A PNG of 8-bit gray without any text chunk. @errors Internal
Result<std::string> encodePng(const Gray& gray);

}  // namespace gantry::imaging
