#pragma once
/// Items of a sequence that stands in a value of another value representation.

#include <vector>

#include "gantry/core/dicom.hpp"

namespace gantry::dicom {

/// @errors NotDicom, DicomLimit
Result<std::vector<DataSet>> readItems(Bytes value, Encoding encoding);

}  // namespace gantry::dicom
