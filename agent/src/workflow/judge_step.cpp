#include "workflow/judge_step.hpp"

#include <algorithm>

#include "gantry/core/log.hpp"
#include "gantry/qc/judge.hpp"
#include "images/images.hpp"

namespace gantry::agent {
namespace {

std::string fact(const std::vector<SeriesFacts>& study, std::string_view name) {
    for (const auto& series : study)
        for (const auto& [uid, facts] : series.instances)
            if (const auto found = facts.find(name); found != facts.end() && !found->second.empty())
                return found->second;
    return {};
}

qc::StudyFacts viewOf(const std::string& uid, const std::vector<SeriesFacts>& study) {
    qc::StudyFacts view{uid, {}};
    for (const auto& series : study) {
        auto& into = view.series.emplace_back();
        into.series_instance_uid = series.series_instance_uid;
        for (const auto& [instance, facts] : series.instances) into.instances.push_back({instance, &facts});
    }
    return view;
}

struct Identity {
    std::string subject_id;  ///< "" when unknown
    std::string visit_id;
};

// A person's assignment counts before anything that the images say.
Identity identify(const Trial& trial, const StudyRow& study, const std::vector<SeriesFacts>& facts) {
    if (study.subject_id) return {*study.subject_id, study.visit_id.value_or("")};
    const auto found = findSubject(trial.roster, study.patient_id, fact(facts, "ClinicalTrialSubjectID"));
    return found ? Identity{found->subject_id, found->visit_id} : Identity{};
}

qc::JudgeContext contextFor(const Config& config, const Trial& trial, const Identity& identity) {
    qc::JudgeContext context;
    context.site_id = config.site_id;
    context.visit_id = identity.visit_id;
    for (const auto& entry : trial.roster) context.enrolled_subject_ids.push_back(entry.subject_id);
    if (const auto* entry = trial.subject(identity.subject_id)) {
        context.enrolment = qc::Enrolment{entry->subject_id, {}};
        if (!entry->sex.empty()) context.enrolment->sex = entry->sex;
    }
    return context;
}

}  // namespace

std::chrono::milliseconds JudgeStep::run() {
    next_ = shop_.clock.nowMillis() + kLongest.count();
    endArrivals();
    judgeComplete();
    clearSettled();
    return std::chrono::milliseconds(std::max<UnixMillis>(next_ - shop_.clock.nowMillis(), 1));
}

void JudgeStep::nextAt(UnixMillis when) {
    next_ = std::min(next_, when);
}

void JudgeStep::report(const StudyRow& study, std::string_view doing, const Result<>& outcome) {
    if (outcome) return shop_.changed(study.id);
    // The study moved on by itself, most likely because another image came: its next round takes care of it.
    if (outcome.error().code == Errc::Conflict) return;
    log::error("workflow.step_failed",
               {{"study", study.id}, {"step", doing}, {"reason", outcome.error().message()}});
}

void JudgeStep::endArrivals() {
    const auto receiving = shop_.catalogue.read([](Database& db) { return studiesIn(db, State::Receiving); });
    if (!receiving) return log::error("workflow.read_failed", {{"reason", receiving.error().message()}});
    const auto now = shop_.clock.nowMillis();
    for (const auto& study : *receiving) {
        const auto quiet = std::chrono::milliseconds(shop_.config.completion.quiet).count();
        const auto last_end = shop_.arrivals.lastEnd(study.id);
        const bool ended = !shop_.arrivals.isOpen(study.id) && last_end != 0;
        const auto due =
            ended ? std::max(last_end, study.last_instance_at) + shop_.config.completion.after_release.count()
                  : study.last_instance_at + quiet;
        if (due > now) {
            nextAt(due);
            continue;
        }
        report(study, "complete", shop_.catalogue.write([&](Database& db) -> Result<> {
            const auto latest = GANTRY_TRY(studyById(db, study.id));
            if (latest.state != State::Receiving || latest.last_instance_at != study.last_instance_at)
                return fail(Errc::Conflict, "more images came");
            GANTRY_TRY(applyEvent(db, study.id, Event::ArrivalEnded,
                                  Cause::detailed(ended ? "the transfer ended" : "no image came for a while"),
                                  now));
            return {};
        }));
        shop_.arrivals.forget(study.id, last_end);
    }
}

void JudgeStep::judgeComplete() {
    const auto complete = shop_.catalogue.read([](Database& db) { return studiesIn(db, State::Complete); });
    if (!complete) return log::error("workflow.read_failed", {{"reason", complete.error().message()}});
    for (const auto& study : *complete) report(study, "judge", judge(study));
}

Result<> JudgeStep::judge(const StudyRow& study) {
    const auto* trial = shop_.trialOf(study);
    if (!trial)
        return shop_.catalogue.write([&](Database& db) -> Result<> {
            GANTRY_TRY(
                applyEvent(db, study.id, Event::Quarantine,
                           Cause::because("The trial " + study.trial_id + " is no longer configured here."),
                           shop_.clock.nowMillis()));
            return {};
        });
    const auto facts =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return factsOfStudy(db, study.id); }));
    const auto identity = identify(*trial, study, facts);
    const auto verdict = qc::judge(trial->pack, viewOf(study.study_instance_uid, facts),
                                   contextFor(shop_.config, *trial, identity));
    const auto now = shop_.clock.nowMillis();
    return shop_.catalogue.write([&](Database& db) -> Result<> {
        if (GANTRY_TRY(studyById(db, study.id)).state != State::Complete)
            return fail(Errc::Conflict, "the study moved on");
        const int conflicts = GANTRY_TRY(openConflicts(db, study.id));
        const bool unreadable = verdict.outcome == Outcome::CannotTell;
        const bool must_hold = trial->pack.holds(verdict) || conflicts > 0 || unreadable;
        const int number = GANTRY_TRY(issueVerdict(db, study.id, verdict, must_hold, now));
        const auto said = "verdict " + std::to_string(number) + ": " +
                          std::string(toString(verdict.outcome)) + ", pack " + verdict.pack_id + " " +
                          verdict.pack_version;
        if (identity.subject_id.empty()) {
            GANTRY_TRY(applyEvent(db, study.id, Event::SubjectUnknown,
                                  {"gantry", said, "No subject of the trial is known for this patient."},
                                  now));
            return {};
        }
        GANTRY_CHECK(setSubject(db, study.id, identity.subject_id,
                                identity.visit_id.empty() ? std::nullopt : std::optional(identity.visit_id)));
        GANTRY_TRY(applyEvent(db, study.id, Event::Judged, Cause::detailed(said), now));
        if (!must_hold) return {};
        const auto reason =
            conflicts > 0 ? "An image came twice with different content. Look at the list of refused objects."
            : unreadable  ? "The images could not be judged."
                          : verdict.headline;
        GANTRY_TRY(applyEvent(db, study.id, Event::Hold, Cause::because(reason), now));
        return {};
    });
}

