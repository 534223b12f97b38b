#pragma once
/// Frames of a series in the order they lie in the patient.

#include <span>
#include <vector>

#include "gantry/imaging/frame.hpp"

namespace gantry::imaging {

/// Indices into the headers, along the normal of their planes; frames that no plane places go by their order,
/// slices of a mosaic as they follow each other in it.
using FrameStack = std::vector<std::size_t>;

/// One stack for each contrast (FrameHeader::group); where several frames lie at one position, as in dynamic
/// series, the first of each position make a stack, then the second ones, and so on. The largest stack comes
/// first; among equals the earlier one.
std::vector<FrameStack> stacksOf(std::span<const FrameHeader> headers);

}  // namespace gantry::imaging
