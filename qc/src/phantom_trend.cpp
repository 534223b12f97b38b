#include "gantry/qc/phantom_trend.hpp"

#include <algorithm>
#include <cmath>

#include "moments.hpp"

namespace gantry::qc {

namespace {

constexpr double kRangePerSigma = 1.128;  ///< mean range of two of a normal distribution, d2
constexpr std::size_t kRun = 8, kMonotone = 6;

/// How many of the last `of` points lie beyond `sigmas` on that side.
std::size_t beyond(const std::vector<double>& scores, std::size_t of, double sigmas, double side) {
    std::size_t count = 0;
    for (std::size_t i = scores.size() - of; i < scores.size(); ++i) count += side * scores[i] > sigmas;
    return count;
}

void westernElectric(const std::vector<double>& scores, std::vector<std::string>& flags) {
    for (const double side : {1.0, -1.0}) {
        const std::string where = side > 0 ? "above" : "below";
        const bool newest = side * scores.back() > 0;
        if (beyond(scores, 1, 3, side) == 1)
            flags.push_back("The newest value lies far " + where + " what is usual (3 sigma).");
        else if (newest && beyond(scores, 3, 2, side) >= 2)
            flags.push_back("Two of the last three values lie well " + where + " what is usual (2 sigma).");
        else if (newest && beyond(scores, 5, 1, side) >= 4)
            flags.push_back("Four of the last five values lie " + where + " what is usual (1 sigma).");
        else if (beyond(scores, kRun, 0, side) == kRun)
            flags.push_back("The last eight values all lie " + where + " the mean.");
    }
}

void monotone(const std::vector<TrendPoint>& points, std::vector<std::string>& flags) {
    bool rises = true, falls = true;
    for (std::size_t i = points.size() - kMonotone + 1; i < points.size(); ++i) {
        rises = rises && points[i].value > points[i - 1].value;
        falls = falls && points[i].value < points[i - 1].value;
    }
    if (rises) flags.push_back("Six values in a row rise.");
    if (falls) flags.push_back("Six values in a row fall.");
}

/// A line through the last points: when it would cross a limit, if its slope is more than noise.
void crossing(const std::vector<TrendPoint>& points, double sigma, std::optional<double> low,
              std::optional<double> high, int ahead_days, std::vector<std::string>& flags) {
    std::vector<double> x, y;
    for (std::size_t i = points.size() - kRun; i < points.size(); ++i) {
        const auto day = dayNumber(points[i].on);
        if (!day) return;
        x.push_back(*day);
        y.push_back(points[i].value);
    }
    const double n = static_cast<double>(x.size());
    double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        mean_x += x[i] / n;
        mean_y += y[i] / n;
    }
    for (std::size_t i = 0; i < x.size(); ++i) {
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
    if (xx <= 0) return;
    const double slope = xy / xx, now = mean_y + slope * (x.back() - mean_x);
    if (std::abs(slope) < 3 * sigma / std::sqrt(xx)) return;
    const auto limit = slope > 0 ? high : low;
    if (!limit || (slope > 0 ? now >= *limit : now <= *limit)) return;
    const double days = (*limit - now) / slope;
    if (days > ahead_days) return;
    flags.push_back("At this rate its limit is crossed about " +
                    dateText(static_cast<int>(x.back() + std::ceil(days)), "-") + ".");
}

}  // namespace

Trend trendOf(const std::vector<TrendPoint>& points, std::optional<double> low, std::optional<double> high,
              int ahead_days) {
    Trend out;
    if (points.size() < kTrendFrom) return out;
    out.told = true;
    const std::size_t used = std::min(points.size(), kTrendBaseline);
    double ranges = 0, unsure = 0;
    for (std::size_t i = 0; i < used; ++i) {
        out.mean += points[i].value / static_cast<double>(used);
        unsure = std::max(unsure, points[i].uncertainty);
        if (i > 0) ranges += std::abs(points[i].value - points[i - 1].value);
    }
    out.sigma = std::max(ranges / static_cast<double>(used - 1) / kRangePerSigma, unsure);
    if (!(out.sigma > 0)) return out;
    std::vector<double> scores;
    for (const auto& point : points) scores.push_back((point.value - out.mean) / out.sigma);
    westernElectric(scores, out.flags);
    monotone(points, out.flags);
    crossing(points, out.sigma, low, high, ahead_days, out.flags);
    return out;
}

}  // namespace gantry::qc
