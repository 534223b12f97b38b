#include "gantry/qc/judge.hpp"

#include <algorithm>
#include <set>

#include "fingerprint.hpp"
#include "injection.hpp"
#include "judge_images.hpp"
#include "judge_overrides.hpp"
#include "judge_study.hpp"
#include "judge_visit.hpp"
#include "matching.hpp"
#include "moments.hpp"
#include "questions.hpp"
#include "registry.hpp"
#include "rules.hpp"

namespace gantry::qc {

namespace {

class StudyJudge {
public:
    StudyJudge(const PackData& pack, const StudyFacts& study, const JudgeContext& context,
               const Forced& forced)
        : pack_(pack), context_(context), forced_(forced), unreadable_(study.unreadable) {
        for (const SeriesFacts& series : study.series)
            for (SeriesView& view : viewSeries(pack, series)) views_.push_back(std::move(view));
        std::ranges::stable_sort(views_, {}, &SeriesView::uid);
        for (const SeriesView& view : views_) {
            all_.push_back(&view);
            if (!view.localizers) matchable_.push_back(&view);
        }
        takeNotes();
    }

    Verdict run() {
        const Scope base = scope("", {});
        matching_ = forced_.slot.empty() ? matchSeries(matchable_, base) : Matching{};
        if (!forced_.slot.empty()) matching_.judged[forced_.slot] = matchable_;
        for (const Rule& rule : pack_.identity) add(judgeOver(rule, base, all_), "");
        for (const Slot& slot : pack_.slots) judgeSlot(slot);
        for (const Rule& rule : pack_.across) judgeAcross(rule);
        const Scope whole = scope("", matchable_);
        if (unreadable_ > 0) judged_.push_back(unreadableImages());
        append(judgeVisit(whole));
        append(judgeScanners(scope("", taken())));
        append(judgeImages(whole, matching_));
        append(judgeUnanswered(pack_, context_));
        append(judgeOverrides(whole, all_, matching_.judged));
        sortWorstFirst(judged_);
        Verdict verdict;
        verdict.pack_id = pack_.id;
        verdict.pack_version = pack_.version;
        conclude(verdict, judged_, series_judged_);
        verdict.questions = questionsOf(pack_, context_, judged_);
        verdict.checklist = checklistOf(whole, matching_);
        verdict.fingerprints = fingerprintsOf(whole, matching_);
        verdict.scanners = scannersSeen(pack_, matchable_);
        for (Judged& one : judged_) {
            verdict.cannot_tell += one.finding.result == RuleResult::CannotTell ? 1 : 0;
            verdict.findings.push_back(std::move(one.finding));
        }
        summarise(verdict);
        return verdict;
    }

private:
    Scope scope(const std::string& slot, const std::vector<const SeriesView*>& series) const {
        return {pack_, context_, notes_, pack_.parameters, series, slot, &matching_.judged, &forced_.values};
    }

    void takeNotes() {
        std::set<std::string> dates;
        for (const SeriesView* series : matchable_) {
            for (const std::string& modality : series->column(pack_, "Modality").values)
                notes_.modalities.insert(modality);
            for (const std::string& date : series->column(pack_, "StudyDate").values) dates.insert(date);
        }
        if (dates.size() == 1) notes_.study_date = *dates.begin();
        notes_.injected = tellsOfInjection(pack_, context_, matchable_);
        const Visit* visit = visitOf(pack_, context_);
        const auto day = dayNumber(notes_.study_date);
        if (visit && day && context_.enrolment)
            notes_.window = windowOf(*visit, context_.enrolment->anchors, *day);
    }

    void append(std::vector<Judged> found) {
        for (Judged& one : found) judged_.push_back(std::move(one));
    }

    void add(std::vector<Judged> found, const std::string& where) {
        for (Judged& one : found) {
            one.where = where;
            const RuleResult result = one.finding.result;
            const bool answered =
                result == RuleResult::Pass || result == RuleResult::Fail || result == RuleResult::Waived;
            if (!one.finding.slot_id.empty() && answered) series_judged_ = true;
            judged_.push_back(std::move(one));
        }
    }

    void judgeSlot(const Slot& slot) {
        const auto& series = matching_.judged[slot.id];
        if (forced_.slot.empty()) judgePresence(slot, series);
        for (const Rule& rule : slot.rules)
            if (!series.empty()) add(judgeOver(rule, scope(slot.id, series), series), slot.short_label);
        for (const Rule& rule : pack_.baseline_all)
            if (!series.empty()) add(judgeOver(rule, scope(slot.id, series), series), slot.short_label);
        noteRepeats(slot);
    }

