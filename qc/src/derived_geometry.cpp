#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "derived.hpp"
#include "gantry/core/dicom.hpp"

namespace gantry::qc {

namespace {

Observation sliceThickness(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        Observation seen;
        for (const double thickness : presentNumbers(scope, series, "SliceThickness"))
            if (thickness > 0) seen.values.push_back({numberItem(thickness)});
        seen.partial = thicknesses(scope, series).empty();
        if (seen.partial) seen.reason = noThickness(scope, series);
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
        if (thickness.empty()) return unknown(noThickness(scope, series));
        const double gap = *stack.spacing_mm - thickness.front();
        constexpr double kRounding_mm = 1e-6;  // of positions and thickness in the header
        return known(numberItem(std::abs(gap) < kRounding_mm ? 0 : gap));
    });
}

Observation slicesMissing(const Scope& scope) {
    return eachStack(scope, [](const SeriesView&, const Stack& stack) {
        if (!stack.spacing_mm) return unknown("fewer than two slices");
        Observation seen = known(numberItem(stack.missing()));
        if (!stack.holes.empty()) seen.note = "at " + describeHoles(stack.holes);
        return seen;
    });
}

template <int Stack::*member>
Observation count(const Scope& scope) {
    return eachStack(scope,
                     [](const SeriesView&, const Stack& stack) { return known(numberItem(stack.*member)); });
}

Observation slicesIrregular(const Scope& scope) {
    return eachStack(scope, [](const SeriesView&, const Stack& stack) {
        return stack.spacing_mm ? known(numberItem(stack.irregular)) : unknown("fewer than two slices");
    });
}

Observation instanceCount(const Scope& scope) {
    return eachSeries(scope, [](const SeriesView& series) { return known(numberItem(series.instances)); });
}

Observation plane(const Scope& scope) {
    return eachStack(scope, [](const SeriesView&, const Stack& stack) {
        return known(textItem(std::string(toString(stack.plane))));
    });
}

Observation obliquity(const Scope& scope) {
    return eachStack(scope, [](const SeriesView&, const Stack& stack) {
        constexpr double kRounding_deg = 1e-3;  // of direction cosines in the header
        return known(numberItem(stack.obliquity_deg < kRounding_deg ? 0 : stack.obliquity_deg));
    });
}

/// A tilted gantry moves the table farther than its slices lie apart.
Observation tableStep(const Scope& scope) {
    return eachStack(scope, [&](const SeriesView& series, const Stack& stack) {
        const auto tilt = oneNumber(scope, series, "GantryDetectorTilt");
        if (!tilt || std::abs(*tilt) > 60) return unknown("the gantry tilt is not in the header");
        if (!stack.spacing_mm) return unknown("fewer than two slices");
        return known(numberItem(*stack.spacing_mm / std::cos(*tilt * std::numbers::pi / 180)));
    });
}

/// Stations of one frame of reference count together; without a common one their union means nothing.
Observation coverageOf(const Scope& scope) {
    std::vector<Interval> intervals;
    std::vector<std::string_view> frames;
    for (const SeriesView* series : scope.series) {
        if (!series->stack) return unknown("positions cannot be read: " + series->no_stack);
        const auto thickness = thicknesses(scope, *series);
        if (thickness.empty()) return unknown(noThickness(scope, *series));
        intervals.push_back(coverage(*series->stack, thickness.front()));
        frames.push_back(series->agreed(scope.pack, "FrameOfReferenceUID"));
    }
    if (intervals.empty()) return unknown("no images");
    const bool one_frame =
        std::ranges::all_of(frames, [&](auto frame) { return !frame.empty() && frame == frames.front(); });
    if (intervals.size() > 1 && !one_frame) return unknown("the series have no common frame of reference");
    return known(numberItem(unionLength(std::move(intervals))));
}

/// A length within the plane of the slices.
template <class Function>
Observation inPlaneMeasure(const Scope& scope, Function function) {
    return eachSeries(scope, [&](const SeriesView& series) {
        return eachPlane(scope, series, [&](const InPlane& plane) { return numberItem(function(plane)); });
    });
}

Observation fieldOfViewMax(const Scope& scope) {
    return inPlaneMeasure(scope, [](const InPlane& p) { return std::max(p.height, p.width); });
}
Observation fieldOfViewMin(const Scope& scope) {
    return inPlaneMeasure(scope, [](const InPlane& p) { return std::min(p.height, p.width); });
}
Observation pixelSize(const Scope& scope) {
    return inPlaneMeasure(scope, [](const InPlane& p) { return std::max(p.row_spacing, p.column_spacing); });
}

template <class Function>
Observation voxelMeasure(const Scope& scope, Function function) {
    return eachStack(scope, [&](const SeriesView& series, const Stack& stack) {
        if (!stack.spacing_mm) return unknown("fewer than two slices");
        return eachPlaneList(scope, series, [&](const InPlane& plane) {
            return function(std::array{plane.row_spacing, plane.column_spacing, *stack.spacing_mm});
        });
    });
}

