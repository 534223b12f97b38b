// Sharpness: the edge of the bone insert in module 1 gives the transfer function, the bars of module 4 a
// pre-score.
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "gantry/imaging/robust.hpp"
#include "phantom/acr_ct.hpp"
#include "phantom/surface.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr double kBin = 0.1;  ///< mm of the radial profile
constexpr double kReach = 7;  ///< mm to both sides of the edge
constexpr double kInsertRadius = 12.5;

/// Mean by distance from the insert's rim, over all its pixels of some slices.
std::vector<double> edgeProfile(const AcrCt& phantom, const std::vector<std::size_t>& images,
                                std::size_t used) {
    const auto bins = static_cast<std::size_t>(2 * kReach / kBin);
    std::vector<double> sums(bins), counts(bins);
    for (std::size_t k = 0; k < used; ++k) {
        const auto& frame = phantom.frame(images[k]);
        const Plane plane(frame);
        // The insert's own middle and radius, by its rim: half a pixel off would blur the edge.
        const auto guess = phantom.polarToImage(images[k], 63, -45);
        std::vector<Point> rim;
        for (int degree = 0; degree < 360; degree += 4) {
            const double angle = degree * std::numbers::pi / 180;
            const auto profile =
                stripProfile(plane, polar(guess, 4, angle), polar(guess, 20, angle), 0.3, 0.1);
            const double inside = profile.front(), outside = median({profile.end() - 30, profile.end()});
            if (const auto at = crossing(profile, (inside + outside) / 2))
                rim.push_back(polar(guess, 4 + *at * 0.1, angle));
        }
        const auto round = fitCircle(rim, 0.2);
        if (!round || std::abs(round->radius - kInsertRadius) > 2) continue;
        for (int r = 0; r < frame.rows; ++r)
            for (int c = 0; c < frame.columns; ++c) {
                const double off =
                    distance({c * frame.column_mm, r * frame.row_mm}, round->centre) - round->radius + kReach;
                if (off < 0 || off >= 2 * kReach) continue;
                const auto bin = std::min(bins - 1, static_cast<std::size_t>(off / kBin));
                sums[bin] += frame.at(r, c);
                counts[bin] += 1;
            }
    }
    std::vector<double> out;
    for (std::size_t i = 0; i < bins; ++i) {
        if (counts[i] == 0) return {};
        out.push_back(sums[i] / counts[i]);
    }
    return out;
}

/// The transfer function at `per_mm`, from the slope of the edge.
double transferAt(const std::vector<double>& edge, double per_mm) {
    std::complex<double> sum = 0;
    double area = 0;
    const double middle = static_cast<double>(edge.size()) / 2;
    for (std::size_t i = 1; i < edge.size(); ++i) {
        const double x = (static_cast<double>(i) - middle) * kBin;
        // What is far from the edge is noise; a window that falls from the middle on would sharpen the edge.
        const double beyond = std::max(0.0, std::abs(x) - kReach / 2) / (kReach / 2);
        const double window = 0.5 + 0.5 * std::cos(std::numbers::pi * beyond);
        const double slope = (edge[i] - edge[i - 1]) * window;
        sum += slope * std::polar(1.0, -2 * std::numbers::pi * per_mm * x);
        area += slope;
    }
    // The bins and the difference blur a little themselves.
    const double u = std::numbers::pi * per_mm * kBin;
    const double own = u == 0 ? 1 : std::sin(u) / u;
    return area == 0 ? 0 : std::abs(sum) / std::abs(area) / (own * own);
}

std::optional<double> frequencyOf(const std::vector<double>& edge, double share) {
    constexpr double kStep = 0.005;
    double before = 1;
    for (double f = kStep; f < 2.5; f += kStep) {
        const double value = transferAt(edge, f);
        if (value <= share) return 10 * (f - kStep * (share - value) / std::max(1e-9, before - value));
        before = value;
    }
    return std::nullopt;
}

}  // namespace

Findings acrCtSharpness(const AcrCt& phantom) {
    const auto images = phantom.inModule(1, 12);
    if (images.empty()) return cannot("Module 1 is not in the images.");
    const std::size_t used = std::min<std::size_t>(3, images.size());
    Figure figure{"ct_sharpness",
                  images.front(),
                  ctWindow(450, 1800),
                  {},
                  "The bone insert, whose edge tells the sharpness"};
    figure.regions = {circle("", phantom.polarToImage(images.front(), 63, -45), kInsertRadius)};
    const auto edge = edgeProfile(phantom, images, used);
    if (edge.empty()) return cannot("The edge of the bone insert is not found.", figure);
    const auto half = frequencyOf(edge, 0.5), tenth = frequencyOf(edge, 0.1);
    if (!half) return cannot("The edge of the bone insert is too noisy.", figure);
    Findings out;
    out.metrics = {{"acr464.mtf50", "lp/cm", *half, 0.02 * *half}};
    if (tenth) out.metrics.push_back({"acr464.mtf10", "lp/cm", *tenth, 0.04 * *tenth});
    out.notes = {
        "From the edge of the bone insert, at its contrast and 63 mm from the centre. A kernel that "
        "overshoots "
        "raises it; it is not what the bars show."};
    out.figures.push_back(std::move(figure));
    return out;
}

