// High-contrast resolution of slice 1, as a pre-score: whether four holes of a row stand apart. A person
// confirms it.
#include <algorithm>
#include <array>
#include <cmath>

#include "gantry/imaging/robust.hpp"
#include "phantom/acr_mri.hpp"
#include "phantom/surface.hpp"

namespace gantry::imaging::phantom {

namespace {

/// A pair of arrays of 4 x 4 holes that share one hole: the last of the upper left one and the first of the
/// other.
struct HolePair {
    double diameter;
    Point corner;
};
constexpr HolePair kPairs[] = {{1.1, {-13.7, 38.2}}, {1.0, {9.2, 38.2}}, {0.9, {32.2, 38.2}}};
constexpr double kNoneResolved = 1.2;  ///< told when not even the largest are
constexpr double kLeastDip = 0.1;      ///< of the holes' height over the plastic
constexpr double kLeastSigmas = 2;     ///< of noise
/// Pixels that a hole and the gap beside it have to cover. Two are what sampling needs; rows of holes that
/// are moved against each other let a little less do.
constexpr double kLeastPixels = 1.6;

/// Hole `along` of row (or, in the lower right array, column) `line`.
Point holeAt(const HolePair& pair, bool rows, int line, int along) {
    const double pitch = 2 * pair.diameter, stagger = 0.2 * pair.diameter;
    if (rows) return pair.corner + Point{(along - 3) * pitch + (line - 3) * stagger, (line - 3) * pitch};
    return pair.corner + Point{line * pitch, along * pitch + line * stagger};
}

double brightness(const AcrMri& phantom, std::size_t image, const Plane& plane, Point shift,
                  const HolePair& pair) {
    double sum = 0;
    for (const bool rows : {true, false})
        for (int line = 0; line < 4; ++line)
            for (int along = 0; along < 4; ++along)
                sum += plane.at(phantom.toImage(image, holeAt(pair, rows, line, along) + shift));
    return sum;
}

/// Where the pattern of holes shines brightest: the insert does not sit in every phantom alike.
Point bestShift(const AcrMri& phantom, std::size_t image, const Plane& plane, const HolePair& pair,
                Point around, double reach) {
    Point best = around;
    double most = -1e300;
    for (double dx = -reach; dx <= reach; dx += 0.2)
        for (double dy = -reach; dy <= reach; dy += 0.2) {
            const Point shift = around + Point{dx, dy};
            const double sum = brightness(phantom, image, plane, shift, pair);
            if (sum <= most) continue;
            most = sum;
            best = shift;
        }
    return best;
}

/// The shallowest dip between the four holes of one line, as a share of their height; negative when there is
/// none.
double shallowestDip(const AcrMri& phantom, std::size_t image, const Plane& plane, const HolePair& pair,
                     Point shift, bool rows, int line, double plastic) {
    constexpr double kStep = 0.1;
    const Point first = holeAt(pair, rows, line, 0) + shift, last = holeAt(pair, rows, line, 3) + shift;
    const double pitch = 2 * pair.diameter;
    const Point lead = pitch / 2 / distance(first, last) * (last - first);
    const auto profile = stripProfile(plane, phantom.toImage(image, first - lead),
                                      phantom.toImage(image, last + lead), 0.1, kStep);
    const auto part = [&](double from, double to, bool highest) {
        double out = highest ? -1e300 : 1e300;
        for (auto i = static_cast<std::size_t>(std::max(0.0, from / kStep));
             i < profile.size() && static_cast<double>(i) * kStep <= to; ++i)
            out = highest ? std::max(out, profile[i]) : std::min(out, profile[i]);
        return out;
    };
    std::array<double, 4> peaks;
    for (int k = 0; k < 4; ++k) peaks[static_cast<std::size_t>(k)] = part(k * pitch, (k + 1) * pitch, true);
    const double height = *std::ranges::max_element(peaks) - plastic;
    if (!(height > 0)) return -1;
    double shallowest = 1e300;
    for (std::size_t k = 0; k < 3; ++k) {
        const double middle = (static_cast<double>(k) + 1) * pitch;
        const double valley = part(middle - pitch / 2, middle + pitch / 2, false);
        shallowest = std::min(shallowest, std::min(peaks[k], peaks[k + 1]) - valley);
    }
    return shallowest / height;
}

double plasticLevel(const AcrMri& phantom, std::size_t image, const Plane& plane) {
    std::vector<double> values;
    for (double x = -28; x <= 50; x += 2)
        for (const double y : {23.0, 25.0, 52.0, 54.0})
            values.push_back(plane.at(phantom.toImage(image, {x, y})));
    return median(std::move(values));
}

}  // namespace

Findings acrResolution(const AcrMri& phantom) {
    const auto image = phantom.shown(1);
    if (!image) return cannot("Slice 1 is not there.");
    const Plane plane(phantom.frame(*image));
    const auto& outline = *phantom.outlines[*image];
    Figure figure{
        "resolution", *image, windowOf(outline, 0.8), {}, "Hole arrays of slice 1: 1.1, 1.0 and 0.9 mm"};
    const double plastic = plasticLevel(phantom, *image, plane);
    if (plastic > 0.4 * outline.inside)
        return cannot("The resolution insert is not found in slice 1.", figure);
    const double noise = noiseIn(plane, circle("", phantom.toImage(*image, {25, -45}), 18)) / outline.inside;
    const auto shift = bestShift(phantom, *image, plane, kPairs[0], {0, 0}, 2.4);
    Findings out;
    double resolved[2] = {kNoneResolved, kNoneResolved};
    for (const auto& pair : kPairs) {
        const auto own = bestShift(phantom, *image, plane, pair, shift, 0.6);
        for (const bool rows : {true, false}) {
            double best = -1;
            for (int line = 0; line < 4; ++line)
                best = std::max(best, shallowestDip(phantom, *image, plane, pair, own, rows, line, plastic));
            const double needed = std::max(kLeastDip, kLeastSigmas * noise);
            auto& smallest = resolved[rows ? 0 : 1];
            // A smaller size does not count when a larger one failed.
            const bool next = smallest == kNoneResolved
                                  ? pair.diameter == 1.1
                                  : pair.diameter < smallest && smallest - pair.diameter < 0.15;
            const bool sampled = 2 * pair.diameter >= kLeastPixels * plane.pixel();
            if (best >= needed && next && sampled) smallest = pair.diameter;
            const double side = 8 * pair.diameter, off = rows ? -3 : 3;
            figure.regions.push_back(rectangle(
                "",
                phantom.toImage(*image, pair.corner + own + Point{off * pair.diameter, off * pair.diameter}),
                side, side, phantom.toImage(0)));
        }
    }
    const auto metric = [](std::string name, double value) {
        Metric told{std::move(name), "mm", value, 0};
        told.pre_score = true;
        return told;
    };
    out.metrics = {metric("acr_mri.resolved_mm", std::max(resolved[0], resolved[1])),
                   metric("acr_mri.resolved_rows_mm", resolved[0]),
                   metric("acr_mri.resolved_columns_mm", resolved[1])};
    out.notes = {
        "A pre-score: a person looks at the picture and confirms it. 1.2 stands for: not even 1.1 mm."};
    out.figures.push_back(std::move(figure));
    return out;
}

}  // namespace gantry::imaging::phantom
