#pragma once
/// gantryctl phantom: the tests of phantom scans in a folder, without gantryd.

#include "ctl/deid.hpp"

namespace gantry::ctl {

/// Adds `phantom` with its commands. The one that was given ends up in `chosen`; it says the exit code: 0
/// nothing is beyond a limit, 2 something is, 3 there is no phantom or it cannot be analysed.
void addPhantom(CLI::App& app, OfflineCommand& chosen);

}  // namespace gantry::ctl
