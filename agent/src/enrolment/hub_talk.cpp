#include "enrolment/hub_talk.hpp"

#include <boost/json.hpp>

#include "gantry/core/files.hpp"
#include "inbox/json_reader.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kMostBytes = 1u << 20;

Error refusedBy(const uplink::HttpResponse& response) {
    switch (response.status) {
        case 401:
        case 403:
            return fail(Errc::NotAllowed,
                        "the sponsor's hub does not know the enrolment file, or it ran out: ask the central "
                        "team for a new one");
        case 409:
            return fail(Errc::Conflict,
                        "the enrolment file was used already: ask the central team for a new one");
        case 410:
            return fail(Errc::Gone, "the central team rejected the request");
        case 429:
            return fail(Errc::PeerBusy, "the sponsor's hub is busy");
        default:
            return fail(response.status >= 500 ? Errc::PeerBusy : Errc::PeerRefused,
                        "the sponsor's hub answers " + std::to_string(response.status));
    }
}

std::string below(const std::string& hub, std::string_view path) {
    return hub + (hub.ends_with('/') ? "" : "/") + std::string(path);
}

Result<std::string> textIn(const std::string& body, std::string_view key) {
    const auto value = GANTRY_TRY(parsedJson(body, "the hub's answer"));
    JsonReader reader(value, "the hub's answer");
    auto text = reader.required(key);
    GANTRY_CHECK(reader.done());
    return text;
}

Result<uplink::HttpResponse> send(const uplink::HttpClientConfig& http, uplink::HttpRequest request,
                                  std::stop_token stop) {
    request.max_answer_bytes = kMostBytes;
    auto client = GANTRY_TRY(uplink::HttpClient::open(http));
    return client.send(request, std::move(stop));
}

}  // namespace

uplink::HttpClientConfig httpOf(const EnrolmentFolder& folder, const uplink::ProxyConfig& proxy) {
    std::error_code ec;
    uplink::HttpClientConfig http;
    http.proxy = proxy;
    if (std::filesystem::exists(folder.authorities(), ec)) http.ca_file = folder.authorities();
    if (std::filesystem::exists(folder.certificate(), ec)) {
        http.client_certificate = folder.certificate();
        http.client_key = folder.tlsKey();
    }
    return http;
}

Result<bool> askHub(const EnrolmentFolder& folder, const uplink::HttpClientConfig& http,
                    std::stop_token stop) {
    auto enrolment = GANTRY_TRY(folder.read());
    if (enrolment.request_id.empty()) {
        const auto response = GANTRY_TRY(send(http,
                                              {"POST",
                                               below(enrolment.hub, "enrol"),
                                               {{"Content-Type", "application/json"}},
                                               GANTRY_TRY(readFile(folder.request(), kMostBytes))},
                                              stop));
        if (response.status != 202) return refusedBy(response);
        enrolment.request_id = GANTRY_TRY(textIn(response.body, "request_id"));
        GANTRY_CHECK(folder.write(enrolment));
    }
    const auto response =
        GANTRY_TRY(send(http, {"GET", below(enrolment.hub, "enrol/" + enrolment.request_id), {}, ""}, stop));
    if (response.status == 202) return false;
    if (response.status == 410) {
        enrolment.state = "rejected";
        GANTRY_CHECK(folder.write(enrolment));
    }
    if (response.status != 200) return refusedBy(response);
    GANTRY_TRY(takeAnswer(folder, response.body));
    return true;
}

Result<> renewAtHub(const EnrolmentFolder& folder, const uplink::HttpClientConfig& http,
                    std::stop_token stop) {
    const auto enrolment = GANTRY_TRY(folder.read());
    const auto request = GANTRY_TRY(uplink::makeCertificateRequest(
        GANTRY_TRY(readFile(folder.tlsKey(), kMostBytes)), {enrolment.trial, enrolment.site}));
    const json::object body{{"certificate_request", request}};
    const auto response = GANTRY_TRY(send(http,
                                          {"POST",
                                           below(enrolment.hub, "enrol/renew"),
                                           {{"Content-Type", "application/json"}},
                                           json::serialize(body)},
                                          std::move(stop)));
    if (response.status != 200) return refusedBy(response);
    return takeRenewed(folder, GANTRY_TRY(textIn(response.body, "certificate")));
}

}  // namespace gantry::agent
