#pragma once
/// What a pack says of de-identification, as the engine's policy: the one place, for gantryd and gantryctl.

#include <filesystem>

#include "gantry/anonymizer/policy.hpp"
#include "gantry/qc/pack.hpp"

namespace gantry::agent {

/// @errors ConfigInvalid or what parsePolicy() says, naming the pack's section
Result<anonymizer::DeidPolicy> policyOf(const qc::Pack& pack);

/// A pack from a file: as people write it (YAML) or canonical JSON.
/// @errors ConfigInvalid with every mistake; what reading the file gives
Result<qc::Pack> readPackFile(const std::filesystem::path& file);

}  // namespace gantry::agent
