#include "gantry/uplink/rate_limiter.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <vector>

namespace gantry::uplink {
namespace {

using namespace std::chrono_literals;
using Seconds = std::chrono::duration<double>;

/// Connections that send as much as they may, on a clock that the test moves.
class Simulation {
public:
    explicit Simulation(std::optional<std::uint64_t> rate) : limiter(rate, [this] { return now; }) {}
    RateLimiter::Time now{};
    RateLimiter limiter;

    struct Connection {
        std::uint64_t wants = 64 << 10;  ///< at a time
        RateLimiter::Duration late{};    ///< its timer wakes it so much too late
        std::uint64_t sent = 0;
    };
    std::vector<Connection> connections;

    /// Runs until `end`; what each sent is in `connections`.
    void runUntil(RateLimiter::Time end) {
        if (due_.empty())
            for (std::size_t i = 0; i < connections.size(); ++i) ask(i);
        while (due_.begin()->first <= end) {
            const auto [at, who] = *due_.begin();
            due_.erase(due_.begin());
            now = std::max(now, at);
            connections[who.first].sent += who.second;
            ask(who.first);
        }
        now = end;
    }

private:
    void ask(std::size_t i) {
        const auto turn = limiter.ask(connections[i].wants);
        REQUIRE(turn.bytes >= 1);
        REQUIRE(turn.bytes <= connections[i].wants);
        const auto late = turn.wait > 0s ? connections[i].late : 0s;
        due_.emplace(now + turn.wait + late, std::pair(i, turn.bytes));
    }
    std::multimap<RateLimiter::Time, std::pair<std::size_t, std::uint64_t>> due_;
};

}  // namespace

TEST_CASE("the rate that was set is reached and not passed, also with late timers", "[uplink][line]") {
    const std::uint64_t rate = GENERATE(1'000, 50'000, 1'000'000, 125'000'000);
    const auto late = GENERATE(0ms, 5ms, 40ms);
    const int count = GENERATE(1, 3);
    CAPTURE(rate, late.count(), count);
    Simulation simulation(rate);
    simulation.connections.assign(static_cast<std::size_t>(count), {64 << 10, late, 0});
    simulation.runUntil(RateLimiter::Time(60s));
    std::uint64_t sent = 0;
    for (const auto& c : simulation.connections) sent += c.sent;
    const auto ratio = static_cast<double>(sent) / (60.0 * static_cast<double>(rate));
    CHECK(ratio >= 0.95);
    CHECK(ratio <= 1.01);
}

TEST_CASE("connections share a line in equal parts", "[uplink][line]") {
    Simulation simulation(1'000'000);
    simulation.connections = {{1 << 20, 0ms, 0}, {64 << 10, 3ms, 0}, {256 << 10, 0ms, 0}, {64 << 10, 1ms, 0}};
    simulation.runUntil(RateLimiter::Time(30s));
    for (const auto& c : simulation.connections) {
        CAPTURE(c.wants, c.sent);
        CHECK(static_cast<double>(c.sent) / 7'500'000.0 > 0.95);
        CHECK(static_cast<double>(c.sent) / 7'500'000.0 < 1.05);
    }
}

TEST_CASE("another rate holds at once for who is sending", "[uplink][line]") {
    Simulation simulation(100'000);
    simulation.connections.resize(2);
    const auto total = [&] { return simulation.connections[0].sent + simulation.connections[1].sent; };
    simulation.runUntil(RateLimiter::Time(10s));
    CHECK(static_cast<double>(total()) == Approx(1'000'000).epsilon(0.05));
    auto before = total();
    simulation.limiter.setRate(2'000'000);
    simulation.runUntil(RateLimiter::Time(20s));
    CHECK(static_cast<double>(total() - before) == Approx(20'000'000).epsilon(0.05));
    before = total();
    simulation.limiter.setRate(10'000);
    simulation.runUntil(RateLimiter::Time(40s));
    CHECK(static_cast<double>(total() - before) == Approx(200'000).epsilon(0.1));
    simulation.limiter.setRate(std::nullopt);
    CHECK_FALSE(simulation.limiter.rate());
    const auto turn = simulation.limiter.ask(123'456'789);
    CHECK(turn.bytes == 123'456'789);
    CHECK(turn.wait == 0s);
}

TEST_CASE("a bound within another one holds, and so does the outer one", "[uplink][line]") {
    RateLimiter::Time now{};
    const auto line = std::make_shared<RateLimiter>(100'000, [&now] { return now; });
    const auto slow = RateLimiter::within(line);
    const auto free = RateLimiter::within(line);
    slow->setRate(20'000);
    struct Sender {
        RateLimiter* limiter;
        RateLimiter::Time due{};
        std::uint64_t coming = 0;
        std::uint64_t sent = 0;
    };
    std::array senders = {Sender{slow.get()}, Sender{free.get()}};
    for (auto& sender : senders) {
        const auto turn = sender.limiter->ask(64 << 10);
        sender.due = now + turn.wait;
        sender.coming = turn.bytes;
    }
    while (true) {
        auto& next = senders[0].due <= senders[1].due ? senders[0] : senders[1];
        if (next.due > RateLimiter::Time(60s)) break;
        now = std::max(now, next.due);
        next.sent += next.coming;
        const auto turn = next.limiter->ask(64 << 10);
        next.due = now + turn.wait;
        next.coming = turn.bytes;
    }
    CHECK(senders[0].sent <= 20'000 * 61);
    CHECK(senders[0].sent >= 16'000 * 55);  // turns on a full line are shared, and its own are the shorter
    CHECK(senders[0].sent + senders[1].sent <= 100'000 * 61);
    CHECK(senders[0].sent + senders[1].sent >= 100'000 * 55);
}

TEST_CASE("an idle line is not saved up", "[uplink][line]") {
    Simulation simulation(1'000'000);
    simulation.now += 3600s;
    simulation.connections.resize(1);
    simulation.runUntil(simulation.now + 2s);
    CHECK(simulation.connections[0].sent <= 2'300'000);
}

TEST_CASE("a turn is short, so that a change of the rate is soon heard", "[uplink][line]") {
    for (const std::uint64_t rate : {20'000u, 1'000'000u, 100'000'000u}) {
        RateLimiter limiter(rate);
        const auto turn = limiter.ask(1u << 30);
        CAPTURE(rate, turn.bytes);
        CHECK(static_cast<double>(turn.bytes) / static_cast<double>(rate) <= 0.1);
    }
    CHECK(RateLimiter(0).rate() == 1);  // silence is not asked for by a rate
}

}  // namespace gantry::uplink
