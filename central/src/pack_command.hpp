#pragma once
/// `gantry-central pack …`: for those who write packs. Results on standard output, mistakes on standard
/// error. Each returns an exit code.

#include <filesystem>
#include <optional>
#include <vector>

#include "pack_lint.hpp"

namespace gantry::central {

inline constexpr int kPackFine = 0;
inline constexpr int kPackDiffers = 1;  ///< lint: there are mistakes; test: an example differs
inline constexpr int kPackUnusable =
    2;  ///< wrong use, a file that cannot be read, a pack that cannot be used

enum class PackOutput { Text, Json };

/// Every mistake as "file:line:column: path: what"; sources still to be verified as warnings.
int packLint(const std::vector<std::filesystem::path>& files, PackOutput output);
/// Lints, then writes canonical JSON to `out`.
int packBuild(const std::filesystem::path& yaml, const std::filesystem::path& out);
/// Lints, then runs the pack's own examples and says what differs.
int packTest(const std::filesystem::path& yaml);

/// The pack with its document; nullopt once what is wrong was said on standard error.
std::optional<LintedPack> usablePack(const std::filesystem::path& file);

}  // namespace gantry::central
