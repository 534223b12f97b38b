// Diffusion in water at 0 degrees, as QIBA's profile for diffusion asks it.
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "gantry/imaging/robust.hpp"
#include "phantom/other_phantoms.hpp"
#include "phantom/surface.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr double kMostRoi = 10;       ///< mm, radius
constexpr double kSamePlace = 0.5;    ///< mm
constexpr double kZeroBelow = 10;     ///< s/mm2: what counts as no diffusion weighting
constexpr double kLeastWeight = 200;  ///< s/mm2 that some image has to reach

double bOf(const Images& images, std::size_t image) {
    return images.facts[image].b_value.value_or(0);
}

bool isUnweighted(const Images& images, std::size_t image) {
    return bOf(images, image) <= kZeroBelow;
}

/// ADC maps and other results are no measurements.
bool isMeasured(const Images& images, std::size_t image) {
    const auto& type = images.facts[image].image_type;
    return type.find("ADC") == type.npos && type.find("DERIVED") == type.npos;
}

std::vector<std::vector<std::size_t>> byPosition(const Images& images) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < images.frames.size(); ++i)
        if (isMeasured(images, i)) order.push_back(i);
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return images.along_mm[i]; });
    std::vector<std::vector<std::size_t>> out;
    for (const auto i : order) {
        if (out.empty() || images.along_mm[i] - images.along_mm[out.back().front()] > kSamePlace)
            out.emplace_back();
        out.back().push_back(i);
    }
    return out;
}

Frame meanFrame(const Images& images, const std::vector<std::size_t>& which) {
    Frame out = images.frames[which.front()];
    std::vector<double> sums(out.values.size());
    for (const auto i : which)
        for (std::size_t p = 0; p < sums.size() && p < images.frames[i].values.size(); ++p)
            sums[p] += images.frames[i].values[p];
    for (std::size_t p = 0; p < sums.size(); ++p)
        out.values[p] = static_cast<float>(sums[p] / static_cast<double>(which.size()));
    return out;
}

std::vector<std::size_t> unweighted(const Images& images, const std::vector<std::size_t>& slice) {
    std::vector<std::size_t> out;
    for (const auto i : slice)
        if (isUnweighted(images, i)) out.push_back(i);
    return out;
}

/// Mean over the tube, of one image.
double tubeMean(const IceWater& phantom, std::size_t slice, std::size_t image) {
    return spreadIn(Plane(phantom.images->frames[image]),
                    circle("", phantom.tube[slice], std::min(kMostRoi, 0.65 * phantom.radius)))
        .mean;
}

/// Slope of ln S over b: all images above `from` and up to `to` s/mm2, against those without weighting.
std::optional<double> adcOf(const IceWater& phantom, std::size_t slice, double from, double to,
                            const std::vector<std::size_t>& images) {
    std::vector<std::vector<double>> rows;
    std::vector<double> logs;
    bool weighted = false;
    for (const auto i : images) {
        const double b = bOf(*phantom.images, i);
        const bool zero = b <= kZeroBelow;
        if (!zero && (b < from || b > to)) continue;
        const double signal = tubeMean(phantom, slice, i);
        if (!(signal > 0)) return std::nullopt;
        rows.push_back({1, -b});
        logs.push_back(std::log(signal));
        weighted = weighted || !zero;
    }
    const auto fit = weighted ? leastSquares(rows, logs) : std::nullopt;
    if (!fit) return std::nullopt;
    return (*fit)[1];
}

/// The images of each repeat: the n-th of every b-value and direction.
std::vector<std::vector<std::size_t>> repeatsOf(const Images& images, const std::vector<std::size_t>& slice) {
    std::map<std::string, std::vector<std::size_t>> kinds;
    for (const auto i : slice) {
        std::string key = std::to_string(std::lround(bOf(images, i)));
        if (const auto& d = images.facts[i].direction; d && !isUnweighted(images, i))
            for (const double one : *d) key += "|" + std::to_string(std::lround(10 * one));
        kinds[key].push_back(i);
    }
    std::size_t count = 1000;
    for (const auto& [key, which] : kinds) count = std::min(count, which.size());
    std::vector<std::vector<std::size_t>> out(count);
    for (const auto& [key, which] : kinds)
        for (std::size_t k = 0; k < count; ++k) out[k].push_back(which[k]);
    return out;
}