void JudgeStep::clearSettled() {
    const auto checked = shop_.catalogue.read([](Database& db) { return studiesIn(db, State::Checked); });
    if (!checked) return log::error("workflow.read_failed", {{"reason", checked.error().message()}});
    const auto settle = std::chrono::milliseconds(shop_.config.completion.settle).count();
    for (const auto& study : *checked) {
        const auto due = study.last_instance_at + settle;
        if (due > shop_.clock.nowMillis())
            nextAt(due);
        else
            report(study, "clear", clear(study));
    }
}

Result<> JudgeStep::clear(const StudyRow& study) {
    return shop_.catalogue.write([&](Database& db) -> Result<> {
        const auto latest = GANTRY_TRY(studyById(db, study.id));
        const auto verdict = GANTRY_TRY(latestVerdict(db, study.id));
        if (latest.state != State::Checked || !verdict || verdict->must_hold)
            return fail(Errc::Conflict, "the study moved on");
        if (shop_.measures_pixels && GANTRY_TRY(awaitsMeasures(db, latest, shop_.clock.nowMillis())))
            return fail(Errc::Conflict, "its pixels are being measured");
        GANTRY_TRY(applyEvent(db, study.id, Event::Cleared, Cause::detailed("nothing stands against sending"),
                              shop_.clock.nowMillis()));
        return {};
    });
}

}  // namespace gantry::agent
