#include "phantom/outline.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gantry/imaging/mask.hpp"
#include "gantry/imaging/robust.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr int kRays = 360;
constexpr double kDegree = std::numbers::pi / 180;
constexpr double kSearch = 8;                         ///< mm to both sides of the circle known so far
constexpr double kInsideFrom = 2.5, kInsideTo = 6.5;  ///< mm below the rim: what is just inside
constexpr int kNeighbours = 10;                       ///< rays to each side that a level is taken from
constexpr double kSlack = 0.25;                       ///< mm off the smooth rim that is always believed
constexpr int kHalfWindow = 5;                        ///< degrees to each side that a width is averaged over

/// What is bright. Long inserts cut a phantom into parts that do not touch; `join` keeps parts that are up to
/// 14 mm apart together.
Mask bodyMask(const Frame& frame, double level, bool join) {
    const auto pixels = [&](double mm) {
        return std::max(1, static_cast<int>(std::lround(mm / frame.row_mm)));
    };
    auto mask = dilated(eroded(above(frame, static_cast<float>(level)), pixels(2)), pixels(2));
    const auto parts = largestParts(join ? dilated(mask, pixels(7)) : mask);
    for (std::size_t i = 0; i < mask.on.size(); ++i) mask.on[i] = mask.on[i] && parts.on[i];
    return filled(mask);
}

/// First sight: a circle through where rays from the middle of the mask leave it for the last time.
std::optional<Circle> firstCircle(const Frame& frame, const Mask& mask) {
    const auto bounds = boundsOf(mask);
    if (!bounds) return std::nullopt;
    const double row_mm = frame.row_mm, column_mm = frame.column_mm;
    Point centre{(bounds->first_column + bounds->last_column) / 2.0 * column_mm,
                 (bounds->first_row + bounds->last_row) / 2.0 * row_mm};
    const double reach = std::hypot(frame.columns * column_mm, frame.rows * row_mm);
    const double step = std::min(row_mm, column_mm) / 2;
    std::optional<Circle> found;
    for (int round = 0; round < 2; ++round) {
        std::vector<Point> points;
        for (int ray = 0; ray < kRays; ray += 3) {
            std::optional<Point> last;
            for (double r = 0; r < reach; r += step) {
                const auto at = polar(centre, r, ray * kDegree);
                const auto c = std::lround(at.x / column_mm), row = std::lround(at.y / row_mm);
                if (c < 0 || row < 0 || c >= mask.columns || row >= mask.rows) break;
                if (mask.at(static_cast<int>(row), static_cast<int>(c))) last = at;
            }
            if (last) points.push_back(*last);
        }
        found = fitCircle(points, 1.5);
        if (!found) return std::nullopt;
        centre = found->centre;
    }
    return found;
}

/// Profiles along all rays, from the outside in.
class Rays {
public:
    Rays(const Plane& plane, const Circle& around)
        : step_(plane.pixel() / 4), start_(around.radius + kSearch) {
        const double stop = std::max(0.0, around.radius - kSearch - kInsideTo);
        for (int ray = 0; ray < kRays; ++ray) {
            auto& profile = profiles_.emplace_back();
            for (double r = start_; r >= stop; r -= step_) {
                const auto at = polar(around.centre, r, ray * kDegree);
                // What lies beyond the image is not known; as dark it gives no rim.
                profile.push_back(plane.holds(at) ? plane.at(at) : std::nan(""));
            }
        }
    }
    /// Mean of one ray between two radii, over what is brighter than `least`; nullopt when less than half is.
    std::optional<double> mean(int ray, double from, double to, double least) const {
        double sum = 0;
        int count = 0, all = 0;
        for (double r = from; r <= to; r += step_) {
            const auto i = static_cast<std::size_t>(std::lround((start_ - r) / step_));
            const auto& profile = profiles_[static_cast<std::size_t>(ray)];
            if (i >= profile.size() || std::isnan(profile[i])) continue;
            ++all;
            if (profile[i] < least) continue;
            sum += profile[i];
            ++count;
        }
        if (count == 0 || 2 * count < all) return std::nullopt;
        return sum / count;
    }
    /// Where the ray comes to `level` first, from the outside, and stays above for a pixel.
    std::optional<double> rim(int ray, double level) const {
        const auto& profile = profiles_[static_cast<std::size_t>(ray)];
        for (std::size_t i = 1; i + 3 < profile.size(); ++i) {
            if (std::isnan(profile[i - 1]) || std::isnan(profile[i])) continue;
            if (profile[i - 1] >= level || profile[i] < level) continue;
            if (profile[i + 1] < level || profile[i + 2] < level || profile[i + 3] < level) continue;
            const double part = (level - profile[i - 1]) / (profile[i] - profile[i - 1]);
            return start_ - (static_cast<double>(i - 1) + part) * step_;
        }
        return std::nullopt;
    }

private:
    double step_, start_;
    std::vector<std::vector<double>> profiles_;
};

