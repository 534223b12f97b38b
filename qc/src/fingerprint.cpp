#include "fingerprint.hpp"

#include <algorithm>
#include <charconv>

#include "gantry/core/dicom.hpp"
#include "judge_visit.hpp"

namespace gantry::qc {

namespace {

std::string textOf(const Item& item) {
    if (!item.number) return item.text;
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, *item.number);
    return error == std::errc() ? std::string(text, end) : std::string();
}

const Fingerprint* printOf(const EarlierScan& scan, const std::string& slot) {
    const auto found = std::ranges::find(scan.fingerprints, slot, &Fingerprint::slot_id);
    return found == scan.fingerprints.end() ? nullptr : &*found;
}

/// Scans are newest first. One that lacks the slot says nothing of it, so an older one counts.
const Fingerprint* earlierPrint(const Scope& scope, Reference reference) {
    const std::string& today = scope.notes.study_date;
    const Visit* visit = visitOf(scope.pack, scope.context);
    for (const EarlierScan& scan : scope.context.earlier) {
        if (!today.empty() && scan.study_date > today) continue;
        const bool baseline = !scope.pack.visits.empty() && scan.visit_id == scope.pack.visits.front().id;
        const bool previous = !visit || !isSameVisit(scan, *visit, scope);
        if (reference == Reference::Baseline ? !baseline : !previous) continue;
        if (const Fingerprint* print = printOf(scan, scope.slot)) return print;
    }
    return nullptr;
}

void remember(const Scope& scope, const CheckName& check, Fingerprint& print) {
    if (print.values.contains(check.name)) return;
    const Observation seen = observe(scope, check);
    if (!seen.values.empty() && !seen.partial) print.values.emplace(check.name, toPrint(seen));
}

void rememberRules(const Scope& scope, const std::vector<Rule>& rules, Fingerprint& print) {
    for (const Rule& rule : rules)
        for (const Condition& condition : rule.conditions) remember(scope, condition.check, print);
}

}  // namespace

std::vector<std::string> toPrint(const Observation& seen) {
    std::vector<std::string> texts;
    for (const auto& value : seen.values) {
        std::string text;
        for (std::size_t i = 0; i < value.size(); ++i) text += (i > 0 ? "\\" : "") + textOf(value[i]);
        texts.push_back(std::move(text));
    }
    return texts;
}

Observation fromPrint(const std::vector<std::string>& texts, const CheckName& check) {
    Observation seen;
    for (const std::string& text : texts) {
        std::vector<Item> items;
        const auto numbers = dicom::parseDecimals(text);
        const auto parts = dicom::splitValues(text);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            items.push_back(textItem(std::string(parts[i])));
            if (check.kind == Kind::Number && i < numbers.size()) items.back().number = numbers[i];
        }
        seen.values.push_back(std::move(items));
    }
    seen.total = 1;
    return seen;
}

Observation observeEarlier(const Scope& scope, const CheckName& check, Reference reference) {
    const Fingerprint* print = earlierPrint(scope, reference);
    if (!print)
        return unknown(scope.context.earlier.empty() ? "no accepted earlier scan of this subject is kept here"
                                                     : "no accepted earlier scan has this series");
    const auto found = print->values.find(check.name);
    return found == print->values.end() ? unknown("the earlier scan does not say")
                                        : fromPrint(found->second, check);
}

std::vector<Fingerprint> fingerprintsOf(const Scope& base, const Matching& matching) {
    std::vector<Fingerprint> prints;
    Scope scope = base;
    auto& study = prints.emplace_back();
    rememberRules(scope, base.pack.identity, study);
    for (const Slot& slot : base.pack.slots) {
        const auto series = matching.judged.find(slot.id);
        if (series == matching.judged.end() || series->second.empty()) continue;
        scope.slot = slot.id;
        scope.series = series->second;
        auto& print = prints.emplace_back();
        print.slot_id = slot.id;
        rememberRules(scope, slot.rules, print);
        rememberRules(scope, base.pack.baseline_all, print);
        if (base.pack.scanners)
            for (const CheckName& check : base.pack.scanners->reconstruction) remember(scope, check, print);
        for (const auto* size : {"image.body_area", "image.head_size"})
            remember(scope, *findCheckName(size), print);
    }
    return prints;
}

}  // namespace gantry::qc
