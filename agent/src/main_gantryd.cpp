/// gantryd: receives, judges, de-identifies, sends, and serves the page.
#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "gantry/agent/config.hpp"
#include "gantry/agent/daemon.hpp"
#include "gantry/core/log.hpp"

using namespace gantry;
using namespace gantry::agent;

namespace {

int report(const Error& error) {
    std::cerr << "gantryd: " << error.context << '\n';
    return describe(error.code).exit_code;
}

log::Level levelOf(const std::string& name) {
    if (name == "debug") return log::Level::Debug;
    if (name == "warning") return log::Level::Warning;
    return name == "error" ? log::Level::Error : log::Level::Info;
}

int run(const Config& config) {
    // Blocked before any thread starts, so that each inherits it and only sigwait takes them.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    const auto daemon = Daemon::start(config);
    if (!daemon) return report(daemon.error());
    log::info("ready", {{"dicom_port", (*daemon)->dicomPort()}, {"web_port", (*daemon)->webPort()}});
    int signal = 0;
    sigwait(&ends, &signal);
    log::info("stopping");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Receives scans of a clinical trial, checks them, de-identifies them and sends them on."};
    std::string file = "/etc/gantry/gantryd.yaml";
    bool check = false;
    app.add_option("--config", file, "Configuration file")->capture_default_str();
    app.add_flag("--check-config", check,
                 "Read the configuration and all that it names, report every mistake, and end");
    app.set_version_flag("--version", GANTRY_VERSION);
    CLI11_PARSE(app, argc, argv);

    log::setProgram("gantryd");
    const auto config = loadConfig(file);
    if (!config) return report(config.error());
    log::setLevel(levelOf(config->log_level));
    if (!check) return run(*config);
    if (const auto good = Daemon::check(*config); !good) return report(good.error());
    std::cout << "The configuration is good.\n";
    return 0;
}
