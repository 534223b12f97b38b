#include "web/check_decisions.hpp"

#include <algorithm>
#include <charconv>

#include "catalogue/history.hpp"
#include "catalogue/scanners.hpp"
#include "catalogue/statements.hpp"
#include "gantry/core/clock.hpp"
#include "gantry/qc/answers.hpp"
#include "gantry/qc/placement.hpp"
#include "workflow/judge_context.hpp"

namespace gantry::agent {
namespace {

constexpr std::string_view kNotNow =
    "the study is on its way; say it once the sponsor's server has all of it";
constexpr std::string_view kPurged = "the images were removed here; this cannot be said any more";

/// What makes the verdict anew in this state, if anything does.
std::optional<Event> judgingEvent(State state) {
    if (state == State::Phantom) return std::nullopt;  // what a patient's study is asked does not concern it
    for (const auto event : {Event::JudgeAgain, Event::StatedLater})
        if (next(state, event)) return event;
    return std::nullopt;
}

Result<StudyRow> studyToTellOf(Database& db, StudyId study) {
    auto row = GANTRY_TRY(studyById(db, study));
    const bool arriving = row.state == State::Receiving || row.state == State::Complete;
    if (arriving || judgingEvent(row.state)) return row;
    return fail(Errc::Conflict, std::string(row.state == State::Purged ? kPurged : kNotNow));
}

/// While images arrive the next verdict takes it in by itself.
Result<> recordAndJudge(Database& db, const StudyRow& study, const std::string& kind,
                        const DecisionInput& input, const std::string& detail, UnixMillis now) {
    const auto verdict = GANTRY_TRY(latestVerdict(db, study.id));
    const auto who = textOf(input, "who");
    GANTRY_CHECK(addDecision(db, study.id, {now, kind, who, "", detail, verdict ? verdict->number : 0,
                          textOf(input, "signature")}));
    if (const auto event = judgingEvent(study.state)) {
        GANTRY_TRY(applyEvent(db, study.id, *event, {who, detail, ""}, now));
        return {};
    }
    return appendAudit(db, {study.id, who, kind, "", "", detail}, now);
}

Result<> recordScanner(Database& db, const ScannerRow& scanner, const std::string& who,
                       const std::string& event, const std::string& detail, UnixMillis now) {
    return appendAudit(db, {std::nullopt, who, event, "", "", scanner.label + ": " + detail}, now);
}

/// The values of the slot's series in the study that was accepted as the qualified reconstruction.
Result<std::map<std::string, std::string>> reconstructionOf(Database& db, const Trials& trials,
                                                            const ScannerRow& scanner,
                                                            const DecisionInput& input) {
    std::map<std::string, std::string> values;
    const auto text = textOf(input, "study");
    if (text.empty()) return values;
    StudyId study = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), study);
    if (ec != std::errc() || end != text.data() + text.size())
        return fail(Errc::InvalidArgument, "'study' must be the number of a study");
    const auto trial = trials.find(GANTRY_TRY(studyById(db, study)).trial_id);
    if (trial == trials.end() || trial->first != scanner.trial_id)
        return fail(Errc::InvalidArgument, "the study is of another trial");
    const auto compared = trial->second.pack.reconstructionChecks();
    for (const auto& print : GANTRY_TRY(fingerprintsOf(db, study))) {
        if (print.slot_id != textOf(input, "slot")) continue;
        for (const auto& name : compared) {
            const auto found = print.values.find(name);
            if (found != print.values.end() && found->second.size() == 1)
                values[name] = found->second.front();
        }
    }
    if (values.empty()) return fail(Errc::InvalidArgument, "the study has no such series to qualify");
    return values;
}

}  // namespace

Result<> answerQuestion(Catalogue& catalogue, StudyId study, const DecisionInput& input, UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<> {
        const auto row = GANTRY_TRY(studyToTellOf(db, study));
        const auto verdict = GANTRY_TRY(latestVerdict(db, study));
        const auto id = textOf(input, "question");
        const std::vector<Question> none;
        const auto& questions = verdict ? verdict->verdict.questions : none;
        const auto question = std::ranges::find(questions, id, &Question::id);
        if (question == questions.end())
            return fail(Errc::InvalidArgument, "the study has no question '" + id + "'");
        const auto value = GANTRY_TRY(qc::normalAnswer(*question, textOf(input, "value")));
        GANTRY_CHECK(addAnswer(db, study, {id, value, textOf(input, "who")}, now));
        return recordAndJudge(db, row, "answer", input, question->ask + " answered", now);
    });
}

