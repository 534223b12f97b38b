#pragma once
/// Finds what lies in a frame of RLE (PS3.5 Annex G) besides the image.

#include <cstdint>
#include <vector>

#include "gantry/core/files.hpp"

namespace gantry::anonymizer {

/// Appends, ascending, the ranges of the fragment that no decoder reads: unused offsets of the header, gaps
/// before and bytes behind each segment.
/// @param pixels  rows times columns: bytes that each segment unpacks to
/// @return false when it is no RLE frame of that size, so nothing is known of it
bool findBesideRle(Bytes fragment, std::uint64_t pixels, std::vector<Bytes>& found);

}  // namespace gantry::anonymizer
