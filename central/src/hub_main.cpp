// gantry-hub: the sponsor's end of the line.
#include <pthread.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <cstdio>
#include <iostream>

#include "gantry/central/hub.hpp"
#include "gantry/core/log.hpp"

namespace {

using namespace gantry;

/// Blocked in every thread, so that waitForEnd() is who gets them.
sigset_t endSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

int fail(const Error& error) {
    std::cerr << "gantry-hub: " << error.message() << '\n';
    return describe(error.code).exit_code;
}

int serve(const central::HubConfig& config) {
    const auto signals = endSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    const SystemClock clock;
    const auto hub = central::Hub::start(config, clock);
    if (!hub) return fail(hub.error());
    const boost::json::object ready{
        {"event", "ready"}, {"address", config.address}, {"port", (*hub)->port()}};
    std::cout << boost::json::serialize(ready) << std::endl;
    int signal = 0;
    sigwait(&signals, &signal);
    log::info("hub.stopping", {{"signal", signal}});
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Takes parcels from sites over tus, keeps them, opens them if it holds the keys, and gives "
        "receipts."};
    std::string file;
    bool check = false;
    app.add_option("--config", file, "YAML configuration; the shipped hub.yaml documents every key")
        ->required();
    app.add_flag("--check-config", check,
                 "say what is wrong with the configuration, or that nothing is, and end");
    CLI11_PARSE(app, argc, argv);
    log::setProgram("gantry-hub");
    const auto config = central::loadHubConfig(file);
    if (!config) return fail(config.error());
    if (check) {
        std::cout << "configuration is good\n";
        return 0;
    }
    return serve(*config);
}
