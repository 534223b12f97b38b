/// gantryctl: what site IT and scripts ask of a running gantryd, over its own API; and `deid`, `link`,
/// `parcel` and `phantom`, which need none.
#include <CLI/CLI.hpp>
#include <iostream>

#include "ctl/commands.hpp"
#include "ctl/deid.hpp"
#include "ctl/link.hpp"
#include "ctl/parcel.hpp"
#include "ctl/people.hpp"
#include "ctl/phantom.hpp"
#include "gantry/core/log.hpp"

using namespace gantry;

int main(int argc, char** argv) {
    CLI::App app{"Asks a running gantryd, and tells it what people decided."};
    ctl::Options options;
    app.add_option("--url", options.url, "Address of gantryd's page")->capture_default_str();
    app.add_option("--ca", options.ca_file, "PEM of the authority that signed its certificate");
    app.add_option("--data-directory", options.data_directory, "gantryd's, on this machine")
        ->envname("GANTRY_DATA_DIRECTORY")
        ->capture_default_str();
    app.add_flag("--json", options.as_json, "Print JSON as the API gives it");
    app.set_version_flag("--version", GANTRY_VERSION);
    app.require_subcommand(1);
    app.fallthrough();  // --json and --url may stand behind the command too
    ctl::Command command;
    ctl::addQuestions(app, options, command);
    ctl::addDecisions(app, options, command);
    ctl::addCorrections(app, options, command);
    ctl::addCrosswalk(app, options, command);
    ctl::addOutbox(app, options, command);
    ctl::addInbox(app, options, command);
    ctl::addPeople(app, options, command);
    ctl::addSystem(app, options, command);
    ctl::OfflineCommand offline;
    ctl::addDeid(app, offline);
    ctl::addLink(app, options, offline);
    ctl::addParcel(app, offline);
    ctl::addPhantom(app, offline);
    ctl::addSetupCode(app, options, offline);
    auto* ready = app.add_subcommand("wait-ready", "Wait until gantryd answers");
    ready->add_option("--seconds", options.seconds, "At most so long")->capture_default_str();
    CLI11_PARSE(app, argc, argv);

    log::setProgram("gantryctl");
    log::setLevel(log::Level::Error);
    const auto run = [&]() -> Result<int> {
        if (offline) return offline();
        if (ready->parsed()) {
            GANTRY_CHECK(ctl::waitReady(options));
            return 0;
        }
        auto api = GANTRY_TRY(ctl::Api::open(options));
        GANTRY_CHECK(command(options, api));
        return 0;
    };
    const auto done = run();
    if (done) return *done;
    std::cerr << "gantryctl: " << done.error().message() << '\n';
    return offline ? 1 : describe(done.error().code).exit_code;
}
