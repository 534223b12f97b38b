#pragma once
/// The DICOM files of a folder, as a parcel takes them: of one study, each once, de-identified.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gantry/core/result.hpp"

namespace gantry::agent {

struct ParcelInstance {
    std::filesystem::path path;
    std::string sop_instance_uid;
    std::string transfer_syntax_uid;
    std::uint64_t bytes = 0;
    std::string sha256;  ///< hex
};

struct LeftOut {
    std::filesystem::path name;  ///< below the folder
    std::string why;
    bool is_dicom = false;  ///< it may be missed: it says that it is DICOM
};

/// What the files say of whom they are (0012,00xx); "" where they do not, or do not agree.
struct ParcelSubject {
    std::string trial, site, subject, visit;
};

struct ParcelFolder {
    std::vector<ParcelInstance> instances;  ///< by name
    std::vector<LeftOut> left_out;
    std::string study_instance_uid;
    ParcelSubject says;
    std::size_t not_deidentified = 0;  ///< files without (0012,0062) YES
    std::uint64_t bytes() const;
};

/// @param as_is  also what does not say that it is de-identified
/// @errors NotAllowed for files that do not say so; InvalidArgument for none or several studies; Conflict for
/// one instance with two contents; NotFound, Io
Result<ParcelFolder> readParcelFolder(const std::filesystem::path& folder, bool as_is);

}  // namespace gantry::agent
