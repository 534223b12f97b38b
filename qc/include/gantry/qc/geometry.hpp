#pragma once
/// Where slices lie in the patient: from Image Position (0020,0032) and Image Orientation (0020,0037)
/// projected on the normal of the stack, never from Slice Location, instance numbers or the order of arrival.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/result.hpp"

namespace gantry::qc {

using Vector3 = std::array<double, 3>;

/// One slice as its header places it, PS3.3 C.7.6.2.1.1; patient coordinates, mm.
struct SlicePlane {
    Vector3 position;  ///< centre of the first pixel
    Vector3 row;       ///< direction cosines of the first row
    Vector3 column;    ///< direction cosines of the first column
};

enum class Plane { Axial, Coronal, Sagittal, Oblique };
std::string_view toString(Plane plane);  ///< "axial" "coronal" "sagittal" "oblique"

/// Above this angle between normal and nearest patient axis a stack is Plane::Oblique. Gantry tilts stay
/// below it.
inline constexpr double kObliqueFromDegrees = 35.0;
/// Slices nearer to each other than this are at one position.
inline constexpr double kDuplicateWithinMm = 0.01;
/// A step longer than this many medians is a hole.
inline constexpr double kHoleFromMedians = 1.5;

/// A step in which slices are missing; the positions are those of the first and last slice that should be
/// there.
struct Hole {
    double from_mm;
    double to_mm;
    int slices;
};

struct Stack {
    Vector3 normal{};  ///< unit vector, its largest component positive
    Vector3
        origin{};  ///< centre of the first pixel of the first slice along the normal, patient coordinates, mm
    Vector3 row{};     ///< direction cosines of that slice's first row
    Vector3 column{};  ///< and of its first column
    Plane plane = Plane::Axial;
    double obliquity_deg = 0;          ///< between the normal and the nearest patient axis, 0 to 54.7
    int slices = 0;                    ///< as given, duplicates included
    std::vector<double> positions_mm;  ///< distinct, ascending, along the normal
    std::optional<double> spacing_mm;  ///< median step; nullopt below two distinct positions
    int duplicates = 0;                ///< slices at a position that another slice has already
    int irregular = 0;  ///< steps off the median by more than 5 % and 0.05 mm that are no holes
    std::vector<Hole> holes;
    /// Between the normal and the line from the first to the last slice, 0 to 90: a tilted gantry shifts each
    /// slice in its plane. Nullopt below two distinct positions.
    std::optional<double> tilt_deg;
    int missing() const;  ///< slices in all holes
    double first_mm() const { return positions_mm.front(); }
    double last_mm() const { return positions_mm.back(); }
};

/// Sorts slices into a stack.
/// @errors InvalidArgument when there is none, when an orientation is not two perpendicular unit vectors
/// (1e-3), or
///         when orientations differ (1e-4 of cosine): the context says which, in words for a person.
Result<Stack> buildStack(std::span<const SlicePlane> slices);

/// Position along a normal, mm.
double along(const Vector3& normal, const Vector3& position);
/// Unit vector across row and column, its largest component positive: what Stack::normal is.
Vector3 normalOf(const SlicePlane& slice);
/// Whether row and column are two perpendicular unit vectors (1e-3).
bool isOrthonormal(const SlicePlane& slice);
/// Whether cosines agree within 1e-4: images of one stack.
bool sameOrientation(const SlicePlane& a, const SlicePlane& b);

/// A covered stretch along a common normal, mm.
struct Interval {
    double from_mm;
    double to_mm;
};
/// From half a slice before the first centre to half a slice behind the last.
Interval coverage(const Stack& stack, double thickness_mm);
/// Length of the union of intervals, mm: what two overlapping stations cover together.
double unionLength(std::vector<Interval> intervals);

/// "812.5 to 827.5 mm", "812.5 mm", several joined by "and", at most three named.
std::string describeHoles(std::span<const Hole> holes);

}  // namespace gantry::qc
