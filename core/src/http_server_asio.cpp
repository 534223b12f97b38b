// Accepts connections, watches their deadlines, ends them all.
#include <pthread.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "gantry/core/log.hpp"
#include "http_connection.hpp"

namespace gantry::http {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
/// Beyond max_connections so many more are told 503; above that the line is simply closed.
constexpr std::size_t kPoliteRefusals = 64;
constexpr auto kSweep = 250ms;

std::string numeric(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

/// The connections that are open. Thread-safe.
class Open {
public:
    void add(std::shared_ptr<Connection> connection) {
        const std::lock_guard lock(mutex_);
        connections_.insert(std::move(connection));
    }
    void remove(const std::shared_ptr<Connection>& connection) {
        const std::lock_guard lock(mutex_);
        connections_.erase(connection);
    }
    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return connections_.size();
    }
    template <class F>
    void forEach(F&& call) const {
        const std::lock_guard lock(mutex_);
        for (const auto& connection : connections_) call(*connection);
    }

private:
    mutable std::mutex mutex_;
    std::unordered_set<std::shared_ptr<Connection>> connections_;  // guarded by mutex_
};

class AsioServer final : public Server {
public:
    AsioServer(const ServerConfig& config, Handler& handler, std::unique_ptr<ssl::context> tls)
        : config_(config),
          settings_{handler, config.max_body_bytes, config.idle_timeout, tls != nullptr},
          tls_(std::move(tls)),
          control_(asio::make_strand(context_)),
          acceptor_(control_),
          sweep_(control_) {}

    ~AsioServer() override {
        asio::post(control_, [this] { stop(); });
        threads_.clear();  // joins: every conversation has come to its end
    }

    Result<> listen(const tcp::endpoint& endpoint) {
        error_code ec;
        acceptor_.open(endpoint.protocol(), ec);
        if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
        if (!ec) acceptor_.bind(endpoint, ec);
        if (!ec) acceptor_.listen(tcp::acceptor::max_listen_connections, ec);
        if (!ec) port_ = acceptor_.local_endpoint(ec).port();
        if (ec)
            return failErrno("listening on " + config_.address + " port " + std::to_string(config_.port),
                             ec.value());
        return {};
    }

    void serve() {
        keepRunning(&AsioServer::acceptAll);
        keepRunning(&AsioServer::sweepAll);
        for (int i = 0; i < std::max(1, config_.threads); ++i)
            threads_.emplace_back([this] {
                pthread_setname_np(pthread_self(), "http");
                work();
            });
    }

    std::uint16_t port() const override { return port_; }

private:
    /// What ends one of our two loops early is want of memory; a moment later there may be some.
    void keepRunning(Awaitable<void> (AsioServer::*loop)()) {
        asio::co_spawn(control_, (this->*loop)(), [this, loop](const std::exception_ptr& failed) {
            if (failed && !stopping_) keepRunning(loop);
        });
    }

    void work() {
        for (;;) {
            try {
                context_.run();
                return;
            } catch (const std::exception& e) {  // out of memory in one conversation; the others go on
                log::error("http.conversation-failed", {{"type", typeid(e).name()}});
            }
        }
    }

    void stop() {
        stopping_ = true;
        error_code ignored;
        acceptor_.close(ignored);
        sweep_.cancel();
        open_.forEach([](Connection& connection) { connection.stop(); });
    }

    Awaitable<void> acceptAll() {
        while (!stopping_) {
            auto [ec, socket] =
                co_await acceptor_.async_accept(asio::any_io_executor(asio::make_strand(context_)), kTuple);
            if (stopping_) co_return;
            if (ec) {
                // Out of descriptors, or a peer that left already. A moment later there may be room again.
                if (ec != asio::error::connection_aborted) co_await pause(100ms);
                continue;
            }
            welcome(std::move(socket));
        }
    }

    void welcome(tcp::socket socket) {
        const auto busy = open_.size();
        const auto bound = static_cast<std::size_t>(config_.max_connections);
        if (busy >= bound + kPoliteRefusals) return;
        error_code ec;
        socket.set_option(tcp::no_delay(true), ec);
        const auto remote = socket.remote_endpoint(ec);
        if (ec) return;
        const asio::any_io_executor strand = socket.get_executor();
        auto transport = tls_ ? tlsTransport(std::move(socket), *tls_) : plainTransport(std::move(socket));
        auto connection =
            std::make_shared<Connection>(strand, std::move(transport), numeric(remote.address()), settings_);
        open_.add(connection);
        asio::co_spawn(strand, connection->run(busy >= bound),
                       [this, connection](const std::exception_ptr& failed) {
                           if (failed) log::error("http.conversation-failed", {});
                           open_.remove(connection);
                       });
    }

    Awaitable<void> pause(std::chrono::milliseconds span) {
        asio::steady_timer timer(control_, span);
        co_await timer.async_wait(kTuple);
    }

    Awaitable<void> sweepAll() {
        while (!stopping_) {
            sweep_.expires_after(kSweep);
            co_await sweep_.async_wait(kTuple);
            const auto now = std::chrono::steady_clock::now();
            open_.forEach([now](Connection& connection) { connection.closeIfLate(now); });
        }
    }

    const ServerConfig config_;
    const ConnectionSettings settings_;
    const std::unique_ptr<ssl::context> tls_;
    Open open_;
    asio::io_context context_;
    asio::strand<asio::io_context::executor_type> control_;
    tcp::acceptor acceptor_;  // belongs to control_, as all below
    asio::steady_timer sweep_;
    bool stopping_ = false;
    std::uint16_t port_ = 0;
    std::vector<std::jthread> threads_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerConfig& config, Handler& handler) {
    error_code ec;
    const auto address = asio::ip::make_address(config.address, ec);
    if (ec) return fail(Errc::InvalidArgument, "listen address is not numeric: " + config.address);
    const bool wants_tls = !config.certificate_chain.empty() || !config.private_key.empty();
    if (!wants_tls && !address.is_loopback())
        return fail(Errc::NotAllowed,
                    "plain HTTP is for loopback alone; " + config.address + " needs a certificate");
    std::unique_ptr<ssl::context> tls;
    if (wants_tls) tls = GANTRY_TRY(serverContext(config));
    auto server = std::make_unique<AsioServer>(config, handler, std::move(tls));
    GANTRY_CHECK(server->listen({address, config.port}));
    server->serve();
    return server;
}

}  // namespace gantry::http
