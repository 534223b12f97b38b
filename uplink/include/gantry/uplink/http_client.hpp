#pragma once
/// A small HTTPS client: certificates always verified, plain HTTP to this machine's loopback alone, no
/// redirects.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gantry/core/files.hpp"
#include "gantry/core/result.hpp"

namespace gantry::uplink {

struct HttpClientConfig {
    std::string bearer_token;       ///< sent as Authorization: Bearer; "" for none. Never logged.
    std::filesystem::path ca_file;  ///< PEM, trusted instead of the system's authorities; "" for the system's
    /// PEM files with which this side shows who it is (mutual TLS); both or neither.
    std::filesystem::path client_certificate;
    std::filesystem::path client_key;
    std::chrono::seconds connect_timeout{20};
    std::chrono::seconds stall_timeout{60};  ///< less than 1 byte/s either way for so long is Errc::Timeout
    std::string user_agent = "gantry";
};

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::uint64_t max_answer_bytes = 16u << 20;  ///< more is Errc::BadFormat
    std::chrono::seconds max_duration{0};        ///< for all of it, more is Errc::Timeout; 0: no limit
    /// Takes the body of an answer with status 200 in pieces, and `HttpResponse::body` stays empty. An error of its
    /// own ends the transfer, and is the result.
    std::function<Result<>(Bytes)> sink;
};

struct HttpResponse {
    int status = 0;
    std::multimap<std::string, std::string> headers;  ///< names in lower case
    std::string body;
    /// First header of that (lower-case) name; nullopt when absent.
    std::optional<std::string> header(std::string_view name) const;
};

/// Keeps connections alive between requests; belongs to one thread at a time.
class HttpClient {
public:
    static Result<HttpClient> open(HttpClientConfig config);
    /// Any answer, whatever its status, is a success here.
    /// @errors NetworkDown, Timeout, NotAllowed (certificate not trusted, or plain HTTP off loopback),
    /// Stopped,
    ///         BadFormat, InvalidArgument (URL)
    Result<HttpResponse> send(const HttpRequest& request, std::stop_token stop = {});
    HttpClient(HttpClient&&) noexcept;
    HttpClient& operator=(HttpClient&&) noexcept;
    ~HttpClient();

private:
    struct Impl;
    explicit HttpClient(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

Result<HttpResponse> httpGet(const HttpClientConfig& config, const std::string& url,
                             std::stop_token stop = {});
Result<HttpResponse> httpPost(const HttpClientConfig& config, const std::string& url,
                              std::string content_type, std::string body, std::stop_token stop = {});

/// GET {base_url}/receipts/{parcel_id}.json: the receipt's text, not yet verified.
/// @errors NotFound when it is not there yet (404), NotAllowed (401, 403), PeerBusy (429, 5xx), PeerRefused
/// (other
///         statuses), and those of HttpClient::send.
Result<std::string> fetchReceipt(const HttpClientConfig& config, const std::string& base_url,
                                 const std::string& parcel_id, std::stop_token stop = {});

}  // namespace gantry::uplink
