#pragma once
/// DICOM files made of frames with text.

#include <filesystem>
#include <string>
#include <vector>

#include "gantry/imaging/gray.hpp"
#include "gantry/imaging/mask.hpp"

namespace gantry::test {

/// What stands in the file besides its pixels.
struct FileKind {
    std::string modality = "US";
    std::string sop_class = "1.2.840.10008.5.1.4.1.1.6.1";
    std::string photometric = "MONOCHROME2";
    int samples = 1;
    int bits_allocated = 8, bits_stored = 8;
    std::vector<imaging::Box> regions = {};  ///< SequenceOfUltrasoundRegions
};

/// Explicit little endian; gray frames, or for three samples the brightness in all of them. More than 8 bits
/// stored: brightness times 16.
std::string dicomFile(const std::vector<imaging::Gray>& frames, const FileKind& kind = {});

/// Runs a program; its standard output. The test fails when it does not end well.
std::string run(const std::string& command);

}  // namespace gantry::test
