#pragma once
/// What DCMTK's dcmdump reads in a file that we made.

#include <string>
#include <string_view>

#include "gantry/scanner/examination.hpp"

namespace gantry::test {

/// dcmdump's text of one image, after dcmftest has taken it for a DICOM file. The test fails when either
/// complains.
std::string dumped(const scanner::Header& image,
                   std::string_view transfer_syntax_uid = scanner::kExplicitLittleEndian);
/// The value behind "(gggg,eeee)" in a dump: the text between brackets, or the number; of several elements
/// with this tag those joined by blanks. "" when there is none.
std::string dumpedValue(const std::string& dump, std::string_view tag);

}  // namespace gantry::test
