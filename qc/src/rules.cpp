#include "rules.hpp"

#include <algorithm>

#include "describe.hpp"
#include "questions.hpp"
#include "registry.hpp"

namespace gantry::qc {

namespace {

void copyField(Rule& rule, const Patch& patch) {
    const Rule& donor = patch.donor;
    if (patch.field == "severity") rule.severity = donor.severity;
    if (patch.field == "missing") rule.missing = donor.missing;
    if (patch.field == "repair") rule.repair = donor.repair;
    if (patch.field == "skip") rule.skip = donor.skip;
    if (patch.field == "when") rule.when = donor.when;
    if (patch.field == "advice") rule.advice = donor.advice;
    if (patch.field == "why") rule.why = donor.why;
    if (patch.field == "over") rule.over = donor.over;
    for (std::size_t i = 0; i < rule.conditions.size() && i < donor.conditions.size(); ++i) {
        Condition& condition = rule.conditions[i];
        const Condition& from = donor.conditions[i];
        if (patch.field == "check") condition.check = from.check;
        if (patch.field == "op") condition.op = from.op;
        if (patch.field == "tol") condition.tolerance = from.tolerance;
        if (patch.field != "value") continue;
        condition.value = from.value;
        condition.pattern = from.pattern;
    }
}

/// Overrides name a rule; a slot that extends another one has it as "slot/RULE".
bool concerns(const Patch& patch, const Rule& rule) {
    return !patch.rule_id.empty() && (rule.id == patch.rule_id || rule.id.ends_with("/" + patch.rule_id));
}

bool reads(const Rule& rule, std::string_view parameter) {
    return std::ranges::any_of(rule.conditions, [&](const Condition& condition) {
        return condition.value.parameter == parameter || condition.tolerance.parameter == parameter;
    });
}

struct Combined {
    Answer answer;
    const Condition* condition;  ///< the one that decided
};

/// "not in the header, nobody has answered yet"
std::string allReasons(const std::vector<Combined>& answers) {
    std::string reasons;
    for (const Combined& one : answers)
        if (reasons.find(one.answer.found) == std::string::npos)
            reasons += (reasons.empty() ? "" : ", ") + one.answer.found;
    return reasons;
}

Combined combine(const Rule& rule, const Scope& scope) {
    std::vector<Combined> answers;
    for (const Condition& condition : rule.conditions)
        answers.push_back({evaluate(condition, scope), &condition});
    // Identity may rest on fewer attributes than the rule lists: those no image has say nothing.
    const bool constant =
        std::ranges::all_of(rule.conditions, [](const Condition& c) { return c.op == Operator::Constant; });
    const bool some_known =
        std::ranges::any_of(answers, [](const Combined& c) { return !c.answer.nothing_known; });
    if (constant && some_known)
        std::erase_if(answers, [](const Combined& c) { return c.answer.nothing_known; });
    Combined worst = answers.front();
    for (const Combined& one : answers) {
        const Tri before = worst.answer.holds;
        const Tri together = rule.any_of ? (before || one.answer.holds) : (before && one.answer.holds);
        if (together != before) worst = one;
    }
    if (rule.any_of && worst.answer.holds == Tri::Unknown) worst.answer.found = allReasons(answers);
    return worst;
}

/// The answer of a person counts where the header says nothing.
Combined combineAsked(const Rule& rule, const Scope& scope) {
    Combined combined = combine(rule, scope);
    if (combined.answer.holds != Tri::Unknown) return combined;
    Given given = answersFor(rule, scope);
    if (given.empty()) return combined;
    if (scope.given) given.insert(scope.given->begin(), scope.given->end());
    Scope asked = scope;
    asked.given = &given;
    return combine(rule, asked);
}

bool isFirstVisit(const Scope& scope) {
    return !scope.pack.visits.empty() && scope.context.visit_id == scope.pack.visits.front().id;
}

void applyMissing(const Rule& rule, Finding& finding) {
    switch (rule.missing) {
        case Missing::Skip:
            finding.result = RuleResult::NotApplicable;
            return;
        case Missing::Fail:
            finding.result = RuleResult::Fail;
            return;
        case Missing::Ask:
            finding.repair = Repair::Enter;
            break;
        case Missing::Query:
        case Missing::CannotTell:
            break;
    }
    finding.result = RuleResult::CannotTell;
    if (rule.severity != Severity::Note) finding.severity = Severity::Query;
}

std::string slotLabel(const Scope& scope) {
    const auto slot = std::ranges::find(scope.pack.slots, scope.slot, &Slot::id);
    return slot == scope.pack.slots.end() ? "the study" : slot->label;
}

std::string qualifiedOn(const Scope& scope) {
    const ScannerRecord* record = scope.series.empty() ? nullptr : recordOf(scope, *scope.series.front());
    return record && !record->qualified_on.empty() ? record->qualified_on : "the day of the qualification";
}

/// What stands in for the rule's own severity and advice. As long as nothing was injected that is what
/// counts: an injection cannot be taken back.
const Variant* variantOf(const Rule& rule, const Answer& answer, const Scope& scope) {
    if (rule.before_injection && !scope.notes.injected) return &*rule.before_injection;
    return rule.too_low && answer.too_low ? &*rule.too_low : nullptr;
}

void applyAnswer(const Rule& rule, const Combined& combined, const Scope& scope, Finding& finding) {
    const Answer& answer = combined.answer;
    finding.found = answer.found;
    if (answer.holds == Tri::Unknown) {
        applyMissing(rule, finding);
    } else if (answer.holds == Tri::Yes) {
        finding.result = RuleResult::Pass;
    } else {
        finding.result = RuleResult::Fail;
        if (const Variant* variant = variantOf(rule, answer, scope)) {
            finding.severity = variant->severity;
            finding.advice = variant->advice;
        }
        if (rule.advise_only) finding.severity = std::min(finding.severity, Severity::Query);
    }
    const std::string before = answer.before.empty() ? "the value of the earlier visit" : answer.before;
    if (!answer.before.empty()) finding.expected += " (" + answer.before + ")";
    const std::string limit = describeLimit(*combined.condition, scope);
    const auto to = limit.find(" to ");
    finding.advice = fillIn(finding.advice, {{"found", finding.found},
                                             {"limit", limit},
                                             {"missing", answer.missing},
                                             {"min", limit.substr(0, to)},
                                             {"max", to == std::string::npos ? limit : limit.substr(to + 4)},
                                             {"slot", slotLabel(scope)},
                                             {"qualified_on", qualifiedOn(scope)},
                                             {"baseline", before}});
}

Finding blankFinding(const Rule& rule, const Scope& scope) {
    Finding finding;
    finding.rule_id = rule.id;
    finding.slot_id = scope.slot;
    if (scope.series.size() == 1) finding.series_instance_uid = scope.series.front()->uid;
    finding.severity = rule.severity;
    finding.repair = rule.repair;
    finding.label = rule.label;
    finding.why = rule.why;
    finding.advice = rule.advice;
    if (!rule.conditions.empty()) finding.expected = describeExpected(rule.conditions.front(), scope);
    return finding;
}

bool needsEarlier(const Rule& rule) {
    return std::ranges::any_of(
        rule.conditions, [](const Condition& condition) { return condition.reference != Reference::None; });
}

/// A failed rule that the trial agreed to let pass, as long as the agreement lasts.
void waive(const Scope& scope, Finding& finding) {
    if (finding.result != RuleResult::Fail) return;
    const std::string& today = scope.context.today.empty() ? scope.notes.study_date : scope.context.today;
    for (const Waiver& waiver : scope.context.waivers) {
        const bool concerned =
            waiver.rule_id == finding.rule_id || finding.rule_id.ends_with("/" + waiver.rule_id);
        const bool over = !waiver.until.empty() && (today.empty() || today > waiver.until);
        if (!concerned || over) continue;
        finding.result = RuleResult::Waived;
        finding.waiver = waiver.deviation;
        return;
    }
}

/// The check whose picture shows where the trouble is.
std::string pictureOf(const CheckName& check, const Scope& scope) {
    for (const SeriesView* series : scope.series)
        if (const auto* measure = findMeasure(scope.context, series->uid, check.name);
            measure && measure->has_picture)
            return check.name;
    return {};
}

void decide(const Rule& rule, const Scope& scope, const Effective& effective, Finding& finding,
            const CheckName*& decided) {
    if (effective.isContested(rule)) {
        finding.found = "two exceptions of the pack are in force and contradict each other";
        applyMissing(Rule{}, finding);
        return;
    }
    const Tri applies = rule.when ? evaluateGuard(*rule.when, scope) : Tri::Yes;
    if (rule.skip || applies == Tri::No) {
        finding.result = RuleResult::NotApplicable;
    } else if (applies == Tri::Unknown) {
        finding.found = "whether this applies cannot be told";
        applyMissing(rule, finding);
    } else if (needsEarlier(rule) && isFirstVisit(scope)) {
        finding.found = "the first visit has none before it";
        finding.result = RuleResult::NotApplicable;
    } else {
        const Combined combined = combineAsked(rule, scope);
        finding.expected = describeExpected(*combined.condition, scope);
        applyAnswer(rule, combined, scope, finding);
        decided = &combined.condition->check;
    }
}

}  // namespace

Effective::Effective(const Scope& scope) : parameters_(scope.parameters) {
    std::vector<std::string> targets;
    for (const Override& one : scope.pack.overrides) {
        if (evaluateGuard(one.when, scope) != Tri::Yes) continue;
        applied_.push_back(&one);
        for (const Patch& patch : one.patches) {
            if (std::ranges::find(targets, patch.target) != targets.end()) contested_.push_back(patch.target);
            targets.push_back(patch.target);
            patches_.push_back(&patch);
            if (!patch.parameter.empty()) parameters_[patch.parameter] = patch.value;
        }
    }
}

Rule Effective::ruleFor(const Rule& rule) const {
    Rule effective = rule;
    for (const Patch* patch : patches_)
        if (concerns(*patch, rule)) copyField(effective, *patch);
    return effective;
}

bool Effective::isContested(const Rule& rule) const {
    return std::ranges::any_of(contested_, [&](const std::string& target) {
        if (target.starts_with("params.")) return reads(rule, std::string_view(target).substr(7));
        const std::string id = target.substr(0, target.rfind('.'));
        return rule.id == id || rule.id.ends_with("/" + id);
    });
}

Judged judgeRule(const Rule& original, const Scope& scope) {
    const Effective effective(scope);
    const Rule rule = effective.ruleFor(original);
    const Scope inner{scope.pack,   scope.context, scope.notes,   effective.parameters(),
                      scope.series, scope.slot,    scope.matched, scope.given};
    Judged judged;
    judged.finding = blankFinding(rule, inner);
    const CheckName* decided = nullptr;
    decide(rule, inner, effective, judged.finding, decided);
    waive(inner, judged.finding);
    judged.question = questionOf(rule, scope.pack);
    if (judged.question && judged.finding.result == RuleResult::CannotTell)
        judged.finding.question = judged.question->id;
    const CheckName& check = decided ? *decided : rule.conditions.front().check;
    judged.finding.picture = pictureOf(check, inner);
    const auto by_check = [&](const Condition& c) { return c.check.name == check.name; };
    const auto condition = std::ranges::find_if(rule.conditions, by_check);
    judged.clause = clauseOf(judged.finding, check, condition->op);
    return judged;
}

bool touches(const Override& one, const Rule& rule) {
    return std::ranges::any_of(one.patches, [&](const Patch& patch) {
        return concerns(patch, rule) || (!patch.parameter.empty() && reads(rule, patch.parameter));
    });
}

std::vector<std::vector<const SeriesView*>> setsOver(const Rule& rule,
                                                     const std::vector<const SeriesView*>& series) {
    if (rule.over == Over::Union || rule.over == Over::Study) return {series};
    std::vector<std::vector<const SeriesView*>> sets;
    for (const SeriesView* one : series) sets.push_back({one});
    return sets;
}

std::vector<Judged> judgeOver(const Rule& rule, const Scope& base,
                              const std::vector<const SeriesView*>& series) {
    Scope scope = base;
    std::vector<Judged> each;
    for (auto& set : setsOver(rule, series)) {
        scope.series = std::move(set);
        each.push_back(judgeRule(rule, scope));
    }
    if (each.empty() || (rule.over != Over::All && rule.over != Over::Any)) return each;
    // One finding for the slot: the worst for `all`, the best for `any`.
    sortWorstFirst(each);
    return {rule.over == Over::All ? std::move(each.front()) : std::move(each.back())};
}

}  // namespace gantry::qc
