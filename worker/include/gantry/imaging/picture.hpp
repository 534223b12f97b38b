#pragma once
/// Pictures for people: 8-bit gray PNG.

#include <optional>
#include <string>

#include "gantry/core/result.hpp"
#include "gantry/imaging/survey.hpp"

namespace gantry::imaging {

inline constexpr int kThumbnailSide = 256;  ///< longest side, pixels
inline constexpr int kPictureSide = 512;

struct Window {
    float low = 0;          ///< shown black
    float high = 1;         ///< shown white
    bool inverted = false;  ///< MONOCHROME1: low values are white
};

/// The frame at most `side` pixels wide and high, with its box drawn if there is one.
/// @errors Internal when libpng gives up
Result<std::string> pictureOf(const Frame& frame, const Window& window, int side,
                              const std::optional<Box>& box = {});

/// The window in which the trouble of a check is seen: ghosts and air are far darker than tissue.
Window windowFor(std::string_view check, const Survey& survey);
/// Whether a value is far enough from the usual to keep a picture of it, well below every limit that a pack
/// would set.
bool worthAPicture(std::string_view check, double value);

}  // namespace gantry::imaging
