// A cylinder of evenly mixed activity: calibration, and evenness along and across.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "gantry/imaging/robust.hpp"
#include "phantom/activity.hpp"
#include "phantom/other_phantoms.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr double kShareOfRadius = 0.78;  ///< of the volume that is measured
constexpr double kFreeEnds = 15;         ///< mm at each end that blur the cylinder's bottom and lid
constexpr int kFreeImages = 2;           ///< and so many images at least
constexpr double kMostCov = 0.45;        ///< of voxels, of what may still be a cylinder
constexpr double kRoi = 5.6419;          ///< 1 cm2

std::optional<Circle> crossSection(const Frame& frame, double level) {
    const auto outline = findOutline(Plane(frame), level);
    if (!outline || outline->circle.kept < 0.55 || outline->circle.radius < 40) return std::nullopt;
    return outline->circle;
}

double typical(const Images& images) {
    std::vector<double> tops;
    for (const auto& frame : images.frames) {
        std::vector<double> values;
        for (std::size_t i = 0; i < frame.values.size(); i += 7) values.push_back(frame.values[i]);
        tops.push_back(percentile(std::move(values), 0.9));
    }
    return percentile(std::move(tops), 0.6);
}

Region volumeIn(const PetCylinder& phantom, std::size_t image) {
    return circle("", phantom.centres[image - phantom.first], kShareOfRadius * phantom.circle.radius);
}

/// Mean of each image's disc, first to last.
std::vector<double> imageMeans(const PetCylinder& phantom) {
    std::vector<double> out;
    for (auto i = phantom.first; i <= phantom.last; ++i)
        out.push_back(spreadIn(Plane(phantom.images->frames[i]), volumeIn(phantom, i)).mean);
    return out;
}

Figure sideFigure(const PetCylinder& phantom, std::string name, std::string caption) {
    const auto middle = (phantom.first + phantom.last) / 2;
    return {std::move(name),
            middle,
            {0, static_cast<float>(1.4 * phantom.mean)},
            {volumeIn(phantom, middle)},
            std::move(caption)};
}

}  // namespace

std::optional<PetCylinder> findPetCylinder(const Images& images) {
    PetCylinder out;
    out.images = &images;
    const std::size_t count = images.frames.size();
    if (count < 5 || !(images.frames.front().row_mm > 0)) return std::nullopt;
    const double level = typical(images);
    if (!(level > 0)) return std::nullopt;
    std::vector<std::optional<Circle>> circles;
    std::vector<double> radii;
    for (const auto& frame : images.frames) {
        circles.push_back(crossSection(frame, level / 2));
        if (circles.back()) radii.push_back(circles.back()->radius);
    }
    if (radii.size() < 5) return std::nullopt;
    const double radius = median(radii);
    const auto fits = [&](std::size_t i) {
        return circles[i] && std::abs(circles[i]->radius - radius) < 0.05 * radius;
    };
    // The longest run of like sections; single images in it may miss.
    std::size_t best_first = 0, best_length = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (!fits(i)) continue;
        std::size_t last = i, misses = 0;
        for (std::size_t k = i + 1; k < count && misses < 3; ++k) {
            misses = fits(k) ? 0 : misses + 1;
            if (misses == 0) last = k;
        }
        if (last - i + 1 > best_length) {
            best_first = i;
            best_length = last - i + 1;
        }
        i = last;
    }
    const double spacing =
        (images.along_mm.back() - images.along_mm.front()) / static_cast<double>(count - 1);
    const auto free = static_cast<std::size_t>(std::max<double>(
        kFreeImages, images.placed && spacing > 0 ? std::ceil(kFreeEnds / spacing) : kFreeImages));
    if (best_length < 2 * free + 3) return std::nullopt;
    out.first = best_first + free;
    out.last = best_first + best_length - 1 - free;
    const auto middle = (out.first + out.last) / 2;
    out.circle = circles[middle].value_or(Circle{{}, radius, 0, 0});
    out.circle.radius = radius;
    Point before{};
    bool known = false;
    for (auto i = out.first; i <= out.last; ++i) {
        if (fits(i)) before = circles[i]->centre;
        known = known || fits(i);
        out.centres.push_back(before);
    }
    if (!known) return std::nullopt;
    for (std::size_t k = 0; k < out.centres.size(); ++k)
        if (!fits(out.first + k) && out.centres[k].x == 0) out.centres[k] = out.circle.centre;
    // One material: its voxels differ by noise alone, its parts by little.
    std::vector<double> covs;
    for (auto i = out.first; i <= out.last; ++i) {
        const auto spread = spreadIn(Plane(images.frames[i]), volumeIn(out, i));
        if (!(spread.mean > 0)) return std::nullopt;
        covs.push_back(spread.sd / spread.mean);
    }
    if (median(covs) > kMostCov) return std::nullopt;
    const auto means = imageMeans(out);
    out.mean = spreadOf(means).mean;
    if (spreadOf(means).sd > 0.25 * out.mean) return std::nullopt;
    return out;
}

