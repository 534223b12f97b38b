#pragma once
/// What the sponsor holds after opening parcels, read by DCMTK: the product's own reader is not asked.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "gantry/core/result.hpp"
#include "gantry/scanner/series.hpp"

namespace gantry::test {

struct OpenedInstance {
    std::filesystem::path path;
    std::string sop_instance_uid;
    std::string series_instance_uid;
    std::string study_instance_uid;
    std::string patient_id;
    std::string patient_name;
    std::string patient_identity_removed;  ///< (0012,0062)
    std::string instance_number;
    std::string transfer_syntax_uid;
    std::string pixel_digest;  ///< SHA-256 of the pixel data's value once decoded, hexadecimal
};

/// Every DICOM file below `folder` but for hidden folders. @errors NotDicom for a file with a DICM mark that
/// DCMTK cannot read
Result<std::vector<OpenedInstance>> openedInstances(const std::filesystem::path& folder);

/// The same digest of what the scanner sent.
Result<std::string> pixelDigest(const scanner::Instance& instance);

/// A receipt file of docs/formats/outbox-inbox.md, its signature checked by the openssl command.
/// @param public_key  the line of the key file, "gantry-ed25519-public:…"
/// @return the fields of `signed`, numbers as text. @errors BadFormat, BadSignature
Result<std::map<std::string, std::string>> checkedReceipt(const std::filesystem::path& receipt,
                                                          const std::string& public_key);

}  // namespace gantry::test
