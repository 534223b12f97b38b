#pragma once
/// Has the corpus de-identified by the program, as a site's computer person would.

#include <filesystem>
#include <vector>

#include "score.hpp"

namespace gantry::canary {

struct ProgramRun {
    std::vector<Outcome> outcomes;
    std::vector<std::string> names;  ///< of the outputs, folders included
    int exit_code = 0;
};

/// `gantryctl deid run` over all files at once, in folders and with file names that name the patient.
/// @param options  as packs write them
/// @param hold     "study" or "object"
ProgramRun runProgram(const Corpus& corpus, const std::vector<std::string>& options, const std::string& hold,
                      const std::filesystem::path& folder);

}  // namespace gantry::canary
