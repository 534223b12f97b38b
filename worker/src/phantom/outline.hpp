#pragma once
/// Where a phantom ends: its rim, found below a pixel by the half of what is just inside it.

#include <optional>
#include <vector>

#include "phantom/fits.hpp"

namespace gantry::imaging::phantom {

/// The rim in one direction from the centre.
struct RimPoint {
    double radius = 0;  ///< mm; 0: not found
    bool good = false;  ///< lies on the smooth rim, not in a notch or a bubble
};

struct Outline {
    Circle circle;
    std::vector<RimPoint> rim;          ///< one a degree, clockwise from the right
    double inside = 0;                  ///< typical value just inside the rim
    double outside = 0;                 ///< and of the air around
    double oval_cos = 0, oval_sin = 0;  ///< mm: radius + cos * cos(2a) + sin * sin(2a) is the smooth rim

    double smooth(double angle) const;
    /// Across the centre, mm. Where the rim is spoilt the smooth one stands in for it.
    struct Width {
        double value = 0, uncertainty = 0;
        bool smooth_used = false;
    };
    Width width(double angle) const;
};

/// The outline of what is brighter than its surroundings and as good as round.
/// @param level  what counts as inside at first sight; nullopt: between dark and bright of the image
/// @return nullopt when there is no such thing, or when the image gives no size of its pixels
std::optional<Outline> findOutline(const Plane& plane, std::optional<double> level = {});

/// The same rim where it passes one level all around, as the ACR's guidance reads diameters. Where a coil
/// sees so unevenly that the level is no edge there any more, it is kept within 0.35 and 0.65 of what is
/// inside.
Outline rimAtLevel(const Plane& plane, const Outline& outline, double level);

/// The largest thing that is brighter than `level`, holes filled: for what need not be round.
struct Blob {
    Point centre;  ///< of mass
    double area_mm2 = 0;
    Point low, high;       ///< of its box
    double fill = 0;       ///< share of its convex hull, 0 to 1
    bool at_edge = false;  ///< touches the edge of the image
};
std::optional<Blob> largestBlob(const Plane& plane, double level);

/// Between dark and bright of the image: a quarter of the way from its 5th to its 97th percentile, so that
/// what a coil sees weakly still counts as bright. is lower.
double splitLevel(const Frame& frame);

}  // namespace gantry::imaging::phantom
