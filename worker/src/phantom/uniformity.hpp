#pragma once
/// Percent integral uniformity: the means of 1 cm2 at the brightest and at the darkest place of a large
/// region.

#include <optional>

#include "phantom/plane.hpp"

namespace gantry::imaging::phantom {

inline constexpr double kSmallRegion = 5.64190;  ///< mm, radius of 1 cm2

struct IntegralUniformity {
    double piu = 0, uncertainty = 0;  ///< percent
    double high = 0, low = 0;
    Point high_at, low_at;
};
/// Noise makes the highest mean too high and the lowest too low. A mean is therefore believed as far as it
/// stands out of the smooth surface by more than noise explains; with an SNR of 100 or more this changes
/// nothing.
/// Discs that a notch or a bubble reaches into are left out.
/// @return nullopt unless the whole region lies in the image
std::optional<IntegralUniformity> integralUniformity(const Plane& plane, Point centre, double radius);

}  // namespace gantry::imaging::phantom
