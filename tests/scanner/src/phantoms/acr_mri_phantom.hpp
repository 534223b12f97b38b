#pragma once
/// The ACR's large and medium MRI phantom: bodies and sizes as drawn in its test guidance and as they appear
/// in images of it.

#include "phantoms/solids.hpp"

namespace gantry::scanner {

/// Sizes in mm; x to the right, y down, z from slice 1 to slice 11, origin on the axis in slice 1.
struct AcrMriSize {
    double radius;
    double foot_z, head_z;  ///< ends of the water
    double wedge_tip_y;     ///< where both bars end when a slice lies right
    double insert_x;        ///< half length of the slice thickness insert
    double vial;            ///< x and y of the vial, both negative
    double uniform_region;  ///< radius of the region for uniformity
};
inline constexpr AcrMriSize kAcrLarge{95, -31, 117, -63, 88.8, -45, 79.79};
inline constexpr AcrMriSize kAcrMedium{82.5, -24, 110, -50.5, 76.5, -37, 71.36};
inline constexpr double kAcrSliceStep = 10;
inline constexpr double kAcrBarX = 3;  ///< the middle of each bar

Scene acrMriScene(const AcrMriSize& size);

}  // namespace gantry::scanner
