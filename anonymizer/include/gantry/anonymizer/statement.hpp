#pragma once
/// A de-identification conformance statement, made from the tables that are in force: what a privacy officer
/// reads and what the engine does are the same rows.

#include <string>
#include <string_view>

#include "gantry/anonymizer/policy.hpp"

namespace gantry::anonymizer {

struct StatementHead {
    std::string pack_id, pack_version, pack_title;
    std::string product;  ///< with its version
};

/// Markdown. Depends on its arguments and the tables alone.
std::string conformanceStatement(const DeidPolicy& policy, const StatementHead& head);

/// "CT Image" of 1.2.840.10008.5.1.4.1.1.2; the UID itself where no name is known.
std::string sopClassName(std::string_view uid);

/// What Table E.1-1 says of an attribute under this policy: "Table E.1-1: X/Z; retain_device_identity: K", or
/// that it does not stand there.
std::string tableSays(dicom::Tag tag, const DeidPolicy& policy);

}  // namespace gantry::anonymizer
