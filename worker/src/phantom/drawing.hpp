#pragma once
/// A frame with the regions that were measured on it, in colour.

#include <string>

#include "gantry/core/result.hpp"
#include "gantry/imaging/picture.hpp"
#include "phantom/regions.hpp"

namespace gantry::imaging::phantom {

/// PNG at least kSide pixels wide and high: small frames are enlarged, so that lines and labels stay
/// readable.
/// @errors Internal when libpng gives up
Result<std::string> drawn(const Frame& frame, const Window& window, const std::vector<Region>& regions);

inline constexpr int kSide = 512;

}  // namespace gantry::imaging::phantom
