#include "judge_visit.hpp"

#include <algorithm>

#include "moments.hpp"

namespace gantry::qc {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& text) {
    return std::ranges::find(list, text) != list.end();
}

Judged unknownVisit() {
    Judged one;
    one.finding.rule_id = "VISIT";
    one.finding.label = "visit";
    one.finding.expected = "a visit of the pack";
    one.finding.found = "a visit the pack does not know";
    one.finding.result = RuleResult::CannotTell;
    one.finding.severity = Severity::Query;
    one.finding.repair = Repair::Enter;
    one.finding.why = "What a scan needs depends on its visit.";
    one.finding.advice = "Say which visit this is.";
    one.clause = "the visit is not one of the trial's";
    return one;
}

std::string daysText(int days) {
    return std::to_string(days) + (days == 1 ? " day" : " days");
}

Judged judgeWindow(const Visit& visit, const Scope& base) {
    Judged one;
    Finding& finding = one.finding;
    finding.rule_id = "VISIT-WINDOW";
    finding.label = "window of the visit";
    finding.expected = "within the window of \"" + visit.label + "\"";
    finding.severity = Severity::Query;
    finding.why = "Scans outside the window of their visit are hard to compare.";
    finding.advice = "Keep the scan, do not repeat it. Tell the monitor.";
    const auto day = dayNumber(base.notes.study_date);
    if (!day || !base.notes.window) {
        finding.result = RuleResult::CannotTell;
        finding.severity = Severity::Note;
        finding.found =
            day ? "the date it is counted from is not known" : "the study date is not in the header";
        return one;
    }
    const int early = base.notes.window->first - *day;
    const int late = *day - base.notes.window->last;
    finding.result = early > 0 || late > 0 ? RuleResult::Fail : RuleResult::Pass;
    finding.found = early > 0  ? daysText(early) + " too early"
                    : late > 0 ? daysText(late) + " too late"
                               : "inside";
    one.clause = "the scan is " + finding.found + " for \"" + visit.label + "\"";
    return one;
}

std::optional<Judged> judgeRepeat(const Visit& visit, const Scope& base) {
    const bool again = std::ranges::any_of(
        base.context.earlier, [&](const EarlierScan& scan) { return isSameVisit(scan, visit, base); });
    if (!again) return std::nullopt;
    Judged one;
    Finding& finding = one.finding;
    finding.rule_id = "VISIT-REPEAT";
    finding.label = "visit already scanned";
    finding.expected = "one scan for \"" + visit.label + "\"";
    finding.found = "an earlier scan of this visit was accepted";
    finding.result = RuleResult::Fail;
    finding.severity = Severity::Query;
    finding.why = "The trial measures one scan for each visit.";
    finding.advice =
        "Check the visit. If it is right, tell the central team which scan counts; both are kept.";
    one.clause = "this visit already has images";
    return one;
}

}  // namespace

const Visit* visitOf(const PackData& pack, const JudgeContext& context) {
    const auto found = std::ranges::find(pack.visits, context.visit_id, &Visit::id);
    return found == pack.visits.end() ? nullptr : &*found;
}

bool isSameVisit(const EarlierScan& scan, const Visit& visit, const Scope& base) {
    if (scan.visit_id != visit.id) return false;
    if (visit.repeat_days == 0) return true;
    const auto day = dayNumber(scan.study_date);
    return day && base.notes.window && *day >= base.notes.window->first && *day <= base.notes.window->last;
}

int neededOf(const PackData& pack, const JudgeContext& context, const Slot& slot) {
    const Visit* visit = visitOf(pack, context);
    if (!visit) return slot.min;
    return contains(visit->needs, slot.id) ? std::max(1, slot.min) : 0;
}

bool isUnsure(const PackData& pack, const Matching& matching, const std::vector<const SeriesView*>& series,
              const Slot& slot) {
    const auto index = static_cast<std::size_t>(&slot - pack.slots.data());
    for (std::size_t i = 0; i < matching.candidates.size(); ++i)
        if (matching.candidates[i][index].fit == Fit::Unsure && matching.slotOf(series[i]).empty())
            return true;
    return std::ranges::any_of(matching.ambiguous,
                               [&](const auto& one) { return contains(one.second, slot.id); });
}

std::vector<ChecklistItem> checklistOf(const Scope& base, const Matching& matching) {
    std::vector<ChecklistItem> items;
    const Visit* visit = visitOf(base.pack, base.context);
    for (const Slot& slot : base.pack.slots) {
        ChecklistItem item{slot.id, slot.label,
                           {},      neededOf(base.pack, base.context, slot),
                           0,       ChecklistItem::State::Missing};
        for (const std::string& key : slot.endpoints) item.endpoints.push_back(base.pack.endpoints.at(key));
        const auto judged = matching.judged.find(slot.id);
        if (judged != matching.judged.end()) item.received = static_cast<int>(judged->second.size());
        const bool listed = !visit || contains(visit->needs, slot.id) || contains(visit->optional, slot.id);
        if (!listed && item.received == 0) continue;
        if (item.received > 0 && item.received >= item.needed)
            item.state = ChecklistItem::State::Present;
        else if (isUnsure(base.pack, matching, base.series, slot))
            item.state = ChecklistItem::State::Unsure;
        else if (item.needed == 0)
            item.state = ChecklistItem::State::NotNeeded;
        items.push_back(std::move(item));
    }
    return items;
}

std::vector<Judged> judgeVisit(const Scope& base) {
    std::vector<Judged> found;
    const Visit* visit = visitOf(base.pack, base.context);
    if (!visit) {
        if (!base.context.visit_id.empty()) found.push_back(unknownVisit());
        return found;
    }
    if (visit->window || visit->repeat_days > 0) found.push_back(judgeWindow(*visit, base));
    if (auto again = judgeRepeat(*visit, base)) found.push_back(*std::move(again));
    return found;
}

}  // namespace gantry::qc
