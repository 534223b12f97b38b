#pragma once
/// What the header of an image object says of each of its frames.

#include "gantry/core/dicom.hpp"
#include "gantry/imaging/frame.hpp"

namespace gantry::imaging {

/// Classic and enhanced objects alike: per-frame functional groups count before shared ones, those before the
/// top level (PS3.3 C.7.6.16).
/// @errors DicomLimit for images beyond our bounds, BadFormat when rows, columns or bits make no image
Result<std::vector<FrameHeader>> frameHeaders(const dicom::DataSet& dataset);

}  // namespace gantry::imaging
