#pragma once
/// What the transports need of HTTP beyond the public client: bodies from files, progress, URLs.

#include <functional>
#include <memory>
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
};

/// Whether the bearer token may go there: https, or http to loopback. @errors InvalidArgument, NotAllowed
Result<> checkUrl(const std::string& url);
/// `location` as the answer of `base` gave it, made absolute. Where it names the same host by plain http
/// while the base is https, a proxy has hidden the TLS from the server: the base's scheme and port hold.
/// @errors PeerRefused: not a URL, or at another host than the base: the token goes to nobody else.
Result<std::string> resolveLocation(const std::string& base, const std::string& location);
/// Seconds a Retry-After header (seconds or a date, RFC 9110 10.2.3) asks for, at most a day; 0 when it says
/// nothing.
std::chrono::seconds retryAfter(const HttpResponse& response);

/// The error a status means when the protocol at hand has no better meaning for it; see
/// docs/formats/outbox-inbox.md.
Error statusError(const HttpResponse& response, const std::string& what);

}  // namespace gantry::uplink
