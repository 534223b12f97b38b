// Slice position: the two bars that crossed wedges of 45 degrees make in slices 1 and 11.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "gantry/imaging/robust.hpp"
#include "phantom/acr_mri.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr double kAbove = 14, kBelow = 14;  ///< mm above and below the tip that a bar is followed over
constexpr double kRingTop = -46;            ///< the ring of slice 11 begins below it
constexpr double kSlopeHalf = 1.3;          ///< mm to both sides of a bar's end where its shade falls evenly

struct Bar {
    double end_y = 0, uncertainty = 0;  ///< phantom coordinates
    double x = 0, half_width = 0;
};

/// Where both bars begin and end across, by the dark between 4 and 10 mm above the tip of bars that lie
/// right.
std::optional<std::pair<double, double>> bothBars(const AcrMri& phantom, std::size_t image,
                                                  const Plane& plane) {
    const double step = plane.pixel() / 4, y = phantom.size.wedge_tip_y - 9;
    const auto profile =
        stripProfile(plane, phantom.toImage(image, {-16, y}), phantom.toImage(image, {16, y}), 2.5, step);
    const double level = phantom.outlines[image]->inside / 2;
    // From the middle out, so that bubbles beside the bars do not count.
    const auto middle = profile.size() / 2;
    if (profile[middle] > level && profile[middle - static_cast<std::size_t>(2 / step)] > level)
        return std::nullopt;
    std::vector<double> left(profile.rend() - static_cast<std::ptrdiff_t>(middle), profile.rend());
    std::vector<double> right(profile.begin() + static_cast<std::ptrdiff_t>(middle), profile.end());
    const auto skip = static_cast<std::size_t>(3 / step);
    const auto to_left = crossing(left, level, skip), to_right = crossing(right, level, skip);
    if (!to_left || !to_right) return std::nullopt;
    const double from = -16 + (static_cast<double>(middle) - *to_left) * step;
    const double to = -16 + (static_cast<double>(middle) + *to_right) * step;
    if (to - from < 8 || to - from > 16) return std::nullopt;
    return std::pair(from, to);
}

/// Water beside the bars, at the height of their ends.
double waterBeside(const AcrMri& phantom, std::size_t image, const Plane& plane) {
    std::vector<double> values;
    for (const double x : {-12.0, -10.5, -9.0, 9.0, 10.5, 12.0})
        for (double y = phantom.size.wedge_tip_y - 4; y <= phantom.size.wedge_tip_y + 4; y += 1)
            values.push_back(plane.at(phantom.toImage(image, {x, y})));
    return median(std::move(values));
}

/// Where the shade is half between the bar and water, by a straight line through the slope there: a wedge of
/// 45 degrees makes the slope as long as the slice is thick.
std::optional<Bar> endOf(const AcrMri& phantom, std::size_t image, const Plane& plane, double x,
                         double half_width, double below) {
    const double tip = phantom.size.wedge_tip_y, step = plane.pixel() / 4;
    const auto profile = stripProfile(plane, phantom.toImage(image, {x, tip - kAbove}),
                                      phantom.toImage(image, {x, tip + below}), half_width, step);
    const auto place = [&](double index) { return tip - kAbove + index * step; };
    const double bright = waterBeside(phantom, image, plane);
    const double dark =
        percentile({profile.begin(), profile.begin() + static_cast<std::ptrdiff_t>(kAbove / 2 / step)}, 0.3);
    if (bright < 0.4 * phantom.outlines[image]->inside || dark > 0.5 * bright) return std::nullopt;
    // The last rise: a bubble may shine before it.
    auto backwards = profile;
    std::ranges::reverse(backwards);
    const double half = (dark + bright) / 2;
    const auto first = crossing(backwards, half);
    if (!first) return std::nullopt;
    double end = place(static_cast<double>(profile.size() - 1) - *first);
    std::optional<Line> slope;
    for (int round = 0; round < 3; ++round) {
        std::vector<Point> points;
        for (std::size_t i = 0; i < profile.size(); ++i)
            if (const double y = place(static_cast<double>(i)); std::abs(y - end) <= kSlopeHalf)
                points.push_back({y - end, profile[i] - half});
        slope = fitLine(points, 1e300);
        if (!slope || !(slope->slope > 0.02 * (bright - dark))) return std::nullopt;
        end -= slope->offset / slope->slope;
    }
    // Four samples a pixel were drawn from the same pixels.
    const double independent = std::max(1.0, static_cast<double>(slope->kept) / 4);
    return Bar{end, slope->rms / slope->slope / std::sqrt(independent), x, half_width};
}

}  // namespace

Findings acrPosition(const AcrMri& phantom) {
    Findings out;
    std::string trouble;
    for (const int number : {1, kAcrSlices}) {
        const auto name = std::to_string(number);
        const auto image = phantom.shown(number);
        if (!image) {
            trouble += "Slice " + name + " is not there. ";
            continue;
        }
        const Plane plane(phantom.frame(*image));
        const auto& outline = *phantom.outlines[*image];
        Figure figure{"position_" + name, *image, windowOf(outline), {}, "Bars of slice " + name};
        const auto bars = bothBars(phantom, *image, plane);
        std::optional<Bar> left, right;
        if (bars) {
            const double quarter = (bars->second - bars->first) / 4,
                         middle = (bars->first + bars->second) / 2;
            const double tip = phantom.size.wedge_tip_y;
            const double below = number == 1 ? kBelow : std::min(kBelow, kRingTop - tip);
            left = endOf(phantom, *image, plane, middle - quarter, quarter - 1, below);
            right = endOf(phantom, *image, plane, middle + quarter, quarter - 1, below);
        }
        if (!left || !right) {
            trouble += "The two bars are not found in slice " + name + ". ";
            out.figures.push_back(std::move(figure));
            continue;
        }
        for (const auto* bar : {&*left, &*right}) {
            const double top = -phantom.size.radius + 4;
            figure.regions.push_back(rectangle(bar == &*left ? "L" : "R",
                                               phantom.toImage(*image, {bar->x, (top + bar->end_y) / 2}),
                                               2 * bar->half_width, bar->end_y - top, phantom.toImage(0)));
        }
        out.metrics.push_back({"acr_mri.bar_difference_" + name, "mm", right->end_y - left->end_y,
                               std::hypot(left->uncertainty, right->uncertainty)});
        out.figures.push_back(std::move(figure));
    }
    if (!trouble.empty()) trouble.pop_back();
    if (out.metrics.empty()) {
        out.why = trouble;
        return out;
    }
    if (!trouble.empty()) out.notes.push_back(trouble);
    out.notes.push_back("The right bar longer is positive: the slice lies half as far towards the head.");
    return out;
}

}  // namespace gantry::imaging::phantom