/// What is just inside each ray's end: the median of its neighbours, which inserts and notches do not move.
std::vector<std::optional<double>> levelsInside(const Rays& rays, double radius, double least) {
    std::vector<std::optional<double>> own;
    for (int ray = 0; ray < kRays; ++ray)
        own.push_back(rays.mean(ray, radius - kInsideTo, radius - kInsideFrom, least));
    std::vector<std::optional<double>> out;
    for (int ray = 0; ray < kRays; ++ray) {
        std::vector<double> near;
        for (int other = ray - kNeighbours; other <= ray + kNeighbours; ++other)
            if (const auto& value = own[static_cast<std::size_t>((other + kRays) % kRays)])
                near.push_back(*value);
        out.push_back(near.empty() ? std::nullopt : std::optional(median(std::move(near))));
    }
    return out;
}

/// The smooth rim: a circle and an oval part, by the points that agree.
bool fitSmooth(Outline& outline) {
    std::vector<int> use;
    for (int ray = 0; ray < kRays; ++ray)
        if (outline.rim[static_cast<std::size_t>(ray)].radius > 0) use.push_back(ray);
    for (int round = 0; round < 4; ++round) {
        std::vector<std::vector<double>> rows;
        std::vector<double> values;
        for (const int ray : use) {
            const double a = ray * kDegree;
            rows.push_back({1, std::cos(a), std::sin(a), std::cos(2 * a), std::sin(2 * a)});
            values.push_back(outline.rim[static_cast<std::size_t>(ray)].radius);
        }
        const auto fit = leastSquares(rows, values);
        if (!fit) return false;
        std::vector<double> sizes;
        std::vector<double> off(kRays, 1e9);
        for (int ray = 0; ray < kRays; ++ray) {
            const double a = ray * kDegree;
            auto& point = outline.rim[static_cast<std::size_t>(ray)];
            if (point.radius <= 0) continue;
            off[static_cast<std::size_t>(ray)] =
                std::abs(point.radius - ((*fit)[0] + (*fit)[1] * std::cos(a) + (*fit)[2] * std::sin(a) +
                                         (*fit)[3] * std::cos(2 * a) + (*fit)[4] * std::sin(2 * a)));
            sizes.push_back(off[static_cast<std::size_t>(ray)]);
        }
        const double limit = std::max(kSlack, 3 * 1.4826 * median(sizes));
        use.clear();
        for (int ray = 0; ray < kRays; ++ray) {
            auto& point = outline.rim[static_cast<std::size_t>(ray)];
            point.good = off[static_cast<std::size_t>(ray)] <= limit;
            if (point.good) use.push_back(ray);
        }
        outline.oval_cos = (*fit)[3];
        outline.oval_sin = (*fit)[4];
        if (use.size() < 60) return false;
    }
    return true;
}

double outsideOf(const Plane& plane, const Circle& circle) {
    std::vector<double> values;
    for (int ray = 0; ray < kRays; ray += 2)
        for (double r = circle.radius + 6; r < circle.radius + 14; r += 2) {
            const auto at = polar(circle.centre, r, ray * kDegree);
            if (plane.holds(at)) values.push_back(plane.at(at));
        }
    return median(std::move(values));
}

}  // namespace

double splitLevel(const Frame& frame) {
    std::vector<double> values;
    const std::size_t step = std::max<std::size_t>(1, frame.values.size() / 20000);
    for (std::size_t i = 0; i < frame.values.size(); i += step) values.push_back(frame.values[i]);
    const double low = percentile(values, 0.05), high = percentile(values, 0.97);
    return low + 0.25 * (high - low);
}

