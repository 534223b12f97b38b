#pragma once
/// gantryctl setup-code: the first account's one-time code. Needs no running gantryd.

#include "ctl/deid.hpp"

namespace gantry::ctl {

struct Options;

void addSetupCode(CLI::App& app, const Options& options, OfflineCommand& chosen);

}  // namespace gantry::ctl
