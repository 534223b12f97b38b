#include <CLI/CLI.hpp>
#include <iostream>

#include "ctl/commands.hpp"
#include "ctl/show.hpp"

namespace gantry::ctl {

namespace json = boost::json;

namespace {

using Show = void (*)(std::ostream&, const json::value&);

Result<> ask(const Options& options, Api& api, const std::string& path, Show show) {
    const auto answer = GANTRY_TRY(api.call("GET", path));
    if (options.as_json)
        std::cout << json::serialize(answer) << '\n';
    else
        show(std::cout, answer);
    return {};
}

/// Of every trial unless one is named; as JSON an array over all of them.
Result<> askVisits(const Options& options, Api& api) {
    std::vector<std::string> trials{options.trial};
    if (options.trial.empty()) {
        const auto status = GANTRY_TRY(api.call("GET", "/api/v1/status"));
        trials.clear();
        for (const auto& trial : list(status, "trials")) trials.push_back(text(trial, "id"));
    }
    json::array all;
    for (const auto& trial : trials) {
        auto subjects = GANTRY_TRY(api.call("GET", "/api/v1/visits?trial=" + trial));
        if (!options.as_json && trials.size() > 1) std::cout << "Trial " << trial << '\n';
        if (!options.as_json) showVisits(std::cout, subjects);
        if (auto* array = subjects.if_array()) all.insert(all.end(), array->begin(), array->end());
    }
    if (options.as_json) std::cout << json::serialize(all) << '\n';
    return {};
}

}  // namespace

void addQuestions(CLI::App& app, Options& options, Command& chosen) {
    const auto add = [&](const char* name, const char* help, const Command& does) {
        auto* command = app.add_subcommand(name, help);
        command->callback([&chosen, does] { chosen = does; });
        return command;
    };
    const auto look = [&](const char* name, const char* help, const char* path, Show show) {
        add(name, help, [path, show](const Options& o, Api& api) { return ask(o, api, path, show); });
    };
    look("status", "Site, disk, and anything that is not well", "/api/v1/status", showStatus);
    look("studies", "The studies, newest change first", "/api/v1/studies", showStudies);
    look("refusals", "What was refused, sent twice, or contradicts", "/api/v1/refusals", showRefusals);
    look("scanners", "The scanners seen here: qualified, changed", "/api/v1/scanners", showScanners);
    look("proposals", "Attributes that people removed: rules that the pack may lack", "/api/v1/proposals",
         showProposals);
    look("placements", "Choices of series that are remembered", "/api/v1/placements", showPlacements);
    auto* study =
        add("study", "One study: questions, series, findings and history", [](const Options& o, Api& api) {
            return ask(o, api, "/api/v1/studies/" + std::to_string(o.id), showStudy);
        });
    study->add_option("ID", options.id, "Number of the study")->required();
    auto* pixels = add(
        "pixels", "Images of a study that were looked at for burnt-in text", [](const Options& o, Api& api) {
            return ask(o, api, "/api/v1/studies/" + std::to_string(o.id) + "/pixels", showPixels);
        });
    pixels->add_option("ID", options.id, "Number of the study")->required();
    auto* left = add(
        "what-left", "What left of a study's headers, what did not, and why", [](const Options& o, Api& api) {
            return ask(o, api, "/api/v1/studies/" + std::to_string(o.id) + "/deid", showWhatLeft);
        });
    left->add_option("ID", options.id, "Number of the study")->required();
    auto* visits = add("visits", "Each subject's visits: received, due, missed", askVisits);
    visits->add_option("--trial", options.trial, "Of this trial only");
}

}  // namespace gantry::ctl
