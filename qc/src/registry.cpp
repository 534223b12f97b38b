#include "registry.hpp"

#include <algorithm>
#include <cmath>

#include "fingerprint.hpp"
#include "gantry/core/dicom.hpp"
#include "gantry/qc/phantom_recognition.hpp"
#include "moments.hpp"

namespace gantry::qc {

namespace {

constexpr double kSameNumber = 1e-3;  // relative: headers round what reconstruction computes

std::optional<int> today(const Scope& scope) {
    return dayNumber(scope.context.today.empty() ? scope.notes.study_date : scope.context.today);
}

Judged finding(std::string rule, std::string label, std::string found, Severity severity) {
    Judged one;
    one.finding.rule_id = std::move(rule);
    one.finding.label = std::move(label);
    one.finding.found = std::move(found);
    one.finding.result = RuleResult::Fail;
    one.finding.severity = severity;
    return one;
}

Judged unregistered() {
    Judged one = finding("SCANNER-NEW", "scanner", "not registered at this site", Severity::Note);
    one.finding.expected = "a scanner this site knows";
    one.finding.why = "The trial has to know every scanner it measures on.";
    one.finding.advice = "It is on the list of scanners now. Tell the central team.";
    one.clause = "the scanner is new here";
    return one;
}

/// A header that lacks a part of the key says nothing of any scanner.
Judged unnamed() {
    Judged one = finding("SCANNER-UNQUALIFIED", "scanner", "the header does not say which scanner it was",
                         Severity::Query);
    one.finding.result = RuleResult::CannotTell;
    one.finding.expected = "a qualified scanner";
    one.finding.why = "Only qualified scanners give numbers that can be compared.";
    one.finding.advice = "Tell the central team which scanner made the images.";
    one.clause = "the header does not say which scanner it was";
    return one;
}

Judged unqualified(const ScannerPolicy& policy, const Scope& scope, bool said) {
    const auto& at = policy.unqualified_at;
    const bool counts = at.empty() || std::ranges::find(at, scope.context.visit_id) != at.end();
    Judged one = finding("SCANNER-UNQUALIFIED", "scanner qualification",
                         said ? "not qualified" : "nobody has said whether it is qualified",
                         counts ? policy.unqualified : policy.unqualified_else);
    if (!said) {
        one.finding.result = RuleResult::CannotTell;
        one.finding.severity = std::min(one.finding.severity, Severity::Query);
    }
    one.finding.expected = "a qualified scanner";
    one.finding.why = "Only qualified scanners give numbers that can be compared.";
    one.finding.advice = "Use a qualified scanner, or ask the central team to qualify this one.";
    one.clause = said ? "the scanner is not qualified" : "whether the scanner is qualified is not known";
    return one;
}

/// What was noted at the qualification and the header does not say now.
Judged unreadable(const ScannerPolicy::Change& change) {
    Judged one = finding("SCANNER-CHANGED", change.changed.label, "not in the header of every image",
                         std::min(change.meanwhile, Severity::Query));
    one.finding.result = RuleResult::CannotTell;
    one.finding.expected = "as when it was qualified";
    one.finding.why = "A changed scanner may measure differently.";
    one.finding.advice = "Tell the central team whether the scanner was changed.";
    one.clause = "whether the scanner was changed since it was qualified cannot be told";
    return one;
}

/// What the registry noted at the qualification differs now; nullopt when it does not, or nothing was noted.
std::optional<Judged> judgeChange(const ScannerPolicy::Change& change, const Scope& scope,
                                  const SeriesView& series, const ScannerRecord& record) {
    const auto before = record.at_qualification.find(change.changed.name);
    const auto now = series.agreed(scope.pack, change.changed.name);
    if (before == record.at_qualification.end() || now == before->second) return std::nullopt;
    if (now.empty()) return unreadable(change);
    Judged one = finding("SCANNER-CHANGED", change.changed.label,
                         change.changed.identifying ? "another than when it was qualified" : std::string(now),
                         change.meanwhile);
    one.finding.expected = change.changed.identifying ? "as when it was qualified" : before->second;
    one.finding.why = "A changed scanner may measure differently.";
    one.finding.advice = "Scan the phantom before the next subject.";
    if (const auto day = today(scope); day && change.recheck_within > 0)
        one.finding.advice = "Scan the phantom before the next subject, by " +
                             dateText(*day + static_cast<int>(change.recheck_within / kSecondsPerDay), "-") +
                             " at the latest.";
    one.clause = change.changed.label + " of the scanner changed since it was qualified";
    return one;
}

std::optional<double> ageOf(const Scope& scope, const ScannerRecord& record, const std::string& phantom) {
    const auto passed = record.phantom_passed_on.find(phantom);
    const auto day = passed == record.phantom_passed_on.end() ? std::nullopt : dayNumber(passed->second);
    const auto now = today(scope);
    return day && now ? std::optional((*now - *day) * kSecondsPerDay) : std::nullopt;
}

std::optional<Judged> judgePhantom(const ScannerPolicy::Change& change, const Scope& scope,
                                   const ScannerRecord& record) {
    const auto age = ageOf(scope, record, change.phantom);
    if (age && *age <= change.older_than) return std::nullopt;
    Judged one =
        finding("SCANNER-PHANTOM", "phantom " + change.phantom,
                age ? formatQuantity(*age, findUnit("d")) + " ago" : "no scan that passed", change.meanwhile);
    one.finding.expected = "within " + formatQuantity(change.older_than, findUnit("d"));
    one.finding.why = "Without a recent phantom scan nobody knows whether the scanner still measures right.";
    one.finding.advice = "Scan the phantom " + change.phantom + " before the next subject.";
    one.clause = "the phantom scan " + change.phantom + " is overdue";
    return one;
}

/// Whether the pack's phantom is one for series of this modality.
bool isFor(const PackPhantom& phantom, std::string_view modality) {
    const auto kind = plainPhantomKind(phantom.kind);
    if (kind == "acr_mri" || kind == "mr_uniform" || kind == "dwi_ice") return modality == "MR";
    if (kind == "acr_ct_464" || kind == "ct_water") return modality == "CT";
    return modality == "PT";
}

/// What the pack's schedule of phantoms means for this scan. A phantom that `invalidate_when` watches is judged
/// there.
std::optional<Judged> judgeSchedule(const PackPhantom& phantom, const Scope& scope, const SeriesView& series,
                                    const ScannerRecord& record) {
    const auto watched = [&](const ScannerPolicy::Change& change) { return change.phantom == phantom.id; };
    if (!isFor(phantom, series.first(scope.pack, "Modality")) ||
        std::ranges::any_of(scope.pack.scanners->changes, watched))
        return std::nullopt;
    const auto age = ageOf(scope, record, phantom.id);
    const bool first_visit =
        !scope.pack.visits.empty() && scope.pack.visits.front().id == scope.context.visit_id;
    const bool gate = phantom.before_baseline && first_visit && !age;
    const bool lapsed = age && phantom.stop_after > 0 && *age > phantom.stop_after;
    const bool overdue = age && phantom.overdue && *age > phantom.every + phantom.grace;
    if (!gate && !lapsed && !overdue) return std::nullopt;
    Judged one = finding("SCANNER-PHANTOM", "phantom " + phantom.id,
                         age ? formatQuantity(*age, findUnit("d")) + " ago" : "no scan that passed",
                         gate || lapsed ? Severity::Stop : *phantom.overdue);
    one.finding.expected =
        gate ? "a scan that passed before the first visit"
             : "within " + formatQuantity(lapsed ? phantom.stop_after : phantom.every, findUnit("d"));
    one.finding.why = "Without a recent phantom scan nobody knows whether the scanner still measures right.";
    one.finding.advice = "Scan the phantom " + phantom.id + " before the next subject.";
    one.clause = gate ? "no scan of the phantom " + phantom.id + " has passed on this scanner"
                      : "the phantom scan " + phantom.id + " is overdue";
    return one;
}

void judgeScanner(const Scope& scope, const SeriesView& series, std::vector<Judged>& found) {
    const ScannerPolicy& policy = *scope.pack.scanners;
    if (scannerKeyOf(scope.pack, series).empty()) return found.push_back(unnamed());
    const ScannerRecord* record = recordOf(scope, series);
    if (!record) found.push_back(unregistered());
    if (!record || !record->qualified || !*record->qualified)
        found.push_back(unqualified(policy, scope, record && record->qualified.has_value()));
    if (!record) return;
    for (const auto& change : policy.changes) {
        auto one = change.changed.name.empty() ? judgePhantom(change, scope, *record)
                                               : judgeChange(change, scope, series, *record);
        if (one) found.push_back(*std::move(one));
    }
    for (const auto& phantom : scope.pack.phantoms)
        if (auto one = judgeSchedule(phantom, scope, series, *record)) found.push_back(*std::move(one));
}

}  // namespace

std::string scannerKeyOf(const PackData& pack, const SeriesView& series) {
    if (!pack.scanners) return {};
    std::string key;
    for (const CheckName& part : pack.scanners->key) {
        const auto value = series.agreed(pack, part.name);
        if (value.empty()) return {};
        key += (key.empty() ? "" : " | ") + std::string(value);
    }
    return key;
}

const ScannerRecord* recordOf(const Scope& scope, const SeriesView& series) {
    const std::string key = scannerKeyOf(scope.pack, series);
    const auto found = std::ranges::find(scope.context.scanners, key, &ScannerRecord::key);
    return key.empty() || found == scope.context.scanners.end() ? nullptr : &*found;
}

std::optional<bool> sameAsQualified(const Scope& scope, const SeriesView& series, const std::string& check,
                                    const std::string& qualified) {
    if (!scope.pack.scanners) return std::nullopt;
    const auto& compared = scope.pack.scanners->reconstruction;
    const auto found = std::ranges::find(compared, check, &CheckName::name);
    if (found == compared.end()) return true;  // the pack does not compare by it any more
    Scope one = scope;
    one.series = {&series};
    const Observation now = observe(one, *found);
    if (now.values.size() != 1 || now.partial || now.absent > 0) return std::nullopt;
    const Observation then = fromPrint({qualified}, *found);
    return std::ranges::equal(now.values.front(), then.values.front(), [](const Item& a, const Item& b) {
        if (!a.number || !b.number) return a.text == b.text;
        return std::abs(*a.number - *b.number) <= kSameNumber * std::abs(*b.number);
    });
}

Observation phantomAge(const Scope& scope, const CheckName& check) {
    if (scope.series.empty()) return unknown("no images");
    const ScannerRecord* record = recordOf(scope, *scope.series.front());
    if (!record) return unknown("the scanner is not registered at this site");
    const bool named = check.name.size() > kPhantomAge.size();
    std::optional<double> oldest;
    for (const auto& [phantom, day] : record->phantom_passed_on) {
        if (named && check.name.substr(kPhantomAge.size() + 1) != phantom) continue;
        if (const auto age = ageOf(scope, *record, phantom)) oldest = std::max(oldest.value_or(*age), *age);
    }
    return oldest ? known(numberItem(*oldest)) : unknown("no phantom scan that passed is on record");
}

std::vector<ScannerSeen> scannersSeen(const PackData& pack, const std::vector<const SeriesView*>& series) {
    std::vector<ScannerSeen> seen;
    if (!pack.scanners) return seen;
    for (const SeriesView* one : series) {
        ScannerSeen scanner{scannerKeyOf(pack, *one), std::string(one->first(pack, "Manufacturer")), {}};
        const auto model = one->first(pack, "ManufacturerModelName");
        if (!model.empty()) scanner.label += (scanner.label.empty() ? "" : " ") + std::string(model);
        for (const auto& change : pack.scanners->changes)
            if (const auto value = one->agreed(pack, change.changed.name); !value.empty())
                scanner.watched[change.changed.name] = value;
        const auto same = std::ranges::find(seen, scanner.key, &ScannerSeen::key);
        if (same == seen.end())
            seen.push_back(std::move(scanner));
        else
            same->watched.merge(scanner.watched);
    }
    return seen;
}

std::vector<Judged> judgeScanners(const Scope& base) {
    std::vector<Judged> found;
    if (!base.pack.scanners) return found;
    std::vector<std::string> done;
    for (const SeriesView* series : base.series) {
        const std::string key = scannerKeyOf(base.pack, *series);
        if (std::ranges::find(done, key) != done.end()) continue;
        done.push_back(key);
        judgeScanner(base, *series, found);
    }
    return found;
}

}  // namespace gantry::qc