    /// What is not here was not judged, so no study passes without it.
    Judged unreadableImages() const {
        Judged one;
        one.finding.rule_id = "UNREADABLE";
        one.finding.label = "images that could not be read or kept";
        one.finding.expected = "none";
        one.finding.found = std::to_string(unreadable_) + (unreadable_ == 1 ? " image" : " images");
        one.finding.result = RuleResult::CannotTell;
        one.finding.severity = Severity::Query;
        one.finding.repair = Repair::Resend;
        one.finding.why = "What is not here was not judged.";
        one.finding.advice = "Send the series again from the console.";
        one.clause = one.finding.found + " could not be read or kept";
        return one;
    }

    /// Series of some slot. Reports and screen saves of a workstation are no scans of the trial.
    std::vector<const SeriesView*> taken() const {
        std::vector<const SeriesView*> series;
        for (const SeriesView* one : matchable_)
            if (!matching_.slotOf(one).empty()) series.push_back(one);
        return series;
    }

    static Judged presence(const Slot& slot) {
        Judged one;
        one.finding.rule_id = "SERIES";
        one.finding.slot_id = slot.id;
        one.finding.label = "series present";
        one.finding.expected = slot.label;
        return one;
    }

    /// The finding SERIES: is what the visit needs there?
    void judgePresence(const Slot& slot, const std::vector<const SeriesView*>& series) {
        const int count = static_cast<int>(series.size());
        const int needs = neededOf(pack_, context_, slot);
        if (needs == 0 && count == 0) return noteUnsure(slot, Severity::Note);
        Judged one = presence(slot);
        Finding& finding = one.finding;
        finding.found = std::to_string(count) + " series";
        finding.result = RuleResult::Pass;
        finding.severity = slot.absent_severity;
        if (count < needs) {
            if (isUnsure(pack_, matching_, matchable_, slot)) return noteUnsure(slot, Severity::Query);
            finding.result = RuleResult::Fail;
            finding.repair = slot.absent_repair;
            finding.found = (count == 0 ? "no series that fits"
                                        : std::to_string(count) + " of " + std::to_string(needs)) +
                            nearest(slot);
            finding.why =
                slot.absent_why.empty() ? "The visit cannot be evaluated without it." : slot.absent_why;
            finding.advice = slot.absent_advice.empty()
                                 ? "Send it from the console, or acquire it before the patient leaves."
                                 : slot.absent_advice;
            one.clause = "the series \"" + slot.label + "\" is missing";
        }
        judged_.push_back(std::move(one));
    }

    std::size_t indexOf(const Slot& slot) const {
        return static_cast<std::size_t>(&slot - pack_.slots.data());
    }

    bool isAmbiguousFor(const Slot& slot) const {
        return std::ranges::any_of(matching_.ambiguous, [&](const auto& one) {
            return std::ranges::find(one.second, slot.id) != one.second.end();
        });
    }

    /// A series may be this slot's, and only a person can say.
    void noteUnsure(const Slot& slot, Severity severity) {
        if (!isUnsure(pack_, matching_, matchable_, slot) ||
            (severity == Severity::Note && !isAmbiguousFor(slot)))
            return;
        Judged one = presence(slot);
        Finding& finding = one.finding;
        finding.result = RuleResult::CannotTell;
        finding.severity = severity;
        finding.repair = Repair::Enter;
        finding.found = isAmbiguousFor(slot) ? "a series that fits more than one place of the pack"
                                             : "a series that may be it" + nearest(slot);
        finding.why = "The series cannot be recognised for certain, so its rules were not judged.";
        finding.advice =
            isAmbiguousFor(slot)
                ? "Say on the study's page which series is \"" + slot.label + "\"."
                : "Look whether \"" + slot.label + "\" is among the series; if not, send or scan it now.";
        one.clause = "which series is \"" + slot.label + "\" cannot be told";
        judged_.push_back(std::move(one));
    }

    /// " (nearest: series 3, 5 of 7 points, without kernel)": for those who write packs and those who ask.
    std::string nearest(const Slot& slot) const {
        const std::size_t index = indexOf(slot);
        const Candidate* best = nullptr;
        const SeriesView* best_series = nullptr;
        for (std::size_t i = 0; i < matchable_.size(); ++i) {
            const Candidate& candidate = matching_.candidates[i][index];
            if (candidate.fit == Fit::Excluded || !matching_.slotOf(matchable_[i]).empty()) continue;
            if (best && candidate.score <= best->score) continue;
            best = &candidate;
            best_series = matchable_[i];
        }
        if (!best) return {};
        const auto number = best_series->first(pack_, "SeriesNumber");
        std::string text = " (nearest: series " + (number.empty() ? "without number" : std::string(number)) +
                           ", " + formatNumber(best->score) + " of " + formatNumber(slot.match.accept_score) +
                           " points";
        if (!best->lacking.empty()) text += ", none for " + best->lacking;
        return text + ")";
    }

