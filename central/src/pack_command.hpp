#pragma once
/// `gantry-central pack …`: for those who write packs. Results on standard output, mistakes on standard
/// error. Each returns an exit code.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pack_lint.hpp"

namespace gantry::central {

inline constexpr int kPackFine = 0;
inline constexpr int kPackDiffers =
    1;  ///< lint: there are mistakes; test: an example differs; diff: so do the packs
inline constexpr int kPackUnusable =
    2;  ///< wrong use, a file that cannot be read, a pack that cannot be used

enum class PackOutput { Text, Json };
/// Whether gantry-worker measures the images of a folder, or rules on pixels stay without an answer.
enum class PackPixels { Measured, LeftOut };

/// Every mistake as "file:line:column: path: what"; sources still to be verified as warnings.
int packLint(const std::vector<std::filesystem::path>& files, PackOutput output);
/// Lints, then writes canonical JSON to `out`.
int packBuild(const std::filesystem::path& yaml, const std::filesystem::path& out);

struct PackTestRequest {
    std::filesystem::path pack;
    std::optional<std::filesystem::path> folder;  ///< of DICOM files, to be judged as well
    std::string
        visit_id;  ///< that the folder is judged for; "": the pack's first, with a baseline its second
    std::optional<std::filesystem::path> baseline;  ///< of DICOM files, taken for the accepted baseline
    PackOutput output = PackOutput::Text;
    PackPixels pixels = PackPixels::Measured;
};
/// Lints, runs the pack's own examples and says what differs; judges the studies of the folder and prints the
/// report a technologist would see.
int packTest(const PackTestRequest& request);

/// Says in words what changed; nothing when the packs say the same.
int packDiff(const std::filesystem::path& before, const std::filesystem::path& after);

struct PackProposal {
    std::filesystem::path folder;  ///< of accepted studies
    std::string id = "draft";
    std::string title = "Draft from accepted studies";
};
/// Drafts a pack, YAML on standard output: a slot for each kind of series, rules with the limits that the
/// accepted studies keep, and how their values spread as comments.
int packPropose(const PackProposal& request);

/// Prints docs/checks-reference.md: every check name, operator and unit that the engine knows.
int packRules();

/// The pack with its document; nullopt once what is wrong was said on standard error.
std::optional<LintedPack> usablePack(const std::filesystem::path& file);
/// Mistakes and warnings on standard error.
void sayProblems(const LintedPack& linted);

}  // namespace gantry::central
