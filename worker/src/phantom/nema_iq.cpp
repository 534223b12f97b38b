// NEMA image quality phantom: recovery of the six spheres (EARL), contrast, background variability and lung
// residual (NEMA NU 2).
#include <algorithm>
#include <cmath>
#include <numbers>
#include <queue>

#include "gantry/imaging/robust.hpp"
#include "phantom/activity.hpp"
#include "phantom/other_phantoms.hpp"

namespace gantry::imaging::phantom {

namespace {

struct Voxel {
    std::size_t image;
    int row, column;
    double value;
};

/// Voxels within a ball.
std::vector<Voxel> voxelsIn(const NemaIq& phantom, Point centre, double along, double radius) {
    std::vector<Voxel> out;
    for (std::size_t i = 0; i < phantom.images->frames.size(); ++i) {
        const double dz = phantom.images->along_mm[i] - along;
        if (std::abs(dz) > radius) continue;
        const auto& frame = phantom.images->frames[i];
        const int top = std::max(0, static_cast<int>((centre.y - radius) / frame.row_mm));
        const int bottom = std::min(frame.rows - 1, static_cast<int>((centre.y + radius) / frame.row_mm) + 1);
        const int left = std::max(0, static_cast<int>((centre.x - radius) / frame.column_mm));
        const int right =
            std::min(frame.columns - 1, static_cast<int>((centre.x + radius) / frame.column_mm) + 1);
        for (int r = top; r <= bottom; ++r)
            for (int c = left; c <= right; ++c) {
                const double d = std::hypot(distance({c * frame.column_mm, r * frame.row_mm}, centre), dz);
                if (d <= radius) out.push_back({i, r, c, frame.at(r, c)});
            }
    }
    return out;
}

double meanOf(const std::vector<Voxel>& voxels) {
    double sum = 0;
    for (const auto& voxel : voxels) sum += voxel.value;
    return voxels.empty() ? 0 : sum / static_cast<double>(voxels.size());
}

/// Mean over the voxels above `level` that hang together with the hottest.
double meanInContour(const std::vector<Voxel>& voxels, double level) {
    const auto start =
        static_cast<std::size_t>(std::ranges::max_element(voxels, {}, &Voxel::value) - voxels.begin());
    std::map<std::tuple<std::size_t, int, int>, std::size_t> places;
    for (std::size_t i = 0; i < voxels.size(); ++i)
        if (voxels[i].value >= level) places[{voxels[i].image, voxels[i].row, voxels[i].column}] = i;
    std::queue<std::size_t> open;
    std::vector<bool> seen(voxels.size());
    open.push(start);
    seen[start] = true;
    double sum = 0, count = 0;
    while (!open.empty()) {
        const auto at = voxels[open.front()];
        open.pop();
        sum += at.value;
        ++count;
        const auto visit = [&](std::size_t image, int row, int column) {
            const auto next = places.find({image, row, column});
            if (next == places.end() || seen[next->second]) return;
            seen[next->second] = true;
            open.push(next->second);
        };
        visit(at.image, at.row - 1, at.column);
        visit(at.image, at.row + 1, at.column);
        visit(at.image, at.row, at.column - 1);
        visit(at.image, at.row, at.column + 1);
        visit(at.image + 1, at.row, at.column);
        if (at.image > 0) visit(at.image - 1, at.row, at.column);
    }
    return sum / count;
}

/// The hottest mean over a ball of 1 ml that lies around a voxel near a sphere's middle.
double peakNear(const NemaIq& phantom, const NemaIq::Sphere& sphere) {
    constexpr double kOneMl = 6.2035;  // mm, radius
    const auto& along = phantom.images->along_mm;
    const auto& first = phantom.images->frames.front();
    const int rows = static_cast<int>(kOneMl / first.row_mm),
              columns = static_cast<int>(kOneMl / first.column_mm);
    const auto meanAround = [&](const Voxel& centre) {
        double sum = 0, count = 0;
        for (std::size_t i = 0; i < along.size(); ++i) {
            const double dz = along[i] - along[centre.image];
            if (std::abs(dz) > kOneMl) continue;
            const auto& frame = phantom.images->frames[i];
            for (int r = std::max(0, centre.row - rows); r <= std::min(frame.rows - 1, centre.row + rows);
                 ++r)
                for (int c = std::max(0, centre.column - columns);
                     c <= std::min(frame.columns - 1, centre.column + columns); ++c) {
                    const double dy = (r - centre.row) * frame.row_mm,
                                 dx = (c - centre.column) * frame.column_mm;
                    if (dx * dx + dy * dy + dz * dz > kOneMl * kOneMl) continue;
                    sum += frame.at(r, c);
                    count += 1;
                }
        }
        return count > 0 ? sum / count : 0;
    };
    double best = 0;
    for (const auto& voxel :
         voxelsIn(phantom, sphere.at, sphere.along, std::max(3.0, sphere.diameter / 2 - 4)))
        best = std::max(best, meanAround(voxel));
    return best;
}

/// Whether a disc lies in the background: in the body, off its rim, the lung and the spheres.
bool isBackground(const NemaIq& phantom, const Plane& plane, Point at, double radius, double along) {
    for (const auto& sphere : phantom.spheres)
        if (std::abs(sphere.along - along) < sphere.diameter / 2 + 12 &&
            distance(at, sphere.at) < sphere.diameter / 2 + radius + 12)
            return false;
    if (distance(at, phantom.lung) < 25 + radius + 12) return false;
    for (int degree = 0; degree < 360; degree += 15)
        if (const auto rim = polar(at, radius + 12, degree * std::numbers::pi / 180);
            !plane.holds(rim) || plane.at(rim) < phantom.split)
            return false;
    return true;
}

/// Discs of one size in the background, in five images at 0, 10 and 20 mm to both sides of the spheres [NEMA
/// NU 2].
struct Background {
    double mean = 0, sd = 0;
    std::size_t discs = 0;
    std::vector<Region> in_plane;
};
Background backgroundOf(const NemaIq& phantom, double diameter) {
    Background out;
    std::vector<double> means;
    const auto& along = phantom.images->along_mm;
    for (const double off : {-20.0, -10.0, 0.0, 10.0, 20.0}) {
        const double wanted = along[phantom.plane] + off;
        const auto image = static_cast<std::size_t>(
            std::ranges::min_element(along, {}, [&](double a) { return std::abs(a - wanted); }) -
            along.begin());
        if (std::abs(along[image] - wanted) > 5) continue;
        const Plane plane(phantom.images->frames[image]);
        std::vector<Region> placed;
        for (int degree = 0; degree < 360 && placed.size() < 12; degree += 5)
            for (double r = 130; r > 60; r -= 4) {
                const auto at = polar(phantom.lung, r, degree * std::numbers::pi / 180);
                const bool apart = std::ranges::none_of(
                    placed, [&](const Region& other) { return distance(other.centre, at) < diameter + 2; });
                if (!apart || !isBackground(phantom, plane, at, diameter / 2, along[image])) continue;
                placed.push_back(circle("", at, diameter / 2));
                break;
            }
        for (const auto& region : placed) means.push_back(spreadIn(plane, region).mean);
        if (image == phantom.plane) out.in_plane = placed;
    }
    const auto spread = spreadOf(means);
    out.mean = spread.mean;
    out.sd = spread.sd;
    out.discs = spread.count;
    return out;
}

std::string nameOf(double diameter) {
    return std::to_string(static_cast<int>(diameter));
}

Figure planeFigure(const NemaIq& phantom, std::string name, double top, std::string caption) {
    return {std::move(name), phantom.plane, {0, static_cast<float>(top)}, {}, std::move(caption)};
}

/// What the header says was filled into the background, Bq/ml: dose over weight, as for SUV.
std::optional<double> headerConcentration(const SeriesFacts& facts, const Calibration& calibration) {
    if (!facts.dose_bq || !facts.weight_kg || !facts.injected_s || !calibration.moment_s ||
        !(*facts.weight_kg > 0))
        return std::nullopt;
    return *facts.dose_bq *
           std::exp2(-(*calibration.moment_s - *facts.injected_s) / calibration.half_life_s) /
           (*facts.weight_kg * 1000);
}

}  // namespace

Findings nemaRecovery(const NemaIq& phantom, const SeriesFacts& facts, const Form& form) {
    const auto calibration = calibrationOf(facts, phantom.images->facts);
    const auto background = backgroundOf(phantom, 37);
    const double ground = background.discs > 0 ? background.mean : phantom.background;
    const auto& largest = phantom.spheres.front();
    const double core = meanOf(voxelsIn(phantom, largest.at, largest.along, 9));
    Findings out;
    double truth = core;
    if (const auto filled = filledConcentration(form, "sphere_", calibration);
        filled && *filled > 0 && calibration.bqml_per_value > 0)
        truth = *filled / calibration.bqml_per_value;
    else
        out.notes.push_back(
            "No activities were typed: recovery is relative to the core of the 37 mm sphere.");
    auto figure = planeFigure(phantom, "spheres", 1.1 * core, "The six spheres");
    Metric top{"pet.rc_max", "", 0, 0}, a50{"pet.rc_a50", "", 0, 0}, peak{"pet.rc_peak", "", 0, 0},
        contrast{"pet.contrast_recovery", "%", 0, 0};
    const double ratio = truth / ground;
    for (const auto& sphere : phantom.spheres) {
        const auto name = nameOf(sphere.diameter);
        const auto voxels = voxelsIn(phantom, sphere.at, sphere.along, sphere.diameter / 2 + 8);
        const double highest = std::ranges::max_element(voxels, {}, &Voxel::value)->value;
        const double level = 0.5 * (highest + ground);
        const double noise = background.discs > 1 ? background.sd / truth : 0.0;
        top.parts.push_back({name, highest / truth, noise});
        a50.parts.push_back({name, meanInContour(voxels, level) / truth, noise});
        peak.parts.push_back({name, peakNear(phantom, sphere) / truth, noise});
        const auto disc = circle(name, sphere.at, sphere.diameter / 2);
        const double hot = spreadIn(Plane(phantom.images->frames[phantom.plane]), disc).mean;
        if (ratio > 1) contrast.parts.push_back({name, 100 * (hot / ground - 1) / (ratio - 1), 100 * noise});
        figure.regions.push_back(disc);
    }
    out.metrics = {std::move(top), std::move(a50), std::move(peak), std::move(contrast)};
    out.metrics.push_back({"pet.sphere_background_ratio", "", core / ground,
                           core / ground * background.sd / ground /
                               std::sqrt(static_cast<double>(std::max<std::size_t>(1, background.discs)))});
    out.notes.push_back(
        "The highest voxel rises with noise: scan long enough, and do not mix EARL1 with EARL2.");
    out.figures.push_back(std::move(figure));
    return out;
}

Findings nemaBackground(const NemaIq& phantom, const SeriesFacts& facts, const Form& form) {
    const auto small = backgroundOf(phantom, 10), large = backgroundOf(phantom, 37);
    auto figure = planeFigure(phantom, "background", 2 * phantom.background, "Background and lung insert");
    figure.regions = small.in_plane;
    constexpr double kLungDisc = 15;
    figure.regions.push_back(circle("LUNG", phantom.lung, kLungDisc));
    if (small.discs < 12) return cannot("There is too little background around the spheres.", figure);
    Findings out;
    const double discs = static_cast<double>(small.discs);
    out.metrics = {{"pet.background_variability_10mm", "%", 100 * small.sd / small.mean,
                    100 * small.sd / small.mean / std::sqrt(2 * discs)}};
    std::vector<double> lung;
    for (std::size_t i = 0; i < phantom.images->frames.size(); ++i)
        if (std::abs(phantom.images->along_mm[i] - phantom.images->along_mm[phantom.plane]) <= 20)
            lung.push_back(
                spreadIn(Plane(phantom.images->frames[i]), circle("", phantom.lung, kLungDisc)).mean);
    const double ground = large.discs > 0 ? large.mean : small.mean;
    out.metrics.push_back({"pet.lung_residual", "%", 100 * spreadOf(lung).mean / ground,
                           100 * spreadOf(lung).sd / ground / std::sqrt(static_cast<double>(lung.size()))});
    const auto calibration = calibrationOf(facts, phantom.images->facts);
    auto filled = filledConcentration(form, "background_", calibration);
    if (!filled) filled = headerConcentration(facts, calibration);
    if (filled && *filled > 0 && calibration.bqml_per_value > 0)
        out.metrics.push_back({"pet.background_suv_bias", "%",
                               100 * (ground * calibration.bqml_per_value / *filled - 1),
                               100 * small.sd / small.mean / std::sqrt(discs)});
    else
        out.notes.push_back(
            "The bias of the background cannot be told. " +
            (calibration.why.empty() ? "Neither form nor header says what was filled in." : calibration.why));
    out.figures.push_back(std::move(figure));
    return out;
}

}  // namespace gantry::imaging::phantom
