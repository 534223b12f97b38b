#include "gantry/imaging/robust.hpp"

#include <algorithm>
#include <cmath>

namespace gantry::imaging {

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(below), values.end());
    const double low = values[below];
    if (below + 1 >= values.size()) return low;
    const double high =
        *std::min_element(values.begin() + static_cast<std::ptrdiff_t>(below) + 1, values.end());
    return low + (high - low) * (place - static_cast<double>(below));
}

double median(std::vector<double> values) {
    return percentile(std::move(values), 0.5);
}

double robustSigma(const std::vector<double>& values) {
    const double centre = median(values);
    std::vector<double> deviations;
    for (const double value : values) deviations.push_back(std::abs(value - centre));
    return 1.4826 * median(std::move(deviations));
}

std::optional<Outlier> lowest(const std::vector<double>& values, double floor) {
    if (values.empty()) return std::nullopt;
    const auto least = std::min_element(values.begin(), values.end());
    return Outlier{(median(values) - *least) / std::max(robustSigma(values), floor),
                   static_cast<std::size_t>(least - values.begin())};
}

std::optional<Outlier> furthest(const std::vector<double>& values, double floor) {
    if (values.empty()) return std::nullopt;
    const double centre = median(values);
    const auto most = std::max_element(values.begin(), values.end(), [&](double a, double b) {
        return std::abs(a - centre) < std::abs(b - centre);
    });
    return Outlier{std::abs(*most - centre) / std::max(robustSigma(values), floor),
                   static_cast<std::size_t>(most - values.begin())};
}

}  // namespace gantry::imaging
