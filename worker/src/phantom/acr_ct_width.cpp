// Slice width of module 1: two ladders of thin wires that lie 0.5 mm deeper from one to the next. The lit
// part of a ladder is as long as the slice is wide; how fast it climbs from slice to slice says how many mm
// that is.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "gantry/imaging/robust.hpp"
#include "phantom/acr_ct.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr double kReach = 50;  ///< mm from the centre that ladders are looked for in
constexpr double kStep = 0.25;
constexpr double kWireStepZ = 0.5;

/// Brightness of a ladder along y in one slice, above the ground beside it.
std::vector<double> ladderProfile(const AcrCt& phantom, std::size_t image, double x, double half_width,
                                  double side) {
    const Plane plane(phantom.frame(image));
    const auto along = [&](double at_x, double half) {
        return stripProfile(plane, phantom.toImage(image, {at_x, 0}),
                            phantom.toImage(image, {at_x, side * kReach}), half, kStep);
    };
    auto profile = along(x, half_width);
    const auto left = along(x - half_width - 5, 2), right = along(x + half_width + 5, 2);
    for (std::size_t i = 0; i < profile.size(); ++i) profile[i] -= (left[i] + right[i]) / 2;
    return profile;
}

/// Over one period of the wires, so that what is left is the slice's own shape.
std::vector<double> smoothed(const std::vector<double>& profile, double over_mm) {
    const auto half = static_cast<std::ptrdiff_t>(std::max(1.0, over_mm / kStep / 2));
    const auto size = static_cast<std::ptrdiff_t>(profile.size());
    std::vector<double> out;
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        double sum = 0;
        std::ptrdiff_t count = 0;
        for (auto k = std::max<std::ptrdiff_t>(0, i - half); k <= std::min(size - 1, i + half); ++k, ++count)
            sum += profile[static_cast<std::size_t>(k)];
        out.push_back(sum / static_cast<double>(count));
    }
    return out;
}

struct Lit {
    double middle = 0, length = 0, height = 0;  ///< mm from the centre; HU
};

/// Full width at half maximum of the lit part.
std::optional<Lit> litPart(const std::vector<double>& profile) {
    const auto top = std::ranges::max_element(profile) - profile.begin();
    const double height = percentile({profile.begin(), profile.end()}, 0.98);
    const double ground = percentile({profile.begin(), profile.end()}, 0.3);
    const double half = (ground + height) / 2;
    auto from = static_cast<std::size_t>(top), to = from;
    // Gaps between wires that the smoothing left count as lit.
    const auto gap = static_cast<std::size_t>(1.5 / kStep);
    const auto litNear = [&](std::size_t a, std::size_t b) {
        for (auto i = a; i <= b && i < profile.size(); ++i)
            if (profile[i] > half) return true;
        return false;
    };
    while (from > 0 && (profile[from - 1] > half || litNear(from > gap ? from - gap : 0, from - 1))) --from;
    while (to + 1 < profile.size() && (profile[to + 1] > half || litNear(to + 1, to + gap))) ++to;
    if (from == 0 || to + 1 >= profile.size()) return std::nullopt;
    const double low =
        static_cast<double>(from) - (profile[from] - half) / (profile[from] - profile[from - 1]);
    const double high = static_cast<double>(to) + (profile[to] - half) / (profile[to] - profile[to + 1]);
    return Lit{(low + high) / 2 * kStep, (high - low) * kStep, height - ground};
}

/// Where a ladder lies across: the column with the most detail along it, over the slices of the module.
struct Column {
    double x = 0, half_width = 0, height = 0;
};
std::optional<Column> ladderColumn(const AcrCt& phantom, const std::vector<std::size_t>& images,
                                   double side) {
    std::vector<double> xs, detail;
    for (double x = -30; x <= 30; x += 0.5) {
        double sum = 0;
        for (const auto image : images) {
            const Plane plane(phantom.frame(image));
            const auto profile = stripProfile(plane, phantom.toImage(image, {x, side * 2}),
                                              phantom.toImage(image, {x, side * kReach}), 0.3, kStep);
            const auto wide = smoothed(profile, 8);
            for (std::size_t i = 0; i < profile.size(); ++i) sum += std::max(0.0, profile[i] - wide[i]);
        }
        xs.push_back(x);
        detail.push_back(sum);
    }
    const double ground = percentile({detail.begin(), detail.end()}, 0.3);
    const auto top = static_cast<std::size_t>(std::ranges::max_element(detail) - detail.begin());
    const double half = (ground + detail[top]) / 2;
    if (detail[top] < 1.5 * ground) return std::nullopt;
    auto from = top, to = top;
    while (from > 0 && detail[from - 1] > half) --from;
    while (to + 1 < detail.size() && detail[to + 1] > half) ++to;
    return Column{(xs[from] + xs[to]) / 2, std::max(0.75, (xs[to] - xs[from]) / 2 * 0.8), detail[top]};
}