std::optional<Outline> findOutline(const Plane& plane, std::optional<double> level) {
    const auto& frame = plane.frame();
    if (!(frame.row_mm > 0) || !(frame.column_mm > 0) || frame.rows < 16 || frame.columns < 16)
        return std::nullopt;
    const double split = level.value_or(splitLevel(frame));
    const auto first = firstCircle(frame, bodyMask(frame, split, !level));
    if (!first || first->radius < 10) return std::nullopt;
    Outline outline;
    outline.circle = *first;
    for (int round = 0; round < 2; ++round) {
        const Rays rays(plane, outline.circle);
        outline.outside = outsideOf(plane, outline.circle);
        const auto inside = levelsInside(rays, outline.circle.radius, split);
        outline.rim.assign(kRays, {});
        std::vector<Point> points;
        std::vector<double> levels;
        for (int ray = 0; ray < kRays; ++ray) {
            const auto& bright = inside[static_cast<std::size_t>(ray)];
            if (!bright) continue;
            levels.push_back(*bright);
            const auto radius = rays.rim(ray, (*bright + outline.outside) / 2);
            if (!radius) continue;
            outline.rim[static_cast<std::size_t>(ray)].radius = *radius;
            points.push_back(polar(outline.circle.centre, *radius, ray * kDegree));
        }
        const auto better = fitCircle(points, 0.5);
        if (!better || points.size() < kRays / 3) return std::nullopt;
        outline.inside = median(std::move(levels));
        // Radii belong to the centre they were measured from: the last round keeps it.
        if (round == 0) {
            outline.circle = *better;
        } else {
            outline.circle.radius = better->radius;
            outline.circle.rms = better->rms;
            outline.circle.kept = better->kept * static_cast<double>(points.size()) / kRays;
        }
    }
    if (!fitSmooth(outline)) return std::nullopt;
    return outline;
}

Outline rimAtLevel(const Plane& plane, const Outline& outline, double level) {
    constexpr double kLeast = 0.35, kMost = 0.65;
    Outline out = outline;
    const Rays rays(plane, outline.circle);
    const auto inside = levelsInside(rays, outline.circle.radius, 0.2 * outline.inside);
    std::vector<Point> points;
    for (int ray = 0; ray < kRays; ++ray) {
        const auto& own = inside[static_cast<std::size_t>(ray)];
        const double here = own ? std::clamp(level, kLeast * *own, kMost * *own) : level;
        const auto radius = rays.rim(ray, here);
        out.rim[static_cast<std::size_t>(ray)] = {radius.value_or(0), false};
        if (radius) points.push_back(polar(outline.circle.centre, *radius, ray * kDegree));
    }
    if (const auto round = fitCircle(points, 0.5)) {
        out.circle.radius = round->radius;
        out.circle.rms = round->rms;
    }
    return fitSmooth(out) ? out : outline;
}

double Outline::smooth(double angle) const {
    return circle.radius + oval_cos * std::cos(2 * angle) + oval_sin * std::sin(2 * angle);
}

Outline::Width Outline::width(double angle) const {
    Width out;
    double variance = 0;
    const double noise = std::max(0.02, circle.rms);
    for (const double side : {angle, angle + std::numbers::pi}) {
        const int middle = static_cast<int>(std::lround(side / kDegree));
        std::vector<double> near;
        for (int ray = middle - kHalfWindow; ray <= middle + kHalfWindow; ++ray) {
            const auto& point = rim[static_cast<std::size_t>((ray % kRays + kRays) % kRays)];
            if (point.good) near.push_back(point.radius);
        }
        if (near.size() >= kHalfWindow) {
            out.value += spreadOf(near).mean;
            variance += noise * noise / static_cast<double>(near.size());
        } else {
            out.value += smooth(side);
            out.smooth_used = true;
            variance += noise * noise;
        }
    }
    out.uncertainty = std::sqrt(variance);
    return out;
}

std::optional<Blob> largestBlob(const Plane& plane, double level) {
    const auto& frame = plane.frame();
    const auto mask = bodyMask(frame, level, false);
    const auto bounds = boundsOf(mask);
    if (!bounds) return std::nullopt;
    Blob out;
    std::size_t count = 0;
    std::vector<Point> ends;  // of each row, for the hull
    for (int r = bounds->first_row; r <= bounds->last_row; ++r) {
        int first = -1, last = -1;
        for (int c = bounds->first_column; c <= bounds->last_column; ++c) {
            if (!mask.at(r, c)) continue;
            if (first < 0) first = c;
            last = c;
            ++count;
            out.centre.x += c * frame.column_mm;
            out.centre.y += r * frame.row_mm;
        }
        if (first >= 0) {
            ends.push_back({(first - 0.5) * frame.column_mm, r * frame.row_mm});
            ends.push_back({(last + 0.5) * frame.column_mm, r * frame.row_mm});
        }
    }
    out.centre = 1.0 / static_cast<double>(count) * out.centre;
    out.area_mm2 = static_cast<double>(count) * frame.row_mm * frame.column_mm;
    out.low = {bounds->first_column * frame.column_mm, bounds->first_row * frame.row_mm};
    out.high = {bounds->last_column * frame.column_mm, bounds->last_row * frame.row_mm};
    out.at_edge = bounds->first_row == 0 || bounds->first_column == 0 || bounds->last_row == frame.rows - 1 ||
                  bounds->last_column == frame.columns - 1;
    out.fill = std::min(1.0, out.area_mm2 / hullArea(std::move(ends)));
    return out;
}

}  // namespace gantry::imaging::phantom
