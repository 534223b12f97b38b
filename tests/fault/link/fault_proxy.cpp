#include "fault_proxy.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <deque>

namespace gantry::test {
namespace {

using std::chrono::steady_clock;
using Time = LineState::Time;

constexpr std::size_t kPieceBytes = 64 << 10;
constexpr std::size_t kMostUnderWay = 256 << 10;  // of one direction; more is not read
constexpr auto kLook = std::chrono::milliseconds(50);

/// One direction of one connection: bytes that were read and have not passed yet.
class Lane {
public:
    Lane(int from, int to) : from_(from), to_(to) {}
    int from() const { return from_; }
    int to() const { return to_; }
    bool ended() const { return ended_; }
    bool wantsMore() const { return !ended_ && under_way_ < kMostUnderWay; }
    bool isDue(Time now) const { return !pieces_.empty() && pieces_.front().at <= now; }
    Time nextAt() const { return pieces_.empty() ? Time::max() : pieces_.front().at; }
    bool empty() const { return pieces_.empty(); }

    /// Nothing at the end of the connection.
    std::string read() {
        std::string piece(kPieceBytes, '\0');
        const auto got = ::recv(from_, piece.data(), piece.size(), 0);
        piece.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        if (piece.empty()) ended_ = true;
        return piece;
    }
    void push(Time at, std::string piece) {
        under_way_ += piece.size();
        if (!piece.empty()) pieces_.push_back({at, std::move(piece), 0});
    }
    /// False: the receiving end is gone.
    bool passDue(Time now) {
        while (isDue(now)) {
            auto& piece = pieces_.front();
            const auto rest = std::string_view(piece.bytes).substr(piece.sent);
            const auto sent = ::send(to_, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
            piece.sent += static_cast<std::size_t>(sent);
            under_way_ -= static_cast<std::size_t>(sent);
            if (piece.sent == piece.bytes.size()) pieces_.pop_front();
        }
        return true;
    }
    void passAll() {
        for (const auto& piece : pieces_) sendAll(to_, std::string_view(piece.bytes).substr(piece.sent));
        pieces_.clear();
        under_way_ = 0;
    }

private:
    struct Piece {
        Time at;
        std::string bytes;
        std::size_t sent = 0;
    };
    int from_, to_;
    std::deque<Piece> pieces_;
    std::size_t under_way_ = 0;
    bool ended_ = false;
};

/// One connection through the line.
class Through {
public:
    Through(LineState& state, int client, int server)
        : state_(state), up_(client, server), down_(server, client) {}

    /// Runs to its end. True: the whole line is to go down.
    bool run() {
        while (!over_) {
            const auto now = steady_clock::now();
            const auto held = state_.heldUntil();
            if (now >= held) pass(now);
            if (over_) break;
            await(std::max(now, held));
        }
        return line_down_;
    }

private:
    void pass(Time now) {
        if (!up_.passDue(now) || !down_.passDue(now)) over_ = true;
        if (down_.ended() && down_.empty()) over_ = true;
        if (!up_.ended() || !up_.empty() || told_end_) return;
        ::shutdown(up_.to(), SHUT_WR);
        told_end_ = true;
    }

    // Waits for bytes, or until a piece is due; nothing is read before `from`.
    void await(Time from) {
        const auto now = steady_clock::now();
        std::array<pollfd, 2> ends{pollfd{up_.from(), 0, 0}, pollfd{down_.from(), 0, 0}};
        if (from <= now) {
            if (up_.wantsMore()) ends[0].events |= POLLIN;
            if (down_.wantsMore()) ends[1].events |= POLLIN;
            if (up_.isDue(now)) ends[1].events |= POLLOUT;
            if (down_.isDue(now)) ends[0].events |= POLLOUT;
        }
        auto until = std::min({now + kLook, std::max(up_.nextAt(), from), std::max(down_.nextAt(), from)});
        if (from > now) until = std::min(until, from);
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(until - now);
        const bool blocked = ((ends[0].events | ends[1].events) & POLLOUT) != 0;
        ::poll(ends.data(), ends.size(),
               blocked ? 50 : static_cast<int>(std::max<std::int64_t>(wait.count(), 0)));
        if ((ends[0].revents & (POLLERR | POLLNVAL)) != 0 || (ends[1].revents & (POLLERR | POLLNVAL)) != 0)
            over_ = true;
        if ((ends[0].revents & (POLLIN | POLLHUP)) != 0 && (ends[0].events & POLLIN) != 0) takeUp();
        if (!over_ && (ends[1].revents & (POLLIN | POLLHUP)) != 0 && (ends[1].events & POLLIN) != 0)
            takeDown();
        // Closed both ways, and nothing of it is waited for: it was cut, or the test is over.
        if ((ends[0].revents & POLLHUP) != 0 && (ends[0].events & POLLIN) == 0) over_ = true;
    }

    void takeUp() {
        auto piece = up_.read();
        if (piece.empty() || half_closed_) return;
        const auto passing = state_.passUp(piece);
        piece.resize(passing.bytes);
        const auto at = state_.arrival(LineState::Up, piece.size());
        up_.push(at, std::move(piece));
        if (passing.cut) reset();
        if (passing.half_close) {
            up_.passAll();
            ::shutdown(up_.to(), SHUT_WR);
            half_closed_ = told_end_ = true;
        }
        if (passing.cut_everything) over_ = line_down_ = true;
    }

    void takeDown() {
        auto piece = down_.read();
        if (piece.empty()) return;
        if (!state_.passDown(piece)) return reset();
        const auto at = state_.arrival(LineState::Down, piece.size());
        down_.push(at, std::move(piece));
    }

    void reset() {
        up_.passAll();
        resetOnClose(up_.from());
        resetOnClose(up_.to());
        over_ = true;
    }

    LineState& state_;
    Lane up_, down_;
    bool over_ = false, told_end_ = false, half_closed_ = false, line_down_ = false;
};

}  // namespace

FaultProxy::FaultProxy(std::uint16_t server_port, std::uint16_t listen_port)
    : server_port_(server_port), listener_([this](int client) { serve(client); }, listen_port) {}

void FaultProxy::setRate(std::optional<std::uint64_t> up, std::optional<std::uint64_t> down) {
    state_.setRate(LineState::Up, up);
    state_.setRate(LineState::Down, down);
}

void FaultProxy::serve(int client) {
    ++connections_;
    if (state_.refuses()) return resetOnClose(client);
    const auto server = connectTo(server_port_);
    if (!server) return resetOnClose(client);
    if (!Through(state_, client, server.get()).run()) return;
    resetOnClose(server.get());
    cutAll();
}

}  // namespace gantry::test
