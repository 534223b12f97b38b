#pragma once
/// The commands of gantryctl: what each asks of gantryd and what it prints of the answer.

#include <functional>

#include "ctl/api.hpp"

namespace CLI {
class App;
}

namespace gantry::ctl {

using Command = std::function<Result<>(const Options&, Api&)>;

/// Adds the commands that only look. The one that was given ends up in `chosen`.
void addQuestions(CLI::App& app, Options& options, Command& chosen);
/// Adds those about the crosswalk, and about corrections of it.
void addCrosswalk(CLI::App& app, Options& options, Command& chosen);
void addCorrections(CLI::App& app, Options& options, Command& chosen);
/// Adds those about parcels that wait to be sent.
void addOutbox(CLI::App& app, Options& options, Command& chosen);
/// Adds those about enrolment, inbox, packs and questions of the central team.
void addInbox(CLI::App& app, Options& options, Command& chosen);
/// Adds those about accounts and the audit.
void addPeople(CLI::App& app, Options& options, Command& chosen);
/// Adds those about this machine and the nodes around it.
void addSystem(CLI::App& app, Options& options, Command& chosen);
/// Adds the commands that say what a person decided.
void addDecisions(CLI::App& app, Options& options, Command& chosen);

}  // namespace gantry::ctl
