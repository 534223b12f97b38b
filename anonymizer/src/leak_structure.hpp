#pragma once
/// What a de-identified file must look like, whatever its values are.

#include <vector>

#include "leak_layout.hpp"
#include "leak_patterns.hpp"

namespace gantry::anonymizer::leak {

/// Private and unknown elements, file meta beyond the necessary, preamble, trailing bytes, characters that a
/// VR does not allow, overlays and curves, attributes about people that must be empty, original UIDs, short
/// identifiers.
std::vector<LeakHit> structureHits(Bytes bytes, const dicom::DicomFile& file, const Layout& layout,
                                   const PatternSet& patterns);

}  // namespace gantry::anonymizer::leak
