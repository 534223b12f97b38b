#include "ctl/link.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <iostream>
#include <sstream>
#include <thread>

#include "ctl/options.hpp"
#include "gantry/agent/config.hpp"
#include "gantry/core/sqlite.hpp"
#include "gantry/uplink/link_test.hpp"
#include "inbox/enrolled_trial.hpp"
#include "workflow/destination.hpp"

namespace gantry::ctl {
namespace {

namespace json = boost::json;
using uplink::LinkStep;

/// Ctrl-C and SIGTERM as a stop: what was begun at the server is still taken back.
class Interruption {
public:
    Interruption() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        waiter_ = std::jthread([this](const std::stop_token& over) {
            const timespec look{0, 200'000'000};
            while (!over.stop_requested() && ::sigtimedwait(&signals_, nullptr, &look) < 0) {
            }
            if (!over.stop_requested()) stop_.request_stop();
        });
    }
    std::stop_token token() const { return stop_.get_token(); }

private:
    sigset_t signals_{};
    std::stop_source stop_;
    std::jthread waiter_;
};

json::object toJson(const LinkStep& step) {
    json::object facts;
    for (const auto& [name, value] : step.facts) facts[name] = value;
    json::object out{{"step", step.id},
                     {"title", step.title},
                     {"outcome", uplink::nameOf(step.outcome)},
                     {"sentence", step.sentence}};
    if (!step.advice.empty()) out["advice"] = step.advice;
    if (!facts.empty()) out["facts"] = std::move(facts);
    if (step.error) out["error"] = describe(step.error->code).slug;
    return out;
}

void print(const LinkStep& step) {
    char line[128];
    std::snprintf(line, sizeof line, "  %-8s %-14s ", std::string(uplink::nameOf(step.outcome)).c_str(),
                  step.title.c_str());
    std::cout << line << step.sentence << '\n';
    std::istringstream advice(step.advice);
    for (std::string each; std::getline(advice, each);) std::cout << "           " << each << '\n';
    std::cout << std::flush;
}

/// What of the line can be tried by the address alone.
Result<> testOther(const agent::Config& config, const agent::TrialConfig& trial,
                   const uplink::LinkStepTold& told, const std::stop_token& stop) {
    LinkStep rest{"storage", "Storage", LinkStep::Outcome::Skipped, "", "", {}, {}};
    if (trial.endpoint == uplink::kPresigned) {
        rest.sentence = "Uploads go by permissions that the sponsor sends; each says itself where it leads.";
        told(rest);
        return {};
    }
    const auto location = GANTRY_TRY(uplink::parseS3Url(trial.endpoint));
    const auto url = std::string(location.tls ? "https://" : "http://") + location.host + "/";
    GANTRY_CHECK(uplink::testLine(agent::clientConfigOf(config, trial, ""), url, told, stop));
    rest.sentence = "The bucket itself is not tried; `gantryctl status` says whether parcels arrive.";
    told(rest);
    return {};
}

Result<> testTrial(const agent::Config& config, const agent::TrialConfig& trial,
                   const uplink::LinkStepTold& told, const std::stop_token& stop) {
    if (trial.endpoint == uplink::kPresigned || uplink::isS3Url(trial.endpoint))
        return testOther(config, trial, told, stop);
    auto token = GANTRY_TRY(agent::loadToken(trial.token));
    auto tus = agent::tusConfigOf(config, trial, std::move(token));
    const auto rate = config.uploads.schedule.rateAt(SystemClock().nowMillis());
    tus.http.limiter = std::make_shared<uplink::RateLimiter>(rate.bytes_per_second);
    return uplink::testTusLink(tus, told, stop);
}

/// Trials of the configuration, and those by enrolment, as gantryd's catalogue has them now.
Result<std::vector<agent::TrialConfig>> allTrials(const agent::Config& config) {
    auto out = config.trials;
    const auto file = config.data_directory / "catalogue.sqlite";
    std::error_code ec;
    if (!std::filesystem::exists(file, ec)) return out;
    auto catalogue = GANTRY_TRY(Database::open(file, Database::Mode::ReadOnly));
    for (const auto& folder : agent::EnrolmentFolder::all(config.data_directory)) {
        const auto enrolment = GANTRY_TRY(folder.read());
        if (auto line = GANTRY_TRY(agent::lineOfEnrolled(catalogue, folder, enrolment)))
            out.push_back(*std::move(line));
        else
            std::cerr << "Trial " << enrolment.trial << ": the sponsor has not told its addresses yet.\n";
    }
    return out;
}

struct LinkOptions {
    std::string config = "/etc/gantry/gantryd.yaml";
    std::string trial;
};

Result<> testAll(const LinkOptions& chosen, bool as_json, const std::stop_token& stop) {
    const auto config = GANTRY_TRY(agent::loadConfig(chosen.config));
    json::array trials;
    std::optional<Error> first;
    bool any = false;
    for (const auto& trial : GANTRY_TRY(allTrials(config))) {
        if (!chosen.trial.empty() && trial.id != chosen.trial) continue;
        any = true;
        json::array steps;
        if (!as_json) std::cout << "Trial " << trial.id << ": " << trial.endpoint << '\n';
        const auto done = testTrial(
            config, trial,
            [&](const LinkStep& step) {
                if (as_json)
                    steps.push_back(toJson(step));
                else
                    print(step);
            },
            stop);
        if (!done && !first) first = done.error();
        trials.push_back({{"trial", trial.id},
                          {"endpoint", trial.endpoint},
                          {"ok", done.has_value()},
                          {"steps", std::move(steps)}});
        if (!done && done.error().code == Errc::Stopped) break;
    }
    if (!any) return fail(Errc::NotFound, "there is no trial '" + chosen.trial + "' here");
    if (as_json) std::cout << json::serialize(trials) << '\n';
    return first ? Result<>(*first) : Result<>();
}

}  // namespace

void addLink(CLI::App& app, const Options& options, OfflineCommand& chosen) {
    auto* link = app.add_subcommand("link", "The line to the sponsors");
    link->require_subcommand(1);
    auto wanted = std::make_shared<LinkOptions>();
    auto* test = link->add_subcommand("test", "Try the line step by step, and say what to do where it fails");
    test->add_option("--config", wanted->config, "gantryd's configuration")->capture_default_str();
    test->add_option("--trial", wanted->trial, "This trial alone");
    test->callback([&chosen, &options, wanted] {
        chosen = [&options, wanted]() -> Result<int> {
            const Interruption interruption;
            const auto done = testAll(*wanted, options.as_json, interruption.token());
            if (done) return 0;
            std::cerr << "gantryctl: " << done.error().message() << '\n';
            return describe(done.error().code).exit_code;
        };
    });
}

}  // namespace gantry::ctl
