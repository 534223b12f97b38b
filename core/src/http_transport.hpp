#pragma once
/// The two kinds of line a connection can have: bare TCP and TLS over it. All calls belong to the line's
/// strand.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <span>

#include "gantry/core/http_server.hpp"

namespace gantry::http {

template <class T>
using Awaitable = boost::asio::awaitable<T>;

struct Transferred {
    boost::system::error_code ec;
    std::size_t bytes = 0;
};

class Transport {
public:
    virtual ~Transport() = default;
    virtual Awaitable<boost::system::error_code> handshake() = 0;
    /// PEM, once the handshake is done; "" when the peer showed none.
    virtual std::string peerCertificate() const { return {}; }
    virtual Awaitable<Transferred> readSome(std::span<char> into) = 0;
    virtual Awaitable<Transferred> writeSome(std::span<const char> from) = 0;
    /// Says that nothing more is sent: TLS close_notify, then FIN. Reading goes on.
    virtual Awaitable<void> finishSending() = 0;
    /// Ends what is under way on it with an error; safe to repeat.
    virtual void close() = 0;
};

std::unique_ptr<Transport> plainTransport(boost::asio::ip::tcp::socket socket);
std::unique_ptr<Transport> tlsTransport(boost::asio::ip::tcp::socket socket,
                                        boost::asio::ssl::context& context);

/// TLS 1.2 and 1.3 with forward secrecy and authenticated encryption alone (RFC 9325).
/// @errors ConfigInvalid: certificate, key or client_ca cannot be read, or the first two do not belong
/// together.
Result<std::unique_ptr<boost::asio::ssl::context>> serverContext(const ServerConfig& config);

}  // namespace gantry::http
