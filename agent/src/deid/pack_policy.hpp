#pragma once
/// A pack as gantryd and gantryctl take it for de-identification.

#include <filesystem>

#include "gantry/anonymizer/policy.hpp"
#include "gantry/qc/pack.hpp"

namespace gantry::agent {

/// @errors as anonymizer::policyOf()
Result<anonymizer::DeidPolicy> policyOf(const qc::Pack& pack);

/// A pack from a file: as people write it (YAML) or canonical JSON.
/// @errors ConfigInvalid with every mistake; what reading the file gives
Result<qc::Pack> readPackFile(const std::filesystem::path& file);

}  // namespace gantry::agent
