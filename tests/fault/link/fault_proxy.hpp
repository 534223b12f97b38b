#pragma once
/// A line that can be made bad: sits between a client and a server on loopback. It counts, slows, delays,
/// cuts, stalls, damages. Which server it is and what is spoken does not matter to it.

#include <atomic>
#include <cstdint>

#include "line_state.hpp"
#include "sockets.hpp"

namespace gantry::test {

class FaultProxy {
public:
    /// @param listen_port  0: any free one
    explicit FaultProxy(std::uint16_t server_port, std::uint16_t listen_port = 0);
    std::uint16_t port() const { return listener_.port(); }
    void setServerPort(std::uint16_t port) { server_port_ = port; }

    /// The connection that carries the n-th byte from now on towards the server is reset just after that
    /// byte.
    void cutAfter(std::uint64_t bytes_up) { arm({{LineFault::Kind::Cut, bytes_up, {}}}); }
    /// From now on nothing passes in either direction, connections stay open.
    void stall(bool on) { state_.hold(on); }
    /// The next answer of the server is lost: the connection is reset when its first byte would come back.
    void loseNextAnswer() { state_.loseNextAnswer(); }
    void cutAll() { listener_.cutAll(); }

    /// These strike one after the other from now on, in place of what was armed before.
    void arm(std::vector<LineFault> faults) { state_.arm(std::move(faults)); }
    std::vector<LineFault> struck() const { return state_.struck(); }
    std::size_t armed() const { return state_.armed(); }
    /// Called on a thread of the proxy as a fault strikes.
    void onStrike(std::function<void(const LineFault&)> told) { state_.onStrike(std::move(told)); }
    /// Flips may meet the heads of requests too: for lines that notice by themselves, as TLS does.
    void flipAnywhere(bool on) { state_.setFlipAnywhere(on); }
    /// Of all connections together; nullopt: as fast as it goes.
    void setRate(std::optional<std::uint64_t> up, std::optional<std::uint64_t> down);
    /// Each way.
    void setDelay(std::chrono::milliseconds delay) { state_.setDelay(delay); }

    std::uint64_t bytesUp() const { return state_.bytesUp(); }
    std::uint64_t connections() const { return connections_; }

private:
    void serve(int client);

    LineState state_;
    std::atomic<std::uint16_t> server_port_;
    std::atomic<std::uint64_t> connections_ = 0;
    Listener listener_;  // last: its threads use the rest
};

}  // namespace gantry::test
