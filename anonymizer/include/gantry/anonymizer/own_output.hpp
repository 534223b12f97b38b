#pragma once
/// Whether a file went through this engine before, so that a second pass changes nothing.

#include "gantry/anonymizer/engine.hpp"

namespace gantry::anonymizer {

/// True for an output of this engine for this trial and subject under these keys. Its header is proven to be
/// unchanged; its pixels were looked at when it was made and need not be again.
bool isOwnOutput(const dicom::DicomFile& file, const DeidKeys& keys, const SubjectIdentity& subject);

}  // namespace gantry::anonymizer
