#include "web/leak_decisions.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace gantry::agent {

namespace json = boost::json;

namespace {

Result<LeakRow> openLeak(Database& db, std::int64_t id) {
    auto leak = GANTRY_TRY(leakById(db, id));
    if (GANTRY_TRY(studyById(db, leak.study)).state != State::Quarantined)
        return fail(Errc::Conflict, "the study does not stand still for the leak gate any more");
    if (!leak.settled.empty()) return fail(Errc::Conflict, "this was decided already");
    return leak;
}

/// The decision, and the way on once nothing is left to decide.
Result<StudyId> record(Database& db, const LeakRow& leak, const std::string& kind, const std::string& detail,
                       const DecisionInput& input, UnixMillis now) {
    const auto who = textOf(input, "who");
    const auto verdict = GANTRY_TRY(latestVerdict(db, leak.study));
    const int number = verdict ? verdict->number : 0;
    GANTRY_CHECK(addDecision(db, leak.study, {now, kind, who, textOf(input, "why"), detail, number, textOf(input, "signature")}));
    GANTRY_CHECK(appendAudit(db, {leak.study, who, kind, "", "", detail}, now));
    const auto leaks = GANTRY_TRY(leaksOf(db, leak.study));
    const bool open = std::ranges::any_of(leaks, [](const LeakRow& row) { return row.settled.empty(); });
    if (!open) GANTRY_TRY(applyEvent(db, leak.study, Event::JudgeAgain, {who, detail, ""}, now));
    return leak.study;
}

}  // namespace

Result<StudyId> removeLeak(Catalogue& catalogue, std::int64_t id, const DecisionInput& input,
                           UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<StudyId> {
        const auto leak = GANTRY_TRY(openLeak(db, id));
        if (leak.tag.value == 0)
            return fail(Errc::InvalidArgument, "no attribute holds it; the objects can be withheld");
        GANTRY_CHECK(addRemoval(db, {leak.study, leak.tag, leak.place, leak.what, textOf(input, "who"),
                                     textOf(input, "why"), now}));
        GANTRY_CHECK(settleByRemoval(db, leak));
        return record(db, leak, "remove-attribute", leak.place + " (" + leak.what + ")", input, now);
    });
}

Result<StudyId> withholdLeak(Catalogue& catalogue, std::int64_t id, const DecisionInput& input,
                             UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<StudyId> {
        const auto leak = GANTRY_TRY(openLeak(db, id));
        GANTRY_CHECK(settleByWithholding(
            db, leak,
            "A person keeps it here: the leak gate found " + leak.what + " in " + leak.place + "."));
        return record(db, leak, "withhold-objects",
                      std::to_string(leak.instances.size()) + " with " + leak.what + " in " + leak.place,
                      input, now);
    });
}

json::array leaksJson(const std::vector<LeakRow>& leaks) {
    json::array out;
    for (const auto& leak : leaks) {
        json::array series;
        for (const auto& uid : leak.series) series.emplace_back(uid);
        out.push_back({{"id", leak.id},
                       {"place", leak.place},
                       {"what", leak.what},
                       {"images", leak.instances.size()},
                       {"series", std::move(series)},
                       {"can_remove", leak.tag.value != 0},
                       {"settled", leak.settled}});
    }
    return out;
}

json::array proposalsJson(const std::vector<ProposalRow>& rows) {
    json::array out;
    for (const auto& row : rows) {
        json::array reasons;
        for (const auto& reason : row.reasons) reasons.emplace_back(reason);
        out.push_back({{"trial", row.trial_id},
                       {"attribute", row.place},
                       {"tag", dicom::toString(row.tag)},
                       {"kind", row.what},
                       {"studies", row.studies},
                       {"why", std::move(reasons)}});
    }
    return out;
}

}  // namespace gantry::agent