/// A tube of water is round and even. @return its circle, around a place inside it
std::optional<Circle> tubeAround(const Plane& plane, Point inside, double level) {
    std::vector<Point> rim;
    const double step = plane.pixel() / 4;
    for (int degree = 0; degree < 360; degree += 6) {
        const double angle = degree * std::numbers::pi / 180;
        const auto profile = stripProfile(plane, inside, polar(inside, 110, angle), 0.5, step);
        for (std::size_t i = 1; i < profile.size(); ++i)
            if (profile[i] < level) {
                const double part = (profile[i - 1] - level) / std::max(1e-9, profile[i - 1] - profile[i]);
                rim.push_back(polar(inside, (static_cast<double>(i - 1) + part) * step, angle));
                break;
            }
    }
    auto circle = fitCircle(rim, 0.7);
    if (!circle || circle->kept < 0.6 || circle->radius < 5 || circle->radius > 105) return std::nullopt;
    return circle;
}

}  // namespace

std::optional<IceWater> findIceWater(const Images& images) {
    IceWater out;
    out.images = &images;
    out.slices = byPosition(images);
    std::erase_if(out.slices, [&](const std::vector<std::size_t>& slice) {
        const auto zero = unweighted(images, slice);
        return zero.empty() ||
               std::ranges::none_of(slice, [&](std::size_t i) { return bOf(images, i) >= kLeastWeight; });
    });
    if (out.slices.empty()) return std::nullopt;
    const auto along = [&](std::size_t slice) { return images.along_mm[out.slices[slice].front()]; };
    for (std::size_t k = 1; k < out.slices.size(); ++k)
        if (std::abs(along(k)) < std::abs(along(out.centre))) out.centre = k;
    if (!images.placed) out.centre = out.slices.size() / 2;
    const auto bright = meanFrame(images, unweighted(images, out.slices[out.centre]));
    const Plane plane(bright);
    if (!(bright.row_mm > 0) || !(bright.column_mm > 0)) return std::nullopt;
    const double split = splitLevel(bright);
    const auto blob = largestBlob(plane, split);
    if (!blob) return std::nullopt;
    // The tube holds the brightest water; a bath with ice around it shines less or unevenly.
    Point best = blob->centre;
    double most = 0;
    for (double x = blob->low.x; x <= blob->high.x; x += 4)
        for (double y = blob->low.y; y <= blob->high.y; y += 4) {
            const auto spread = spreadIn(plane, circle("", {x, y}, 6));
            const double worth = spread.mean - 3 * spread.sd;
            if (spread.count > 4 && worth > most) {
                most = worth;
                best = {x, y};
            }
        }
    const double inside = spreadIn(plane, circle("", best, 5)).mean;
    const auto tube = tubeAround(plane, best, inside / 2);
    if (!tube) return std::nullopt;
    out.radius = tube->radius;
    const auto even = spreadIn(plane, circle("", tube->centre, 0.65 * tube->radius));
    if (even.sd > 0.15 * even.mean) return std::nullopt;
    for (std::size_t k = 0; k < out.slices.size(); ++k) {
        const auto frame = meanFrame(images, unweighted(images, out.slices[k]));
        const auto own = tubeAround(Plane(frame), tube->centre, inside / 2);
        out.tube.push_back(own && std::abs(own->radius - tube->radius) < 0.3 * tube->radius ? own->centre
                                                                                            : tube->centre);
    }
    // Water at 0 degrees, give or take what a scanner may be wrong by and a bath may be warmer.
    const auto adc = adcOf(out, out.centre, kLeastWeight, 1e9, out.slices[out.centre]);
    if (!adc || *adc < 0.6e-3 || *adc > 1.8e-3) return std::nullopt;
    return out;
}