Result<> placeSeries(Catalogue& catalogue, const Trials& trials, StudyId study, const DecisionInput& input,
                     UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<> {
        const auto row = GANTRY_TRY(studyToTellOf(db, study));
        const auto trial = trials.find(row.trial_id);
        if (trial == trials.end()) return fail(Errc::InvalidArgument, "the trial is not configured here");
        const auto slot = textOf(input, "slot");
        const auto slots = trial->second.pack.slots();
        const auto chosen = std::ranges::find(slots, slot, &qc::PackSlot::id);
        if (!slot.empty() && chosen == slots.end())
            return fail(Errc::InvalidArgument, "the pack has no slot '" + slot + "'");
        const auto facts = GANTRY_TRY(factsOfStudy(db, study));
        const auto view = viewOf(row.study_instance_uid, facts);
        const auto uid = textOf(input, "series");
        const auto series = std::ranges::find(view.series, uid, &qc::SeriesFacts::series_instance_uid);
        if (series == view.series.end()) return fail(Errc::InvalidArgument, "the study has no such series");
        const auto who = textOf(input, "who");
        GANTRY_CHECK(addPlace(db, study, {uid, slot, who}, now));
        if (textOf(input, "remember") == "yes") {
            const auto key = qc::placementMemoryKey(trial->second.pack, *series);
            if (key.empty())
                return fail(Errc::InvalidArgument,
                            "the series does not name its scanner and protocol, so it cannot be remembered");
            GANTRY_CHECK(rememberPlace(db, {0, row.trial_id, key, slot, who, now}));
        }
        const std::string where = slot.empty() ? "none of the pack's series" : chosen->label;
        return recordAndJudge(db, row, "place", input, "a series is " + where, now);
    });
}

Result<> waiveRule(Catalogue& catalogue, StudyId study, const DecisionInput& input, UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<> {
        const auto row = GANTRY_TRY(studyToTellOf(db, study));
        const auto verdict = GANTRY_TRY(latestVerdict(db, study));
        const auto rule = textOf(input, "rule");
        const auto failed = [&](const Finding& f) {
            return f.rule_id == rule && f.result == RuleResult::Fail;
        };
        if (!verdict || std::ranges::none_of(verdict->verdict.findings, failed))
            return fail(Errc::InvalidArgument, "no rule '" + rule + "' failed in this study");
        const bool for_subject = textOf(input, "for") == "subject";
        if (for_subject && !row.subject_id) return fail(Errc::InvalidArgument, "no subject is assigned");
        const auto until = textOf(input, "until");
        if (!until.empty() && !isCalendarDay(until))
            return fail(Errc::InvalidArgument, "'until' must be a day of the calendar, YYYYMMDD");
        GANTRY_CHECK(addWaiver(db, study,
                               {row.trial_id, row.subject_id.value_or(""), rule, textOf(input, "deviation"),
                                until, textOf(input, "who"), for_subject},
                               now));
        return recordAndJudge(db, row, "waive", input,
                              rule + " waived under " + textOf(input, "deviation") +
                                  (for_subject ? " for the subject" : " for this study"),
                              now);
    });
}

Result<> qualifyScanner(Catalogue& catalogue, const Trials& trials, std::int64_t scanner,
                        const DecisionInput& input, UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<> {
        auto row = GANTRY_TRY(scannerById(db, scanner));
        const auto answer = textOf(input, "qualified");
        if (answer != "yes" && answer != "no")
            return fail(Errc::InvalidArgument, "'qualified' must be yes or no");
        row.qualified = answer == "yes";
        row.qualified_by = textOf(input, "who");
        if (*row.qualified) {
            row.qualified_on = siteDate(now);
            row.at_qualification = row.watched;
            auto values = GANTRY_TRY(reconstructionOf(db, trials, row, input));
            if (!values.empty()) {
                row.reconstruction = std::move(values);
                row.standard = textOf(input, "standard");
            }
        }
        GANTRY_CHECK(setQualification(db, row));
        return recordScanner(db, row, row.qualified_by, "scanner-qualified",
                             (answer == "yes" ? "qualified; " : "not qualified; ") + textOf(input, "why"),
                             now);
    });
}

Result<> passPhantom(Catalogue& catalogue, const Trials& trials, std::int64_t scanner,
                     const DecisionInput& input, UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<> {
        const auto row = GANTRY_TRY(scannerById(db, scanner));
        const auto day = textOf(input, "passed_on");
        if (!isCalendarDay(day))
            return fail(Errc::InvalidArgument, "'passed_on' must be a day of the calendar, YYYYMMDD");
        if (day > siteDate(now)) return fail(Errc::InvalidArgument, "'passed_on' lies in the future");
        const auto phantom = textOf(input, "phantom");
        const auto trial = trials.find(row.trial_id);
        const auto known = trial == trials.end() ? std::vector<std::string>() : trial->second.pack.phantoms();
        if (std::ranges::find(known, phantom) == known.end())
            return fail(Errc::InvalidArgument, "the pack has no phantom '" + phantom + "'");
        GANTRY_CHECK(addPhantomPass(db, scanner, phantom, day, textOf(input, "who")));
        return recordScanner(db, row, textOf(input, "who"), "phantom-passed", phantom + " on " + day, now);
    });
}

Result<> forgetPlacement(Catalogue& catalogue, std::int64_t id, const DecisionInput& input, UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<> {
        const auto place = GANTRY_TRY(forgetPlace(db, id));
        return appendAudit(
            db, {std::nullopt, textOf(input, "who"), "placement-forgotten", "", "", place.series_key}, now);
    });
}

}  // namespace gantry::agent
