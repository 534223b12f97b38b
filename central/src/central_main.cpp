// gantry-central: what the sponsor's central team does by hand.
#include <CLI/CLI.hpp>
#include <iostream>

#include "command.hpp"
#include "gantry/core/log.hpp"

namespace {

using gantry::central::AddCommand;

constexpr AddCommand kCommands[] = {
    gantry::central::addInit,
    gantry::central::addSigning,
    gantry::central::addReplaceKey,
    gantry::central::addSite,
    gantry::central::addEnrolment,
    gantry::central::addOpen,
    gantry::central::addList,
    gantry::central::addPack,
    gantry::central::addDesk,
    gantry::central::addRoster,
    gantry::central::addQuery,
    gantry::central::addReconcile,
    gantry::central::addFleet,
    gantry::central::addAudit,
    gantry::central::addDeid,
    gantry::central::addGrant,
};

}  // namespace

int gantry::central::report(const Error& error) {
    std::cerr << "gantry-central: " << error.message() << '\n';
    return describe(error.code).exit_code;
}

int main(int argc, char** argv) {
    CLI::App app{"The sponsor's hand tools: keys, sites, parcels, protocol packs."};
    app.require_subcommand(1);
    gantry::central::Run run;
    for (const auto add : kCommands) add(app, run);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& wrong) {
        constexpr int kWrongUse = 2;
        return app.exit(wrong) == 0 ? 0 : kWrongUse;  // 0: it was asked for help
    }
    gantry::log::setProgram("gantry-central");
    gantry::log::setLevel(gantry::log::Level::Warning);
    return run();
}
