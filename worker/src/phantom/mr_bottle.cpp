// A uniform MR phantom: signal to noise by the methods of NEMA MS 1, uniformity by NEMA MS 3 and by the ACR.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "gantry/imaging/mask.hpp"
#include "gantry/imaging/robust.hpp"
#include "phantom/other_phantoms.hpp"
#include "phantom/surface.hpp"
#include "phantom/uniformity.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr double kLeastArea = 700;     ///< mm2
constexpr double kMostDetail = 0.035;  ///< of the signal, what a smooth surface leaves
constexpr double kMostDark = 0.01;     ///< share of the inside that is no signal

/// Pixels of the body that stay inside when it is shrunk to 75 % of its area, as NEMA MS 1 has its region.
struct Inside {
    std::vector<std::size_t> pixels;
};
Inside insideOf(const Frame& frame, double level) {
    auto mask = filled(largestParts(above(frame, static_cast<float>(level))));
    const auto whole = mask.count();
    const int most = std::max(frame.rows, frame.columns) / 2;
    for (int i = 0; i < most; ++i) {
        auto smaller = eroded(mask, 1);
        if (static_cast<double>(smaller.count()) < 0.75 * static_cast<double>(whole) && i > 0) break;
        mask = std::move(smaller);
    }
    Inside out;
    for (std::size_t i = 0; i < mask.on.size(); ++i)
        if (mask.on[i]) out.pixels.push_back(i);
    return out;
}

Spread spreadOver(const Frame& frame, const Inside& inside) {
    std::vector<double> values;
    values.reserve(inside.pixels.size());
    for (const auto i : inside.pixels) values.push_back(frame.values[i]);
    return spreadOf(values);
}

/// Whether an image is one smooth body.
std::optional<MrBottle> bottleIn(const Frame& frame, std::size_t index) {
    if (!(frame.row_mm > 0) || !(frame.column_mm > 0)) return std::nullopt;
    const Plane plane(frame);
    const double split = splitLevel(frame);
    const auto blob = largestBlob(plane, split);
    if (!blob || blob->area_mm2 < kLeastArea || blob->fill < 0.93) return std::nullopt;
    // A body that fills the image says nothing of its shape.
    const double image_mm2 = frame.rows * frame.row_mm * frame.columns * frame.column_mm;
    if (blob->area_mm2 > 0.8 * image_mm2) return std::nullopt;
    const double radius = 0.8 * std::sqrt(blob->area_mm2 / std::numbers::pi);
    const auto surface = fittedSurface(plane, {blob->centre, radius, 0, 0}, 6);
    const double level = surface.at(blob->centre);
    if (!(level > split)) return std::nullopt;
    const double noise = noiseIn(plane, circle("", blob->centre, radius));
    // Blocks of 4 mm, so that noise alone is small in what is left.
    const double block_pixels = std::max(1.0, 16 / (frame.row_mm * frame.column_mm));
    const double detail =
        std::sqrt(std::max(0.0, surface.rms * surface.rms - 1.5 * noise * noise / block_pixels));
    if (detail > kMostDetail * level) return std::nullopt;
    std::size_t dark = 0;
    const auto inside = insideOf(frame, split);
    for (const auto i : inside.pixels) dark += frame.values[i] < 0.5 * split;
    if (inside.pixels.size() < 100 ||
        static_cast<double>(dark) > kMostDark * static_cast<double>(inside.pixels.size()))
        return std::nullopt;
    return MrBottle{index, *blob, level};
}

}  // namespace

std::optional<MrBottle> findMrBottle(const Images& images) {
    if (images.frames.empty()) return std::nullopt;
    // Most images have to be of one piece, not only a lucky one; the ends may lie beyond the bottle.
    std::size_t good = 0;
    std::optional<MrBottle> middle;
    const std::size_t count = images.frames.size(), first = count / 4, last = count - count / 4;
    for (std::size_t i = first; i < last; ++i) {
        const auto bottle = bottleIn(images.frames[i], i);
        if (!bottle && 10 * (i + 1 - first - good) > 2 * (last - first)) return std::nullopt;
        if (!bottle) continue;
        ++good;
        const auto off = [&](std::size_t k) { return k > count / 2 ? k - count / 2 : count / 2 - k; };
        if (!middle || off(i) < off(middle->image)) middle = bottle;
    }
    if (10 * good < 8 * (last - first)) return std::nullopt;
    return middle;
}