/// The ladder's period along y, by how alike the profile is to itself when moved.
double periodOf(const std::vector<double>& profile) {
    const double mean = spreadOf(profile).mean;
    double best = 0, period = 1.5;
    for (double shift = 0.75; shift <= 4; shift += kStep) {
        const auto by = static_cast<std::size_t>(shift / kStep);
        double sum = 0, squares = 0;
        for (std::size_t i = 0; i + by < profile.size(); ++i) {
            sum += (profile[i] - mean) * (profile[i + by] - mean);
            squares += (profile[i] - mean) * (profile[i] - mean);
        }
        if (squares > 0 && sum / squares > best + 0.02) {
            best = sum / squares;
            period = shift;
        }
    }
    return period;
}

struct Ladder {
    double width = 0, uncertainty = 0;
    Region region;
};

std::optional<Ladder> measureLadder(const AcrCt& phantom, const std::vector<std::size_t>& images,
                                    double side) {
    const auto column = ladderColumn(phantom, images, side);
    if (!column) return std::nullopt;
    struct Seen {
        double position;
        Lit lit;
        std::size_t image;
    };
    std::vector<Seen> seen;
    for (const auto image : images) {
        const auto profile = ladderProfile(phantom, image, column->x, column->half_width, side);
        const auto noise = robustSigma(profile);
        const auto lit = litPart(smoothed(profile, std::max(1.0, periodOf(profile))));
        if (lit && lit->height > 2 * noise) seen.push_back({phantom.images->along_mm[image], *lit, image});
    }
    // At the ladder's ends only a part of the slice meets wires: its length and its middle are not the
    // slice's.
    double longest = 0;
    for (const auto& one : seen) longest = std::max(longest, one.lit.length);
    std::erase_if(seen, [&](const Seen& one) { return one.lit.length < 0.85 * longest; });
    if (seen.size() < 2) return std::nullopt;
    std::vector<Point> climb;
    std::vector<double> lengths;
    for (const auto& one : seen) climb.push_back({one.position - seen.front().position, one.lit.middle});
    double rise = 0;
    if (seen.size() == 2) {
        rise = (climb[1].y - climb[0].y) / (climb[1].x - climb[0].x);
    } else {
        const auto fit = fitLine(climb, 0.6);
        if (!fit) return std::nullopt;
        rise = fit->slope;
    }
    // Wires 0.5 mm apart in depth lie 0.5 to 4 mm apart along the ladder.
    if (std::abs(rise) < 1 || std::abs(rise) > 8) return std::nullopt;
    for (const auto& one : seen) lengths.push_back(one.lit.length);
    const double length = median(lengths);
    const auto& shown = seen.front();
    const double off = side * shown.lit.middle;
    return Ladder{length / std::abs(rise), std::max(kWireStepZ / 4, robustSigma(lengths) / std::abs(rise)),
                  rectangle(side < 0 ? "T" : "B", phantom.toImage(shown.image, {column->x, off}),
                            2 * column->half_width, shown.lit.length, phantom.angle)};
}

}  // namespace

Findings acrCtSliceWidth(const AcrCt& phantom, std::optional<double> nominal_mm) {
    const auto images = phantom.inModule(1, 14);
    if (images.empty()) return cannot("Module 1 is not in the images.");
    Figure figure{
        "ct_slice_width", images.front(), ctWindow(100, 800), {}, "Wires of module 1 that lie in the slice"};
    std::vector<double> widths;
    double variance = 0;
    for (const double side : {-1.0, 1.0})
        if (const auto ladder = measureLadder(phantom, images, side)) {
            widths.push_back(ladder->width);
            variance += ladder->uncertainty * ladder->uncertainty;
            figure.regions.push_back(ladder->region);
        }
    if (widths.empty())
        return cannot("The wires of module 1 do not stand out, or only one slice shows them.", figure);
    const double width = spreadOf(widths).mean,
                 uncertainty = std::sqrt(variance) / static_cast<double>(widths.size());
    Findings out;
    out.metrics = {{"acr464.slice_thickness", "mm", width, uncertainty}};
    if (nominal_mm)
        out.metrics.push_back({"acr464.slice_thickness_error", "mm", width - *nominal_mm, uncertainty});
    else
        out.notes.push_back("The headers give no slice thickness to compare with.");
    if (widths.size() == 1) out.notes.push_back("Only one of the two ladders of wires is found.");
    out.figures.push_back(std::move(figure));
    return out;
}

}  // namespace gantry::imaging::phantom
