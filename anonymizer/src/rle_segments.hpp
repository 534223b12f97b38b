#pragma once
/// RLE Lossless (PS3.5 Annex G): what of a frame is no part of its segments.

#include <cstdint>
#include <vector>

#include "gantry/core/files.hpp"

namespace gantry::anonymizer {

/// Adds what stands in the header behind the offsets in use, and behind the end of each segment.
/// @param segment_bytes  what each segment decodes to: rows times columns
/// @return false if the frame does not begin as Annex G says or a segment ends too soon
bool findRleSlack(Bytes frame, std::uint64_t segment_bytes, std::vector<Bytes>& slack);

}  // namespace gantry::anonymizer
