#pragma once
/// What the transports need of HTTP beyond the public client: bodies from files, progress, URLs, and a look
/// at the line itself.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "gantry/uplink/http_client.hpp"

namespace gantry::uplink {

/// Bytes of a file as a request's body; the descriptor stays the caller's.
struct FileRange {
    int fd = -1;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

/// What connecting met. Nothing but the handshakes was sent.
struct LineLook {
    enum class Stage { Name, Reach, Proxy, Tls, Certificate, Done };
    Stage stage = Stage::Done;   ///< where it ended
    std::optional<Error> error;  ///< unless Done
    std::string address;         ///< that was connected to: the peer's, or the proxy's; numeric
    std::chrono::microseconds name_time{}, round_trip{};  ///< of the name's look-up; to that address
    bool by_proxy = false;                                ///< that is the way to this host
    int proxy_status = 0;                                 ///< the proxy's answer to CONNECT; 0 without
    std::string tls_version, cipher;                      ///< "TLSv1.3", "TLS_AES_256_GCM_SHA384"
    std::string certificate;                              ///< PEM of the peer's own
};

class HttpConnection {
public:
    static Result<std::unique_ptr<HttpConnection>> open(HttpClientConfig config);
    virtual ~HttpConnection() = default;

    /// @param range     the body when it is not null, else request.body
    /// @param progress  bytes of the body sent so far; about five times a second
    /// Errors as HttpClient::send.
    virtual Result<HttpResponse> exchange(const HttpRequest& request, const FileRange* range,
                                          std::stop_token stop,
                                          const std::function<void(std::uint64_t)>& progress) = 0;
    /// Connects to where `url` leads, by the proxy where one is set, and ends the connection.
    virtual LineLook look(const std::string& url, std::stop_token stop) = 0;
};

/// Whether the bearer token may go there: https, or http to loopback. @errors InvalidArgument, NotAllowed
Result<> checkUrl(const std::string& url);
/// `location` as the answer of `base` gave it, made absolute, also where the scheme was left out. Where it
/// names the same host by plain http while the base is https, a proxy has hidden the TLS from the server: the
/// base's scheme and port hold.
/// @errors PeerRefused: not a URL, or at another host than the base: the token goes to nobody else.
Result<std::string> resolveLocation(const std::string& base, const std::string& location);
/// Unix time of a date in a header (RFC 9110 5.6.7, and what else servers write); nullopt when it is none.
std::optional<std::int64_t> secondsOfHttpDate(const std::string& text);
/// Seconds a Retry-After header (seconds or a date, RFC 9110 10.2.3) asks for, at most a day; 0 when it says
/// nothing.
std::chrono::seconds retryAfter(const HttpResponse& response);

/// The error a status means when the protocol at hand has no better meaning for it; see
/// docs/formats/outbox-inbox.md.
Error statusError(const HttpResponse& response, const std::string& what);

}  // namespace gantry::uplink
