#pragma once
/// The smooth part of what a receive coil makes of a uniform body.

#include <vector>

#include "phantom/fits.hpp"
#include "phantom/regions.hpp"

namespace gantry::imaging::phantom {

/// A polynomial in both directions.
struct Surface {
    Point centre;
    double scale = 1;
    int degree = 0;
    std::vector<double> terms;
    double rms = 0;  ///< of what is left, of the blocks it was fitted to
    double at(Point place) const;
};

/// Of degree 2, over what is water within the circle: dark inserts are left out.
Surface waterSurface(const Plane& plane, const Circle& circle, double inside);
/// Over all of a disc, of the degree (2 to `most`) that the values support: each further one has to earn its
/// terms (Schwarz's criterion).
Surface fittedSurface(const Plane& plane, const Circle& disc, int most);

/// Noise within a region by the difference of two Laplacians [Immerkaer 1996]; what is smooth does not count.
double noiseIn(const Plane& plane, const Region& region);

}  // namespace gantry::imaging::phantom
