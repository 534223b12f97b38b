#pragma once
/// Whether the patient lies where they lay at another time point.

#include <vector>

#include "gantry/imaging/frame.hpp"

namespace gantry::imaging {

/// Sums of a volume's values across each of its axes.
struct Profiles {
    std::vector<double> rows;     ///< one sum for each row, over all columns and slices
    std::vector<double> columns;  ///< one for each column
    std::vector<double> slices;   ///< one for each slice, in stack order
    void add(const Frame& slice);
};

/// How far `profile` is shifted against `reference`, in samples, by the highest correlation of their slopes;
/// fractions by a parabola through the top. 0 when either is flat.
double shiftOf(const std::vector<double>& reference, const std::vector<double>& profile);

/// Length of the shift along all axes, voxels. Slices count from 24 on.
double shiftVoxels(const Profiles& reference, const Profiles& other);

}  // namespace gantry::imaging
