#include <map>
#include <set>
#include <sstream>

#include "box.hpp"
#include "catalogue/studies.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

// docs/formats/states.md, "Events", row by row: written out here once more, in words, so that the code's
// table is held against the document and not against itself.
struct Row {
    std::string_view event;
    std::string_view from;  ///< states separated by blanks; "*" all
    std::string_view to;
};
constexpr Row kDocument[] = {
    {"instance-arrived",
     "receiving complete unassigned checked held deidentifying ready uploading delivered confirmed purged "
     "phantom",
     "receiving"},
    {"instance-arrived", "quarantined", "quarantined"},
    {"arrival-ended", "receiving", "complete"},
    {"subject-unknown", "complete", "unassigned"},
    {"subject-assigned", "unassigned checked held", "complete"},
    {"judged", "complete", "checked"},
    {"hold", "checked deidentifying", "held"},
    {"cleared", "checked", "deidentifying"},
    {"released", "held", "deidentifying"},
    {"parcel-made", "deidentifying", "ready"},
    {"nothing-new", "deidentifying", "confirmed"},
    {"upload-started", "ready", "uploading"},
    {"upload-done", "uploading", "delivered"},
    {"upload-lost", "uploading delivered", "ready"},
    {"receipt-verified", "delivered", "confirmed"},
    {"purge", "confirmed", "purged"},
    {"quarantine",
     "receiving complete unassigned checked held deidentifying ready uploading delivered confirmed "
     "quarantined phantom",
     "quarantined"},
    {"judge-again", "quarantined held unassigned checked phantom", "complete"},
    {"phantom-found", "unassigned checked held phantom", "phantom"},
    {"pixels-measured", "checked held", "complete"},
    {"corrected", "receiving", "receiving"},
    {"corrected", "purged", "purged"},
    {"corrected", "phantom", "phantom"},
    {"corrected",
     "complete unassigned checked held deidentifying ready uploading delivered confirmed quarantined",
     "complete"},
    {"stated-later", "delivered confirmed", "complete"},
    {"make-again", "ready uploading delivered confirmed", "deidentifying"},
};
constexpr std::string_view kDocumentedStates[] = {"receiving", "complete",      "unassigned", "checked",
                                                  "held",      "deidentifying", "ready",      "uploading",
                                                  "delivered", "confirmed",     "purged",     "quarantined",
                                                  "phantom"};

std::optional<std::string> documented(std::string_view from, std::string_view event) {
    for (const auto& row : kDocument) {
        std::istringstream states{std::string(row.from)};
        for (std::string state; states >> state;)
            if (row.event == event && state == from) return std::string(row.to);
    }
    return std::nullopt;
}

StudyId studyIn(Box& box, State state) {
    static std::uint64_t seed = 1000;
    const auto study = box.storeAll(smallSeries(++seed, 1));
    change(*box.catalogue, "UPDATE study SET reason = 'before', state = '" + std::string(toString(state)) +
                               "' WHERE id = " + std::to_string(study));
    return study;
}

}  // namespace

TEST_CASE("the states and events have the names of the document", "[agent][states]") {
    std::set<std::string_view> names;
    for (const auto state : kStates) names.insert(toString(state));
    CHECK(names == std::set<std::string_view>(std::begin(kDocumentedStates), std::end(kDocumentedStates)));
    std::set<std::string_view> events;
    for (const auto& row : kDocument) events.insert(row.event);
    std::set<std::string_view> ours;
    for (const auto event : kEvents) ours.insert(toString(event));
    CHECK(ours == events);
    for (const auto state : kStates) CHECK(parseState(toString(state)) == state);
    CHECK_FALSE(parseState("sent"));
    CHECK_FALSE(parseState(""));
}

TEST_CASE("every pair of state and event does what the document says", "[agent][states]") {
    int accepted = 0;
    for (const auto from : kStates)
        for (const auto event : kEvents) {
            CAPTURE(toString(from), toString(event));
            const auto expected = documented(toString(from), toString(event));
            const auto to = next(from, event);
            REQUIRE(to.has_value() == expected.has_value());
            if (!to) continue;
            CHECK(toString(*to) == *expected);
            ++accepted;
        }
    CHECK(accepted == 73);  // the document's rows, counted by hand
}

TEST_CASE("each pair is applied with its audit entry, or changes nothing at all", "[agent][states]") {
    Box box;
    std::map<std::string, StudyId> studies;
    const auto now = box.clock.nowMillis() + 5;
    for (const auto from : kStates) {
        const auto study = studyIn(box, from);
        for (const auto event : kEvents) {
            CAPTURE(toString(from), toString(event));
            change(*box.catalogue, "UPDATE study SET reason = 'before', changed_at_ms = 1, state = '" +
                                       std::string(toString(from)) + "' WHERE id = " + std::to_string(study));
            const auto before = everything(*box.catalogue);
            const auto entries = numberOf(*box.catalogue, "SELECT count(*) FROM audit");
            const auto expected = documented(toString(from), toString(event));
            const auto outcome = box.catalogue->write([&](Database& db) {
                return applyEvent(db, study, event, {"A. Smith", "said", "because"}, now);
            });
            if (!expected) {
                REQUIRE_FALSE(outcome);
                CHECK(outcome.error().code == Errc::Conflict);
                CHECK(everything(*box.catalogue) == before);
                continue;
            }
            REQUIRE(outcome);
            CHECK(toString(*outcome) == *expected);
            CHECK(box.state(study) == *expected);
            const auto added = numberOf(*box.catalogue, "SELECT count(*) FROM audit") - entries;
            // One of thousands of images is no news to a study that receives already, or that a person must
            // see to first.
            if (event == Event::InstanceArrived && (from == State::Receiving || from == State::Quarantined)) {
                CHECK(added == 0);
                CHECK(everything(*box.catalogue) == before);
                continue;
            }
            CHECK(added == 1);
            CHECK(textOf(*box.catalogue,
                         "SELECT who||'|'||event||'|'||from_state||'|'||to_state||'|'||detail||'|'||at_ms||"
                         "'|'||study_id FROM audit ORDER BY id DESC LIMIT 1") ==
                  "A. Smith|" + std::string(toString(event)) + "|" + std::string(toString(from)) + "|" +
                      *expected + "|said|" + std::to_string(now) + "|" + std::to_string(study));
            CHECK(textOf(*box.catalogue, "SELECT reason FROM study WHERE id = " + std::to_string(study)) ==
                  "because");
        }
    }
}

TEST_CASE("state and audit entry come in one transaction", "[agent][states]") {
    Box box;
    const auto study = box.storeAll(smallSeries(1, 1));
    const auto before = everything(*box.catalogue);
    const auto outcome = box.catalogue->write([&](Database& db) -> Result<> {
        GANTRY_TRY(applyEvent(db, study, Event::ArrivalEnded, {}, box.clock.nowMillis()));
        return fail(Errc::Internal, "a later step of the same change fails");
    });
    REQUIRE_FALSE(outcome);
    CHECK(everything(*box.catalogue) == before);
}

TEST_CASE("a study that is not there takes no event", "[agent][states]") {
    Box box;
    const auto outcome = box.catalogue->write(
        [&](Database& db) { return applyEvent(db, 4711, Event::ArrivalEnded, {}, box.clock.nowMillis()); });
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::NotFound);
}
