#pragma once
/// gantryctl link: the line to the sponsors, tried step by step. Needs no running gantryd.

#include "ctl/deid.hpp"

namespace gantry::ctl {

struct Options;

/// Adds `link` with its command `test`. It ends with 0, or with the exit code of the first step that failed.
void addLink(CLI::App& app, const Options& options, OfflineCommand& chosen);

}  // namespace gantry::ctl
