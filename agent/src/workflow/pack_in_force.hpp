#pragma once
/// Which pack a trial is judged by: the configured one when it is good, else the last good one.

#include <filesystem>
#include <string>

#include "gantry/qc/pack.hpp"

namespace gantry::agent {

struct PackInForce {
    qc::Pack pack;
    std::string refused;  ///< why the configured pack is not in force; "" when it is
};

/// Reads `configured`; when it is bad (has mistakes, or a source left to verify), `kept`. Writes nothing.
/// @errors ConfigInvalid, or what reading gives, when there is no kept copy either
Result<PackInForce> packInForce(const std::filesystem::path& configured, const std::filesystem::path& kept);

/// Keeps a copy of a good pack, for when the next one is bad.
Result<> keepPack(const std::filesystem::path& configured, const std::filesystem::path& kept);

/// Where the copy of a trial's pack is kept.
std::filesystem::path keptPack(const std::filesystem::path& data_directory, const std::string& trial);

}  // namespace gantry::agent
