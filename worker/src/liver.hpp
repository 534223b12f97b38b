#pragma once
/// The liver in PET, and the dome under which it lies in PET and CT. What is found is meant to warn: whatever
/// is not as a liver should be is not taken for one.

#include <optional>

#include "coarse_volume.hpp"

namespace gantry::imaging {

struct Liver {
    int slice = 0;  ///< box in the middle of the right lobe
    int row = 0;
    int column = 0;
    double dome_mm = 0;  ///< upper end, towards the head, in patient coordinates
};
/// The largest even region on the right side of the body that takes up clearly more than its surroundings,
/// has the volume and thickness of a liver, and lies below something that takes up less. Nullopt: none is
/// found for certain.
std::optional<Liver> findLiver(const CoarseVolume& pet);

/// The highest place of the base of the right lung, mm towards the head. Nullopt: the lung is not found for
/// certain, or its base is not in the scan.
std::optional<double> findDome(const CoarseVolume& ct);

/// Mean and relative SD of the pixels within 15 mm of the middle of that box; `frames` are those of the
/// slices.
struct SphereStatistics {
    double sum = 0;
    double squares = 0;
    double count = 0;
    /// @param dz_mm  from the middle of the sphere to this slice
    void add(const Frame& frame, const CoarseVolume& volume, const Liver& liver, double dz_mm);
    double mean() const { return sum / count; }
    double variation() const;
};
inline constexpr double kSphereRadiusMm = 15;

}  // namespace gantry::imaging