namespace {

struct Pattern {
    int pairs_per_cm;
    double degrees;
};
constexpr Pattern kPatterns[] = {{4, -135}, {5, 180}, {6, 135},  {7, 90},
                                 {8, 45},   {9, 0},   {10, -45}, {12, -90}};
constexpr double kPatternAt = 70, kPatternRoi = 5.5;

struct Modulation {
    double amplitude = 0, noise = 0;  ///< HU
};

/// The strongest wave of a frequency in a region, whichever way its bars run.
Modulation modulationOf(const Plane& plane, const Region& region, double per_mm, double pixel_noise) {
    const auto& frame = plane.frame();
    std::vector<Point> places;
    std::vector<double> values;
    for (int r = 0; r < frame.rows; ++r)
        for (int c = 0; c < frame.columns; ++c)
            if (const Point at{c * frame.column_mm, r * frame.row_mm}; region.holds(at)) {
                places.push_back(at - region.centre);
                values.push_back(frame.at(r, c));
            }
    Modulation out;
    if (values.size() < 12) return out;
    const double mean = spreadOf(values).mean;
    for (const double stretch : {0.94, 1.0, 1.06})
        for (int degree = 0; degree < 180; degree += 3) {
            const Point wave =
                polar({0, 0}, 2 * std::numbers::pi * per_mm * stretch, degree * std::numbers::pi / 180);
            double cosine = 0, sine = 0;
            for (std::size_t i = 0; i < values.size(); ++i) {
                // A round region has wide wings: Hann's window keeps other frequencies out.
                const double r = std::hypot(places[i].x, places[i].y) / region.radius;
                const double window = 0.5 + 0.5 * std::cos(std::numbers::pi * r);
                const double phase = wave.x * places[i].x + wave.y * places[i].y;
                cosine += window * (values[i] - mean) * std::cos(phase);
                sine += window * (values[i] - mean) * std::sin(phase);
            }
            out.amplitude = std::max(out.amplitude, std::hypot(cosine, sine));
        }
    // The mean of the window over a disc is 0.5 - 2/pi^2, that of its square 0.21.
    const double count = static_cast<double>(values.size());
    const double scale = 2 / (count * (0.5 - 2 / (std::numbers::pi * std::numbers::pi)));
    out.amplitude *= scale;
    out.noise = scale * pixel_noise * std::sqrt(0.21 / 2 * count);
    return out;
}

}  // namespace

Findings acrCtBars(const AcrCt& phantom) {
    constexpr double kSigmas = 5, kLeastShare = 0.06;  ///< of the contrast of the widest bars
    const auto images = phantom.inModule(4, 12);
    if (images.empty()) return cannot("Module 4 is not in the images.");
    const auto image = images.front();
    const Plane plane(phantom.frame(image));
    const double noise = noiseIn(plane, circle("", phantom.toImage(image, {0, 0}), 40));
    Figure figure{"ct_bars", image, ctWindow(700, 2200), {}, "Bar patterns of module 4"};
    Findings out;
    Metric transfer{"acr464.bar_modulation", "", 0, 0};
    double widest = 0;
    int resolved = 0;
    bool counting = true;
    for (const auto& pattern : kPatterns) {
        const auto name = std::to_string(pattern.pairs_per_cm);
        const auto region =
            circle(name, phantom.polarToImage(image, kPatternAt, pattern.degrees), kPatternRoi);
        const auto found = modulationOf(plane, region, pattern.pairs_per_cm / 10.0, noise);
        if (widest == 0) widest = found.amplitude;
        if (!(widest > 10 * found.noise) || widest < 50)
            return cannot("The bars of 4 line pairs per cm are not found in module 4.", figure);
        const double share = found.amplitude / widest;
        transfer.parts.push_back({name, share, found.noise / widest});
        counting = counting && found.amplitude > kSigmas * found.noise && share > kLeastShare;
        if (counting) resolved = pattern.pairs_per_cm;
        figure.regions.push_back(region);
    }
    Metric metric{"acr464.resolved_lp_cm", "lp/cm", static_cast<double>(resolved), 0};
    metric.pre_score = true;
    out.metrics = {std::move(metric), std::move(transfer)};
    out.notes = {
        "A pre-score: a person looks at the picture and confirms it. Modulations are relative to the widest "
        "bars."};
    out.figures.push_back(std::move(figure));
    return out;
}

}  // namespace gantry::imaging::phantom
