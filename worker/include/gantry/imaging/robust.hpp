#pragma once
/// Numbers that a few outliers do not move.

#include <optional>
#include <vector>

namespace gantry::imaging {

/// @return 0 for none
double median(std::vector<double> values);
/// Value below which `share` (0..1) of the values lie. @return 0 for none
double percentile(std::vector<double> values, double share);
/// 1.4826 times the median absolute deviation: the standard deviation of a Gaussian.
double robustSigma(const std::vector<double>& values);

/// A value that stands out, and where it is.
struct Outlier {
    double z = 0;
    std::size_t index = 0;
};
/// How many robust sigmas the lowest value lies below the median. `floor` is the least sigma believed.
std::optional<Outlier> lowest(const std::vector<double>& values, double floor);
/// How many robust sigmas the value furthest from the median lies from it.
std::optional<Outlier> furthest(const std::vector<double>& values, double floor);

}  // namespace gantry::imaging
