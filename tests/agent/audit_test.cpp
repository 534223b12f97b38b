#include "box.hpp"
#include "catalogue/studies.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

std::optional<std::int64_t> broken(Box& box) {
    return must(box.catalogue->read([](Database& db) { return firstBrokenAudit(db); }));
}

void fillAudit(Box& box) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const auto study = box.storeAll(smallSeries(seed, 1));
        must(box.catalogue->write([&](Database& db) {
            return applyEvent(db, study, Event::ArrivalEnded, Cause::detailed("the transfer ended"),
                              box.clock.nowMillis());
        }));
    }
    REQUIRE(numberOf(*box.catalogue, "SELECT count(*) FROM audit") == 6);
}

}  // namespace

TEST_CASE("an untouched audit verifies, and still does after a restart", "[agent][audit]") {
    Box box;
    CHECK_FALSE(broken(box));
    fillAudit(box);
    CHECK_FALSE(broken(box));
    box.restart();
    CHECK_FALSE(broken(box));
}

TEST_CASE("each field of an audit entry is held by the chain", "[agent][audit]") {
    const auto* change_to =
        GENERATE("at_ms = at_ms + 1", "study_id = study_id + 1", "study_id = NULL", "who = 'somebody'",
                 "event = 'released'", "from_state = 'held'", "to_state = 'held'", "detail = 'nothing'",
                 "who = who || event, event = ''", "chain = '00'");
    CAPTURE(change_to);
    Box box;
    fillAudit(box);
    change(*box.catalogue, std::string("UPDATE audit SET ") + change_to + " WHERE id = 4");
    CHECK(broken(box) == std::optional<std::int64_t>(4));
}

TEST_CASE("an entry taken out of the audit, or put in, is found", "[agent][audit]") {
    Box box;
    fillAudit(box);
    SECTION("out of the middle") {
        change(*box.catalogue, "DELETE FROM audit WHERE id = 3");
        CHECK(broken(box) == std::optional<std::int64_t>(4));
    }
    SECTION("the first") {
        change(*box.catalogue, "DELETE FROM audit WHERE id = 1");
        CHECK(broken(box) == std::optional<std::int64_t>(2));
    }
    SECTION("one more") {
        change(*box.catalogue,
               "INSERT INTO audit (at_ms, study_id, who, event, from_state, to_state, detail, chain) "
               "SELECT at_ms, study_id, who, event, from_state, to_state, detail, chain FROM audit WHERE id "
               "= 6");
        CHECK(broken(box) == std::optional<std::int64_t>(7));
    }
}
