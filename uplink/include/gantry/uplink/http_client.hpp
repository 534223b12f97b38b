#pragma once
/// A small HTTPS client: certificates always verified, plain HTTP to this machine's loopback alone, no
/// redirects, and no proxy but the one that is named here: the environment's is not looked at.

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
#include "gantry/uplink/rate_limiter.hpp"

namespace gantry::uplink {

/// The proxy of the house, asked by CONNECT; what goes through it stays encrypted to the peer.
struct ProxyConfig {
    std::string url;                         ///< "http://proxy.example:3128", or https; "" for none
    std::filesystem::path credentials_file;  ///< mode 0600, one line "user:password"; "" for none
    std::filesystem::path ca_file;           ///< PEM, for an https proxy; "" for the system's authorities
    /// Hosts that are reached without it: a name ("example.org" means those below it too), an address, or a
    /// network ("10.0.0.0/8"). This machine's loopback always is.
    std::vector<std::string> no_proxy;
};

struct HttpClientConfig {
    std::string bearer_token;       ///< sent as Authorization: Bearer; "" for none. Never logged.
    std::filesystem::path ca_file;  ///< PEM, trusted instead of the system's authorities; "" for the system's
    /// PEM files with which this side shows who it is (mutual TLS); both or neither.
    std::filesystem::path client_certificate;
    std::filesystem::path client_key;
    ProxyConfig proxy;
    /// Base64 of SHA-256 of public keys (SubjectPublicKeyInfo, as in RFC 7469). When there are any, a peer
    /// must show one of these keys, besides a certificate that verifies.
    std::vector<std::string> pins;
    std::shared_ptr<RateLimiter> limiter;  ///< of what is sent, shared with other connections; null: no bound
    std::chrono::seconds connect_timeout{20};  ///< with the look-up of the name
    std::chrono::seconds stall_timeout{60};    ///< less than 1 byte/s either way for so long is Errc::Timeout
    std::string user_agent = "gantry";
};

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::uint64_t max_answer_bytes = 16u << 20;  ///< more is Errc::BadFormat
    std::chrono::seconds max_duration{0};        ///< for all of it, more is Errc::Timeout; 0: no bound
    /// Set: the body of a 200 goes there piece by piece, without bound, and not into HttpResponse::body. Its
    /// error ends the exchange and is what comes back.
    std::function<Result<>(Bytes)> take_body{};
    /// The answer's body is not wanted: the connection ends where it begins.
    bool headers_suffice = false;
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
    /// @errors InvalidArgument: proxy, pins or token have not their form; NotAllowed: the file with the
    /// proxy's credentials is open to others; NotFound
    static Result<HttpClient> open(HttpClientConfig config);
    /// Any answer, whatever its status, is a success here.
    /// @errors NetworkDown, Timeout, NotAllowed (certificate not trusted or not pinned, refused by the proxy,
    /// or plain HTTP off loopback), Stopped, BadFormat, InvalidArgument (URL)
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
