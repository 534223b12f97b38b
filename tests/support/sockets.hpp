#pragma once
/// Plain TCP on loopback for tests: a listener whose connections are served by threads, all gone at the end.

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <set>
#include <thread>

#include "gantry/core/files.hpp"

namespace gantry::test {

class Listener {
public:
    /// `serve` owns the connection while it runs, on a thread of its own; it must end when reads fail.
    /// @param port  0: any free one
    explicit Listener(std::function<void(int)> serve, std::uint16_t port = 0);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    std::uint16_t port() const { return port_; }
    /// Breaks every connection there is, with a reset.
    void cutAll();

private:
    void acceptAll();
    void run(int fd);

    std::function<void(int)> serve_;
    UniqueFd socket_;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::set<int> open_;              // guarded by mutex_
    std::list<std::jthread> served_;  // touched by the accepting thread, and at the end
    std::jthread acceptor_;
};

/// A connected socket. Fails the process' test by returning an empty descriptor.
UniqueFd connectTo(std::uint16_t port);
void sendAll(int fd, std::string_view text);
/// Passes bytes both ways until one end closes.
void passBothWays(int a, int b);
/// The next close() sends a reset instead of an orderly end.
void resetOnClose(int fd);
/// A port that nobody listens on just now.
std::uint16_t freePort();

}  // namespace gantry::test
