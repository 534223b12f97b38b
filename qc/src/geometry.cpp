#include "gantry/qc/geometry.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "geometry_steps.hpp"
#include "units.hpp"

namespace gantry::qc {

namespace {

double dot(const Vector3& a, const Vector3& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector3 cross(const Vector3& a, const Vector3& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

std::size_t largestComponent(const Vector3& v) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < 3; ++i)
        if (std::abs(v[i]) > std::abs(v[best])) best = i;
    return best;
}

bool isFinite(const SlicePlane& slice) {
    const auto finite = [](const Vector3& v) {
        return std::ranges::all_of(v, [](double x) { return std::isfinite(x); });
    };
    return finite(slice.position) && finite(slice.row) && finite(slice.column);
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

/// Fills positions and duplicates from ascending projections.
void takePositions(std::span<const double> projected, Stack& stack) {
    for (const double z : projected) {
        if (!stack.positions_mm.empty() && z - stack.positions_mm.back() < kDuplicateWithinMm)
            ++stack.duplicates;
        else
            stack.positions_mm.push_back(z);
    }
}

/// A slice and where it lies along the normal.
struct Placed {
    double z;
    const SlicePlane* slice;
};

void takeEnds(const Placed& first, const Placed& last, Stack& stack) {
    stack.origin = first.slice->position;
    stack.row = first.slice->row;
    stack.column = first.slice->column;
    const double height = last.z - first.z;
    if (height < kDuplicateWithinMm) return;
    double squared = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        const double in_plane = last.slice->position[i] - first.slice->position[i] - height * stack.normal[i];
        squared += in_plane * in_plane;
    }
    stack.tilt_deg = std::atan2(std::sqrt(squared), height) * 180 / std::numbers::pi;
}

}  // namespace

void judgeSteps(Stack& stack) {
    if (stack.positions_mm.size() < 2) return;
    std::vector<double> steps;
    for (std::size_t i = 1; i < stack.positions_mm.size(); ++i)
        steps.push_back(stack.positions_mm[i] - stack.positions_mm[i - 1]);
    const double spacing = median(std::move(steps));
    stack.spacing_mm = spacing;
    for (std::size_t i = 1; i < stack.positions_mm.size(); ++i) {
        const double before = stack.positions_mm[i - 1];
        const double after = stack.positions_mm[i];
        const double step = after - before;
        if (step > kHoleFromMedians * spacing) {
            const int slices = std::max(1, static_cast<int>(std::min(1e6, std::round(step / spacing) - 1)));
            stack.holes.push_back({before + spacing, std::max(before + spacing, after - spacing), slices});
        } else if (std::abs(step - spacing) > std::max(0.05 * spacing, 0.05)) {
            ++stack.irregular;
        }
    }
}

double along(const Vector3& normal, const Vector3& position) {
    return dot(normal, position);
}

Vector3 normalOf(const SlicePlane& slice) {
    Vector3 normal = cross(slice.row, slice.column);
    const double length = std::sqrt(dot(normal, normal));
    const double sign = normal[largestComponent(normal)] < 0 ? -1 : 1;
    for (double& x : normal) x *= sign / length;
    return normal;
}

/// Headers round cosines to five digits or so, hence the tolerance.
bool isOrthonormal(const SlicePlane& slice) {
    constexpr double kTolerance = 1e-3;
    return std::abs(dot(slice.row, slice.row) - 1) < kTolerance &&
           std::abs(dot(slice.column, slice.column) - 1) < kTolerance &&
           std::abs(dot(slice.row, slice.column)) < kTolerance;
}

bool sameOrientation(const SlicePlane& a, const SlicePlane& b) {
    constexpr double kTolerance = 1e-4;
    for (std::size_t i = 0; i < 3; ++i)
        if (std::abs(a.row[i] - b.row[i]) > kTolerance || std::abs(a.column[i] - b.column[i]) > kTolerance)
            return false;
    return true;
}

std::string_view toString(Plane plane) {
    switch (plane) {
        case Plane::Axial:
            return "axial";
        case Plane::Coronal:
            return "coronal";
        case Plane::Sagittal:
            return "sagittal";
        case Plane::Oblique:
            break;
    }
    return "oblique";
}

int Stack::missing() const {
    static constexpr int kMost = 1'000'000'000;  // garbled positions must not overflow the sum
    return std::accumulate(holes.begin(), holes.end(), 0,
                           [](int sum, const Hole& hole) { return std::min(int{kMost}, sum + hole.slices); });
}

Result<Stack> buildStack(std::span<const SlicePlane> slices) {
    if (slices.empty()) return fail(Errc::InvalidArgument, "no image has a position");
    for (const SlicePlane& slice : slices) {
        if (!isFinite(slice) || !isOrthonormal(slice))
            return fail(Errc::InvalidArgument, "an image orientation is not valid");
        if (!sameOrientation(slice, slices.front()))
            return fail(Errc::InvalidArgument, "images of different orientation are in one series");
    }
    Stack stack;
    stack.slices = static_cast<int>(slices.size());
    stack.normal = normalOf(slices.front());
    const std::size_t axis = largestComponent(stack.normal);
    stack.obliquity_deg = std::acos(std::min(1.0, stack.normal[axis])) * 180 / std::numbers::pi;
    constexpr Plane kPlaneOfAxis[] = {Plane::Sagittal, Plane::Coronal, Plane::Axial};
    stack.plane = stack.obliquity_deg > kObliqueFromDegrees ? Plane::Oblique : kPlaneOfAxis[axis];
    std::vector<Placed> placed;
    placed.reserve(slices.size());
    for (const SlicePlane& slice : slices) placed.push_back({along(stack.normal, slice.position), &slice});
    std::ranges::sort(placed, [](const Placed& a, const Placed& b) {
        return a.z != b.z ? a.z < b.z : a.slice->position < b.slice->position;
    });
    std::vector<double> projected;
    projected.reserve(placed.size());
    for (const Placed& one : placed) projected.push_back(one.z);
    takePositions(projected, stack);
    takeEnds(placed.front(), placed.back(), stack);
    judgeSteps(stack);
    return stack;
}

Interval coverage(const Stack& stack, double thickness_mm) {
    return {stack.first_mm() - thickness_mm / 2, stack.last_mm() + thickness_mm / 2};
}

double unionLength(std::vector<Interval> intervals) {
    std::ranges::sort(intervals, {}, &Interval::from_mm);
    double length = 0;
    double reached = -std::numeric_limits<double>::infinity();
    for (const Interval& interval : intervals) {
        const double from = std::max(interval.from_mm, reached);
        if (interval.to_mm > from) length += interval.to_mm - from;
        reached = std::max(reached, interval.to_mm);
    }
    return length;
}

std::string describeHoles(std::span<const Hole> holes) {
    constexpr std::size_t kNamed = 3;
    std::string text;
    for (std::size_t i = 0; i < holes.size() && i < kNamed; ++i) {
        const bool last = i + 1 == std::min(holes.size(), kNamed) && holes.size() <= kNamed;
        if (i > 0) text += last ? " and " : ", ";
        text += formatNumber(holes[i].from_mm);
        if (holes[i].to_mm - holes[i].from_mm > kDuplicateWithinMm)
            text += " to " + formatNumber(holes[i].to_mm);
        text += " mm";
    }
    if (holes.size() > kNamed) text += " and " + std::to_string(holes.size() - kNamed) + " more places";
    return text;
}

}  // namespace gantry::qc
