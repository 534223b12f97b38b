// Slice thickness: two ramps of water that rise 1 in 10, against each other, in the insert of slice 1.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "gantry/imaging/robust.hpp"
#include "phantom/acr_mri.hpp"
#include "phantom/surface.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr double kMostReach = 80;                 ///< mm to each side that the ramps are followed at most
constexpr double kRampFrom = 1.1, kRampTo = 3.9;  ///< mm from the insert's middle line: within each ramp
constexpr double kNominal = 5;                    ///< mm, where the header is silent
constexpr double kNoisy = 0.015;  ///< of water: noise that a ramp of a tenth of water suffers from

/// One ramp: signal above the plastic by distance along the insert.
struct Ramp {
    std::vector<double> x, signal;
    double width = 0, uncertainty = 0;  ///< full width at half maximum, mm
    double left = 0;                    ///< where it begins
};

std::vector<double> runningMean(const std::vector<double>& values, std::ptrdiff_t half) {
    const auto count = static_cast<std::ptrdiff_t>(values.size());
    std::vector<double> out;
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        double sum = 0;
        std::ptrdiff_t used = 0;
        for (auto k = std::max<std::ptrdiff_t>(0, i - half); k <= std::min(count - 1, i + half); ++k, ++used)
            sum += values[static_cast<std::size_t>(k)];
        out.push_back(sum / static_cast<double>(used));
    }
    return out;
}

/// Root of the mean square across the ramp less that of noise alone: magnitude images lift dark values, and
/// half the ramp's height would be found at another place.
Ramp sampleRamp(const Plane& plane, const InsertEdges& insert, double side, double reach, double noise) {
    Ramp ramp;
    const double step = plane.pixel() / 2;
    const Point along = polar({0, 0}, 1, insert.angle), across{-along.y, along.x};
    const int lines = std::max(3, static_cast<int>(std::lround(4 * (kRampTo - kRampFrom) / plane.pixel())));
    std::vector<double> squares;
    for (double x = -reach; x <= reach; x += step) {
        double sum = 0;
        for (int k = 0; k < lines; ++k) {
            const double y = side * (kRampFrom + (kRampTo - kRampFrom) * (k + 0.5) / lines);
            const double value = plane.at(insert.middle + x * along + y * across);
            sum += value * value;
        }
        ramp.x.push_back(x);
        squares.push_back(sum / lines);
    }
    std::vector<double> dark;
    for (std::size_t i = 0; i < squares.size(); ++i)
        if (std::abs(ramp.x[i]) > 0.78 * reach) dark.push_back(squares[i]);
    // Filters and set-to-zero backgrounds leave less than noise would.
    const double floor = std::min(2 * noise * noise, median(std::move(dark)));
    for (const double square : squares)
        ramp.signal.push_back(std::copysign(std::sqrt(std::abs(square - floor)), square - floor));
    return ramp;
}

double step(double x) {
    return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

/// p: base, its slope a mm, height, left end, right end, softness.
double pulse(double x, const std::vector<double>& p) {
    const double soft = std::max(0.3, std::abs(p[5]));
    return p[0] + p[1] * x + p[2] * (step((x - p[3]) / soft) - step((x - p[4]) / soft));
}

/// Where the fitted pulse has half of its own height: a narrow soft one does not reach p[2].
bool measure(Ramp& ramp, double pixel) {
    // A first guess by a running mean.
    const auto count = static_cast<std::ptrdiff_t>(ramp.signal.size());
    const auto smooth = runningMean(ramp.signal, static_cast<std::ptrdiff_t>(std::lround(4 / (pixel / 2))));
    const double base = percentile(smooth, 0.15), top = percentile(smooth, 0.97);
    if (!(top > base)) return false;
    const auto highest = std::ranges::max_element(smooth) - smooth.begin();
    auto left = highest, right = highest;
    while (left > 0 && smooth[static_cast<std::size_t>(left)] > (base + top) / 2) --left;
    while (right + 1 < count && smooth[static_cast<std::size_t>(right)] > (base + top) / 2) ++right;
    const std::vector<double> guess{
        base, 0, top - base, ramp.x[static_cast<std::size_t>(left)], ramp.x[static_cast<std::size_t>(right)],
        4};
    const auto fit = fitCurve(pulse, guess, ramp.x, ramp.signal);
    if (!fit) return false;
    const auto& p = fit->parameters;
    const double length = p[4] - p[3], soft = std::max(0.3, std::abs(p[5]));
    if (!(length > 10) || length > 130 || !(p[2] > 0) || p[2] < 2 * fit->sigmas[2]) return false;
    // Half of the height that is reached in the middle.
    const auto shape = [&](double x) { return step((x - p[3]) / soft) - step((x - p[4]) / soft); };
    const double middle = (p[3] + p[4]) / 2, half = shape(middle) / 2;
    double in = middle, out = p[3] - 6 * soft - length;
    for (int i = 0; i < 60; ++i) (shape((in + out) / 2) > half ? in : out) = (in + out) / 2;
    ramp.width = 2 * (middle - in);
    ramp.left = in;
    // Samples lie half a pixel apart and were drawn from the same pixels: as half as many.
    ramp.uncertainty = std::sqrt(2.0) * std::hypot(fit->sigmas[3], fit->sigmas[4]);
    return true;
}

Region rampRegion(const InsertEdges& insert, const Ramp& ramp, double side, std::string label) {
    const Point along = polar({0, 0}, 1, insert.angle), across{-along.y, along.x};
    const double middle = ramp.left + ramp.width / 2;
    return rectangle(std::move(label),
                     insert.middle + middle * along + side * (kRampFrom + kRampTo) / 2 * across, ramp.width,
                     kRampTo - kRampFrom, insert.angle);
}

}  // namespace

