#pragma once
/// Control charts: whether a metric drifts before it crosses a limit.

#include <optional>
#include <string>
#include <vector>

namespace gantry::qc {

struct TrendPoint {
    std::string on;  ///< YYYYMMDD
    double value = 0;
    double uncertainty = 0;
};

struct Trend {
    bool told = false;  ///< from kTrendFrom points on
    double mean = 0, sigma = 0;
    /// Rules that the newest points break, each a sentence; empty: nothing to see.
    std::vector<std::string> flags;
};

inline constexpr std::size_t kTrendFrom = 8;      ///< points before anything is said
inline constexpr std::size_t kTrendBaseline = 20;  ///< the first points, which mean and sigma are made of

/// Rules of Western Electric on the newest point (1 beyond 3 sigma, 2 of 3 beyond 2, 4 of 5 beyond 1, 8 on
/// one side), six in a row that rise or fall, and whether a line through the last eight crosses a limit
/// within `ahead_days`. Sigma is made of the moving range, and is no smaller than what each point is unsure
/// by.
/// @param points  oldest first, of one state of the scanner: begun anew after a change
Trend trendOf(const std::vector<TrendPoint>& points, std::optional<double> low, std::optional<double> high,
              int ahead_days);

}  // namespace gantry::qc
