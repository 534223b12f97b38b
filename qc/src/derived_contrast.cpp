#include <algorithm>

#include "derived.hpp"
#include "moments.hpp"

namespace gantry::qc {

namespace {

constexpr std::string_view kAdministered =
    "ContrastBolusUsageSequence.ContrastBolusAgentAdministered";  // of enhanced objects, by frame

bool deniesGiving(const Scope& scope, const SeriesView& series) {
    return hasWord(scope, series, kAdministered, "NO") && !hasWord(scope, series, kAdministered, "YES");
}

bool namesAgent(const Scope& scope, const SeriesView& series) {
    if (hasAny(scope, series, "ContrastBolusAgentSequence")) return !deniesGiving(scope, series);
    return !std::ranges::all_of(series.column(scope.pack, "ContrastBolusAgent").values, deniesContrast);
}

Observation contrastGiven(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        if (namesAgent(scope, series)) return known(textItem("true"));
        const bool denied = deniesGiving(scope, series) || hasAny(scope, series, "ContrastBolusAgent");
        return denied ? known(textItem("false")) : unknown("not in the header");
    });
}

/// Of MR, from the first image's start to the middle of k-space: half of AcquisitionDuration, s. 0 when the
/// header does not say how long a scan took.
double halfDuration(const Scope& scope, const SeriesView& series) {
    const auto duration = presentNumbers(scope, series, "AcquisitionDuration");
    const bool mr = series.only(scope.pack, "Modality") == "MR";
    return mr && duration.size() == 1 && duration.front() > 0 ? duration.front() / 2 : 0;
}

Observation contrastDelay(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto start = injectionTime(scope, series);
        const auto scan = acquired(scope, series);
        if (!scan) return unknown(noAcquisition(scope, series));
        if (!start) return unknown(noInjection(scope, series));
        if (scan->first < *start) return unknown("the injection is after the scan by the header's clock");
        const double centre = scan->first + halfDuration(scope, series);
        return timed(numberItem(centre - *start), scan->whole);
    });
}

Observation beforeContrast(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto start = injectionTime(scope, series);
        const auto scan = acquired(scope, series);
        if (start && scan) return timed(textItem(scan->first < *start ? "true" : "false"), scan->whole);
        if (namesAgent(scope, series)) return known(textItem("false"));
        return unknown(noInjection(scope, series));
    });
}

/// The slots of the visit by when they were acquired, with "injection" among them.
Observation order(const Scope& scope) {
    if (!scope.matched) return unknown("the series are not known");
    std::vector<std::pair<double, std::string>> events;
    std::optional<double> injection;
    bool whole = true;
    for (const auto& [slot, series] : *scope.matched)
        for (const SeriesView* one : series) {
            const auto scan = acquired(scope, *one);
            if (!scan) return unknown(noAcquisition(scope, *one));
            events.emplace_back(scan->first, slot);
            whole = whole && scan->whole;
            if (!injection) injection = injectionTime(scope, *one);
        }
    if (!injection) return unknown("the injection time is not in the header");
    events.emplace_back(*injection, "injection");
    std::ranges::sort(events);
    std::vector<Item> items;
    for (auto& [at, name] : events) items.push_back(textItem(std::move(name)));
    Observation seen = timed({}, whole);
    seen.values = {std::move(items)};
    return seen;
}

/// From the first acquisition of the study to the last one.
Observation studyDuration(const Scope& scope) {
    std::optional<Span> all;
    for (const SeriesView* series : scope.series) {
        const auto scan = acquired(scope, *series);
        if (!scan) return unknown(noAcquisition(scope, *series));
        if (!all) all = scan;
        all->first = std::min(all->first, scan->first);
        all->last = std::max(all->last, scan->last);
        all->whole = all->whole && scan->whole;
    }
    return all ? timed(numberItem(all->last - all->first), all->whole) : unknown("no images");
}

}  // namespace

std::span<const DerivedRow> contrastRows() {
    static const std::vector<std::string_view> kTimes = {"AcquisitionDateTime",
                                                         "AcquisitionDate&AcquisitionTime",
                                                         "AcquisitionDuration",
                                                         "SeriesDate",
                                                         "StudyDate",
                                                         "ContrastBolusAgent",
                                                         "ContrastBolusAgentSequence",
                                                         kAdministered,
                                                         "ContrastBolusStartTime",
                                                         kEnhancedContrastStart};
    static const std::vector<DerivedRow> kRows = {
        {"derived.contrast_given",
         "contrast given",
         Kind::Flag,
         Dimension::None,
         contrastGiven,
         {"ContrastBolusAgent", "ContrastBolusAgentSequence", kAdministered},
         "ContrastBolusAgent (0018,0010) or ContrastBolusAgentSequence (0018,0012); "
         "ContrastBolusAgentAdministered (0018,9342) NO says no"},
        {"derived.contrast_delay", "delay after contrast", Kind::Number, Dimension::Time, contrastDelay,
         kTimes,
         "AcquisitionTime (0008,0032), of MR with half of AcquisitionDuration (0018,9073) where the header "
         "has "
         "it, less ContrastBolusStartTime (0018,1042), else less the time a person entered"},
        {"derived.before_contrast", "before contrast", Kind::Flag, Dimension::None, beforeContrast, kTimes,
         "the same times; without them, a contrast agent in the header says no"},
        {"derived.order", "order of scans", Kind::Text, Dimension::None, order, kTimes,
         "slots by AcquisitionTime (0008,0032), and \"injection\""},
        {"derived.study_duration", "duration of the study", Kind::Number, Dimension::Time, studyDuration,
         kTimes, "first to last acquisition of the series looked at"}};
    return kRows;
}

}  // namespace gantry::qc
