#pragma once
/// An HTTP/1.1 server for our two programs that have one: gantryd's page and gantry-hub. TLS unless on
/// loopback. Handlers run on the server's own few threads and may block for short file and database work.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gantry/core/files.hpp"
#include "gantry/core/result.hpp"

namespace gantry::http {

struct CaseInsensitiveLess {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
};

struct Request {
    std::string method;  ///< "GET"; a POST with X-HTTP-Method-Override keeps "POST"
    std::string
        path;  ///< percent-decoded, starts with '/', no query; never holds NUL, "//", "." or ".." segments
    std::map<std::string, std::string> query;  ///< percent-decoded; the last of equal keys
    std::map<std::string, std::string, CaseInsensitiveLess> headers;
    std::string body;  ///< empty for requests whose body went to an UploadSink
    std::string peer;  ///< numeric address
    bool tls = false;
    /// PEM of the certificate that the client showed and that ServerConfig::client_ca signed; "" when it
    /// showed none. It may have expired: who asks for it looks at its times, and can say so.
    std::string client_certificate;
    std::optional<std::uint64_t> content_length;
    std::string_view header(std::string_view name) const;  ///< "" when absent
};

/// Messages for browsers that listen (text/event-stream). Thread-safe. A listener that does not read fast
/// enough is disconnected; it reconnects and asks anew.
class EventFeed {
public:
    EventFeed();
    ~EventFeed();
    void publish(std::string_view event, std::string_view json);
    struct Impl;
    const std::shared_ptr<Impl>& impl() const { return impl_; }

private:
    std::shared_ptr<Impl> impl_;
};

struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;  ///< Content-Length is set by the server
    std::string body;
    std::optional<std::filesystem::path> file;  ///< streamed instead of body
    const EventFeed* events = nullptr;          ///< keeps the connection and sends what is published
};

Response text(int status, std::string_view text);
Response json(int status, std::string body);
/// Status from the error table, body {"error": slug, "message": sentence, "detail": context}.
Response problem(const Error& error);

/// Takes the body of one request piece by piece as it arrives.
class UploadSink {
public:
    virtual ~UploadSink() = default;
    /// Asked once, before any byte: an answer here refuses the body, which is then neither invited nor read;
    /// finish(false) follows.
    virtual std::optional<Response> refusal() { return std::nullopt; }
    /// An error ends the request: finish(false) follows, the server answers problem(error) and closes.
    virtual Result<> write(Bytes piece) = 0;
    /// Called once, also when the line broke. `complete`: the whole body came. The answer is lost if it did
    /// not.
    virtual Response finish(bool complete) = 0;
};

class Handler {
public:
    virtual ~Handler() = default;
    virtual Response handle(const Request& request) = 0;
    /// Not null: the body of this request goes there, unbounded; handle() is not called. A sink may be one
    /// that only answers. Called before any body byte is read, so that Expect: 100-continue works.
    virtual std::unique_ptr<UploadSink> upload(const Request& request);
};

struct ServerConfig {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any free one
    int threads = 2;
    std::filesystem::path certificate_chain;  ///< PEM; empty: plain HTTP, allowed on loopback alone
    std::filesystem::path private_key;        ///< PEM
    /// PEM; set: clients may show a certificate, and one that is not signed by this ends the handshake.
    std::filesystem::path client_ca;
    std::uint64_t max_body_bytes = 1u << 20;  ///< of requests without an UploadSink; more is 413
    std::chrono::seconds idle_timeout{60};    ///< no byte either way for so long ends the connection
    int max_connections = 512;
};

class Server {
public:
    /// Binds, listens and serves until destroyed. Refuses plain HTTP off loopback (Errc::NotAllowed).
    static Result<std::unique_ptr<Server>> start(const ServerConfig& config, Handler& handler);
    virtual ~Server() = default;
    virtual std::uint16_t port() const = 0;
};

}  // namespace gantry::http