std::optional<InsertEdges> findInsert(const AcrMri& phantom, std::size_t image) {
    const Plane plane(phantom.frame(image));
    const double water = phantom.outlines[image]->inside;
    const double step = plane.pixel() / 4;
    std::vector<Point> upper, lower;
    for (double x = -0.8 * phantom.size.insert_x; x <= 0.8 * phantom.size.insert_x; x += 2) {
        const auto profile =
            stripProfile(plane, phantom.toImage(image, {x, -14}), phantom.toImage(image, {x, 14}), 1, step);
        const auto last = profile.size() - 1;
        // What water is here: the coil may shine unevenly.
        const auto near = static_cast<std::size_t>(4 / step);
        const double above = median({profile.begin(), profile.begin() + static_cast<std::ptrdiff_t>(near)});
        const double below = median({profile.end() - static_cast<std::ptrdiff_t>(near), profile.end()});
        if (above < 0.4 * water || below < 0.4 * water) continue;
        const auto down = crossing(profile, above / 2);
        auto backwards = profile;
        std::ranges::reverse(backwards);
        const auto up = crossing(backwards, below / 2);
        if (!down || !up) continue;
        upper.push_back({x, *down * step - 14});
        lower.push_back({x, (static_cast<double>(last) - *up) * step - 14});
    }
    const auto top = fitLine(upper, 0.3), bottom = fitLine(lower, 0.3);
    if (!top || !bottom || top->kept < 20 || bottom->kept < 20) return std::nullopt;
    const double height = bottom->offset - top->offset;
    if (height < 7 || height > 14 || std::abs(top->slope - bottom->slope) > 0.02) return std::nullopt;
    InsertEdges out;
    out.middle = phantom.toImage(image, {0, (top->offset + bottom->offset) / 2});
    const double lean = std::atan((top->slope + bottom->slope) / 2);
    // A slope in phantom coordinates; mirrored it leans the other way in the image.
    out.angle = phantom.angle + (phantom.mirrored ? -lean : lean);
    out.height = height;
    return out;
}

Findings acrThickness(const AcrMri& phantom, std::optional<double> nominal_mm) {
    const auto image = phantom.shown(1);
    if (!image) return cannot("Slice 1 is not there.");
    const auto& outline = *phantom.outlines[*image];
    Figure figure{"thickness", *image, windowOf(outline, 0.25), {}, "Ramps of slice 1 at half their height"};
    const auto insert = findInsert(phantom, *image);
    if (!insert) return cannot("The slice thickness insert is not found in slice 1.", figure);
    const Plane plane(phantom.frame(*image));
    const double noise = noiseIn(plane, circle("", phantom.toImage(*image, {25, -45}), 18));
    const double reach = std::min(kMostReach, phantom.size.insert_x - 8);
    Ramp ramps[2];
    const auto noisy = noise > kNoisy * outline.inside ? fitNoisyRamps(plane, *insert, reach, noise)
                                                       : std::nullopt;
    for (const int which : {0, 1}) {
        const double side = which == 0 ? -1 : 1;
        if (noisy) {
            const auto& one = (*noisy)[which == 0 ? 0 : 1];
            ramps[which] = {{}, {}, one.width, one.uncertainty, one.left};
        } else {
            ramps[which] = sampleRamp(plane, *insert, side, reach, noise);
            if (!measure(ramps[which], plane.pixel()))
                return cannot("A ramp of the slice thickness insert does not stand out from the plastic.",
                              figure);
        }
        figure.regions.push_back(rampRegion(*insert, ramps[which], side, which == 0 ? "A" : "B"));
    }
    const double a = ramps[0].width, b = ramps[1].width;
    const double thickness = 0.2 * a * b / (a + b);
    const double from_a = 0.2 * b * b / ((a + b) * (a + b)), from_b = 0.2 * a * a / ((a + b) * (a + b));
    const double uncertainty = std::hypot(from_a * ramps[0].uncertainty, from_b * ramps[1].uncertainty);
    Findings out;
    out.metrics = {
        {"acr_mri.slice_thickness", "mm", thickness, uncertainty},
        {"acr_mri.slice_thickness_error", "mm", thickness - nominal_mm.value_or(kNominal), uncertainty}};
    out.figures.push_back(std::move(figure));
    return out;
}

}  // namespace gantry::imaging::phantom
