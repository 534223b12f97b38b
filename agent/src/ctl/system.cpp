#include <CLI/CLI.hpp>
#include <iostream>

#include "ctl/commands.hpp"

namespace gantry::ctl {

namespace json = boost::json;

namespace {

Result<> showSystem(const Options& o, Api& api) {
    const auto answer = GANTRY_TRY(api.call("GET", "/api/v1/system"));
    if (o.as_json) return std::cout << json::serialize(answer) << '\n', Result<>();
    constexpr double kGigabyte = 1e9;
    const auto& disk = answer.at("disk");
    std::cout << "Disk: " << disk.at("free_bytes").to_number<double>() / kGigabyte << " GB free";
    if (const auto days = text(disk, "days_left"); !days.empty()) std::cout << ", full in " << days << " days";
    std::cout << '\n';
    for (const auto& one : list(answer, "certificates"))
        std::cout << "Certificate of " << (text(one, "trial").empty() ? "the page" : text(one, "trial")) << " ends "
                  << timeOf(one, "ends_at") << '\n';
    for (const auto& one : list(answer, "nodes"))
        std::cout << "Node " << text(one, "ae_title") << " at " << text(one, "address") << ", last " << timeOf(one, "last_at")
                  << ", " << text(one, "associations") << " associations, " << text(one, "broken") << " broken off\n";
    for (const auto& one : list(answer, "versions")) std::cout << text(one, "name") << ' ' << text(one, "version") << '\n';
    return {};
}

Result<> askNode(const Options& o, Api& api) {
    const auto answer = GANTRY_TRY(api.call("POST", "/api/v1/system/echo",
                                            {{"ae_title", o.ae_title}, {"host", o.node_host}, {"port", o.node_port}, {"who", "gantryctl"}}));
    std::cout << (o.as_json ? json::serialize(answer) : "It answers: " + text(answer, "milliseconds") + " ms.") << '\n';
    return {};
}

}  // namespace

void addSystem(CLI::App& app, Options& options, Command& chosen) {
    auto* system = app.add_subcommand("system", "Disk, certificates, nodes that sent, versions");
    system->callback([&chosen] { chosen = showSystem; });
    auto* node = app.add_subcommand("echo", "Ask a DICOM node whether it is there and lets this box in");
    node->add_option("ae-title", options.ae_title, "Its AE title")->required();
    node->add_option("host", options.node_host, "Its address")->required();
    node->add_option("port", options.node_port, "Its port")->capture_default_str();
    node->callback([&chosen] { chosen = askNode; });
}

}  // namespace gantry::ctl
