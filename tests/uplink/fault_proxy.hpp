#pragma once
/// A line that can be made bad: sits between a client and a server on loopback, counts, cuts, stalls.

#include <atomic>
#include <cstdint>

#include "sockets.hpp"

namespace gantry::test {

class FaultProxy {
public:
    explicit FaultProxy(std::uint16_t server_port);
    std::uint16_t port() const { return listener_.port(); }
    void setServerPort(std::uint16_t port) { server_port_ = port; }

    /// The connection that carries the n-th byte from now on towards the server is reset just after that
    /// byte.
    void cutAfter(std::uint64_t bytes_up) { cut_in_ = static_cast<std::int64_t>(bytes_up); }
    /// From now on nothing passes in either direction, connections stay open.
    void stall(bool on) { stalled_ = on; }
    /// The next answer of the server is lost: the connection is reset when its first byte would come back.
    void loseNextAnswer() { lose_answer_ = true; }
    std::uint64_t bytesUp() const { return bytes_up_; }
    std::uint64_t connections() const { return connections_; }
    void cutAll() { listener_.cutAll(); }

private:
    void serve(int client);
    // False: the connection is to be cut.
    bool passUp(std::string_view bytes, int server);

    std::atomic<std::uint16_t> server_port_;
    std::atomic<std::int64_t> cut_in_ = -1;
    std::atomic<bool> stalled_ = false;
    std::atomic<bool> lose_answer_ = false;
    std::atomic<std::uint64_t> bytes_up_ = 0;
    std::atomic<std::uint64_t> connections_ = 0;
    Listener listener_;  // last: its threads use the rest
};

}  // namespace gantry::test
