#pragma once
/// A torso simple enough to be made at sending speed and plausible enough to be looked at: skin, fat, muscle,
/// lungs, heart, liver, kidneys, spine and pelvis as ellipses, with noise.

#include <cstdint>
#include <vector>

namespace gantry::scanner {

struct BodySlice {
    int rows = 512;
    int columns = 512;
    double field_of_view_mm = 500.0;
    double along_body = 0.5;  ///< 0 at the lung apices, 1 below the pelvic floor
    double noise_hu = 11.0;   ///< standard deviation
    std::uint64_t noise_seed = 0;
};

inline constexpr int kRescaleIntercept = -1024;  ///< HU = stored value + intercept

/// Stored values, 12 bits in 16, row by row.
std::vector<std::uint16_t> drawBody(const BodySlice& slice);

}  // namespace gantry::scanner
