// Where the six spheres are: their order around the ring tells turned and mirrored phantoms apart.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "gantry/imaging/mask.hpp"
#include "gantry/imaging/robust.hpp"
#include "phantom/other_phantoms.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr double kRing = 57.2;  ///< mm
constexpr std::array<double, 6> kDiameters = {37, 28, 22,
                                              17, 13, 10};  ///< one after the other around the ring
constexpr double kLeastRatio = 1.6;                         ///< of the hottest, smoothed, over the background

/// A frame smoothed by a small Gaussian, so that the hottest voxel is not the noisiest.
Frame smoothed(const Frame& frame, double fwhm_mm) {
    const auto kernel = [&](double pixel) {
        const double sigma = fwhm_mm / 2.3548 / pixel;
        const int reach = std::max(1, static_cast<int>(std::ceil(2.5 * sigma)));
        std::vector<double> weights;
        double sum = 0;
        for (int k = -reach; k <= reach; ++k)
            sum += weights.emplace_back(std::exp(-k * k / (2 * sigma * sigma)));
        for (auto& weight : weights) weight /= sum;
        return weights;
    };
    const auto across = kernel(frame.column_mm), down = kernel(frame.row_mm);
    Frame middle = frame, out = frame;
    const auto pass = [&](const Frame& from, Frame& to, const std::vector<double>& weights, bool rows) {
        const int reach = static_cast<int>(weights.size() / 2);
        for (int r = 0; r < from.rows; ++r)
            for (int c = 0; c < from.columns; ++c) {
                double sum = 0;
                for (int k = -reach; k <= reach; ++k)
                    sum += weights[static_cast<std::size_t>(k + reach)] *
                           (rows ? from.at(r, std::clamp(c + k, 0, from.columns - 1))
                                 : from.at(std::clamp(r + k, 0, from.rows - 1), c));
                to.values[static_cast<std::size_t>(r * from.columns + c)] = static_cast<float>(sum);
            }
    };
    pass(frame, middle, across, true);
    pass(middle, out, down, false);
    return out;
}

struct Body {
    Point centre;
    double background = 0;
    double split = 0;
};

/// The body in the image of the spheres: its activity is the median of what is neither air nor sphere nor
/// lung.
std::optional<Body> bodyOf(const Frame& frame) {
    std::vector<double> values(frame.values.begin(), frame.values.end());
    const double top = percentile(values, 0.995);
    if (!(top > 0)) return std::nullopt;
    // Air is most of the image and dark; a quarter of the body's typical value is between.
    std::vector<double> lit;
    for (const double value : values)
        if (value > 0.04 * top) lit.push_back(value);
    if (lit.size() < 200) return std::nullopt;
    Body body;
    body.background = median(lit);
    body.split = 0.45 * body.background;
    const auto blob = largestBlob(Plane(frame), body.split);
    // 300 mm wide and 230 mm high, as large as a torso.
    if (!blob || blob->fill < 0.93 || blob->area_mm2 < 3.5e4 || blob->area_mm2 > 8e4) return std::nullopt;
    const double wide = blob->high.x - blob->low.x, high = blob->high.y - blob->low.y;
    if (std::max(wide, high) < 240 || std::max(wide, high) > 350) return std::nullopt;
    body.centre = 0.5 * (blob->low + blob->high);
    std::vector<double> inside;
    for (int r = 0; r < frame.rows; ++r)
        for (int c = 0; c < frame.columns; ++c) {
            const Point at{c * frame.column_mm, r * frame.row_mm};
            if (std::abs(at.x - body.centre.x) < 0.42 * wide &&
                std::abs(at.y - body.centre.y) < 0.42 * high && distance(at, body.centre) > 80)
                inside.push_back(frame.at(r, c));
        }
    if (inside.size() > 50) body.background = median(std::move(inside));
    body.split = 0.45 * body.background;
    return body;
}

struct Template {
    Point centre;
    double angle = 0;  ///< of the largest sphere, radians
    bool mirrored = false;
    double score = -1;
    Point at(std::size_t sphere) const {
        return polar(centre, kRing,
                     angle + (mirrored ? 1 : -1) * static_cast<double>(sphere) * std::numbers::pi / 3);
    }
};