Findings iceDiffusion(const IceWater& phantom) {
    const auto& images = *phantom.images;
    const auto& slice = phantom.slices[phantom.centre];
    const auto zero = unweighted(images, slice);
    const auto roi = circle("C", phantom.tube[phantom.centre], std::min(kMostRoi, 0.65 * phantom.radius));
    const auto spread = spreadIn(Plane(images.frames[zero.front()]), roi);
    Figure figure{"diffusion",
                  zero.front(),
                  {0, static_cast<float>(1.2 * spread.mean)},
                  {roi},
                  "Region in the tube, without diffusion weighting"};
    const auto adc = adcOf(phantom, phantom.centre, 1, 1e9, slice);
    if (!adc) return cannot("The signal of the tube does not fall with b.", figure);
    double highest = 0;
    for (const auto i : slice) highest = std::max(highest, bOf(images, i));
    const double n = static_cast<double>(std::max<std::size_t>(1, spread.count));
    const double noise = noiseIn(Plane(images.frames[zero.front()]), roi);
    // ln S is as unsure as S is in its own share; the highest b carries the slope.
    const double unsure = noise / spread.mean * (1 + std::exp(highest * *adc)) / (highest * std::sqrt(n));
    Findings out;
    out.metrics = {{"dwi.adc_centre", "mm2/s", *adc, unsure}};
    // How much it matters which b-values are used: the lowest pair against the highest.
    std::vector<double> weights;
    for (const auto i : slice)
        if (!isUnweighted(images, i)) weights.push_back(bOf(images, i));
    std::ranges::sort(weights);
    weights.erase(std::unique(weights.begin(), weights.end(), [](double a, double b) { return b - a < 5; }),
                  weights.end());
    std::erase_if(weights, [](double b) { return b < kLeastWeight; });
    if (weights.size() > 1) {
        const auto low = adcOf(phantom, phantom.centre, weights.front() - 1, weights.front() + 1, slice);
        const auto high = adcOf(phantom, phantom.centre, weights.back() - 1, weights.back() + 1, slice);
        if (low && high && *low > 0)
            out.metrics.push_back(
                {"dwi.b_dependence", "%", 100 * std::abs(*high - *low) / *low, 100 * 2 * unsure / *adc});
    }
    // Away from the isocentre gradients are not what they say.
    Metric off{"dwi.adc_by_position", "mm2/s", 0, 0};
    for (std::size_t k = 0; k < phantom.slices.size(); ++k)
        if (const auto there = adcOf(phantom, k, 1, 1e9, phantom.slices[k]))
            off.parts.push_back(
                {std::to_string(std::lround(images.along_mm[phantom.slices[k].front()])), *there, unsure});
    if (off.parts.size() > 1) out.metrics.push_back(std::move(off));
    // Random error within the region, from the pixels' own slopes between no and the highest weighting.
    std::vector<std::size_t> top;
    for (const auto i : slice)
        if (bOf(images, i) > highest - 5) top.push_back(i);
    const auto first = meanFrame(images, zero), last = meanFrame(images, top);
    std::vector<double> pixels;
    for (int r = 0; r < first.rows; ++r)
        for (int c = 0; c < first.columns; ++c) {
            if (!roi.holds({c * first.column_mm, r * first.row_mm})) continue;
            if (first.at(r, c) > 0 && last.at(r, c) > 0)
                pixels.push_back(std::log(static_cast<double>(first.at(r, c)) / last.at(r, c)) / highest);
        }
    if (pixels.size() > 8) {
        const auto own = spreadOf(pixels);
        out.metrics.push_back(
            {"dwi.adc_cv", "%", 100 * own.sd / own.mean,
             100 * own.sd / own.mean / std::sqrt(2.0 * static_cast<double>(pixels.size()))});
    }
    out.figures.push_back(std::move(figure));
    return out;
}

Findings iceRepeats(const IceWater& phantom) {
    const auto& images = *phantom.images;
    const auto& slice = phantom.slices[phantom.centre];
    const auto zero = unweighted(images, slice);
    const auto roi = circle("C", phantom.tube[phantom.centre], std::min(kMostRoi, 0.65 * phantom.radius));
    Findings out;
    const auto repeats = repeatsOf(images, slice);
    if (repeats.size() >= 2) {
        std::vector<double> adcs;
        for (const auto& one : repeats)
            if (const auto adc = adcOf(phantom, phantom.centre, 1, 1e9, one)) adcs.push_back(*adc);
        const auto spread = spreadOf(adcs);
        if (spread.count >= 2 && spread.mean > 0) {
            const double share = 100 * spread.sd / spread.mean;
            out.metrics.push_back({"dwi.intra_exam_wcv", "%", share,
                                   share / std::sqrt(2.0 * static_cast<double>(spread.count - 1))});
        }
    }
    out.metrics.push_back({"dwi.repeats", "", static_cast<double>(repeats.size()), 0});
    // Signal against its own change over the repeats of no weighting; with too few of them against its
    // neighbours'.
    const auto spread = spreadIn(Plane(images.frames[zero.front()]), roi);
    double noise = 0;
    if (zero.size() >= 4) {
        std::vector<double> sds;
        const auto& first = images.frames[zero.front()];
        for (int r = 0; r < first.rows; ++r)
            for (int c = 0; c < first.columns; ++c) {
                if (!roi.holds({c * first.column_mm, r * first.row_mm})) continue;
                std::vector<double> over;
                for (const auto i : zero) over.push_back(images.frames[i].at(r, c));
                const double sd = spreadOf(over).sd;
                sds.push_back(sd * sd);
            }
        noise = std::sqrt(spreadOf(sds).mean);
    } else {
        noise = noiseIn(Plane(images.frames[zero.front()]), roi);
        out.notes.push_back(
            "Fewer than four repeats without weighting: noise was taken from neighbouring pixels.");
    }
    if (noise > 0) {
        const double snr = spread.mean / noise;
        out.metrics.push_back(
            {"dwi.snr_b0", "", snr, snr / std::sqrt(2.0 * static_cast<double>(spread.count))});
    }
    return out;
}

}  // namespace gantry::imaging::phantom
