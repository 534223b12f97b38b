#pragma once
/// What is wrong with a pack, said at the place in the file where it stands.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gantry/qc/pack.hpp"
#include "gantry/qc/pack_yaml.hpp"

namespace gantry::central {

struct PackProblem {
    enum class Kind {
        Mistake,  ///< the pack cannot be used
        Warning,  ///< it can be built and tried, but not put in force
    };
    Kind kind = Kind::Mistake;
    qc::YamlPlace place;      ///< of what is wrong; of the map around it when a key is missing
    std::string path;     ///< "slots.cap_pv.rules[3].op"; "" for the file as a whole
    std::string message;  ///< what was found and what is allowed
};

struct LintedPack {
    std::filesystem::path file;
    qc::PackDocument document;          ///< empty when the file is no YAML
    std::vector<PackProblem> problems;  ///< in the order of the file
    std::optional<qc::Pack> pack;       ///< when there is no mistake
};

/// Reads a pack, YAML or the canonical JSON of it, and collects every mistake: of the YAML (repeated keys
/// among them) and of what it says, and the sources that are still to be verified.
/// @errors those of readFile when the file cannot be read
Result<LintedPack> lintPack(const std::filesystem::path& file);

/// "file:line:column: path: message", as compilers and editors write it.
std::string lineOf(const LintedPack& linted, const PackProblem& problem);

}  // namespace gantry::central
