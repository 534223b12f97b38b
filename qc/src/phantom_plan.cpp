#include "gantry/qc/phantom_plan.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "gantry/qc/phantom_recognition.hpp"
#include "moments.hpp"
#include "pack_data.hpp"
#include "registry.hpp"
#include "series_view.hpp"

namespace gantry::qc {

namespace {

constexpr double kSecondsPerDay = 86400;
constexpr double kHighField = 2.5;  ///< T: from here on limits of 3 T hold

int daysOf(double seconds) {
    return static_cast<int>(std::lround(seconds / kSecondsPerDay));
}

/// The written number in the metric's unit.
std::optional<double> inUnit(const std::optional<Quantity>& written, const std::string& unit) {
    if (!written) return std::nullopt;
    const auto* own = findUnit(unit);
    if (!written->unit || !own || written->unit->dimension != own->dimension) return written->number;
    return written->base() / own->factor;
}

bool holdsAt(const std::string& field, const PhantomContext& context) {
    if (field.empty()) return true;
    if (!context.field_t) return false;
    return (field == "3T") == (*context.field_t >= kHighField);
}

/// "repeats >= 4" of metrics; what cannot be looked up does not hold.
bool guardHolds(const std::string& when, const std::string& metric,
                const std::map<std::string, double>& values) {
    if (when.empty()) return true;
    const auto op = when.find(">=");
    if (op == std::string::npos) return false;
    auto name = when.substr(0, op);
    std::erase(name, ' ');
    const auto number = parseQuantity(when.substr(when.find_first_not_of(' ', op + 2)));
    const auto found = values.find(metric.substr(0, metric.find('.') + 1) + name);
    return number && found != values.end() && found->second >= number->number;
}

/// Bounds of the set that the pack names, else those that no set is named for, else those of the first set.
std::vector<const PackPhantomTest::Bounds*> chosen(const PackPhantomTest& test, const std::string& criteria) {
    std::vector<const PackPhantomTest::Bounds*> out;
    const auto take = [&](const std::string& set) {
        for (const auto& one : test.bounds)
            if (one.set == set) out.push_back(&one);
        return !out.empty();
    };
    if ((!criteria.empty() && take(criteria)) || take("") || test.bounds.empty()) return out;
    take(test.bounds.front().set);
    return out;
}

PhantomLimit limitOf(const PackPhantomTest& test, const PackPhantomTest::Bounds& bounds,
                     const PhantomMetric& metric, double factor) {
    const auto number = [&](const std::optional<Quantity>& written) {
        auto out = inUnit(written, test.to_baseline ? "" : metric.unit);
        if (out) *out *= factor;
        return out;
    };
    PhantomLimit out{bounds.part,           number(bounds.low),       number(bounds.high),
                     number(bounds.warn_low), number(bounds.warn_high), test.source};
    if (test.only_warns) {
        if (!out.warn_low) out.warn_low = out.low;
        if (!out.warn_high) out.warn_high = out.high;
        out.low = out.high = std::nullopt;
    }
    return out;
}

}  // namespace

std::vector<PhantomPlan> phantomPlans(const Pack& pack) {
    std::vector<PhantomPlan> out;
    for (const auto& one : pack.data().phantoms)
        out.push_back({one.id, plainPhantomKind(one.kind), daysOf(one.every), daysOf(one.grace),
                       daysOf(one.stop_after), one.overdue, one.before_baseline,
                       std::ranges::any_of(
                           one.also_after,
                           [](const std::string& word) { return word.starts_with("software_change"); }),
                       one.form, one.criteria});
    return out;
}

std::string_view toString(PhantomDue due) {
    constexpr std::string_view kNames[] = {"never", "current", "due", "asked", "overdue", "lapsed"};
    return kNames[static_cast<std::size_t>(due)];
}

PhantomStanding standingOf(const PhantomPlan& plan, const std::string& passed_on,
                           const std::string& changed_on, const std::string& today) {
    PhantomStanding out;
    const auto passed = dayNumber(passed_on), now = dayNumber(today);
    if (!passed || !now) return out;
    const int due = *passed + plan.every_days, overdue = due + plan.grace_days + 1;
    const int stops = *passed + plan.stop_after_days + 1;
    out.due_on = dateText(due);
    out.overdue_on = dateText(overdue);
    if (plan.stop_after_days > 0) out.stops_on = dateText(stops);
    if (plan.stop_after_days > 0 && *now >= stops)
        out.due = PhantomDue::Lapsed;
    else if (*now >= overdue)
        out.due = PhantomDue::Overdue;
    else if (plan.after_software_change && !changed_on.empty() && changed_on > passed_on)
        out.due = PhantomDue::Asked;
    else
        out.due = *now >= due ? PhantomDue::Due : PhantomDue::Current;
    return out;
}

std::optional<PhantomJudged> judgeByPack(const Pack& pack, const std::string& phantom_id,
                                         const PhantomMetric& metric, const PhantomContext& context,
                                         const std::map<std::string, double>& values,
                                         std::optional<double> baseline) {
    const auto& phantoms = pack.data().phantoms;
    const auto phantom = std::ranges::find(phantoms, phantom_id, &PackPhantom::id);
    if (phantom == phantoms.end()) return std::nullopt;
    std::vector<PhantomLimit> limits;
    bool named = false, review = false;
    for (const auto& test : phantom->tests) {
        if (test.metric != metric.name) continue;
        named = true;
        if (!guardHolds(test.when, metric.name, values)) continue;
        review = review || test.review;
        if (test.to_baseline && !baseline) continue;
        for (const auto* bounds : chosen(test, phantom->criteria))
            if (holdsAt(bounds->field, context))
                limits.push_back(limitOf(test, *bounds, metric, test.to_baseline ? *baseline : 1));
    }
    if (!named) return std::nullopt;
    auto reviewed = metric;
    reviewed.pre_score = metric.pre_score || review;
    return holdAgainst(reviewed, limits);
}

std::vector<ScannerSeen> scannersOf(const Pack& pack, const StudyFacts& study) {
    std::vector<SeriesView> views;
    for (const auto& series : study.series)
        for (auto& view : viewSeries(pack.data(), series)) views.push_back(std::move(view));
    std::vector<const SeriesView*> all;
    for (const auto& view : views) all.push_back(&view);
    auto seen = scannersSeen(pack.data(), all);
    std::erase_if(seen, [](const ScannerSeen& one) { return one.key.empty(); });
    return seen;
}

}  // namespace gantry::qc
