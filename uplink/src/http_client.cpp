#include "gantry/uplink/http_client.hpp"

#include "gantry/uplink/parcel.hpp"
#include "http_exchange.hpp"
#include "text.hpp"

namespace gantry::uplink {
namespace {

// What a server says about itself is shown to people: printable, short.
std::string excerpt(std::string_view body) {
    std::string out;
    for (const char c : body.substr(0, 160)) out += c >= 32 && c < 127 ? c : ' ';
    return std::string(trimmed(out));
}

}  // namespace

struct HttpClient::Impl {
    std::unique_ptr<HttpConnection> connection;
};

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Result<HttpClient> HttpClient::open(HttpClientConfig config) {
    auto impl = std::make_unique<Impl>();
    impl->connection = GANTRY_TRY(HttpConnection::open(std::move(config)));
    return HttpClient(std::move(impl));
}

Result<HttpResponse> HttpClient::send(const HttpRequest& request, std::stop_token stop) {
    return impl_->connection->exchange(request, nullptr, std::move(stop), {});
}

std::optional<std::string> HttpResponse::header(std::string_view name) const {
    const auto found = headers.find(std::string(name));
    if (found == headers.end()) return std::nullopt;
    return found->second;
}

Error statusError(const HttpResponse& response, const std::string& what) {
    const int status = response.status;
    auto text = what + " was answered " + std::to_string(status);
    if (const auto said = excerpt(response.body); !said.empty()) text += " \"" + said + "\"";
    if (status == 401 || status == 403) return fail(Errc::NotAllowed, text);
    if (status == 404 || status == 410) return fail(Errc::Gone, text);
    if (status == 409) return fail(Errc::OffsetMismatch, text);
    if (status == 423) return fail(Errc::Busy, text);
    if (status == 408 || status == 425 || status == 429 || status >= 500) return fail(Errc::PeerBusy, text);
    return fail(Errc::PeerRefused, text);
}

Result<HttpResponse> httpGet(const HttpClientConfig& config, const std::string& url, std::stop_token stop) {
    auto client = GANTRY_TRY(HttpClient::open(config));
    HttpRequest request;
    request.url = url;
    return client.send(request, std::move(stop));
}

Result<HttpResponse> httpPost(const HttpClientConfig& config, const std::string& url,
                              std::string content_type, std::string body, std::stop_token stop) {
    auto client = GANTRY_TRY(HttpClient::open(config));
    HttpRequest request;
    request.method = "POST";
    request.url = url;
    request.headers = {{"Content-Type", std::move(content_type)}};
    request.body = std::move(body);
    return client.send(request, std::move(stop));
}

Result<std::string> fetchReceipt(const HttpClientConfig& config, const std::string& base_url,
                                 const std::string& parcel_id, std::stop_token stop) {
    constexpr std::uint64_t kMaxReceipt = 64 * 1024;
    if (!isParcelId(parcel_id)) return fail(Errc::InvalidArgument, "not a parcel_id");
    auto client = GANTRY_TRY(HttpClient::open(config));
    HttpRequest request;
    request.url = base_url + (base_url.ends_with('/') ? "" : "/") + "receipts/" + parcel_id + ".json";
    request.max_answer_bytes = kMaxReceipt;
    auto response = client.send(request, std::move(stop));
    if (!response) return within("asking for a receipt", response.error());
    if (response->status == 200) return std::move(response->body);
    if (response->status == 404) return fail(Errc::NotFound, "no receipt yet");
    return statusError(*response, "asking for a receipt");
}

}  // namespace gantry::uplink
