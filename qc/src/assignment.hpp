#pragma once
/// The assignment problem: which series fills which place, so that the sum of gains is largest.

#include <vector>

namespace gantry::qc {

/// @param gain  rows are places, columns series; all rows equally long; 0 or less: never together
/// @return for each row the column it gets, -1 for none. Hungarian method, O(rows² · columns).
std::vector<int> assignLargest(const std::vector<std::vector<double>>& gain);

}  // namespace gantry::qc
