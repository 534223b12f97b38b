#include "sentences.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>

namespace gantry::qc {

namespace {

/// {f}: what was found, {e}: what was expected.
struct Phrase {
    std::string_view check;
    std::string_view text;
};

constexpr Phrase kFailed[] = {
    {"derived.slice_thickness", "slices are {f}, {e} allowed"},
    {"derived.slice_spacing", "slices are {f} apart, {e} allowed"},
    {"derived.slice_gap", "there are gaps of {f} between slices, {e} allowed"},
    {"derived.slices_duplicate", "{f} slices lie where another slice lies"},
    {"derived.slices_irregular", "the slice spacing changes {f} times inside the series"},
    {"derived.coverage", "{f} are covered, {e} needed"},
    {"derived.n_slices", "there are {f} slices, {e} needed"},
    {"derived.ever_lossy", "the images were compressed with loss"},
    {"derived.plane", "slices are {f}, {e} wanted"},
    {"derived.obliquity", "slices are tilted by {f}, {e} allowed"},
    {"GantryDetectorTilt", "the gantry is tilted by {f}, {e} wanted"},
    {"vocab.kernel_class", "the kernel is {f}, {e} wanted"},
    {"KVP", "the tube voltage is {f}, {e} allowed"},
};

std::string_view failedPhrase(const CheckName& check, Operator op) {
    if (op == Operator::Constant) return "{l} is not the same in all images";
    if (op == Operator::Present) return "{l} is {f}";
    if (check.told == Told::SubjectId || check.keyword == "PatientID") return "{l} is {f}";
    const auto* row = std::ranges::find(kFailed, check.name, &Phrase::check);
    return row == std::end(kFailed) ? "{l} is {f}, expected: {e}" : row->text;
}

/// "2 at 812.5 to 815 mm" -> "2 slices are missing at 812.5 to 815 mm"
std::string missingSlices(const std::string& found) {
    const auto space = found.find(' ');
    const std::string number = found.substr(0, space);
    const std::string rest = space == std::string::npos ? "" : found.substr(space);
    return number + (number == "1" ? " slice is missing" : " slices are missing") + rest;
}

std::string capitalised(std::string text) {
    if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
}

std::string sentence(const Judged& judged, std::size_t others) {
    std::string text =
        judged.where.empty() ? capitalised(judged.clause) : judged.where + ": " + judged.clause;
    if (others > 0) text += " (and " + std::to_string(others) + " more)";
    return text + ".";
}

/// What needs the patient comes before what needs a click.
int cost(Repair repair) {
    switch (repair) {
        case Repair::Reacquire:
            return 4;
        case Repair::Reconstruct:
            return 3;
        case Repair::Resend:
            return 2;
        case Repair::Enter:
            return 1;
        case Repair::None:
            break;
    }
    return 0;
}

int rank(RuleResult result) {
    switch (result) {
        case RuleResult::Fail:
            return 4;
        case RuleResult::CannotTell:
            return 3;
        case RuleResult::Waived:
            return 2;
        case RuleResult::Pass:
            return 1;
        case RuleResult::NotApplicable:
            break;
    }
    return 0;
}

bool needsAnotherScan(const Finding& finding) {
    return finding.result == RuleResult::Fail &&
           (finding.severity == Severity::Rescan || finding.severity == Severity::Stop);
}

bool isOpen(const Finding& finding) {
    return (finding.result == RuleResult::Fail || finding.result == RuleResult::CannotTell) &&
           finding.severity != Severity::Note;
}

}  // namespace

std::string fillIn(std::string sentence,
                   const std::vector<std::pair<std::string_view, std::string>>& values) {
    for (const auto& [name, value] : values) {
        const std::string mark = "{" + std::string(name) + "}";
        for (auto at = sentence.find(mark); at != std::string::npos;
             at = sentence.find(mark, at + value.size()))
            sentence.replace(at, mark.size(), value);
    }
    return sentence;
}

std::string clauseOf(const Finding& finding, const CheckName& check, Operator op) {
    if (finding.result == RuleResult::CannotTell) {
        const bool absent = finding.found.starts_with("not in the header");
        return finding.label + (absent ? " is " : " cannot be judged: ") + finding.found;
    }
    if (check.name == "derived.slices_missing") return missingSlices(finding.found);
    if (finding.expected.starts_with("as before"))
        return finding.label + " is " + finding.found + ", it should be " + finding.expected;
    const bool none = finding.expected.starts_with("at most 0 ");
    return fillIn(std::string(failedPhrase(check, op)),
                  {{"f", finding.found}, {"e", none ? "none" : finding.expected}, {"l", finding.label}});
}

void sortWorstFirst(std::vector<Judged>& judged) {
    const auto key = [](const Judged& one) {
        const Finding& finding = one.finding;
        const int severity = rank(finding.result) >= 3 ? static_cast<int>(finding.severity) : 0;
        const bool asked = finding.rule_id.starts_with("ask.");  // what can be settled by typing comes first
        const int price = finding.result == RuleResult::Fail ? cost(finding.repair) : (asked ? 1 : 0);
        return std::tuple(-rank(finding.result), -severity, -price);
    };
    std::ranges::stable_sort(judged, {}, key);
}

void conclude(Verdict& verdict, const std::vector<Judged>& judged, bool series_judged) {
    const auto count = [&](auto predicate) {
        return static_cast<std::size_t>(
            std::ranges::count_if(judged, [&](const Judged& one) { return predicate(one.finding); }));
    };
    const auto first = [&](auto predicate) {
        return std::ranges::find_if(judged, [&](const Judged& one) { return predicate(one.finding); });
    };
    const std::size_t blocking = count(needsAnotherScan);
    const std::size_t open = count(isOpen);
    if (blocking == 0 && open == 0 && series_judged) {
        verdict.outcome = Outcome::Pass;
        verdict.headline = "Everything the trial needs is here and as it should be.";
        return;
    }
    if (blocking == 0 && open == 0) {
        verdict.outcome = Outcome::CannotTell;
        verdict.headline = "The pack expects nothing of these images, so nothing was judged.";
        return;
    }
    const auto top = blocking > 0 ? first(needsAnotherScan) : first(isOpen);
    verdict.headline = sentence(*top, (blocking > 0 ? blocking : open) - 1);
    verdict.advice = top->finding.advice;
    verdict.outcome =
        blocking > 0 ? Outcome::Fail : (series_judged ? Outcome::Attention : Outcome::CannotTell);
}

}  // namespace gantry::qc
