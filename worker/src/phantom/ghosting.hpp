#pragma once
/// Percent signal ghosting: air above and below the phantom against air beside it.

#include <string>
#include <vector>

#include "phantom/outline.hpp"
#include "phantom/regions.hpp"

namespace gantry::imaging::phantom {

struct Ghosting {
    std::string why;  ///< "" when it could be measured
    double percent = 0, uncertainty = 0;
    std::vector<Region> regions;
    std::vector<std::string> notes;
};
/// 100 |((top + bottom) - (left + right)) / (2 signal)| of means over ellipses of 10 cm2, four times as long
/// as wide where there is room, narrower and longer where not.
Ghosting signalGhosting(const Plane& plane, const Outline& outline, double signal_radius);

}  // namespace gantry::imaging::phantom
