#include <algorithm>
#include <cmath>

#include "gantry/core/dicom.hpp"
#include "observation.hpp"

namespace gantry::qc {

namespace {

/// Slice thicknesses of a series, mm, ascending; empty when one is absent, unreadable or not above 0.
std::vector<double> thicknesses(const Scope& scope, const SeriesView& series) {
    const Column& column = series.column(scope.pack, "SliceThickness");
    std::vector<double> found;
    if (column.absent > 0) return found;
    for (const std::string& text : column.values) {
        const auto numbers = dicom::parseDecimals(text);
        if (numbers.size() != 1 || !numbers.front() || *numbers.front() <= 0) return {};
        found.push_back(*numbers.front());
    }
    std::ranges::sort(found);
    return found;
}

constexpr std::string_view kNoThickness = "the slice thickness is not in the header";

std::string noStack(const SeriesView& series) {
    return "positions cannot be read: " + series.no_stack;
}

Observation merged(std::vector<Observation> parts) {
    if (parts.empty()) return unknown("no images");
    const bool some_unknown =
        std::ranges::any_of(parts, [](const Observation& part) { return part.values.empty(); });
    Observation all = std::move(parts.front());
    all.partial = all.partial || some_unknown;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        for (auto& value : parts[i].values) all.values.push_back(std::move(value));
        all.absent += parts[i].absent;
        all.total += parts[i].total;
        all.partial = all.partial || parts[i].partial;
        if (all.reason.empty()) all.reason = parts[i].reason;
        if (!parts[i].note.empty()) all.note += (all.note.empty() ? "" : ", ") + parts[i].note;
    }
    return all;
}

template <class Function>
Observation eachSeries(const Scope& scope, Function function) {
    std::vector<Observation> parts;
    for (const SeriesView* series : scope.series) parts.push_back(function(*series));
    return merged(std::move(parts));
}

template <class Function>
Observation eachStack(const Scope& scope, Function function) {
    return eachSeries(scope, [&](const SeriesView& series) {
        return series.stack ? function(series, *series.stack) : unknown(noStack(series));
    });
}

Observation sliceThickness(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        Observation seen;
        for (const double thickness : thicknesses(scope, series))
            seen.values.push_back({numberItem(thickness)});
        if (seen.values.empty()) seen.reason = kNoThickness;
        return seen;
    });
}

Observation sliceSpacing(const Scope& scope) {
    return eachStack(scope, [](const SeriesView&, const Stack& stack) {
        return stack.spacing_mm ? known(numberItem(*stack.spacing_mm)) : unknown("fewer than two slices");
    });
}

Observation sliceGap(const Scope& scope) {
    return eachStack(scope, [&](const SeriesView& series, const Stack& stack) {
        const auto thickness = thicknesses(scope, series);
        if (!stack.spacing_mm) return unknown("fewer than two slices");
        if (thickness.empty()) return unknown(std::string(kNoThickness));
        const double gap = *stack.spacing_mm - thickness.front();
        return known(numberItem(std::abs(gap) < 1e-9 ? 0 : gap));
    });
}

Observation slicesMissing(const Scope& scope) {
    return eachStack(scope, [](const SeriesView&, const Stack& stack) {
        Observation seen = known(numberItem(stack.missing()));
        if (!stack.holes.empty()) seen.note = "at " + describeHoles(stack.holes);
        return seen;
    });
}

Observation count(const Scope& scope, int Stack::*member) {
    return eachStack(scope,
                     [&](const SeriesView&, const Stack& stack) { return known(numberItem(stack.*member)); });
}

/// Stations of one frame of reference count together; without a common one their union means nothing.
Observation coverageOf(const Scope& scope) {
    std::vector<Interval> intervals;
    std::vector<std::string_view> frames;
    for (const SeriesView* series : scope.series) {
        if (!series->stack) return unknown(noStack(*series));
        const auto thickness = thicknesses(scope, *series);
        if (thickness.empty()) return unknown(std::string(kNoThickness));
        intervals.push_back(coverage(*series->stack, thickness.front()));
        frames.push_back(series->first(scope.pack, "FrameOfReferenceUID"));
    }
    if (intervals.empty()) return unknown("no images");
    const bool one_frame =
        std::ranges::all_of(frames, [&](auto frame) { return !frame.empty() && frame == frames.front(); });
    if (intervals.size() > 1 && !one_frame) return unknown("the series have no common frame of reference");
    return known(numberItem(unionLength(std::move(intervals))));
}