Observation voxel(const Scope& scope) {
    return voxelMeasure(scope, [](const std::array<double, 3>& edges) {
        return std::vector{numberItem(edges[0]), numberItem(edges[1]), numberItem(edges[2])};
    });
}
Observation voxelLargest(const Scope& scope) {
    return voxelMeasure(
        scope, [](const auto& edges) { return std::vector{numberItem(*std::ranges::max_element(edges))}; });
}
Observation voxelAnisotropy(const Scope& scope) {
    return voxelMeasure(scope, [](const auto& edges) {
        const auto [least, most] = std::ranges::minmax(edges);
        return std::vector{numberItem(most / least)};
    });
}

}  // namespace

std::span<const DerivedRow> geometryRows() {
    static const std::vector<std::string_view> kThickness = {"SliceThickness"};
    static const std::vector<std::string_view> kInPlane = {"PixelSpacing", "Rows", "Columns"};
    static const std::vector<DerivedRow> kRows = {
        {"derived.slice_thickness", "slice thickness", Kind::Number, Dimension::Length, sliceThickness,
         kThickness, "SliceThickness (0018,0050); 0 counts as absent"},
        {"derived.slice_spacing",
         "slice spacing",
         Kind::Number,
         Dimension::Length,
         sliceSpacing,
         {},
         "median step of ImagePositionPatient (0020,0032) along the normal of ImageOrientationPatient "
         "(0020,0037)"},
        {"derived.slice_gap", "gap between slices", Kind::Number, Dimension::Length, sliceGap, kThickness,
         "slice spacing less slice thickness; negative when slices overlap"},
        {"derived.slices_missing",
         "missing slices",
         Kind::Number,
         Dimension::None,
         slicesMissing,
         {},
         "slices in steps above 1.5 medians"},
        {"derived.slices_duplicate",
         "slices at one position",
         Kind::Number,
         Dimension::None,
         count<&Stack::duplicates>,
         {},
         "slices within 0.01 mm of another one of the same volume"},
        {"derived.slices_irregular",
         "irregular slice steps",
         Kind::Number,
         Dimension::None,
         slicesIrregular,
         {},
         "other steps off the median by more than 5 % and 0.05 mm"},
        {"derived.n_slices",
         "number of slices",
         Kind::Number,
         Dimension::None,
         count<&Stack::slices>,
         {},
         "images with a position"},
        {"derived.n_instances",
         "number of images",
         Kind::Number,
         Dimension::None,
         instanceCount,
         {},
         "SOP instances"},
        {"derived.coverage",
         "covered length",
         Kind::Number,
         Dimension::Length,
         coverageOf,
         {"SliceThickness", "FrameOfReferenceUID"},
         "first to last position and half a thickness at each end; over `union`, what stations of one frame "
         "of reference cover together"},
        {"derived.plane",
         "slice plane",
         Kind::Text,
         Dimension::None,
         plane,
         {},
         "axial, coronal, sagittal; oblique from 35° on",
         false,
         {"axial", "coronal", "sagittal", "oblique"}},
        {"derived.obliquity",
         "obliquity",
         Kind::Number,
         Dimension::Angle,
         obliquity,
         {},
         "angle between the normal and the nearest patient axis"},
        {"derived.table_step",
         "table step",
         Kind::Number,
         Dimension::Length,
         tableStep,
         {"GantryDetectorTilt"},
         "slice spacing divided by the cosine of GantryDetectorTilt (0018,1120)"},
        {"derived.fov_max", "field of view", Kind::Number, Dimension::Length, fieldOfViewMax, kInPlane,
         "the longer of Rows and Columns times PixelSpacing (0028,0030)"},
        {"derived.fov_min", "shorter side of the field of view", Kind::Number, Dimension::Length,
         fieldOfViewMin, kInPlane, "the shorter of Rows and Columns times PixelSpacing (0028,0030)"},
        {"derived.pixel_size", "pixel size", Kind::Number, Dimension::Length, pixelSize, kInPlane,
         "the larger component of PixelSpacing (0028,0030)"},
        {"derived.voxel", "voxel size", Kind::Number, Dimension::Length, voxel, kInPlane,
         "row spacing, column spacing and slice spacing"},
        {"derived.voxel_max", "largest voxel edge", Kind::Number, Dimension::Length, voxelLargest, kInPlane,
         "largest of pixel spacings and slice spacing"},
        {"derived.affine",
         "place of the slab",
         Kind::Number,
         Dimension::Length,
         slab,
         {"ImagePositionPatient", "ImageOrientationPatient", "Rows", "Columns"},
         "place of the first pixel, directions and matrix; compared with tol {affine, angle}"},
        {"derived.voxel_anisotropy", "voxel anisotropy", Kind::Number, Dimension::None, voxelAnisotropy,
         kInPlane, "largest voxel edge divided by the smallest"}};
    return kRows;
}

}  // namespace gantry::qc
