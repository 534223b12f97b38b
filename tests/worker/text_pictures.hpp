#pragma once
/// Frames with text in them, drawn with Leptonica's bitmap fonts.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gantry/imaging/text_finder.hpp"

namespace gantry::test {

struct DrawnText {
    std::string text;
    int x = 0, y = 0;                              ///< left and top of its strokes
    int capital_height = 12;                       ///< pixels
    int contrast = 80;                             ///< against the ground; below zero: darker
    imaging::Box strokes = {};                     ///< filled in by drawText()
    std::vector<std::pair<int, int>> pixels = {};  ///< {row, column} of what is more than half covered
};

/// Adds the text to the frame, with soft edges as consoles draw it. What does not fit is cut.
void drawText(imaging::Gray& frame, DrawnText& text);

enum class Ground { Flat, Gradient, Noise, Speckle };
imaging::Gray makeGround(Ground ground, int rows, int columns, int brightness, std::mt19937& random);

}  // namespace gantry::test