enum class Loss { None, Lossy, Unknown };

/// PS3.5 A.4, PS3.6 Table A-1. JPEG 2000 and HTJ2K without "lossless" in the name may be either.
Loss lossOfTransferSyntax(std::string_view uid) {
    constexpr std::string_view kLossless[] = {
        "1.2.840.10008.1.2",       "1.2.840.10008.1.2.1",     "1.2.840.10008.1.2.1.99",
        "1.2.840.10008.1.2.2",     "1.2.840.10008.1.2.4.57",  "1.2.840.10008.1.2.4.70",
        "1.2.840.10008.1.2.4.80",  "1.2.840.10008.1.2.4.90",  "1.2.840.10008.1.2.4.92",
        "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.5"};
    constexpr std::string_view kLossy[] = {
        "1.2.840.10008.1.2.4.50",  "1.2.840.10008.1.2.4.51",  "1.2.840.10008.1.2.4.81",
        "1.2.840.10008.1.2.4.100", "1.2.840.10008.1.2.4.101", "1.2.840.10008.1.2.4.102",
        "1.2.840.10008.1.2.4.103", "1.2.840.10008.1.2.4.104", "1.2.840.10008.1.2.4.105",
        "1.2.840.10008.1.2.4.106", "1.2.840.10008.1.2.4.107", "1.2.840.10008.1.2.4.108"};
    if (std::ranges::find(kLossless, uid) != std::end(kLossless)) return Loss::None;
    if (std::ranges::find(kLossy, uid) != std::end(kLossy)) return Loss::Lossy;
    return Loss::Unknown;
}

/// What (0028,2110) says counts; where it is absent a lossless transfer syntax speaks for itself.
Observation everLossy(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const Column& flags = series.column(scope.pack, "LossyImageCompression");
        const Column& syntaxes = series.column(scope.pack, "TransferSyntaxUID");
        bool sure = syntaxes.absent == 0;
        for (const std::string& uid : syntaxes.values) {
            const Loss loss = lossOfTransferSyntax(uid);
            if (loss == Loss::Lossy) return known(textItem("true"));
            sure = sure && loss == Loss::None;
        }
        if (std::ranges::find(flags.values, "01") != flags.values.end()) return known(textItem("true"));
        const bool all_deny = flags.absent == 0 && flags.values.size() == 1 && flags.values.front() == "00";
        const bool no_other =
            std::ranges::all_of(flags.values, [](const auto& flag) { return flag == "00"; });
        if (all_deny || (sure && no_other)) return known(textItem("false"));
        return unknown("neither header nor encoding says");
    });
}

Observation contrastGiven(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        for (const auto* attribute : {"ContrastBolusAgent", "ContrastBolusAgentSequence"})
            if (!series.column(scope.pack, attribute).values.empty()) return known(textItem("true"));
        return unknown("not in the header");
    });
}

/// Seconds since midnight of a TM value, PS3.5 6.2; nullopt unless hours and minutes are there.
std::optional<double> secondsOfDay(std::string_view time) {
    if (time.size() < 4) return std::nullopt;
    const auto part = [&](std::size_t at) -> std::optional<double> {
        if (time.size() < at + 2) return 0;
        const auto digit = [&](std::size_t i) { return time[i] >= '0' && time[i] <= '9'; };
        if (!digit(at) || !digit(at + 1)) return std::nullopt;
        return (time[at] - '0') * 10 + (time[at + 1] - '0');
    };
    const auto hours = part(0), minutes = part(2), seconds = part(4);
    if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;
    const bool fraction = time.size() > 7 && time[6] == '.';
    const auto parts = fraction ? dicom::parseDecimals("0" + std::string(time.substr(6)))
                                : decltype(dicom::parseDecimals("")){};
    if (fraction && (parts.size() != 1 || !parts.front())) return std::nullopt;
    return *hours * 3600 + *minutes * 60 + *seconds + (fraction ? *parts.front() : 0);
}

