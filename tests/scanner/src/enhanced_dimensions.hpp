#pragma once
/// The dimensions of an enhanced object, PS3.3 C.7.6.17: in-stack position and whatever sets images at one
/// position apart.

#include "gantry/scanner/examination.hpp"

namespace gantry::scanner {

/// Writes DimensionOrganizationSequence and DimensionIndexSequence into `top`, and DimensionIndexValues,
/// StackID and InStackPositionNumber into the frames' FrameContentSequence.
/// @param classic  the images the frames were made from, in their order
void writeDimensions(Header& top, const ImageSeries& classic);

}  // namespace gantry::scanner
