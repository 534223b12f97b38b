// The daily CT test: a cylinder of water.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "gantry/imaging/robust.hpp"
#include "phantom/acr_ct.hpp"
#include "phantom/other_phantoms.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr double kOutsideHu = -500;
constexpr double kMostOff = 60;     ///< HU that water may be wrong by and still be water
constexpr double kMostUneven = 25;  ///< HU between its parts
constexpr double kEdgeFromRim = 15, kEdgeDisc = 10;
constexpr double kCentreShare = 0.2;  ///< of the radius

/// Mean at each distance from the centre, one millimetre a step (or a pixel if that is more).
struct Radial {
    double step = 1;
    std::vector<double> means, sds;
    std::vector<double> counts;
};
Radial radialOf(const Plane& plane, Point centre, double radius) {
    Radial out;
    out.step = std::max(0.5, plane.pixel());
    const auto bins = static_cast<std::size_t>(radius / out.step) + 1;
    std::vector<double> sums(bins), squares(bins);
    out.counts.assign(bins, 0);
    const auto& frame = plane.frame();
    for (int r = 0; r < frame.rows; ++r)
        for (int c = 0; c < frame.columns; ++c) {
            const double away = distance({c * frame.column_mm, r * frame.row_mm}, centre);
            const auto bin = static_cast<std::size_t>(away / out.step);
            if (bin >= bins) continue;
            sums[bin] += frame.at(r, c);
            squares[bin] += static_cast<double>(frame.at(r, c)) * frame.at(r, c);
            out.counts[bin] += 1;
        }
    for (std::size_t i = 0; i < bins; ++i) {
        const double n = std::max(1.0, out.counts[i]);
        out.means.push_back(sums[i] / n);
        out.sds.push_back(std::sqrt(std::max(0.0, squares[i] / n - out.means[i] * out.means[i])));
    }
    return out;
}

/// Where water ends and the wall begins: the first step that stays 40 HU away from the middle.
double waterRadius(const Radial& radial, double outer) {
    const auto inner = static_cast<std::size_t>(0.5 * outer / radial.step);
    const double middle =
        median({radial.means.begin(), radial.means.begin() + static_cast<std::ptrdiff_t>(inner)});
    for (auto i = inner; i + 1 < radial.means.size(); ++i)
        if (std::abs(radial.means[i] - middle) > 40 && std::abs(radial.means[i + 1] - middle) > 40)
            return static_cast<double>(i) * radial.step;
    return outer;
}

/// Whether all of the water is alike: parts of 1 cm2 all over it.
bool isWater(const Plane& plane, Point centre, double radius) {
    std::vector<double> means;
    for (double x = -0.85 * radius; x <= 0.85 * radius; x += 12)
        for (double y = -0.85 * radius; y <= 0.85 * radius; y += 12)
            if (std::hypot(x, y) < 0.85 * radius)
                means.push_back(spreadIn(plane, circle("", centre + Point{x, y}, 5.64)).mean);
    if (means.size() < 20) return false;
    const double middle = median(means);
    if (std::abs(middle) > kMostOff) return false;
    return percentile(means, 0.98) - percentile(means, 0.02) < kMostUneven;
}

}  // namespace

std::optional<CtWater> findCtWater(const Images& images) {
    CtWater out;
    out.images = &images;
    std::vector<double> radii;
    for (std::size_t i = 0; i < images.frames.size(); ++i) {
        const Plane plane(images.frames[i]);
        auto outline = findOutline(plane, kOutsideHu);
        if (outline &&
            (outline->circle.radius < 60 || outline->circle.radius > 190 || outline->circle.kept < 0.8))
            outline.reset();
        out.outlines.push_back(outline);
        if (!outline) continue;
        const auto& around = outline->circle;
        const double radius = waterRadius(radialOf(plane, around.centre, around.radius), around.radius);
        if (radius < 0.75 * around.radius || !isWater(plane, around.centre, radius)) continue;
        out.water.push_back(i);
        radii.push_back(radius);
    }
    if (out.water.empty()) return std::nullopt;
    out.radius = median(radii);
    const auto middle = out.water[out.water.size() / 2];
    std::ranges::stable_sort(out.water, {},
                             [&](std::size_t i) { return i > middle ? i - middle : middle - i; });
    return out;
}