Observation contrastDelay(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto start = secondsOfDay(series.first(scope.pack, "ContrastBolusStartTime"));
        std::optional<double> acquired;
        for (const std::string& text : series.column(scope.pack, "AcquisitionTime").values)
            if (const auto time = secondsOfDay(text))
                acquired = acquired ? std::min(*acquired, *time) : *time;
        if (!start) return unknown("the injection time is not in the header");
        if (!acquired) return unknown("the acquisition time is not in the header");
        if (*acquired < *start) return unknown("the injection is after the scan by the header's clock");
        return known(numberItem(*acquired - *start));
    });
}

/// Rows and columns of pixels times their spacing; PixelSpacing is row spacing first (PS3.3 10.7.1.3).
struct InPlane {
    double row_spacing;
    double column_spacing;
    double height;
    double width;
};

std::optional<InPlane> inPlane(const Scope& scope, const SeriesView& series) {
    const auto spacing = dicom::parseDecimals(series.first(scope.pack, "PixelSpacing"));
    const auto rows = dicom::parseDecimals(series.first(scope.pack, "Rows"));
    const auto columns = dicom::parseDecimals(series.first(scope.pack, "Columns"));
    if (spacing.size() != 2 || !spacing[0] || !spacing[1] || *spacing[0] <= 0 || *spacing[1] <= 0)
        return std::nullopt;
    if (rows.size() != 1 || !rows[0] || columns.size() != 1 || !columns[0]) return std::nullopt;
    return InPlane{*spacing[0], *spacing[1], *rows[0] * *spacing[0], *columns[0] * *spacing[1]};
}

Observation fieldOfView(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto plane = inPlane(scope, series);
        return plane ? known(numberItem(std::max(plane->height, plane->width)))
                     : unknown("the pixel size is not in the header");
    });
}

Observation voxel(const Scope& scope, bool ratio) {
    return eachStack(scope, [&](const SeriesView& series, const Stack& stack) {
        const auto plane = inPlane(scope, series);
        if (!plane) return unknown("the pixel size is not in the header");
        if (!stack.spacing_mm) return unknown("fewer than two slices");
        const auto [least, most] =
            std::minmax({plane->row_spacing, plane->column_spacing, *stack.spacing_mm});
        return known(numberItem(ratio ? most / least : most));
    });
}

}  // namespace

Observation observeDerived(const Scope& scope, const CheckName& check) {
    switch (check.measure) {
        case Measure::SliceThickness:
            return sliceThickness(scope);
        case Measure::SliceSpacing:
            return sliceSpacing(scope);
        case Measure::SliceGap:
            return sliceGap(scope);
        case Measure::SlicesMissing:
            return slicesMissing(scope);
        case Measure::SlicesDuplicate:
            return count(scope, &Stack::duplicates);
        case Measure::SlicesIrregular:
            return count(scope, &Stack::irregular);
        case Measure::SliceCount:
            return count(scope, &Stack::slices);
        case Measure::InstanceCount:
            return eachSeries(scope,
                              [](const SeriesView& series) { return known(numberItem(series.instances)); });
        case Measure::Coverage:
            return coverageOf(scope);
        case Measure::Plane:
            return eachStack(scope, [](const SeriesView&, const Stack& stack) {
                return known(textItem(std::string(toString(stack.plane))));
            });
        case Measure::Obliquity:
            return eachStack(scope, [](const SeriesView&, const Stack& stack) {
                return known(numberItem(stack.obliquity_deg));
            });
        case Measure::EverLossy:
            return everLossy(scope);
        case Measure::ContrastGiven:
            return contrastGiven(scope);
        case Measure::ContrastDelay:
            return contrastDelay(scope);
        case Measure::FieldOfView:
            return fieldOfView(scope);
        case Measure::VoxelLargest:
            return voxel(scope, false);
        case Measure::VoxelAnisotropy:
            return voxel(scope, true);
        case Measure::None:
            break;
    }
    return unknown("not determined here");
}

}  // namespace gantry::qc