Findings petUptake(const PetCylinder& phantom, const SeriesFacts& facts, const Form& form) {
    auto figure = sideFigure(phantom, "uptake", "Volume that is measured");
    const auto calibration = calibrationOf(facts, phantom.images->facts);
    if (!calibration.why.empty()) return cannot("SUV cannot be told. " + calibration.why, figure);
    double suv_per_value = 0;
    Findings out;
    if (const auto filled = filledConcentration(form, "", calibration);
        filled && *filled > 0 && calibration.bqml_per_value > 0) {
        suv_per_value = calibration.bqml_per_value / *filled;
        out.notes.push_back("Against the activity and volume typed by the site.");
    } else if (calibration.suv_per_value > 0) {
        suv_per_value = calibration.suv_per_value;
        out.notes.push_back("As the scanner itself computes SUV.");
    } else if (facts.dose_bq && *facts.dose_bq > 0 && facts.weight_kg && *facts.weight_kg > 0 &&
               facts.injected_s && calibration.moment_s) {
        const double left = *facts.dose_bq *
                            std::exp2(-(*calibration.moment_s - *facts.injected_s) / calibration.half_life_s);
        suv_per_value = calibration.bqml_per_value * *facts.weight_kg * 1000 / left;
        out.notes.push_back(
            "Against the dose and weight that were typed at the scanner; the weight stands for the volume.");
    }
    if (!(suv_per_value > 0))
        return cannot(
            "SUV cannot be told: neither the site's form nor the header says activity, time and volume.",
            figure);
    std::vector<double> means;
    for (const double mean : imageMeans(phantom)) means.push_back(mean * suv_per_value);
    const auto spread = spreadOf(means);
    const double unsure = spread.sd / std::sqrt(static_cast<double>(spread.count));
    out.metrics.push_back({"pet.suv_mean", "", spread.mean, unsure});
    Metric range{"pet.axial_suv_range", "", 0, 0};
    range.parts = {{"min", *std::ranges::min_element(means), unsure},
                   {"max", *std::ranges::max_element(means), unsure}};
    out.metrics.push_back(std::move(range));
    out.figures.push_back(std::move(figure));
    return out;
}

