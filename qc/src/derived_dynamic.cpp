#include <algorithm>
#include <cmath>

#include "derived.hpp"
#include "moments.hpp"

namespace gantry::qc {

namespace {

constexpr double kMillisecond = 1e-3;

/// Time points by what numbers them; when nothing does, by how often each position was scanned.
std::optional<double> timePoints(const Scope& scope, const SeriesView& series) {
    for (const auto* attribute : {"TemporalPositionIdentifier", "TemporalPositionIndex"}) {
        const auto numbers = numbersOf(scope, series, attribute);
        if (numbers) return static_cast<double>(numbers->size());
    }
    if (const int moments = countMoments(series.volumes); moments > 1) return moments;
    if (!series.stack || series.stack->positions_mm.empty()) return std::nullopt;
    const auto positions = static_cast<double>(series.stack->positions_mm.size());
    const double points = series.stack->slices / positions;
    return points == std::floor(points) ? std::optional(points) : std::nullopt;
}

Observation dynamics(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto points = timePoints(scope, series);
        return points ? known(numberItem(*points)) : unknown("time points cannot be told apart");
    });
}

struct Resolution {
    double seconds;
    bool whole = true;  ///< every image says when it was acquired
};

/// Between time points: from acquisition or trigger times, else TemporalResolution.
std::optional<Resolution> resolution(const Scope& scope, const SeriesView& series) {
    const auto points = timePoints(scope, series);
    if (points && *points > 1) {
        const auto span = acquired(scope, series);
        if (span && span->last > span->first)
            return Resolution{(span->last - span->first) / (*points - 1), span->whole};
        const auto triggers = numbersOf(scope, series, "TriggerTime");
        if (triggers && triggers->size() > 1)
            return Resolution{(triggers->back() - triggers->front()) * kMillisecond / (*points - 1)};
    }
    const auto told = numbersOf(scope, series, "TemporalResolution");
    if (!told || told->back() <= 0) return std::nullopt;
    return Resolution{told->back() * kMillisecond};
}

Observation temporalResolution(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto step = resolution(scope, series);
        return step ? timed(numberItem(step->seconds), step->whole)
                    : unknown("the times of the time points are not in the header");
    });
}

Observation dynamicDuration(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto points = timePoints(scope, series);
        const auto step = resolution(scope, series);
        if (!points || !step) return unknown("the times of the time points are not in the header");
        return timed(numberItem(*points * step->seconds), step->whole);
    });
}

}  // namespace

std::span<const DerivedRow> dynamicRows() {
    static const std::vector<std::string_view> kTimes = {
        "TemporalPositionIdentifier", "TemporalPositionIndex",           "TemporalResolution", "TriggerTime",
        "AcquisitionDateTime",        "AcquisitionDate&AcquisitionTime", "SeriesDate",         "StudyDate"};
    static const std::vector<DerivedRow> kRows = {
        {"derived.n_dynamics", "time points", Kind::Number, Dimension::None, dynamics, kTimes,
         "different TemporalPositionIdentifier (0020,0100) or TemporalPositionIndex (0020,9128); else images "
         "per position"},
        {"derived.temporal_resolution", "temporal resolution", Kind::Number, Dimension::Time,
         temporalResolution, kTimes,
         "acquisition times (0008,0032), else TriggerTime (0018,1060), from the first to the last time point "
         "divided by the steps; else TemporalResolution (0020,0110)"},
        {"derived.dynamic_duration", "duration of the dynamic scan", Kind::Number, Dimension::Time,
         dynamicDuration, kTimes, "time points times temporal resolution"}};
    return kRows;
}

}  // namespace gantry::qc
