#include "sockets.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace gantry::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

UniqueFd listenOn(std::uint16_t port) {
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto address = loopback(port);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(fd.get(), 64) != 0)
        throw std::runtime_error("cannot listen on loopback");
    return fd;
}

std::uint16_t portOf(int fd) {
    sockaddr_in address{};
    socklen_t length = sizeof address;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
    return ntohs(address.sin_port);
}

}  // namespace

Listener::Listener(std::function<void(int)> serve, std::uint16_t port)
    : serve_(std::move(serve)),
      socket_(listenOn(port)),
      port_(portOf(socket_.get())),
      acceptor_([this] { acceptAll(); }) {}

Listener::~Listener() {
    stopping_ = true;
    ::shutdown(socket_.get(), SHUT_RDWR);
    acceptor_.join();
    cutAll();
}

void Listener::cutAll() {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) {
        resetOnClose(fd);
        ::shutdown(fd, SHUT_RDWR);
    }
}

void Listener::acceptAll() {
    while (!stopping_) {
        const int fd = ::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) return;
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        {
            const std::lock_guard lock(mutex_);
            open_.insert(fd);
        }
        served_.emplace_back([this, fd] { run(fd); });
    }
}

void Listener::run(int fd) {
    serve_(fd);
    const std::lock_guard lock(mutex_);
    open_.erase(fd);
    ::close(fd);
}

UniqueFd connectTo(std::uint16_t port) {
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = loopback(port);
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fd.reset();
    return fd;
}

void sendAll(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void passBothWays(int a, int b) {
    std::array<pollfd, 2> ends{pollfd{a, POLLIN, 0}, pollfd{b, POLLIN, 0}};
    std::array<char, 65536> buffer;
    while (::poll(ends.data(), ends.size(), -1) > 0)
        for (std::size_t i = 0; i < ends.size(); ++i) {
            if (ends[i].revents == 0) continue;
            const auto got = ::recv(ends[i].fd, buffer.data(), buffer.size(), 0);
            if (got <= 0) return;
            sendAll(ends[1 - i].fd, {buffer.data(), static_cast<std::size_t>(got)});
        }
}

void resetOnClose(int fd) {
    const linger now{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

std::uint16_t freePort() {
    // Below the range that Linux takes for outgoing connections (32768 and up): nobody takes the port by
    // accident between this call and the server's start, nor while a killed server is away.
    constexpr std::uint32_t kFirst = 20000;
    constexpr std::uint32_t kCount = 12000;
    static std::uint32_t next = static_cast<std::uint32_t>(::getpid()) * 97u;
    for (std::uint32_t tries = 0; tries < kCount; ++tries) {
        const auto port = static_cast<std::uint16_t>(kFirst + next++ % kCount);
        const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const auto address = loopback(port);
        if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return port;
    }
    return 0;
}

}  // namespace gantry::test
