#include "web/phantom_decisions.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>

#include "gantry/core/clock.hpp"
#include "phantom/phantom_statement.hpp"
#include "workflow/judge_context.hpp"

namespace gantry::agent {
namespace {

Result<> record(Database& db, StudyId study, const std::string& kind, const std::string& who,
                const std::string& why, const std::string& detail, UnixMillis now,
                const std::string& signature = "") {
    const auto verdict = GANTRY_TRY(latestVerdict(db, study));
    return addDecision(db, study, {now, kind, who, why, detail, verdict ? verdict->number : 0, signature});
}

Result<> judgeAsPatient(Database& db, const StudyRow& study, const std::string& who, UnixMillis now) {
    if (!next(study.state, Event::JudgeAgain)) return {};
    GANTRY_TRY(
        applyEvent(db, study.id, Event::JudgeAgain, {who, "a person says that it is a patient", ""}, now));
    return {};
}

/// The reason shows what the numbers say now.
Result<> sayInLedger(Database& db, const PhantomStudyRow& row, const std::string& who,
                     const std::string& detail, UnixMillis now) {
    const auto values = GANTRY_TRY(phantomValues(db, row.study));
    const auto sentence = row.is_what == "phantom" ? phantomSentence(row.kind, verdictOf(values)) : row.why;
    GANTRY_TRY(applyEvent(db, row.study, Event::PhantomFound, {who, detail, sentence}, now));
    return {};
}

}  // namespace

Result<> sayWhetherPhantom(Catalogue& catalogue, StudyId study, const DecisionInput& input, UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<> {
        const auto row = GANTRY_TRY(phantomOf(db, study));
        const auto is = textOf(input, "is"), who = textOf(input, "who");
        if (is != "patient" && is != "phantom")
            return fail(Errc::InvalidArgument, "'is' must be patient or phantom");
        const auto now_it_is = GANTRY_TRY(studyById(db, study));
        const auto event = is == "patient" ? Event::JudgeAgain : Event::PhantomFound;
        if (!next(now_it_is.state, event))
            return fail(Errc::Conflict, "the study is " + std::string(toString(now_it_is.state)) +
                                            "; this cannot be decided now");
        GANTRY_CHECK(sayPhantom(db, study, is, who));
        GANTRY_CHECK(record(db, study, "say-phantom", who, textOf(input, "why"), "it is a " + is, now));
        if (is == "patient") return judgeAsPatient(db, now_it_is, who, now);
        GANTRY_CHECK(notePhantomPass(db, row, who));
        return sayInLedger(db, row, who, "a person says that it is a phantom", now);
    });
}

Result<> confirmPhantom(Catalogue& catalogue, StudyId study, const DecisionInput& input, UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<> {
        const auto row = GANTRY_TRY(phantomOf(db, study));
        const auto metric = textOf(input, "metric"), text = textOf(input, "value"),
                   who = textOf(input, "who");
        double value = 0;
        const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (ec != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
            return fail(Errc::InvalidArgument, "'value' must be a number");
        if (GANTRY_TRY(phantomStatement(db, study)))
            return fail(Errc::Conflict, "the statement of this scan is signed already");
        const auto values = GANTRY_TRY(phantomValues(db, study));
        const auto found = std::ranges::find(values, metric, &PhantomValueRow::metric);
        if (found == values.end() || !GANTRY_TRY(isPreScore(db, study, metric)))
            return fail(Errc::InvalidArgument, "nobody has to confirm '" + metric + "' of this scan");
        GANTRY_CHECK(confirmPhantomValue(db, study, {metric, value, who, now}));
        const bool beyond = (found->low && value < *found->low) || (found->high && value > *found->high);
        GANTRY_CHECK(setPhantomVerdict(db, study, metric, beyond ? "fail" : "pass"));
        GANTRY_CHECK(
            record(db, study, "confirm-phantom", who, "", qc::phantomMetricLabel(metric) + ": " + text, now));
        GANTRY_CHECK(notePhantomPass(db, row, who));
        const auto state = GANTRY_TRY(studyById(db, study)).state;
        if (state != State::Phantom)
            return appendAudit(db, {study, who, "confirm-phantom", "", "", metric}, now);
        return sayInLedger(db, row, who, metric + " read as " + text, now);
    });
}

Result<> typePhantomForm(Catalogue& catalogue, StudyId study, const DecisionInput& input, UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<> {
        const auto row = GANTRY_TRY(phantomOf(db, study));
        if (GANTRY_TRY(phantomStatement(db, study)))
            return fail(Errc::Conflict, "the statement of this scan is signed already");
        const auto names = phantomFormNames(row.kind);
        std::map<std::string, std::string> form;
        for (const auto& [name, value] : input) {
            if (name == "who" || value.empty()) continue;
            if (std::ranges::find(names, name) == names.end())
                return fail(Errc::InvalidArgument, "nothing called '" + name + "' is typed for this phantom");
            form[name] = value;
        }
        GANTRY_CHECK(setPhantomForm(db, study, form));
        const auto who = textOf(input, "who");
        GANTRY_CHECK(record(db, study, "type-phantom-form", who, "", "", now));
        return appendAudit(db, {study, who, "phantom-form", "", "", ""}, now);
    });
}

Result<> signPhantom(Catalogue& catalogue, const Trials& trials, StudyId study, const DecisionInput& input,
                     UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<> {
        const auto row = GANTRY_TRY(studyById(db, study));
        const auto trial = trials.find(row.trial_id);
        if (trial == trials.end()) return fail(Errc::InvalidArgument, "the trial is not configured here");
        if (row.state != State::Phantom)
            return fail(Errc::Conflict, "the study is not in the ledger of phantoms");
        const auto parts = GANTRY_TRY(statementParts(db, trial->second.pack, study, siteDate(now)));
        if (parts.row.is_what != "phantom")
            return fail(Errc::Conflict, "nothing was measured that could be signed for");
        if (std::ranges::find(parts.values, "review", &PhantomValueRow::verdict) != parts.values.end())
            return fail(Errc::Conflict, "confirm first what has to be read from the pictures");
        const auto who = textOf(input, "who");
        const auto report = statementJson(parts, who, isoUtc(now));
        GANTRY_CHECK(addPhantomStatement(db, study, {who, now, boost::json::serialize(report)}));
        GANTRY_CHECK(record(db, study, "sign-phantom", who, "", "", now, textOf(input, "signature")));
        return appendAudit(db, {study, who, "phantom-signed", "", "", parts.row.phantom_id}, now);
    });
}

}  // namespace gantry::agent
