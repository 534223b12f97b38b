/// gantryctl: what site IT and scripts ask of a running gantryd, over its own API.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <functional>
#include <iostream>
#include <thread>

#include "gantry/core/clock.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/log.hpp"
#include "gantry/uplink/http_client.hpp"

using namespace gantry;
namespace json = boost::json;

namespace {

struct Options {
    std::string url = "http://127.0.0.1:8042";
    std::string ca_file;
    std::string access_code_file;
    bool as_json = false;
    std::int64_t id = 0;
    std::string subject, visit, who, why;
    int seconds = 30;
};

/// One conversation with gantryd: signs in when an access code is given.
class Api {
public:
    static Result<Api> open(const Options& options) {
        uplink::HttpClientConfig config;
        config.ca_file = options.ca_file;
        config.user_agent = "gantryctl";
        Api api(options.url, GANTRY_TRY(uplink::HttpClient::open(config)));
        if (options.access_code_file.empty()) return api;
        auto code = GANTRY_TRY(readFile(options.access_code_file, 4096));
        while (!code.empty() && code.back() <= ' ') code.pop_back();
        const auto answer =
            GANTRY_TRY(api.send("POST", "/api/v1/session", json::serialize(json::value{{"code", code}})));
        const auto cookie = answer.header("set-cookie");
        if (!cookie) return fail(Errc::NotAllowed, "the access code was not accepted");
        api.cookie_ = cookie->substr(0, cookie->find(';'));
        return api;
    }
    Result<json::value> call(const std::string& method, const std::string& path,
                             const json::object& body = {}) {
        const auto answer = GANTRY_TRY(send(method, path, method == "GET" ? "" : json::serialize(body)));
        boost::system::error_code ec;
        auto value = json::parse(answer.body, ec);
        if (answer.status == 200 && !ec) return value;
        const auto* object = ec ? nullptr : value.if_object();
        const auto* detail = object ? object->if_contains("detail") : nullptr;
        const auto text =
            detail && detail->is_string() ? std::string(detail->get_string()) : std::to_string(answer.status);
        return fail(answer.status == 404 ? Errc::NotFound : Errc::NotAllowed, "gantryd answers: " + text);
    }

private:
    Api(std::string url, uplink::HttpClient client) : url_(std::move(url)), client_(std::move(client)) {}
    Result<uplink::HttpResponse> send(const std::string& method, const std::string& path, std::string body) {
        uplink::HttpRequest request{method, url_ + path, {{"X-Gantry-Request", "1"}}, std::move(body)};
        if (!cookie_.empty()) request.headers.emplace_back("Cookie", cookie_);
        if (method != "GET") request.headers.emplace_back("Content-Type", "application/json");
        return client_.send(request);
    }
    std::string url_;
    uplink::HttpClient client_;
    std::string cookie_;
};

std::string text(const json::value& value, std::string_view key) {
    const auto* member = value.is_object() ? value.get_object().if_contains(key) : nullptr;
    if (!member || member->is_null()) return "";
    return member->is_string() ? std::string(member->get_string()) : json::serialize(*member);
}

Result<> showStatus(const Options& options, Api& api) {
    const auto status = GANTRY_TRY(api.call("GET", "/api/v1/status"));
    if (options.as_json) {
        std::cout << json::serialize(status) << '\n';
        return {};
    }
    std::cout << "Site " << text(status, "site") << ", Gantry " << text(status, "version") << '\n'
              << "Scanners send to " << text(status, "ae_titles") << " at " << text(status, "dicom_address")
              << '\n'
              << "Disk free: " << status.at("disk_free_bytes").to_number<std::uint64_t>() / (1u << 20)
              << " MiB\n";
    const auto& problems = status.at("problems").as_array();
    for (const auto& problem : problems)
        std::cout << "! " << text(problem, "what") << ' ' << text(problem, "meaning") << ' '
                  << text(problem, "do") << '\n';
    if (problems.empty()) std::cout << "All well.\n";
    return {};
}

Result<> showStudies(const Options& options, Api& api) {
    const auto studies = GANTRY_TRY(api.call("GET", "/api/v1/studies"));
    if (options.as_json) {
        std::cout << json::serialize(studies) << '\n';
        return {};
    }
    for (const auto& study : studies.as_array())
        std::cout << text(study, "id") << "  " << text(study, "state") << "  " << text(study, "card") << "  "
                  << (text(study, "subject").empty() ? "no subject" : text(study, "subject")) << "  "
                  << text(study, "instances") << " images  " << text(study, "headline") << '\n';
    return {};
}

Result<> showStudy(const Options& options, Api& api) {
    const auto study = GANTRY_TRY(api.call("GET", "/api/v1/studies/" + std::to_string(options.id)));
    if (options.as_json) {
        std::cout << json::serialize(study) << '\n';
        return {};
    }
    std::cout << text(study, "headline") << '\n' << text(study, "advice") << '\n';
    for (const auto& finding : study.at("findings").as_array())
        std::cout << "  " << text(finding, "result") << "  " << text(finding, "rule") << "  "
                  << text(finding, "label") << ": expected " << text(finding, "expected") << ", found "
                  << text(finding, "found") << '\n';
    for (const auto& event : study.at("timeline").as_array())
        std::cout << "  " << isoUtc(event.at("at").to_number<std::int64_t>()) << "  " << text(event, "what")
                  << "  " << text(event, "who") << '\n';
    return {};
}

Result<> showRefusals(const Options& options, Api& api) {
    const auto refusals = GANTRY_TRY(api.call("GET", "/api/v1/refusals"));
    if (options.as_json) {
        std::cout << json::serialize(refusals) << '\n';
        return {};
    }
    for (const auto& refusal : refusals.as_array())
        std::cout << text(refusal, "id") << "  " << isoUtc(refusal.at("at").to_number<std::int64_t>()) << "  "
                  << text(refusal, "kind") << " x" << text(refusal, "count") << "  "
                  << text(refusal, "sentence") << ' ' << text(refusal, "do") << '\n';
    return {};
}

Result<> checkAudit(const Options& options, Api& api) {
    const auto answer = GANTRY_TRY(api.call("GET", "/api/v1/audit/check"));
    if (options.as_json) std::cout << json::serialize(answer) << '\n';
    if (answer.at("intact").as_bool()) {
        if (!options.as_json) std::cout << "The audit's chain is whole.\n";
        return {};
    }
    return fail(Errc::BadSignature, "the audit's chain breaks at entry " + text(answer, "broken_at") +
                                        ": somebody changed the catalogue by hand");
}

Result<> change(Api& api, const std::string& path, const json::object& body) {
    const auto answer = GANTRY_TRY(api.call("POST", path, body));
    if (!text(answer, "state").empty()) std::cout << "The study is " << text(answer, "state") << " now.\n";
    return {};
}

std::string studyPath(const Options& options, std::string_view action) {
    return "/api/v1/studies/" + std::to_string(options.id) + "/" + std::string(action);
}

Result<> waitReady(const Options& options) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds);
    while (true) {
        uplink::HttpClientConfig config;
        config.ca_file = options.ca_file;
        const auto answer = uplink::httpGet(config, options.url + "/healthz");
        if (answer && answer->status == 200) return {};
        if (std::chrono::steady_clock::now() > until) return fail(Errc::Timeout, "gantryd is not ready");
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
}

