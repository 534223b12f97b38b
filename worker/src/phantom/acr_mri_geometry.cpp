// Geometric accuracy: diameters of slices 1 and 5, the length on a section along the axis.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "gantry/imaging/robust.hpp"
#include "phantom/acr_mri.hpp"
#include "phantom/surface.hpp"

namespace gantry::imaging::phantom {

namespace {

struct Direction {
    const char* suffix;
    const char* label;
    double angle;  ///< in the image: gradients err along its rows and columns, however the phantom is turned
};
constexpr double kQuarter = std::numbers::pi / 4;
constexpr Direction kDirections[] = {
    {"h", "H", 0}, {"v", "V", 2 * kQuarter}, {"d1", "D1", kQuarter}, {"d2", "D2", 3 * kQuarter}};

double meanWater(const Plane& plane, const Outline& outline) {
    const auto water = waterSurface(plane, outline.circle, outline.inside);
    double sum = 0;
    int count = 0;
    for (double x = -1; x <= 1; x += 0.05)
        for (double y = -1; y <= 1; y += 0.05) {
            if (std::hypot(x, y) > 1) continue;
            sum += water.at(outline.circle.centre + outline.circle.radius * Point{x, y});
            ++count;
        }
    return sum / count;
}

std::vector<Metric> widthsOf(const Outline& outline, int number, std::vector<Region>& regions,
                             bool& smooth_used) {
    std::vector<Metric> out;
    for (const auto& direction : kDirections) {
        if (number == 1 && direction.suffix[0] == 'd') continue;
        const auto width = outline.width(direction.angle);
        smooth_used = smooth_used || width.smooth_used;
        out.push_back({"acr_mri.diameter_" + std::to_string(number) + "_" + direction.suffix, "mm",
                       width.value, width.uncertainty});
        regions.push_back(
            line(direction.label,
                 polar(outline.circle.centre, width.value / 2, direction.angle + std::numbers::pi),
                 polar(outline.circle.centre, width.value / 2, direction.angle)));
    }
    return out;
}

}  // namespace

Findings acrGeometry(const AcrMri& phantom) {
    Findings out;
    double worst = 0, uncertainty = 0;
    std::string missing;
    for (const int number : {1, 5}) {
        const auto image = phantom.shown(number);
        if (!image) {
            missing += (missing.empty() ? "" : " and ") + std::to_string(number);
            continue;
        }
        const Plane plane(phantom.frame(*image));
        const auto& found = *phantom.outlines[*image];
        // The guidance reads diameters where the image passes half of the mean of water.
        const auto outline = rimAtLevel(plane, found, meanWater(plane, found) / 2);
        Figure figure{"geometry_" + std::to_string(number),
                      *image,
                      windowOf(outline),
                      {},
                      "Diameters of slice " + std::to_string(number)};
        figure.regions.push_back(circle("", outline.circle.centre, outline.circle.radius));
        bool smooth_used = false;
        for (auto& metric : widthsOf(outline, number, figure.regions, smooth_used)) {
            const double error = std::abs(metric.value - 2 * phantom.size.radius);
            if (error >= worst) {
                worst = error;
                uncertainty = metric.uncertainty;
            }
            out.metrics.push_back(std::move(metric));
        }
        if (smooth_used)
            out.notes.push_back(
                "In slice " + std::to_string(number) +
                " the wedges or a bubble hide a part of the rim; the smooth rim around it was used.");
        out.figures.push_back(std::move(figure));
    }
    if (out.metrics.empty()) return cannot("Slices 1 and 5 are not there or show no round outline.");
    if (!missing.empty())
        out.notes.push_back("Slice " + missing + " is not there or shows no round outline.");
    out.metrics.push_back({"acr_mri.diameter_error_max", "mm", worst, uncertainty});
    return out;
}

namespace {

/// The ends of the phantom along one direction of the image: straight lines through where columns (or rows)
/// of pixels pass the half of what is inside.
struct Ends {
    double length = 0, uncertainty = 0;
    Point from, to;
};

/// Where a profile begins, mm, by how much of it there is around its rise: rows of pixels lie along the
/// phantom's ends, and between two of them a half value would be off by a tenth of a pixel.
double beginOf(const std::vector<double>& profile, double rise, double inside, double outside, double step) {
    constexpr double kAround = 4;  // mm
    const auto from = static_cast<std::size_t>(std::max(0.0, rise - kAround / step));
    const auto to = std::min(profile.size() - 1, static_cast<std::size_t>(rise + kAround / step));
    double there = 0;
    for (auto i = from; i < to; ++i)
        there += ((profile[i] + profile[i + 1]) / 2 - outside) / (inside - outside) * step;
    return static_cast<double>(to) * step - there;
}

/// `along` and `across` are unit vectors of the image; the blob's box gives where to look.
std::optional<Ends> endsAlong(const Plane& plane, Point middle, Point along, Point across, double half_long,
                              double half_wide, double inside, double outside) {
    constexpr double kLook = 14, kStepAcross = 2;
    const double step = plane.pixel() / 4;
    std::vector<Point> ends[2];
    for (double off = -0.85 * half_wide; off <= 0.85 * half_wide; off += kStepAcross)
        for (const int side : {0, 1}) {
            const double sign = side == 0 ? -1 : 1;
            const auto at = [&](double t) { return middle + off * across + sign * t * along; };
            if (!plane.holds(at(half_long + kLook / 2))) continue;
            const auto profile = stripProfile(plane, at(half_long + kLook), at(half_long - kLook), 1, step);
            auto found = crossing(profile, (inside + outside) / 2);
            if (!found) continue;
            // What is just inside must be water, not an insert that runs up to the end; half of it is the
            // end.
            const auto from = static_cast<std::size_t>(*found + 3 / step),
                       to = static_cast<std::size_t>(*found + 9 / step);
            if (to >= profile.size()) continue;
            const double near = median({profile.begin() + static_cast<std::ptrdiff_t>(from),
                                        profile.begin() + static_cast<std::ptrdiff_t>(to)});
            if (near < 0.35 * inside) continue;
            ends[side].push_back(
                {off, sign * (half_long + kLook - beginOf(profile, *found, near, outside, step))});
        }
    const auto first_end = fitLine(ends[0], 0.3), last_end = fitLine(ends[1], 0.3);
    if (!first_end || !last_end || first_end->kept < 8 || last_end->kept < 8) return std::nullopt;
    // Both ends are parallel; the distance is taken at right angles to them.
    const double lean = std::atan((first_end->slope + last_end->slope) / 2);
    Ends out;
    out.length = (last_end->offset - first_end->offset) * std::cos(lean);
    out.uncertainty = std::hypot(first_end->rms / std::sqrt(static_cast<double>(first_end->kept)),
                                 last_end->rms / std::sqrt(static_cast<double>(last_end->kept)));
    out.from = middle + first_end->offset * along;
    out.to = middle + last_end->offset * along;
    return out;
}

}  // namespace

namespace {

/// Air beyond both ends.
double outsideOf(const Plane& plane, const Blob& blob) {
    std::vector<double> values;
    for (double x = blob.low.x; x <= blob.high.x; x += 3)
        for (const double off : {9.0, 12.0, 15.0})
            for (const double y : {blob.low.y - off, blob.high.y + off})
                if (plane.holds({x, y})) values.push_back(plane.at({x, y}));
    for (double y = blob.low.y; y <= blob.high.y; y += 3)
        for (const double off : {9.0, 12.0, 15.0})
            for (const double x : {blob.low.x - off, blob.high.x + off})
                if (plane.holds({x, y})) values.push_back(plane.at({x, y}));
    return values.empty() ? 0 : median(std::move(values));
}

}  // namespace

Findings acrLength(const Images& images, const AcrSize& size) {
    if (images.frames.empty()) return cannot("No image along the phantom's axis could be decoded.");
    const std::size_t index = images.frames.size() / 2;
    const Plane plane(images.frames[index]);
    const double split = splitLevel(plane.frame());
    const auto blob = largestBlob(plane, split);
    if (!blob)
        return cannot("The image shows no phantom.",
                      Figure{"length", index, {0, static_cast<float>(2 * split)}, {}, "No phantom is found"});
    Figure figure{"length", index, {0, static_cast<float>(3 * split)}, {}, "Length from end to end"};
    const double wide = blob->high.x - blob->low.x, high = blob->high.y - blob->low.y;
    // Which way the axis runs: the diameter is the longer side of both sizes.
    const bool down = high < wide;
    const Point middle = 0.5 * (blob->low + blob->high);
    const Point along = down ? Point{0, 1} : Point{1, 0}, across = down ? Point{1, 0} : Point{0, 1};
    std::vector<double> bright;
    const auto& frame = plane.frame();
    for (const float value : frame.values)
        if (value > split) bright.push_back(value);
    std::ranges::sort(bright);
    const double inside = bright.empty() ? 2 * split : bright[bright.size() / 2];
    const auto ends = endsAlong(plane, middle, along, across, (down ? high : wide) / 2,
                                (down ? wide : high) / 2, inside, outsideOf(plane, *blob));
    figure.regions.push_back(rectangle("", middle, wide, high, 0));
    if (!ends)
        return cannot("The ends of the phantom are not both in the image, or are not straight.", figure);
    figure.regions.push_back(line("Z", ends->from, ends->to));
    Findings out;
    out.metrics = {{"acr_mri.length", "mm", ends->length, ends->uncertainty},
                   {"acr_mri.length_error", "mm", ends->length - size.length, ends->uncertainty}};
    out.figures.push_back(std::move(figure));
    return out;
}

}  // namespace gantry::imaging::phantom