    void noteRepeats(const Slot& slot) {
        const auto repeats = matching_.repeats.find(slot.id);
        if (repeats == matching_.repeats.end()) return;
        for (const SeriesView* series : repeats->second) {
            Judged one;
            Finding& finding = one.finding;
            finding.rule_id = "SERIES-REPEAT";
            finding.slot_id = slot.id;
            finding.series_instance_uid = series->uid;
            finding.label = "repeated series";
            finding.expected = "at most " + std::to_string(slot.max) + " of \"" + slot.label + "\"";
            finding.found = "one more, kept and not judged";
            finding.result = RuleResult::Fail;
            finding.severity = slot.choose.empty() ? Severity::Query : Severity::Note;
            finding.why = "Two series fit the same place of the pack.";
            finding.advice =
                slot.choose.empty() ? "Tell the central team which of them counts; all are kept." : "";
            one.clause = "more than one series fits";
            one.where = slot.short_label;
            judged_.push_back(std::move(one));
        }
    }

    void judgeAcross(const Rule& rule) {
        const auto series = seriesAcross(rule, matchable_, matching_.judged);
        if (!series.empty()) add(judgeOver(rule, scope("", series), series), "");
    }

    void summarise(Verdict& verdict) const {
        for (const SeriesView& view : views_) {
            if (view.localizers && !verdict.series.empty() &&
                verdict.series.back().series_instance_uid == view.uid) {
                verdict.series.back().instances += view.instances;
                continue;
            }
            SeriesSummary summary;
            summary.series_instance_uid = view.uid;
            summary.slot_id = matching_.slotOf(&view);
            const auto slot = std::ranges::find(pack_.slots, summary.slot_id, &Slot::id);
            if (slot != pack_.slots.end()) summary.slot_label = slot->label;
            summary.modality = view.first(pack_, "Modality");
            summary.description = view.first(pack_, "SeriesDescription");
            summary.instances = view.instances;
            notePlace(view, summary);
            verdict.series.push_back(std::move(summary));
        }
    }

    /// Who said where the series belongs, or which slots a person has to choose from.
    void notePlace(const SeriesView& view, SeriesSummary& summary) const {
        const auto said = matching_.placed.find(&view);
        if (said != matching_.placed.end())
            summary.placed_by = said->second;
        else if (!summary.slot_id.empty())
            summary.placed_by = PlacedBy::Pack;
        const auto repeats = matching_.repeats.find(summary.slot_id);
        summary.repeat = repeats != matching_.repeats.end() &&
                         std::ranges::find(repeats->second, &view) != repeats->second.end();
        if (said != matching_.placed.end() || !summary.slot_id.empty()) return;
        for (const auto& [series, slots] : matching_.ambiguous)
            if (series == &view) summary.candidates = slots;
        const auto at = std::ranges::find(matchable_, &view);
        if (!summary.candidates.empty() || at == matchable_.end() || matching_.candidates.empty()) return;
        const auto& row = matching_.candidates[static_cast<std::size_t>(at - matchable_.begin())];
        for (std::size_t slot = 0; slot < pack_.slots.size(); ++slot)
            if (row[slot].fit == Fit::Unsure) summary.candidates.push_back(pack_.slots[slot].id);
    }

    const PackData& pack_;
    const JudgeContext& context_;
    const Forced& forced_;
    const int unreadable_;
    StudyNotes notes_;
    std::vector<SeriesView> views_;
    std::vector<const SeriesView*> all_;
    std::vector<const SeriesView*> matchable_;
    Matching matching_;
    std::vector<Judged> judged_;
    bool series_judged_ = false;
};

}  // namespace

Verdict judgeStudy(const PackData& pack, const StudyFacts& study, const JudgeContext& context,
                   const Forced& forced) {
    return StudyJudge(pack, study, context, forced).run();
}

Verdict judge(const Pack& pack, const StudyFacts& study, const JudgeContext& context) {
    return judgeStudy(pack.data(), study, context, {});
}

}  // namespace gantry::qc
