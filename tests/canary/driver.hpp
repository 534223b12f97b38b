#pragma once
/// Has the corpus de-identified by the library, file by file.

#include <filesystem>

#include "score.hpp"

namespace gantry::canary {

/// The options that imaging trials ask for, of those that the engine offers.
std::vector<std::string> trialOptions();

/// Pixels count as looked at and clean; documents are cleaned.
/// @param options  as packs write them
/// @param folder   gets NAME.dcm and NAME.out.dcm of each file
std::vector<Outcome> runEngine(const Corpus& corpus, const std::vector<std::string>& options,
                               const std::filesystem::path& folder);

/// One file, as runEngine does it.
Outcome runEngineOn(const std::filesystem::path& in, const std::filesystem::path& out,
                    const std::vector<std::string>& options);

}  // namespace gantry::canary
