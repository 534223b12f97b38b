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

/// Reads `configured`, and keeps a copy of it in `kept` once it is good: complete, without mistakes, no
/// source left to verify. A bad one leaves the kept copy in force.
/// @errors ConfigInvalid, or what reading gives, when there is no kept copy either
Result<PackInForce> packInForce(const std::filesystem::path& configured, const std::filesystem::path& kept);

}  // namespace gantry::agent