/// How much activity above the background lies around a place, over the slab of the spheres.
double excessAt(const Frame& slab, Point at, double background, double radius) {
    double sum = 0;
    const Plane plane(slab);
    for (double x = -radius; x <= radius; x += 2)
        for (double y = -radius; y <= radius; y += 2)
            if (std::hypot(x, y) <= radius)
                sum += std::max(0.0, plane.at(at + Point{x, y}) - 1.3 * background);
    return sum;
}

/// Excess against what spheres of these sizes would give, correlated; the largest count most.
double scoreOf(const Frame& slab, const Template& place, double background) {
    std::array<double, 6> seen{}, expected{};
    double mean_seen = 0, mean_expected = 0;
    for (std::size_t i = 0; i < 6; ++i) {
        seen[i] = std::sqrt(excessAt(slab, place.at(i), background, 16));
        expected[i] = std::pow(kDiameters[i], 1.5);
        mean_seen += seen[i] / 6;
        mean_expected += expected[i] / 6;
    }
    double both = 0, own = 0, theirs = 0, between = 0;
    for (std::size_t i = 0; i < 6; ++i) {
        both += (seen[i] - mean_seen) * (expected[i] - mean_expected);
        own += (seen[i] - mean_seen) * (seen[i] - mean_seen);
        theirs += (expected[i] - mean_expected) * (expected[i] - mean_expected);
        // Between two spheres there is nothing.
        const double half =
            place.angle + (place.mirrored ? 1 : -1) * (static_cast<double>(i) + 0.5) * std::numbers::pi / 3;
        between += std::sqrt(excessAt(slab, polar(place.centre, kRing, half), background, 6));
    }
    if (own <= 0) return -1;
    return both / std::sqrt(own * theirs) - 0.5 * between / std::max(1e-9, 6 * mean_seen);
}

Template fitTemplate(const Frame& slab, const Body& body, Point around) {
    Template best;
    for (const auto& [step, reach, turn] : {std::tuple(6.0, 12.0, 6.0), std::tuple(2.0, 4.0, 1.5)}) {
        const Template start = best;
        const bool first = start.score < 0;
        const Point middle = first ? around : start.centre;
        for (double x = -reach; x <= reach; x += step)
            for (double y = -reach; y <= reach; y += step)
                for (double degrees = first ? 0 : -6; degrees < (first ? 360 : 6.1); degrees += turn)
                    for (const bool mirrored : {false, true}) {
                        if (!first && mirrored != start.mirrored) continue;
                        Template tried{middle + Point{x, y},
                                       (first ? 0 : start.angle) + degrees * std::numbers::pi / 180, mirrored,
                                       0};
                        tried.score = scoreOf(slab, tried, body.background);
                        if (tried.score > best.score) best = tried;
                    }
    }
    return best;
}

/// Images softened once, and where they lie.
struct Volume {
    std::vector<Frame> soft;
    const std::vector<double>& along_mm;
};

struct Mass {
    Point at;
    double along = 0, weight = 0;
};
/// Middle of what shines twice as bright as the background, within a ball.
Mass massIn(const Volume& volume, Point around, double along, double reach, double background) {
    Mass out;
    for (std::size_t k = 0; k < volume.soft.size(); ++k) {
        const double dz = volume.along_mm[k] - along;
        if (std::abs(dz) > reach) continue;
        const Plane plane(volume.soft[k]);
        for (double x = -reach; x <= reach; x += 1)
            for (double y = -reach; y <= reach; y += 1) {
                if (x * x + y * y + dz * dz > reach * reach) continue;
                const Point at = around + Point{x, y};
                const double lit = std::max(0.0, plane.at(at) - 2 * background);
                out.at = out.at + lit * at;
                out.along += lit * volume.along_mm[k];
                out.weight += lit;
            }
    }
    if (out.weight > 0) {
        out.at = 1 / out.weight * out.at;
        out.along /= out.weight;
    }
    return out;
}