using Action = std::function<Result<>(const Options&, Api&)>;

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Asks a running gantryd, and tells it what people decided."};
    Options options;
    app.add_option("--url", options.url, "Address of gantryd's page")->capture_default_str();
    app.add_option("--ca", options.ca_file, "PEM of the authority that signed its certificate");
    app.add_option("--access-code-file", options.access_code_file, "File with the access code");
    app.add_flag("--json", options.as_json, "Print JSON as the API gives it");
    app.set_version_flag("--version", GANTRY_VERSION);
    app.require_subcommand(1);

    Action action;
    bool without_api = false;
    const auto add = [&](const char* name, const char* help, Action does) {
        auto* command = app.add_subcommand(name, help);
        command->callback([&action, does] { action = does; });
        return command;
    };
    add("status", "Site, disk, and anything that is not well", showStatus);
    add("studies", "The studies, newest change first", showStudies);
    add("refusals", "What was refused, sent twice, or contradicts", showRefusals);
    add("audit", "Walk the audit's chain and say whether it is whole", checkAudit);
    auto* study = add("study", "One study: findings and history", showStudy);
    auto* assign = add("assign", "Say which subject a study belongs to", [](const Options& o, Api& api) {
        return change(api, studyPath(o, "assign"),
                      {{"subject", o.subject}, {"visit", o.visit}, {"who", o.who}});
    });
    auto* release = add("release", "Send a held study with its deviation", [](const Options& o, Api& api) {
        return change(api, studyPath(o, "release"), {{"who", o.who}, {"why", o.why}});
    });
    auto* again =
        add("judge-again", "Have a held or quarantined study judged again", [](const Options& o, Api& api) {
            return change(api, studyPath(o, "judge-again"), {{"who", o.who}, {"why", o.why}});
        });
    auto* acknowledge =
        add("acknowledge", "Take note of an entry of the refusals", [](const Options& o, Api& api) {
            return change(api, "/api/v1/refusals/" + std::to_string(o.id) + "/acknowledge", {{"who", o.who}});
        });
    for (auto* command : {study, assign, release, again, acknowledge})
        command->add_option("ID", options.id, "Number of the study or entry")->required();
    for (auto* command : {assign, release, again, acknowledge})
        command->add_option("--who", options.who, "Your name, for the record")->required();
    for (auto* command : {release, again})
        command->add_option("--why", options.why, "Why, for the record")->required();
    assign->add_option("--subject", options.subject, "Subject of the trial")->required();
    assign->add_option("--visit", options.visit, "Visit of the trial");
    auto* ready = app.add_subcommand("wait-ready", "Wait until gantryd answers");
    ready->add_option("--seconds", options.seconds, "At most so long")->capture_default_str();
    ready->callback([&] { without_api = true; });
    CLI11_PARSE(app, argc, argv);

    log::setProgram("gantryctl");
    log::setLevel(log::Level::Error);
    const auto run = [&]() -> Result<> {
        if (without_api) return waitReady(options);
        auto api = GANTRY_TRY(Api::open(options));
        return action(options, api);
    };
    if (const auto done = run(); !done) {
        std::cerr << "gantryctl: " << done.error().message() << '\n';
        return describe(done.error().code).exit_code;
    }
    return 0;
}
