#include "gantry/uplink/http_client.hpp"

#include "gantry/uplink/parcel.hpp"
#include "http_exchange.hpp"

namespace gantry::uplink {

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
