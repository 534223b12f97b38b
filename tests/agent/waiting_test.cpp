// Nothing waits in the outbox without a sentence, and none without what to do.
#include <catch2/catch.hpp>

#include "support.hpp"
#include "workflow/line.hpp"
#include "workflow/waiting.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

TEST_CASE("whatever an object waits for, there is a sentence and an advice", "[agent][outbox]") {
    const std::string state = GENERATE("made", "uploading", "delivered");
    const bool paused = GENERATE(false, true);
    const bool all_paused = GENERATE(false, true);
    const bool known = GENERATE(false, true);
    const bool open = GENERATE(false, true);
    const int ahead = GENERATE(0, 1, 7);
    const UnixMillis next = GENERATE(0, 2'000);
    OutboxRow object;
    object.id = "p1";
    object.state = state;
    object.trial_id = "onc-demo";
    object.next_attempt_at = next;
    if (paused) object.paused_by = "A. Smith";
    OutboxView view;
    view.now = 1'000;
    view.trial_known = known;
    if (all_paused) view.pause = OutboxPause{"B. Jones", 1};
    view.line_open = open;
    view.ahead = ahead;
    CAPTURE(state, paused, all_paused, known, open, ahead, next);
    const bool moves = state == "uploading" && !paused && !all_paused && known && open && ahead == 0 && next == 0;
    const auto waiting = waitingOf(object, view);
    REQUIRE(waiting.has_value() == !moves);
    if (moves) return;
    CHECK_FALSE(waiting->reason.empty());
    CHECK(waiting->sentence.ends_with('.'));
    CHECK(waiting->advice.ends_with('.'));
}

TEST_CASE("every failure of an attempt has a sentence", "[agent][outbox]") {
    for (const auto& row : errcTable()) {
        CAPTURE(row.slug);
        const auto failure = failureOf(fail(row.code, ""));
        CHECK_FALSE(failure.reason.empty());
        CHECK(failure.sentence.ends_with('.'));
        CHECK(adviceFor(failure.reason).ends_with('.'));
    }
}

TEST_CASE("a person's night and limit hold besides the configuration's", "[agent][outbox]") {
    // 1970-01-05 was a Monday; the process' zone is UTC here.
    const auto at = [](int hour) { return (4 * 24 + hour) * 3'600'000ll; };
    const auto closed_noon = uplink::LineWindow{0x7F, 12 * 60, 13 * 60, {false, {}}};
    Line line(must(uplink::LineSchedule::make({closed_noon}, {true, 500'000})));
    CHECK(line.rateAt(at(3)) == uplink::LineRate{true, 500'000});
    line.allow({200'000, 11 * 60, 18 * 60, "A. Smith", 1});
    CHECK_FALSE(line.rateAt(at(3)).open);
    CHECK(line.opensAt(at(3)) == at(11));
    CHECK(line.rateAt(at(11)) == uplink::LineRate{true, 200'000});
    CHECK_FALSE(line.rateAt(at(12)).open);
    CHECK(line.opensAt(at(12)) == at(13));
    CHECK(line.follow(at(14)).open);
    CHECK(line.limiter()->rate() == 200'000u);
    line.allow({});
    CHECK(line.follow(at(14)) == uplink::LineRate{true, 500'000});
}
