#pragma once
/// Text in the pixels: written by a font of five by seven dots, found again by its dots.

#include <string>
#include <vector>

namespace gantry::canary {

/// Where dots of one line of text are, in one or all frames.
struct BurntLine {
    std::string text;
    unsigned x = 0, y = 0;  ///< of its left upper corner, pixels
    unsigned dot = 2;       ///< pixels, each way
    unsigned frame = 0;
};

struct Picture {
    unsigned rows = 0, columns = 0, samples = 1, frames = 1;
    bool words = false;  ///< 16 bits a sample, little-endian
};

/// Bright dots into native pixel data.
void burn(std::string& pixels, const Picture& picture, const BurntLine& line);
/// True when dots still differ from their surroundings as letters do.
bool isReadable(const std::string& pixels, const Picture& picture, const BurntLine& line);

}  // namespace gantry::canary
