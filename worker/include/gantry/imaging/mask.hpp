#pragma once
/// Which pixels of a frame are body, and which are air beside it.

#include <cstdint>
#include <optional>
#include <vector>

#include "gantry/imaging/frame.hpp"

namespace gantry::imaging {

struct Mask {
    int rows = 0;
    int columns = 0;
    std::vector<std::uint8_t> on;  ///< 1 or 0, row by row

    std::size_t count() const;
    bool at(int row, int column) const {
        return on[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                  static_cast<std::size_t>(column)] != 0;
    }
};

/// Smallest rectangle, both ends included.
struct Box {
    int first_row = 0, last_row = 0, first_column = 0, last_column = 0;
};
std::optional<Box> boundsOf(const Mask& mask);

Mask above(const Frame& frame, float level);
/// With a square of 2 * radius + 1 pixels; beyond the edge of the image erosion sees body, dilation sees
/// none, so that a body cut by the edge keeps its pixels there.
Mask eroded(const Mask& mask, int radius);
Mask dilated(const Mask& mask, int radius);
/// Parts (joined at edges of pixels) of at least a third of the largest one's pixels: both legs, no table.
Mask largestParts(const Mask& mask);
/// With what it encloses.
Mask filled(const Mask& mask);
Mask complement(const Mask& mask);

/// CT: above -300 HU, opened by 3 mm but at most 3 pixels, largest parts, holes filled.
Mask ctBody(const Frame& frame);
/// MR: smoothed (sigma 1 pixel), above `level`, opened by 2 mm, largest parts, closed by 3 mm
/// (each as many pixels at most), holes filled.
Mask mrBody(const Frame& frame, float level);
/// What is more than 6 pixels away from the body.
Mask airBeside(const Mask& body);

/// 0.4 of Otsu's threshold over the values of some frames of the stack.
float mrBodyLevel(const std::vector<Frame>& some);

}  // namespace gantry::imaging
