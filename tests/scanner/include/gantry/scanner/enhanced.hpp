#pragma once
/// Enhanced multi-frame objects: a classic series put into one instance with functional groups (PS3.3
/// C.7.6.16).

#include "gantry/scanner/examination.hpp"

namespace gantry::scanner {

/// Where a maker keeps geometry and timing that are equal in all frames.
enum class Grouping {
    Shared,    ///< in the shared groups
    PerFrame,  ///< repeated in every frame
};

/// One enhanced CT, MR or PET image with a frame for each image of the classic series of that modality.
/// Attributes that stand in functional groups are taken away from the top level. It holds what checks read,
/// not every attribute its IOD requires.
ImageSeries enhanced(const ImageSeries& classic, Grouping grouping);

}  // namespace gantry::scanner
