#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string_view>

#include "http_transport.hpp"

namespace gantry::http {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

void closeSocket(tcp::socket& socket) {
    error_code ignored;
    socket.close(ignored);
}

void shutdownSending(tcp::socket& socket) {
    error_code ignored;
    socket.shutdown(tcp::socket::shutdown_send, ignored);
}

class PlainTransport final : public Transport {
public:
    explicit PlainTransport(tcp::socket socket) : socket_(std::move(socket)) {}
    Awaitable<error_code> handshake() override { co_return error_code{}; }
    Awaitable<Transferred> readSome(std::span<char> into) override {
        const auto [ec, bytes] =
            co_await socket_.async_read_some(asio::buffer(into.data(), into.size()), kTuple);
        co_return Transferred{ec, bytes};
    }
    Awaitable<Transferred> writeSome(std::span<const char> from) override {
        const auto [ec, bytes] =
            co_await socket_.async_write_some(asio::buffer(from.data(), from.size()), kTuple);
        co_return Transferred{ec, bytes};
    }
    Awaitable<void> finishSending() override {
        shutdownSending(socket_);
        co_return;
    }
    void close() override { closeSocket(socket_); }

private:
    tcp::socket socket_;
};

class TlsTransport final : public Transport {
public:
    TlsTransport(tcp::socket socket, ssl::context& context) : stream_(std::move(socket), context) {}
    Awaitable<error_code> handshake() override {
        const auto [ec] = co_await stream_.async_handshake(ssl::stream_base::server, kTuple);
        co_return ec;
    }
    std::string peerCertificate() const override {
        // Only one whose chain was checked: with SSL_VERIFY_PEER no other comes through the handshake.
        const auto* ssl =
            const_cast<ssl::stream<tcp::socket>&>(stream_).native_handle();  // asio has no const one
        X509* certificate = SSL_get0_peer_certificate(ssl);
        if (certificate == nullptr) return {};
        BIO* memory = BIO_new(BIO_s_mem());
        char* data = nullptr;
        std::string pem;
        if (memory && PEM_write_bio_X509(memory, certificate) == 1) {
            const auto length = BIO_get_mem_data(memory, &data);
            pem.assign(data, static_cast<std::size_t>(length));
        }
        BIO_free(memory);
        return pem;
    }
    Awaitable<Transferred> readSome(std::span<char> into) override {
        if (finished_) co_return co_await readRaw(into);
        const auto [ec, bytes] =
            co_await stream_.async_read_some(asio::buffer(into.data(), into.size()), kTuple);
        co_return Transferred{ec, bytes};
    }
    Awaitable<Transferred> writeSome(std::span<const char> from) override {
        const auto [ec, bytes] =
            co_await stream_.async_write_some(asio::buffer(from.data(), from.size()), kTuple);
        co_return Transferred{ec, bytes};
    }
    Awaitable<void> finishSending() override {
        // Ends when the peer has said the same, or with an error at the first record of a body still coming.
        co_await stream_.async_shutdown(kTuple);
        shutdownSending(stream_.next_layer());
        finished_ = true;
    }
    void close() override { closeSocket(stream_.next_layer()); }

private:
    /// After close_notify what still comes is thrown away undecrypted.
    Awaitable<Transferred> readRaw(std::span<char> into) {
        const auto [ec, bytes] =
            co_await stream_.next_layer().async_read_some(asio::buffer(into.data(), into.size()), kTuple);
        co_return Transferred{ec, bytes};
    }
    ssl::stream<tcp::socket> stream_;
    bool finished_ = false;
};

/// Offers HTTP/1.1 and nothing else to clients that ask (RFC 7301); a client without it gets no protocol.
int selectHttp11(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
                 unsigned int in_length, void*) {
    static constexpr unsigned char kHttp11[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_length, kHttp11, sizeof kHttp11 - 1, in, in_length) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

bool restrictToModernTls(SSL_CTX* context) {
    SSL_CTX_set_alpn_select_cb(context, selectHttp11, nullptr);
    SSL_CTX_set_options(context,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    // RFC 9325 4.2: TLS 1.2 with ECDHE and an AEAD; TLS 1.3 has no others.
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1;
}

/// An expired certificate is let through, so that its owner is told in words (Request::client_certificate).
int allowExpired(int good, X509_STORE_CTX* store) {
    return good == 1 || X509_STORE_CTX_get_error(store) == X509_V_ERR_CERT_HAS_EXPIRED ? 1 : 0;
}

bool askForCertificates(SSL_CTX* context, const std::filesystem::path& authority) {
    static constexpr unsigned char kSessions[] = "gantry";  // sessions are not shared with other servers
    auto* names = SSL_load_client_CA_file(authority.c_str());
    if (names == nullptr) return false;
    SSL_CTX_set_client_CA_list(context, names);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, allowExpired);
    return SSL_CTX_load_verify_locations(context, authority.c_str(), nullptr) == 1 &&
           SSL_CTX_set_session_id_context(context, kSessions, sizeof kSessions - 1) == 1;
}

Error badPem(std::string_view what, const std::filesystem::path& path, const error_code& ec) {
    return fail(Errc::ConfigInvalid, std::string(what) + " " + path.string() + ": " + ec.message());
}

}  // namespace

std::unique_ptr<Transport> plainTransport(tcp::socket socket) {
    return std::make_unique<PlainTransport>(std::move(socket));
}

std::unique_ptr<Transport> tlsTransport(tcp::socket socket, ssl::context& context) {
    return std::make_unique<TlsTransport>(std::move(socket), context);
}

Result<std::unique_ptr<ssl::context>> serverContext(const ServerConfig& config) {
    const auto& certificate_chain = config.certificate_chain;
    const auto& private_key = config.private_key;
    auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
    if (!restrictToModernTls(context->native_handle())) return fail(Errc::Crypto, "setting up TLS");
    error_code ec;
    context->use_certificate_chain_file(certificate_chain.string(), ec);
    if (ec) return badPem("certificate", certificate_chain, ec);
    context->use_private_key_file(private_key.string(), ssl::context::pem, ec);
    if (ec) return badPem("private key", private_key, ec);
    if (SSL_CTX_check_private_key(context->native_handle()) != 1)
        return fail(Errc::ConfigInvalid, "private key does not belong to the certificate");
    if (!config.client_ca.empty() && !askForCertificates(context->native_handle(), config.client_ca))
        return fail(Errc::ConfigInvalid, "client authority " + config.client_ca.string() + " cannot be read");
    return context;
}

}  // namespace gantry::http
