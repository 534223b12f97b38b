#include "workflow/judge_step.hpp"

#include <algorithm>

#include "catalogue/history.hpp"
#include "catalogue/phantoms.hpp"
#include "catalogue/scanners.hpp"
#include "gantry/core/log.hpp"
#include "images/images.hpp"
#include "workflow/judge_context.hpp"

namespace gantry::agent {
namespace {

/// Why a study waits for a person, in words for the page.
std::string holdReason(const Verdict& verdict, int conflicts) {
    if (conflicts > 0)
        return "An image came twice with different content. Look at the list of refused objects.";
    const bool which = std::ranges::any_of(
        verdict.series, [](const SeriesSummary& series) { return !series.candidates.empty(); });
    if (verdict.outcome == Outcome::CannotTell && which)
        return "A person must say which series is which. Then the images are judged.";
    return verdict.headline.empty() ? "The images could not be judged." : verdict.headline;
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
    const auto trial = shop_.trialOf(study);
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
    const auto header_says = factOf(facts, "ClinicalTrialSubjectID");
    const auto patient = GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return patientOf(db, study); }));
    const auto identity = GANTRY_TRY(shop_.catalogue.read(
        [&](Database& db) { return identify(db, *trial, study, patient, header_says); }));
    auto view = viewOf(study.study_instance_uid, facts);
    view.unreadable =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return refusedImages(db, study.id); }));
    const auto now = shop_.clock.nowMillis();
    const auto context = GANTRY_TRY(shop_.catalogue.read(
        [&](Database& db) { return contextFor(db, shop_.config, *trial, study, identity, view, now); }));
    const auto verdict = qc::judge(trial->pack, view, context);
    return shop_.catalogue.write([&](Database& db) -> Result<> {
        const auto latest = GANTRY_TRY(studyById(db, study.id));
        if (latest.state != State::Complete || latest.subject_id != study.subject_id)
            return fail(Errc::Conflict, "the study moved on");
        // Another study of the patient may have been linked meanwhile, so this is asked again here.
        const auto now_it_is = GANTRY_TRY(identify(db, *trial, latest, patient, header_says));
        if (now_it_is.subject_id != identity.subject_id)
            return fail(Errc::Conflict, "whose scan it is was told meanwhile");
        GANTRY_CHECK(keepPatientHash(db, *trial, study.id, patient));
        GANTRY_CHECK(setIdentityTrouble(db, study.id, now_it_is.trouble));
        const bool doubtful = !now_it_is.trouble.empty();
        const int conflicts = GANTRY_TRY(openConflicts(db, study.id));
        const bool unreadable = verdict.outcome == Outcome::CannotTell;
        const auto phantom = GANTRY_TRY(phantomHold(db, study.id));
        const bool must_hold =
            trial->pack.holds(verdict) || conflicts > 0 || unreadable || doubtful || !phantom.empty();
        const int number = GANTRY_TRY(issueVerdict(db, study.id, verdict, must_hold, now));
        GANTRY_CHECK(keepFingerprints(db, study.id, verdict.fingerprints));
        for (const auto& scanner : verdict.scanners)
            if (!scanner.key.empty())
                GANTRY_CHECK(noteScanner(db, study.trial_id, scanner, study.last_instance_at));
        const auto said = "verdict " + std::to_string(number) + ": " +
                          std::string(toString(verdict.outcome)) + ", pack " + verdict.pack_id + " " +
                          verdict.pack_version;
        if (identity.subject_id.empty()) {
            GANTRY_TRY(applyEvent(
                db, study.id, Event::SubjectUnknown,
                {"gantry", said,
                 doubtful ? now_it_is.trouble : "No subject of the trial is known for this patient."},
                now));
            return {};
        }
        GANTRY_CHECK(setSubject(db, study.id, identity.subject_id,
                                identity.visit_id.empty() ? std::nullopt : std::optional(identity.visit_id)));
        if (!doubtful) {
            // Two people may have said that this study alone is another subject's: then the patient stays
            // linked.
            const auto linked =
                rememberPatient(db, *trial, patient, identity.subject_id, identity.source, "gantry", now);
            if (!linked && linked.error().code != Errc::Conflict) return linked.error();
        }
        GANTRY_TRY(applyEvent(db, study.id, Event::Judged, Cause::detailed(said), now));
        if (!must_hold) return {};
        const auto reason = Cause::because(doubtful           ? now_it_is.trouble
                                           : !phantom.empty() ? phantom
                                                              : holdReason(verdict, conflicts));
        GANTRY_TRY(applyEvent(db, study.id, Event::Hold, reason, now));
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
        if (shop_.recognises_phantoms && GANTRY_TRY(awaitsRecognition(db, study.id)))
            return fail(Errc::Conflict, "whether it is a phantom is being looked at");
        if (shop_.measures_pixels && GANTRY_TRY(awaitsMeasures(db, latest, shop_.clock.nowMillis())))
            return fail(Errc::Conflict, "its pixels are being measured");
        GANTRY_TRY(applyEvent(db, study.id, Event::Cleared, Cause::detailed("nothing stands against sending"),
                              shop_.clock.nowMillis()));
        return {};
    });
}

}  // namespace gantry::agent
