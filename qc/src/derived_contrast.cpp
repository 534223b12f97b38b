#include <algorithm>

#include "derived.hpp"
#include "moments.hpp"

namespace gantry::qc {

namespace {

constexpr std::string_view kNoInjection = "the injection time is not in the header";
constexpr std::string_view kNoAcquisition = "the acquisition time is not in the header";

bool namesAgent(const Scope& scope, const SeriesView& series) {
    if (hasAny(scope, series, "ContrastBolusAgentSequence")) return true;
    return !std::ranges::all_of(series.column(scope.pack, "ContrastBolusAgent").values, deniesContrast);
}

Observation contrastGiven(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        if (namesAgent(scope, series)) return known(textItem("true"));
        return hasAny(scope, series, "ContrastBolusAgent") ? known(textItem("false"))
                                                           : unknown("not in the header");
    });
}

Observation contrastDelay(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto start = injectionTime(scope, series);
        const auto scan = acquired(scope, series);
        if (!scan) return unknown(std::string(kNoAcquisition));
        if (!start) return unknown(std::string(kNoInjection));
        if (scan->first < *start) return unknown("the injection is after the scan by the header's clock");
        return known(numberItem(scan->first - *start));
    });
}

Observation beforeContrast(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto start = injectionTime(scope, series);
        const auto scan = acquired(scope, series);
        if (start && scan) return known(textItem(scan->first < *start ? "true" : "false"));
        if (namesAgent(scope, series)) return known(textItem("false"));
        return unknown(std::string(kNoInjection));
    });
}

/// The slots of the visit by when they were acquired, with "injection" among them.
Observation order(const Scope& scope) {
    if (!scope.matched) return unknown("the series are not known");
    std::vector<std::pair<double, std::string>> events;
    std::optional<double> injection;
    for (const auto& [slot, series] : *scope.matched)
        for (const SeriesView* one : series) {
            const auto scan = acquired(scope, *one);
            if (!scan) return unknown(std::string(kNoAcquisition));
            events.emplace_back(scan->first, slot);
            if (!injection) injection = injectionTime(scope, *one);
        }
    if (!injection) return unknown(std::string(kNoInjection));
    events.emplace_back(*injection, "injection");
    std::ranges::sort(events);
    std::vector<Item> items;
    for (auto& [at, name] : events) items.push_back(textItem(std::move(name)));
    return knownList(std::move(items));
}

/// From the first acquisition of the study to the last one.
Observation studyDuration(const Scope& scope) {
    std::optional<Span> all;
    for (const SeriesView* series : scope.series) {
        const auto scan = acquired(scope, *series);
        if (!scan) return unknown(std::string(kNoAcquisition));
        if (!all) all = scan;
        all->first = std::min(all->first, scan->first);
        all->last = std::max(all->last, scan->last);
    }
    return all ? known(numberItem(all->last - all->first)) : unknown("no images");
}

}  // namespace

std::span<const DerivedRow> contrastRows() {
    static const std::vector<std::string_view> kTimes = {"AcquisitionDateTime",
                                                         "AcquisitionDate&AcquisitionTime",
                                                         "SeriesDate",
                                                         "StudyDate",
                                                         "ContrastBolusAgent",
                                                         "ContrastBolusAgentSequence",
                                                         "ContrastBolusStartTime"};
    static const std::vector<DerivedRow> kRows = {
        {"derived.contrast_given",
         "contrast given",
         Kind::Flag,
         Dimension::None,
         contrastGiven,
         {"ContrastBolusAgent", "ContrastBolusAgentSequence"},
         "ContrastBolusAgent (0018,0010) or ContrastBolusAgentSequence (0018,0012)"},
        {"derived.contrast_delay", "delay after contrast", Kind::Number, Dimension::Time, contrastDelay,
         kTimes,
         "AcquisitionTime (0008,0032) less ContrastBolusStartTime (0018,1042), else less the time a person "
         "entered"},
        {"derived.before_contrast", "before contrast", Kind::Flag, Dimension::None, beforeContrast, kTimes,
         "the same times; without them, a contrast agent in the header says no"},
        {"derived.order", "order of scans", Kind::Text, Dimension::None, order, kTimes,
         "slots by AcquisitionTime (0008,0032), and \"injection\""},
        {"derived.study_duration", "duration of the study", Kind::Number, Dimension::Time, studyDuration,
         kTimes, "first to last acquisition of the series looked at"}};
    return kRows;
}

}  // namespace gantry::qc
