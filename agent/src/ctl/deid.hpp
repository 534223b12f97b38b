#pragma once
/// gantryctl deid: de-identification of a folder without gantryd.

#include <functional>

#include "gantry/core/result.hpp"

namespace CLI {
class App;
}

namespace gantry::ctl {

/// Says the exit code: 0 all done, 2 something is held.
using OfflineCommand = std::function<Result<int>()>;

/// Adds `deid` with its commands. The one that was given ends up in `chosen`.
void addDeid(CLI::App& app, OfflineCommand& chosen);
/// Those of them that only look: `explain` and `preview`.
void addDeidLooks(CLI::App& deid, OfflineCommand& chosen);

}  // namespace gantry::ctl
