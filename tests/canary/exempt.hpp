#pragma once
/// What an option keeps on purpose is no leak: PS3.15 Table E.1-1 says which attributes those are.

#include <filesystem>

#include "corpus.hpp"

namespace gantry::canary {

/// Marks in attributes that a column with K keeps may stay.
/// @param table    PS3.15 Table E.1-1 as comma-separated lines, with a head
/// @param columns  "rtn_pat_chars", ...: of the options in force
void exemptKept(Corpus& corpus, const std::filesystem::path& table, const std::vector<std::string>& columns);

}  // namespace gantry::canary
