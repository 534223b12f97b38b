#include "judge_overrides.hpp"

#include <algorithm>

namespace gantry::qc {

namespace {

class Applied {
public:
    explicit Applied(const Scope& base) : base_(base) {}

    void noteSeries(const std::string& slot, const SeriesView* series) {
        for (const Override* one : appliedTo(slot, {series})) note(one);
    }

    void noteRule(const Rule& rule, const std::vector<const SeriesView*>& series) {
        for (const auto& set : setsOver(rule, series))
            for (const Override* one : appliedTo("", set))
                if (touches(*one, rule)) note(one);
    }

    /// In the order of the pack.
    std::vector<const Override*> inForce() {
        std::ranges::sort(found_);
        return found_;
    }

private:
    std::vector<const Override*> appliedTo(const std::string& slot, std::vector<const SeriesView*> series) {
        Scope scope = base_;
        scope.slot = slot;
        scope.series = std::move(series);
        return Effective(scope).applied();
    }

    void note(const Override* one) {
        if (std::ranges::find(found_, one) == found_.end()) found_.push_back(one);
    }

    const Scope& base_;
    std::vector<const Override*> found_;
};

Judged overrideFinding(const Override& exception) {
    Judged one;
    one.finding.rule_id = "OVERRIDE";
    one.finding.label = "exception of the pack";
    for (const Patch& patch : exception.patches)
        one.finding.found += (one.finding.found.empty() ? "changes " : ", ") + patch.target;
    one.finding.result = RuleResult::NotApplicable;
    one.finding.severity = Severity::Note;
    one.finding.why = exception.why;
    return one;
}

}  // namespace

std::vector<const SeriesView*> seriesAcross(const Rule& rule, const std::vector<const SeriesView*>& all,
                                            const SeriesOfSlots& judged) {
    if (rule.over_slots.empty()) return all;
    std::vector<const SeriesView*> series;
    for (const std::string& id : rule.over_slots)
        if (const auto found = judged.find(id); found != judged.end())
            series.insert(series.end(), found->second.begin(), found->second.end());
    return series;
}

std::vector<Judged> judgeOverrides(const Scope& whole, const std::vector<const SeriesView*>& all,
                                   const SeriesOfSlots& judged) {
    Applied applied(whole);
    for (const auto& [slot, series] : judged)
        for (const SeriesView* one : series) applied.noteSeries(slot, one);
    for (const Rule& rule : whole.pack.identity) applied.noteRule(rule, all);
    for (const Rule& rule : whole.pack.across)
        if (const auto series = seriesAcross(rule, whole.series, judged); !series.empty())
            applied.noteRule(rule, series);
    std::vector<Judged> found;
    for (const Override* exception : applied.inForce()) found.push_back(overrideFinding(*exception));
    return found;
}

}  // namespace gantry::qc