namespace {

/// Furthest mean of 1 cm2 from the mean of its image, over a grid, in percent; positive: too bright.
struct Transverse {
    double worst = 0;
    std::size_t image = 0;
    Point at;
};
Transverse transverseOf(const PetCylinder& phantom) {
    Transverse out;
    for (auto i = phantom.first; i <= phantom.last; ++i) {
        const Plane plane(phantom.images->frames[i]);
        const auto volume = volumeIn(phantom, i);
        const double mean = spreadIn(plane, volume).mean;
        for (double x = -volume.radius; x <= volume.radius; x += 10)
            for (double y = -volume.radius; y <= volume.radius; y += 10) {
                if (std::hypot(x, y) > volume.radius - kRoi) continue;
                const auto at = volume.centre + Point{x, y};
                const double off = 100 * (spreadIn(plane, circle("", at, kRoi)).mean / mean - 1);
                if (std::abs(off) <= std::abs(out.worst)) continue;
                out = {off, i, at};
            }
    }
    return out;
}

/// Change from one end to the other of the best straight line, as a share of the mean, percent.
double slopeOf(const std::vector<double>& means) {
    std::vector<Point> points;
    for (std::size_t i = 0; i < means.size(); ++i)
        points.push_back({static_cast<double>(i) / static_cast<double>(means.size() - 1) - 0.5, means[i]});
    const auto fit = fitLine(points, 1e300);
    return fit ? 100 * fit->slope / fit->offset : 0;
}

/// The same from top to bottom: what settles to the ground was not mixed.
double settledOf(const PetCylinder& phantom) {
    std::vector<double> shares;
    for (auto i = phantom.first; i <= phantom.last; ++i) {
        const Plane plane(phantom.images->frames[i]);
        const auto volume = volumeIn(phantom, i);
        std::vector<Point> points;
        for (double y = -0.8; y <= 0.8; y += 0.2)
            points.push_back(
                {y / 1.6, spreadIn(plane, rectangle("", volume.centre + Point{0, y * volume.radius},
                                                    volume.radius, 0.15 * volume.radius, 0))
                              .mean});
        if (const auto fit = fitLine(points, 1e300)) shares.push_back(100 * fit->slope / fit->offset);
    }
    return median(std::move(shares));
}

}  // namespace

Findings petUniformity(const PetCylinder& phantom) {
    Findings out;
    const auto means = imageMeans(phantom);
    const auto spread = spreadOf(means);
    std::vector<double> covs;
    std::size_t voxels = 0;
    for (auto i = phantom.first; i <= phantom.last; ++i) {
        const auto own = spreadIn(Plane(phantom.images->frames[i]), volumeIn(phantom, i));
        covs.push_back(100 * own.sd / own.mean);
        voxels += own.count;
    }
    const auto [low, high] = std::ranges::minmax(means);
    const auto transverse = transverseOf(phantom);
    const double cov = spreadOf(covs).mean;
    const double image_noise =
        cov / std::sqrt(static_cast<double>(voxels) / static_cast<double>(means.size()));
    out.metrics = {{"pet.voxel_cov", "%", cov, cov / std::sqrt(2.0 * static_cast<double>(voxels))},
                   {"pet.axial_uniformity", "%", 100 * (high - low) / spread.mean, 2 * image_noise},
                   {"pet.axial_slope", "%", slopeOf(means),
                    4 * image_noise / std::sqrt(static_cast<double>(means.size()))},
                   {"pet.settled", "%", settledOf(phantom), image_noise},
                   {"pet.transverse_roi_max_dev", "%", std::abs(transverse.worst), 2 * image_noise}};
    out.figures.push_back(sideFigure(phantom, "uniformity", "Volume that is measured"));
    if (transverse.worst != 0) {
        auto figure =
            sideFigure(phantom, "transverse",
                       transverse.worst > 0 ? "Brightest square centimetre" : "Darkest square centimetre");
        figure.image = transverse.image;
        figure.regions = {volumeIn(phantom, transverse.image), circle("", transverse.at, kRoi)};
        out.figures.push_back(std::move(figure));
    }
    out.notes.push_back(
        "The furthest of many square centimetres is far out from noise alone; compare it between scans of "
        "equal counts.");
    return out;
}

Findings petClock(const Form& form) {
    if (const auto typed = formNumber(form, "clock_skew_s")) {
        Findings out;
        out.metrics = {{"pet.clock_skew", "s", std::abs(*typed), 0}};
        return out;
    }
    const auto scanner = formTime(form, "scanner_clock", 0),
               calibrator = formTime(form, "calibrator_clock", 0);
    if (!scanner || !calibrator)
        return cannot(
            "Clocks cannot be compared from images: the site types clock_skew_s, or scanner_clock and "
            "calibrator_clock.");
    Findings out;
    out.metrics = {{"pet.clock_skew", "s", std::abs(*scanner - *calibrator), 1}};
    return out;
}

}  // namespace gantry::imaging::phantom
