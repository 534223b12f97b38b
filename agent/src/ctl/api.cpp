#include "ctl/api.hpp"

#include <chrono>
#include <thread>

#include "gantry/core/clock.hpp"
#include "gantry/core/files.hpp"
#include "people/console_token.hpp"

namespace gantry::ctl {

namespace json = boost::json;

Result<Api> Api::open(const Options& options) {
    uplink::HttpClientConfig config;
    config.ca_file = options.ca_file;
    config.user_agent = "gantryctl";
    Api api(options.url, GANTRY_TRY(uplink::HttpClient::open(config)));
    const auto file = agent::consoleTokenFile(options.data_directory);
    auto token = readFile(file, 4096);
    if (!token)
        return fail(Errc::NotAllowed, "cannot read " + file.string() +
                                          ": gantryctl works at gantryd's machine, as its user or root; "
                                          "--data-directory says where its data lies");
    while (!token->empty() && token->back() <= ' ') token->pop_back();
    api.token_ = *std::move(token);
    return api;
}

Result<json::value> Api::call(const std::string& method, const std::string& path, const json::object& body) {
    const auto answer = GANTRY_TRY(send(method, path, method == "GET" ? "" : json::serialize(body)));
    boost::system::error_code ec;
    auto value = json::parse(answer.body, ec);
    if (answer.status == 200 && !ec) return value;
    const auto detail = ec ? std::string() : text(value, "detail");
    return fail(answer.status == 404 ? Errc::NotFound : Errc::NotAllowed,
                "gantryd answers: " + (detail.empty() ? std::to_string(answer.status) : detail));
}

Result<uplink::HttpResponse> Api::send(const std::string& method, const std::string& path, std::string body) {
    uplink::HttpRequest request{method, url_ + path, {{"X-Gantry-Request", "1"}}, std::move(body)};
    request.headers.emplace_back("Authorization", "Bearer " + token_);
    if (method != "GET") request.headers.emplace_back("Content-Type", "application/json");
    return client_.send(request);
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

std::string text(const json::value& value, std::string_view key) {
    const auto* member = value.is_object() ? value.get_object().if_contains(key) : nullptr;
    if (!member || member->is_null()) return "";
    return member->is_string() ? std::string(member->get_string()) : json::serialize(*member);
}

const json::array& list(const json::value& value, std::string_view key) {
    static const json::array none;
    const auto* member = value.is_object() ? value.get_object().if_contains(key) : nullptr;
    return member && member->is_array() ? member->get_array() : none;
}

std::string timeOf(const json::value& value, std::string_view key) {
    const auto* member = value.is_object() ? value.get_object().if_contains(key) : nullptr;
    return member && member->is_int64() ? isoUtc(member->get_int64()) : "";
}

}  // namespace gantry::ctl
