#pragma once
/// `gantry-central pack …`: for those who write packs. Results on standard output, mistakes on standard
/// error.

#include <filesystem>

namespace gantry::central {

/// Every mistake as "file:line:column: path: what"; sources still to be verified as warnings.
/// @return 0, or the exit code of the error table
int packLint(const std::filesystem::path& yaml);
/// Lints, then writes canonical JSON to `out`.
int packBuild(const std::filesystem::path& yaml, const std::filesystem::path& out);
/// Lints, then runs the pack's own examples and says what differs.
int packTest(const std::filesystem::path& yaml);

}  // namespace gantry::central