/// Moves and turns the ring to where its spheres shine; each sphere counts alike, however large.
void settle(Template& place, const Volume& volume, double along, double background) {
    for (int round = 0; round < 4; ++round) {
        Point moved{};
        double turned = 0, count = 0;
        std::array<std::optional<Point>, 6> seen;
        for (std::size_t i = 0; i < 6; ++i) {
            const auto mass = massIn(volume, place.at(i), along, kDiameters[i] / 2 + 7, background);
            if (mass.weight <= 0) continue;
            seen[i] = mass.at;
            moved = moved + (mass.at - place.at(i));
            count += 1;
        }
        if (count < 3) return;
        place.centre = place.centre + 1 / count * moved;
        for (std::size_t i = 0; i < 6; ++i) {
            if (!seen[i]) continue;
            const auto is = *seen[i] - place.centre, should = place.at(i) - place.centre;
            turned +=
                std::atan2(should.x * is.y - should.y * is.x, should.x * is.x + should.y * is.y) / count;
        }
        place.angle += turned;
    }
}

/// Mean of the images around a plane, as thick as the small spheres; and the image nearest to it.
struct Slab {
    Frame frame;
    std::size_t nearest = 0;
};
Slab slabAt(const Volume& volume, double along) {
    constexpr double kHalf = 6;
    Slab out{volume.soft.front(), 0};
    std::vector<double> sums(out.frame.values.size());
    double used = 0, nearest = 1e300;
    for (std::size_t i = 0; i < volume.soft.size(); ++i) {
        const double off = std::abs(volume.along_mm[i] - along);
        if (off < nearest) {
            nearest = off;
            out.nearest = i;
        }
        if (off > kHalf || volume.soft[i].values.size() != sums.size()) continue;
        for (std::size_t p = 0; p < sums.size(); ++p) sums[p] += volume.soft[i].values[p];
        used += 1;
    }
    if (used == 0) out.frame = volume.soft[out.nearest];
    for (std::size_t p = 0; p < sums.size() && used > 0; ++p)
        out.frame.values[p] = static_cast<float>(sums[p] / used);
    return out;
}

}  // namespace

std::optional<NemaIq> findNemaIq(const Images& images) {
    constexpr double kLeastScore = 0.75, kMostOff = 4;
    const std::size_t count = images.frames.size();
    if (count < 10 || !images.placed || !(images.frames.front().row_mm > 0)) return std::nullopt;
    Volume volume{{}, images.along_mm};
    std::vector<double> tops;
    for (const auto& frame : images.frames) {
        volume.soft.push_back(smoothed(frame, 6));
        tops.push_back(*std::ranges::max_element(volume.soft.back().values));
    }
    // The hottest thing is one of the large spheres. Its middle along the axis is the plane of all six.
    const auto hottest = static_cast<std::size_t>(std::ranges::max_element(tops) - tops.begin());
    const auto body = bodyOf(images.frames[hottest]);
    if (!body || tops[hottest] < kLeastRatio * body->background) return std::nullopt;
    const auto& top_frame = volume.soft[hottest];
    const auto top = static_cast<int>(std::ranges::max_element(top_frame.values) - top_frame.values.begin());
    const Point hot{top % top_frame.columns * top_frame.column_mm,
                    top / top_frame.columns * top_frame.row_mm};
    const auto large = massIn(volume, hot, images.along_mm[hottest], 30, body->background);
    if (large.weight <= 0) return std::nullopt;
    const auto slab = slabAt(volume, large.along);
    // The ring lies around the lung insert, near the middle of the body.
    auto place = fitTemplate(slab.frame, *body, body->centre);
    if (place.score < kLeastScore) return std::nullopt;
    settle(place, volume, large.along, body->background);
    NemaIq out;
    out.images = &images;
    out.background = body->background;
    out.split = body->split;
    out.plane = slab.nearest;
    out.lung = place.centre;
    for (std::size_t i = 0; i < 6; ++i) {
        // Each sphere's own middle; what lies far from the ring is taken for noise.
        const auto mass = massIn(volume, place.at(i), large.along, kDiameters[i] / 2 + 5, body->background);
        const bool near = mass.weight > 0 && distance(mass.at, place.at(i)) < kMostOff &&
                          std::abs(mass.along - large.along) < kMostOff;
        out.spheres.push_back({kDiameters[i], near ? mass.at : place.at(i), near ? mass.along : large.along});
    }
    return out;
}

}  // namespace gantry::imaging::phantom
