#pragma once
/// The pack that system tests put in force: RECIST 1.1 CT of chest, abdomen and pelvis, as far as one series
/// goes.

#include <filesystem>
#include <optional>

#include "gantry/core/result.hpp"

namespace gantry::test {

/// Writes pack.yaml and, by gantry-central, pack.json into `folder`. @return the latter
Result<std::filesystem::path> writeDemoPack(const std::filesystem::path& folder,
                                            std::optional<int> min_coverage_mm);

/// Writes pack.json, which gantry-central builds of the YAML file `source`, into `folder`. @return its path
/// @errors ConfigInvalid with the mistakes of the pack
Result<std::filesystem::path> buildPack(const std::filesystem::path& source,
                                        const std::filesystem::path& folder);

}  // namespace gantry::test
