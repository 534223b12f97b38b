#pragma once
/// What lies in a folder: DICOM objects by patient and study, and what is none.

#include <filesystem>
#include <string>
#include <vector>

#include "gantry/core/result.hpp"

namespace gantry::agent {

enum class FoundKind { Object, NotAnImage, Unreadable };

/// Texts are UTF-8, blanks cut. They are the patient's and stay in memory.
struct FoundObject {
    std::filesystem::path path;
    std::filesystem::path name;  ///< below the folder, as reports call it
    FoundKind kind = FoundKind::Object;
    std::string why = {};  ///< why it is none, or cannot be read
    std::string sop_class_uid = {}, patient_id = {}, study_instance_uid = {};
};

/// Every regular file below `folder`, or the one file it is, by its name in the order of bytes.
/// @param outside  a folder that is left out, with all below it; may be empty
/// @errors NotFound, Io for what cannot be listed
Result<std::vector<FoundObject>> findObjects(const std::filesystem::path& folder,
                                             const std::filesystem::path& outside);

}  // namespace gantry::agent
