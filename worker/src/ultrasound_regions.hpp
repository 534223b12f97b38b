#pragma once
/// Where an ultrasound image shows the patient's inside, SequenceOfUltrasoundRegions (PS3.3 C.8.5.5).

#include <vector>

#include "gantry/core/dicom.hpp"
#include "gantry/imaging/mask.hpp"

namespace gantry::imaging {

/// Regions that lie in an image of this size, in the order told. Empty when there are none, and when one of
/// them cannot be right: then nothing is known of what lies outside.
std::vector<Box> ultrasoundRegions(const dicom::DataSet& dataset, int rows, int columns);

/// Rectangles that together are all that lies outside of all of these. They do not overlap.
std::vector<Box> outsideOf(const std::vector<Box>& regions, int rows, int columns);

}  // namespace gantry::imaging
