#pragma once
/// The commands of gantry-central: a table in central_main.cpp. A command adds itself to the program and says
/// what to run; it prints results to standard output, messages to standard error, and returns an exit code.

#include <functional>
#include <string>

#include "gantry/core/result.hpp"

namespace CLI {
class App;
}

namespace gantry::central {

using Run = std::function<int()>;
/// Adds one subcommand, with its options, to `app`; sets `run` when it is the one chosen.
using AddCommand = void (*)(CLI::App& app, Run& run);

void addInit(CLI::App& app, Run& run);
void addSigning(CLI::App& app, Run& run);
void addReplaceKey(CLI::App& app, Run& run);
void addEnrolment(CLI::App& app, Run& run);
void addSite(CLI::App& app, Run& run);
void addOpen(CLI::App& app, Run& run);
void addList(CLI::App& app, Run& run);
void addPack(CLI::App& app, Run& run);
/// Below `pack`: signing and withdrawing.
void addPackSigning(CLI::App& pack, Run& run);
void addFleet(CLI::App& app, Run& run);
void addDesk(CLI::App& app, Run& run);
void addRoster(CLI::App& app, Run& run);
void addQuery(CLI::App& app, Run& run);
void addReconcile(CLI::App& app, Run& run);
void addAudit(CLI::App& app, Run& run);
void addDeid(CLI::App& app, Run& run);
void addGrant(CLI::App& app, Run& run);

/// Says an error on standard error; its exit code.
int report(const Error& error);

}  // namespace gantry::central
