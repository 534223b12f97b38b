#pragma once
/// Finds lines of burnt-in text by their shape. It does not read them: what it finds is blanked unless
/// somebody can say why it may stay.

#include <vector>

#include "gantry/imaging/gray.hpp"
#include "gantry/imaging/mask.hpp"

namespace gantry::imaging {

struct TextLine {
    Box box;    ///< with a margin of some pixels around the strokes
    bool sure;  ///< false: its strokes are neither sharp nor even, as of letters over anatomy, or of anatomy
};

inline constexpr int kLeastTextHeight = 5;  ///< pixels; of capitals
inline constexpr int kMostTextHeight = 64;

/// Lines of bright and of dark text, in no order, overlapping ones joined. A single letter is not a line.
/// Frames smaller than 16 pixels on a side have none.
std::vector<TextLine> findText(const Gray& image);

}  // namespace gantry::imaging