Findings mrNoise(const Images& images, const MrBottle& bottle, const std::vector<const Frame*>& repeats) {
    const auto& frame = images.frames[bottle.image];
    const Plane plane(frame);
    const auto inside = insideOf(frame, splitLevel(frame));
    const auto signal = spreadOver(frame, inside);
    const double radius = std::sqrt(0.75 * bottle.blob.area_mm2 / std::numbers::pi);
    Figure figure{"snr",
                  bottle.image,
                  {0, static_cast<float>(1.3 * bottle.inside)},
                  {circle("S", bottle.blob.centre, radius)},
                  "Signal and noise"};
    Findings out;
    const double n = static_cast<double>(inside.pixels.size());
    for (const auto* other : repeats) {
        if (other->values.size() != frame.values.size()) continue;
        std::vector<double> differences;
        double second = 0;
        for (const auto i : inside.pixels) {
            differences.push_back(static_cast<double>(frame.values[i]) - other->values[i]);
            second += other->values[i];
        }
        const double sd = spreadOf(differences).sd;
        if (!(sd > 0)) continue;  // the same image sent twice
        const double snr = std::numbers::sqrt2 * signal.mean / sd;
        out.metrics.push_back({"mr.snr_nema1", "", snr, snr / std::sqrt(2 * n)});
        const double drift = 100 * (second / n / signal.mean - 1);
        if (std::abs(drift) > 1)
            out.notes.push_back("The signal changed by more than 1 % between the two scans.");
        break;
    }
    if (out.metrics.empty())
        out.notes.push_back("NEMA MS 1 method 1 needs the same scan twice; one image was found.");
    // Method 4: air away from the body and from where ghosts of it lie.
    const auto corner = [&](double x, double y) {
        return circle("N", {x * plane.width(), y * plane.height()}, 0.06 * plane.width());
    };
    std::vector<double> sds;
    for (const double x : {0.1, 0.9})
        for (const double y : {0.1, 0.9}) {
            const auto region = corner(x, y);
            if (distance(region.centre, bottle.blob.centre) < radius * 1.25 + region.radius) continue;
            const auto air = spreadIn(plane, region);
            if (air.sd > 0 && air.mean > 0 && std::abs(air.mean / air.sd - 1.913) < 0.35)
                sds.push_back(air.sd);
            figure.regions.push_back(region);
        }
    if (!sds.empty()) {
        const double snr = 0.655 * signal.mean / median(sds);
        out.metrics.push_back(
            {"mr.snr_nema4", "", snr, snr * 0.5 / std::sqrt(200.0 * static_cast<double>(sds.size()))});
    } else {
        out.notes.push_back(
            "NEMA MS 1 method 4 needs air with the noise of a single receiver (Rayleigh); this air has "
            "another.");
    }
    const double local = noiseIn(plane, circle("", bottle.blob.centre, 0.8 * radius));
    if (local > 0)
        out.metrics.push_back(
            {"mr.snr_local", "", signal.mean / local, signal.mean / local / std::sqrt(2 * n)});
    out.notes.push_back("Numbers of different methods must not be compared with each other.");
    out.figures.push_back(std::move(figure));
    return out;
}

Findings mrUniformity(const Images& images, const MrBottle& bottle) {
    const auto& frame = images.frames[bottle.image];
    const Plane plane(frame);
    Figure figure{"uniformity", bottle.image, {0, static_cast<float>(1.3 * bottle.inside)}, {}, "Uniformity"};
    Findings out;
    // The ACR's rule in the largest disc around the middle that stays well inside.
    const double radius =
        0.84 *
        std::min({bottle.blob.centre.x - bottle.blob.low.x, bottle.blob.high.x - bottle.blob.centre.x,
                  bottle.blob.centre.y - bottle.blob.low.y, bottle.blob.high.y - bottle.blob.centre.y});
    if (const auto found = integralUniformity(plane, bottle.blob.centre, radius)) {
        figure.regions = {circle("", bottle.blob.centre, radius), circle("HI", found->high_at, kSmallRegion),
                          circle("LO", found->low_at, kSmallRegion)};
        out.metrics.push_back({"mr.piu", "%", found->piu, found->uncertainty});
    }
    // NEMA MS 3: nine neighbours weighted 1 2 1, then the extremes of 75 % of the area.
    const auto inside = insideOf(frame, splitLevel(frame));
    double low = 1e300, high = -1e300;
    for (const auto i : inside.pixels) {
        const int r = static_cast<int>(i / static_cast<std::size_t>(frame.columns)),
                  c = static_cast<int>(i % static_cast<std::size_t>(frame.columns));
        if (r < 1 || c < 1 || r + 1 >= frame.rows || c + 1 >= frame.columns) continue;
        double sum = 0;
        for (int y = -1; y <= 1; ++y)
            for (int x = -1; x <= 1; ++x)
                sum += (2.0 - std::abs(x)) * (2.0 - std::abs(y)) / 16 * frame.at(r + y, c + x);
        low = std::min(low, sum);
        high = std::max(high, sum);
    }
    const double noise = noiseIn(plane, circle("", bottle.blob.centre, 0.6 * radius));
    if (high + low > 0) {
        const double value = 100 * (high - low) / (high + low);
        out.metrics.push_back({"mr.nonuniformity_nema", "%", value, 100 * noise * 0.375 / bottle.inside});
    }
    out.notes = {
        "Scanners that even out the signal of their coils raise uniformity; say in the record whether that "
        "was on."};
    out.figures.push_back(std::move(figure));
    return out;
}

}  // namespace gantry::imaging::phantom
