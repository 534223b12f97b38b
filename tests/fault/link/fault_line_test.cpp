// The tools themselves: each fault does what it says, and nothing else.
#include "fault_proxy.hpp"

#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <future>
#include <map>

#include "network_namespace.hpp"
#include "slow_resolver.hpp"
#include "support.hpp"

namespace gantry::test {
namespace {

using namespace std::chrono_literals;
using Kind = LineFault::Kind;
using std::chrono::steady_clock;

/// Remembers what came, answers "ok" after each "?" and at the end.
class Ear {
public:
    std::uint16_t port() const { return listener_.port(); }
    std::string heard() const {
        const std::lock_guard lock(mutex_);
        return heard_;
    }

private:
    void serve(int fd) {
        std::array<char, 65536> buffer;
        for (;;) {
            const auto got = ::recv(fd, buffer.data(), buffer.size(), 0);
            if (got < 0) return;
            const std::string_view piece(buffer.data(), static_cast<std::size_t>(got));
            {
                const std::lock_guard lock(mutex_);
                heard_ += piece;
            }
            if (got == 0 || piece.ends_with('?')) sendAll(fd, "ok");
            if (got == 0) return;
        }
    }
    mutable std::mutex mutex_;
    std::string heard_;
    Listener listener_{[this](int fd) { serve(fd); }};
};

/// What comes back until the connection ends; nullopt after a reset.
std::optional<std::string> answer(int fd, std::size_t at_most = SIZE_MAX) {
    std::string all;
    std::array<char, 4096> buffer;
    while (all.size() < at_most) {
        const auto got = ::recv(fd, buffer.data(), buffer.size(), 0);
        if (got < 0) return std::nullopt;
        if (got == 0) break;
        all.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return all;
}

bool eventually(const std::function<bool()>& holds) {
    for (const auto end = steady_clock::now() + 10s; steady_clock::now() < end;
         std::this_thread::sleep_for(2ms))
        if (holds()) return true;
    return holds();
}

const std::string kBody(100'000, 'b');

int bitsDifferent(const std::string& a, const std::string& b) {
    if (a.size() != b.size()) return -1;
    int bits = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        bits += __builtin_popcount(static_cast<unsigned char>(a[i] ^ b[i]));
    return bits;
}

struct Bench {
    Ear ear;
    FaultProxy proxy{ear.port()};
    UniqueFd connect() const { return connectTo(proxy.port()); }
    std::string exchange(const std::string& text) const {
        const auto fd = connect();
        sendAll(fd.get(), text);
        ::shutdown(fd.get(), SHUT_WR);
        return answer(fd.get()).value_or("reset");
    }
};

}  // namespace

TEST_CASE("a line without faults passes everything", "[fault][line]") {
    const Bench bench;
    CHECK(bench.exchange(kBody) == "ok");
    CHECK(bench.ear.heard() == kBody);
    CHECK(bench.proxy.bytesUp() == kBody.size());
    CHECK(bench.proxy.connections() == 1);
    CHECK(bench.proxy.struck().empty());
}

TEST_CASE("a cut comes just after its byte, as a reset", "[fault][line]") {
    Bench bench;
    bench.proxy.arm({{Kind::Cut, 54'321, {}}});
    CHECK(bench.exchange(kBody) != "ok");
    CHECK(eventually([&] { return bench.ear.heard().size() == 54'321; }));
    CHECK(bench.proxy.struck().size() == 1);
    CHECK(bench.exchange("again") == "ok");
}

TEST_CASE("after a half-close the server answers, and hears no more", "[fault][line]") {
    Bench bench;
    bench.proxy.arm({{Kind::HalfClose, 1'000, {}}});
    const auto fd = bench.connect();
    sendAll(fd.get(), kBody);
    CHECK(answer(fd.get()) == "ok");
    CHECK(bench.ear.heard().size() == 1'000);
}

TEST_CASE("a lost answer was an answer", "[fault][line]") {
    Bench bench;
    bench.proxy.loseNextAnswer();
    CHECK(bench.exchange(kBody) != "ok");
    CHECK(bench.ear.heard() == kBody);
    bench.proxy.arm({{Kind::LoseAnswer, 10, {}}});
    CHECK(bench.exchange("a question of more than ten bytes?") != "ok");
    CHECK(bench.exchange("x?") == "okok");
}

TEST_CASE("a flip changes one bit, of a body", "[fault][line]") {
    Bench bench;
    const std::string head = "PATCH /x HTTP/1.1\r\nUpload-Offset: 5\r\n\r\n";
    bench.proxy.arm({{Kind::Flip, 0, {}}});
    const auto sent = head + kBody;
    CHECK(bench.exchange(sent) == "ok");
    CHECK(bitsDifferent(bench.ear.heard(), sent) == 1);
    CHECK(bench.ear.heard().starts_with(head));
}

TEST_CASE("a flip waits for a body unless it may meet anything", "[fault][line]") {
    Bench bench;
    bench.proxy.arm({{Kind::Flip, 0, {}}});
    CHECK(bench.exchange("HEAD /x HTTP/1.1\r\n\r\n") == "ok");
    CHECK(bench.ear.heard() == "HEAD /x HTTP/1.1\r\n\r\n");
    CHECK(bench.proxy.armed() == 1);
    bench.proxy.flipAnywhere(true);
    CHECK(bench.exchange("HEAD /x") == "ok");
    CHECK(bench.ear.heard() != "HEAD /x HTTP/1.1\r\n\r\nHEAD /x");
    bench.proxy.arm({{Kind::FlipBack, 0, {}}});
    CHECK(bitsDifferent(bench.exchange("y"), "ok") == 1);
}

TEST_CASE("a stall holds everything up for its time, and loses nothing", "[fault][line]") {
    Bench bench;
    bench.proxy.arm({{Kind::Stall, 50'000, 300ms}});
    const auto begin = steady_clock::now();
    CHECK(bench.exchange(kBody) == "ok");
    CHECK(steady_clock::now() - begin >= 300ms);
    CHECK(bench.ear.heard() == kBody);
    bench.proxy.stall(true);
    const auto fd = bench.connect();
    sendAll(fd.get(), "z");
    auto waiting = std::async(std::launch::async, [&] { return answer(fd.get()); });
    ::shutdown(fd.get(), SHUT_WR);
    CHECK(waiting.wait_for(100ms) == std::future_status::timeout);
    bench.proxy.stall(false);
    CHECK(waiting.get() == "ok");
}

TEST_CASE("a line that is down takes every connection with it, and no new one", "[fault][line]") {
    Bench bench;
    const auto other = bench.connect();
    sendAll(other.get(), "hello?");
    REQUIRE(answer(other.get(), 2) == "ok");
    bench.proxy.arm({{Kind::Down, 1'000, 300ms}});
    const auto begin = steady_clock::now();
    CHECK(bench.exchange(kBody) != "ok");
    CHECK(answer(other.get()) != "ok");
    CHECK(bench.exchange("x") != "ok");
    CHECK(eventually([&] { return bench.exchange("y") == "ok"; }));
    CHECK(steady_clock::now() - begin >= 300ms);
}

TEST_CASE("rate and delay slow a line", "[fault][line]") {
    Bench bench;
    bench.proxy.setRate(400'000, std::nullopt);
    bench.proxy.setDelay(50ms);
    const auto begin = steady_clock::now();
    CHECK(bench.exchange(kBody) == "ok");
    CHECK(steady_clock::now() - begin >= 340ms);  // 250 for the bytes, 50 each way, less a late start
    CHECK(bench.ear.heard() == kBody);
}

TEST_CASE("the same seed draws the same faults, all of the kinds that were asked", "[fault][line]") {
    const FaultWish wish{17, 200, 10'000'000, {Kind::Cut, Kind::Stall, Kind::Flip}, 50ms, 300ms};
    const auto faults = drawFaults(wish);
    const auto again = drawFaults(wish);
    std::uint64_t bytes = 0;
    std::map<Kind, int> count;
    for (std::size_t i = 0; i < faults.size(); ++i) {
        CHECK(faults[i].after_bytes == again[i].after_bytes);
        CHECK(faults[i].kind == again[i].kind);
        CHECK(faults[i].lasts >= 50ms);
        CHECK(faults[i].lasts <= 300ms);
        bytes += faults[i].after_bytes;
        ++count[faults[i].kind];
    }
    CHECK(count.size() == 3);
    CHECK(bytes > 7'000'000);
    CHECK(bytes < 13'000'000);
    LineFault::Kind kind;
    CHECK(kindNamed("flip-back", kind));
    CHECK(kind == Kind::FlipBack);
    CHECK_FALSE(kindNamed("flop", kind));
}

TEST_CASE("a network namespace has a line of its own", "[fault][line][namespace]") {
    const auto line = NetworkNamespace::make();
    if (!line) return;
    line->run([&] {
        const Ear ear;
        const auto timeOf = [&](std::size_t bytes) {
            const auto fd = connectTo(ear.port());
            const auto begin = steady_clock::now();
            sendAll(fd.get(), std::string(bytes, 'x'));
            ::shutdown(fd.get(), SHUT_WR);
            CHECK(answer(fd.get()) == "ok");
            return steady_clock::now() - begin;
        };
        line->setRate(1'000'000);
        CHECK(timeOf(500'000) > 400ms);
        line->setRate(0);
        line->setLoss(50);
        timeOf(500'000);
        line->setLoss(0);
        line->pullCable(true);
        auto held = std::async(std::launch::async, [&] { return timeOf(10); });
        CHECK(held.wait_for(200ms) == std::future_status::timeout);
        line->pullCable(false);
        held.get();
    });
}

}  // namespace gantry::test
