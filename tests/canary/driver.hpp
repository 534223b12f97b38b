#pragma once
/// Ways to have the corpus de-identified.

#include <filesystem>

#include "score.hpp"

namespace gantry::canary {

/// The options that imaging trials ask for, of those that the engine offers.
std::vector<std::string> trialOptions();

/// By the library, file by file.
/// @param options  as packs write them
std::vector<Outcome> runEngine(const Corpus& corpus, const std::vector<std::string>& options,
                               const std::filesystem::path& folder);

}  // namespace gantry::canary
