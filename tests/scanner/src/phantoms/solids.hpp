#pragma once
/// Bodies that phantoms are made of, and what a slice through them holds. Along the normal of the slice the
/// share of each body is exact, in its plane it is the mean of many points: truth does not depend on a
/// raster.

#include <optional>
#include <vector>

#include "gantry/scanner/examination.hpp"

namespace gantry::scanner {

/// A convex body in phantom coordinates, mm: what its faces, and its cylinder or ball if it has one, enclose.
struct Solid {
    struct Face {
        Vector normal;  ///< unit length
        double offset;  ///< inside where normal . p <= offset
    };
    /// Along z, or a ball.
    struct Round {
        Vector centre;
        double radius;
        bool ball;
    };
    std::vector<Face> faces;
    std::optional<Round> round;
    double value = 0;
    Vector low{}, high{};  ///< a box around it

    /// The same body, less what lies beyond a plane.
    Solid cut(const Vector& normal, double offset) const;
};

Solid box(const Vector& low, const Vector& high, double value);
/// A box that is turned about the z axis through its own centre, degrees.
Solid turnedBox(const Vector& centre, const Vector& size, double turn_deg, double value);
Solid cylinder(double x, double y, double radius, double from_z, double to_z, double value);
Solid ball(const Vector& centre, double radius, double value);

/// What a slice weighs along its normal: the full width at half maximum, and how soft its flanks are: 0 is a
/// rectangle, 1 a triangle.
struct SliceProfile {
    double width_mm = 5;
    double softness = 0;
    double reach() const { return width_mm * (1 + softness) / 2; }
    /// Share of the weight that lies before t, mm from the middle.
    double before(double t) const;
};

/// Later bodies are painted over earlier ones.
struct Scene {
    std::vector<Solid> solids;
    double outside = 0;

    /// Mean over a pixel: `corner`s of its half sides in phantom coordinates, `normal` along which the
    /// profile weighs.
    double voxel(const Vector& centre, const Vector& half_row, const Vector& half_column,
                 const Vector& normal, const SliceProfile& profile) const;
    /// The solids that a slab of this box can touch: what a slice is drawn from.
    Scene within(const Vector& low, const Vector& high) const;
};

}  // namespace gantry::scanner