Findings ctWaterNumbers(const CtWater& phantom) {
    constexpr std::size_t kMostImages = 5;
    const std::vector<std::size_t> images(
        phantom.water.begin(),
        phantom.water.begin() + static_cast<std::ptrdiff_t>(std::min(kMostImages, phantom.water.size())));
    const double used = static_cast<double>(images.size());
    const auto centreOf = [&](std::size_t image) { return phantom.outlines[image]->circle.centre; };
    const auto edgeIn = [&](std::size_t image, double degrees) {
        return circle("",
                      polar(centreOf(image), phantom.radius - kEdgeFromRim, degrees * std::numbers::pi / 180),
                      kEdgeDisc);
    };
    double mean = 0, sd = 0, pixels = 2;
    for (const auto image : images) {
        const auto spread = spreadIn(Plane(phantom.images->frames[image]),
                                     circle("", centreOf(image), kCentreShare * phantom.radius));
        mean += spread.mean / used;
        sd += spread.sd / used;
        pixels = std::max(pixels, static_cast<double>(spread.count));
    }
    const auto shown = images.front();
    Figure figure{"water",
                  shown,
                  ctWindow(0, 150),
                  {circle("C", centreOf(shown), kCentreShare * phantom.radius)},
                  "Centre and edges of the water"};
    double worst = 0;
    for (const auto& [label, degrees] :
         {std::pair("R", 0.0), std::pair("B", 90.0), std::pair("L", 180.0), std::pair("T", 270.0)}) {
        double edge = 0;
        for (const auto image : images)
            edge += spreadIn(Plane(phantom.images->frames[image]), edgeIn(image, degrees)).mean / used;
        worst = std::max(worst, std::abs(edge - mean));
        figure.regions.push_back(edgeIn(shown, degrees));
        figure.regions.back().label = label;
    }
    const auto& frame = phantom.images->frames[shown];
    const double edge_pixels = std::numbers::pi * kEdgeDisc * kEdgeDisc / (frame.row_mm * frame.column_mm);
    Findings out;
    // Noise of CT is alike over a few pixels: twice what independent ones would give.
    const double unsure = 2 * sd / std::sqrt(used);
    out.metrics = {
        {"ct.water_mean", "HU", mean, unsure / std::sqrt(pixels)},
        {"ct.water_sd", "HU", sd, unsure / std::sqrt(2 * pixels)},
        {"ct.edge_minus_centre_max", "HU", worst, unsure * std::sqrt(1 / pixels + 1 / edge_pixels)}};
    out.figures.push_back(std::move(figure));
    return out;
}

Findings ctWaterRings(const CtWater& phantom) {
    constexpr double kFrom = 6, kSmoothOver = 12;
    const auto image = phantom.water.front();
    const Plane plane(phantom.images->frames[image]);
    const auto middle = phantom.outlines[image]->circle.centre;
    const auto radial = radialOf(plane, middle, phantom.radius - 4);
    const auto half = static_cast<std::size_t>(kSmoothOver / 2 / radial.step);
    double worst = 0, at = 0, unsure = 0;
    for (std::size_t i = static_cast<std::size_t>(kFrom / radial.step); i + 1 < radial.means.size(); ++i) {
        std::vector<double> near;
        for (auto k = i > half ? i - half : 0; k < std::min(radial.means.size(), i + half + 1); ++k)
            near.push_back(radial.means[k]);
        const double off = std::abs(radial.means[i] - median(std::move(near)));
        const double noise = 2 * radial.sds[i] / std::sqrt(std::max(1.0, radial.counts[i]));
        // What noise explains is no ring.
        if (off < 3 * noise || off <= worst) continue;
        worst = off;
        at = (static_cast<double>(i) + 0.5) * radial.step;
        unsure = noise;
    }
    Figure figure{"rings",
                  image,
                  ctWindow(0, 60),
                  {},
                  worst > 0 ? "The strongest ring" : "No ring stands out of the noise"};
    if (worst > 0) figure.regions.push_back(circle("", middle, at));
    Findings out;
    out.metrics = {{"ct.ring_hu", "HU", worst, unsure}};
    out.figures.push_back(std::move(figure));
    return out;
}

}  // namespace gantry::imaging::phantom
