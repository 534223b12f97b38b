// Ramps of the slice thickness insert that noise nearly hides. A ramp has a tenth of water's signal: at a
// signal to noise of 20 its pixels stand two sigmas above noise, and a magnitude image lifts what is dark.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "phantom/acr_mri.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr double kFrom = 0.9, kTo = 4.1;  ///< mm from the insert's middle line
constexpr double kApart = 1000;           ///< mm by which the lower ramp's places are moved in one list

/// Mean of the magnitude of `signal` in noise of one sigma [Rice 1944].
double exactMean(double signal) {
    const double x = signal * signal / 4;
    return std::sqrt(std::numbers::pi / 2) * std::exp(-x) *
           ((1 + 2 * x) * std::cyl_bessel_i(0.0, x) + 2 * x * std::cyl_bessel_i(1.0, x));
}

double meanMagnitude(double signal, double noise) {
    constexpr double kStep = 0.05, kFar = 8;
    static const auto kTable = [] {
        std::vector<double> out;
        for (int i = 0; i <= static_cast<int>(kFar / kStep) + 1; ++i) out.push_back(exactMean(i * kStep));
        return out;
    }();
    const double size = std::abs(signal);
    if (noise <= 0 || size >= kFar * noise) return size + (size > 0 ? noise * noise / (2 * size) : 0);
    const double at = size / noise / kStep;
    const auto i = static_cast<std::size_t>(at);
    return noise * (kTable[i] + (at - static_cast<double>(i)) * (kTable[i + 1] - kTable[i]));
}

struct Pixels {
    std::vector<double> x, value;
};

/// What lies on one ramp, by place along the insert.
Pixels pixelsOf(const Plane& plane, const InsertEdges& insert, double side, double reach) {
    const auto& frame = plane.frame();
    const Point along = polar({0, 0}, 1, insert.angle), across{-along.y, along.x};
    Pixels out;
    for (int r = 0; r < frame.rows; ++r)
        for (int c = 0; c < frame.columns; ++c) {
            const Point off = Point{c * frame.column_mm, r * frame.row_mm} - insert.middle;
            const double y = side * (off.x * across.x + off.y * across.y);
            const double x = off.x * along.x + off.y * along.y;
            if (y < kFrom || y > kTo || std::abs(x) > reach) continue;
            out.x.push_back(x);
            out.value.push_back(frame.at(r, c));
        }
    return out;
}

/// Means by place, so that a fine matrix costs no more than a coarse one.
Pixels binned(const Pixels& pixels, double reach, double bin) {
    const auto bins = static_cast<std::size_t>(2 * reach / bin) + 1;
    std::vector<double> sums(bins), counts(bins);
    for (std::size_t i = 0; i < pixels.x.size(); ++i) {
        const auto at = std::min(bins - 1, static_cast<std::size_t>((pixels.x[i] + reach) / bin));
        sums[at] += pixels.value[i];
        counts[at] += 1;
    }
    Pixels out;
    for (std::size_t i = 0; i < bins; ++i) {
        if (counts[i] == 0) continue;
        out.x.push_back((static_cast<double>(i) + 0.5) * bin - reach);
        out.value.push_back(sums[i] / counts[i]);
    }
    return out;
}

struct Pulse {
    double middle = 0, width = 0, height = 0;
};

/// The pulse that takes most out of the squares.
Pulse roughPulse(const Pixels& pixels, double reach) {
    constexpr double kBin = 2;
    const auto bins = static_cast<std::size_t>(2 * reach / kBin) + 1;
    std::vector<double> sums(bins + 1), counts(bins + 1);
    for (std::size_t i = 0; i < pixels.x.size(); ++i) {
        const auto bin = std::min(bins - 1, static_cast<std::size_t>((pixels.x[i] + reach) / kBin));
        sums[bin + 1] += pixels.value[i];
        counts[bin + 1] += 1;
    }
    for (std::size_t i = 1; i <= bins; ++i) {
        sums[i] += sums[i - 1];
        counts[i] += counts[i - 1];
    }
    Pulse best;
    double most = 0;
    for (std::size_t from = 0; from < bins; ++from)
        for (std::size_t to = from + 8; to <= bins && static_cast<double>(to - from) * kBin <= 110; ++to) {
            const double in = counts[to] - counts[from], out = counts[bins] - in;
            if (in < 1 || out < 1) continue;
            const double inside = (sums[to] - sums[from]) / in;
            const double outside = (sums[bins] - sums[to] + sums[from]) / out;
            const double gain = inside > outside ? (inside - outside) * (inside - outside) * in * out : 0;
            if (gain <= most) continue;
            most = gain;
            const double left = static_cast<double>(from) * kBin - reach,
                         right = static_cast<double>(to) * kBin - reach;
            best = {(left + right) / 2, right - left, inside - outside};
        }
    return best;
}

double flank(double x, double soft) {
    return 0.5 * std::erfc(-x / soft / std::numbers::sqrt2);
}

/// p: base of both, height, softness, then middle and width of the upper and of the lower ramp.
double signalAt(double x, const std::vector<double>& p) {
    const bool lower = x > kApart / 2;
    const double at = (lower ? x - kApart : x) - p[lower ? 5 : 3], half = p[lower ? 6 : 4] / 2;
    const double soft = std::max(0.5, std::abs(p[2]));
    return p[0] + p[1] * (flank(at + half, soft) - flank(at - half, soft));
}

}  // namespace

std::optional<std::array<NoisyRamp, 2>> fitNoisyRamps(const Plane& plane, const InsertEdges& insert,
                                                      double reach, double noise) {
    const auto above = pixelsOf(plane, insert, -1, reach), below = pixelsOf(plane, insert, 1, reach);
    if (above.x.size() < 40 || below.x.size() < 40) return std::nullopt;
    const auto first = roughPulse(above, reach), second = roughPulse(below, reach);
    const double bin = std::max(1.0, plane.pixel());
    const auto upper = binned(above, reach, bin), lower = binned(below, reach, bin);
    if (!(first.height > 0) || !(second.height > 0)) return std::nullopt;
    Pixels all = upper;
    std::vector<double> dark;
    for (std::size_t i = 0; i < lower.x.size(); ++i) {
        all.x.push_back(lower.x[i] + kApart);
        all.value.push_back(lower.value[i]);
        if (std::abs(lower.x[i]) > 0.78 * reach) dark.push_back(lower.value[i]);
    }
    // Filters and set-to-zero backgrounds leave less than noise would.
    const double sigma = std::min(noise, spreadOf(dark).mean / std::sqrt(std::numbers::pi / 2));
    const auto magnitude = [&](double x, const std::vector<double>& p) {
        return meanMagnitude(signalAt(x, p), sigma);
    };
    const double height = (first.height + second.height) / 2 + sigma / 2;
    const auto fit = fitCurve(magnitude,
                              {sigma / 4, height, 3, first.middle, first.width, second.middle, second.width},
                              all.x, all.value);
    if (!fit) return std::nullopt;
    const auto& p = fit->parameters;
    if (!(p[1] > 3 * fit->sigmas[1])) return std::nullopt;
    std::array<NoisyRamp, 2> out;
    for (const std::size_t which : {0, 1}) {
        const double middle = p[which == 0 ? 3 : 5], width = p[which == 0 ? 4 : 6];
        if (!(width > 10) || width > 130) return std::nullopt;
        out[which] = {width, fit->sigmas[which == 0 ? 4 : 6], middle - width / 2};
    }
    return out;
}

}  // namespace gantry::imaging::phantom
