// PET phantoms. Activity blurred by a Gaussian is known in closed form for balls and, but for the curvature,
// at walls.
#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "ct_plan.hpp"
#include "gantry/scanner/pet.hpp"
#include "phantoms/kinds.hpp"
#include "phantoms/writing.hpp"

namespace gantry::scanner {

namespace {

constexpr double kFwhmPerSigma = 2.354820045;

/// Share of the activity of a wide body that is seen `depth` mm inside its wall.
double behindWall(double depth, double sigma) {
    return sigma > 0 ? 0.5 * std::erfc(-depth / (sigma * std::numbers::sqrt2)) : depth > 0 ? 1 : 0;
}

/// A ball of activity 1 seen `r` mm from its centre: the convolution with a Gaussian in three dimensions.
double blurredBall(double radius, double r, double sigma) {
    if (sigma <= 0) return r < radius ? 1 : 0;
    const double s = sigma * std::numbers::sqrt2;
    if (r < 1e-4) {
        const double x = radius / s;
        return std::erf(x) - 2 / std::sqrt(std::numbers::pi) * x * std::exp(-x * x);
    }
    const double in = (radius - r) / s, out = (radius + r) / s;
    return 0.5 * (std::erf(out) + std::erf(in)) -
           sigma / (r * std::sqrt(2 * std::numbers::pi)) * (std::exp(-in * in) - std::exp(-out * out));
}

struct PetPlan {
    std::string description, id, name;
    int matrix = 128;
    double fov_mm = 256;
    double step_mm = 3;
    double first_z_mm = 0, last_z_mm = 0;
    double volume_ml = 0;
    double background_bqml = 0;  ///< truth, at the start of the scan
    double fwhm_mm = 6;
};

PetScan scanOf(const PetPlan& plan, const PhantomSetup& setup, const std::vector<DrawnSlice>& slices) {
    PetScan scan;
    scan.description = plan.description;
    scan.stack = stackOf(setup, slices, plan.step_mm);
    scan.images_per_bed = static_cast<int>(slices.size());
    scan.frame_ms = 600000;
    scan.uptake_s = 1800;
    // What was filled in, half an hour before the scan.
    scan.activity_bq = plan.background_bqml * plan.volume_ml * std::exp2(scan.uptake_s / scan.half_life_s);
    scan.slope = 1;
    return scan;
}

/// `activity` at a point of the phantom, 1 for the background, blurred already.
PhantomStudy petStudy(Examination examination, const PhantomSetup& setup, const PetPlan& plan,
                      const std::function<double(const Vector&)>& activity) {
    examination.scanner = machineOf(setup, "PT");
    examination.weight_kg = plan.volume_ml / 1000;
    std::mt19937_64 random(setup.noise_seed);
    const Placement placement(setup);
    std::vector<DrawnSlice> slices;
    const double length = plan.last_z_mm - plan.first_z_mm;
    for (double z = plan.first_z_mm; z <= plan.last_z_mm + 1e-6; z += plan.step_mm) {
        const auto grid = axialGrid(setup.matrix > 0 ? setup.matrix : plan.matrix,
                                    setup.fov_mm > 0 ? setup.fov_mm : plan.fov_mm, z);
        auto& slice = slices.emplace_back(DrawnSlice{grid, {}});
        const double gain = (1 + setup.suv_error) *
                            (1 + setup.axial_slope * (z - plan.first_z_mm) / length - setup.axial_slope / 2);
        std::normal_distribution<double> noise(0, setup.noise);
        for (int r = 0; r < grid.rows; ++r)
            for (int c = 0; c < grid.columns; ++c) {
                const double share = activity(placement.toPhantom(grid.at(r, c)));
                const double spread = setup.noise > 0 ? noise(random) * std::sqrt(share) : 0;
                slice.values.push_back(std::max(0.0, plan.background_bqml * gain * (share + spread)));
            }
    }
    const auto scan = scanOf(plan, setup, slices);
    auto series = petSeries(examination, scan);
    series.each([&](Header& image, int place) {
        const auto& slice = slices[static_cast<std::size_t>(place)];
        const double slope = std::max(1e-6, *std::ranges::max_element(slice.values) / 32000);
        writePixels(image, slice, {slope, 0, 16, true});
        image.set("RescaleSlope", slope).set("RescaleIntercept", "0");
    });
    nameSeries(series, examination, setup, plan.id, plan.name);
    PhantomStudy study;
    study.series.push_back(asWritten(setup, std::move(series)));
    return study;
}

// NEMA NU 2 image quality phantom, mm; y down, spheres in the plane z = 0.
constexpr double kSphereRing = 57.2, kLungRadius = 25, kRatio = 10;
constexpr double kSphereDiameters[] = {37, 10, 13, 17, 22, 28};  ///< one after the other around the ring

Vector sphereAt(int index) {
    const double angle = -60.0 * index * std::numbers::pi / 180;
    return {kSphereRing * std::cos(angle), kSphereRing * std::sin(angle), 0};
}

/// How deep a point lies inside the body's outline: a half circle of 147 mm radius over two quarters of 77 mm
/// that a rectangle joins.
double depthInBody(double x, double y) {
    constexpr double kTop = 147, kCorner = 77, kCentreY = 35;
    const double up = y - kCentreY;
    if (up <= 0) return kTop - std::hypot(x, up);
    const double out = std::abs(x) - (kTop - kCorner);
    return out <= 0 ? kCorner - up : kCorner - std::hypot(out, up);
}

}  // namespace

PhantomStudy petUniform(Examination examination, const PhantomSetup& setup) {
    constexpr double kRadius = 100, kHalf = 95;
    const double sigma = (setup.blur_mm > 0 ? setup.blur_mm : 6) / kFwhmPerSigma;
    PetPlan plan{"Uniform cylinder QC",
                 "PET-QC-1",
                 "Phantom^Cylinder",
                 128,
                 256,
                 3,
                 -99,
                 99,
                 std::numbers::pi * kRadius * kRadius * 2 * kHalf / 1000,
                 5000};
    auto study = petStudy(std::move(examination), setup, plan, [&](const Vector& p) {
        return behindWall(kRadius - std::hypot(p[0], p[1]), sigma) *
               behindWall(kHalf - std::abs(p[2]), sigma);
    });
    study.truth["pet.suv_mean"] = 1 + setup.suv_error;
    if (setup.noise > 0) study.truth["pet.voxel_cov"] = 100 * setup.noise;
    return study;
}

PhantomStudy nemaIq(Examination examination, const PhantomSetup& setup) {
    const double sigma = (setup.blur_mm > 0 ? setup.blur_mm : 6) / kFwhmPerSigma;
    PetPlan plan{"NEMA IQ", "PET-IQ-1", "Phantom^NEMA IQ", 192, 384, 2, -80, 100, 9700, 2000};
    const auto date = examination.date;
    const double start_s = examination.start_s;
    auto study = petStudy(std::move(examination), setup, plan, [&](const Vector& p) {
        const double ends = behindWall(p[2] + 70, sigma) * behindWall(110 - p[2], sigma);
        double value = behindWall(depthInBody(p[0], p[1]), sigma) * ends;
        value *= 1 - behindWall(kLungRadius - std::hypot(p[0], p[1]), sigma);
        for (int i = 0; i < 6; ++i) {
            const auto at = sphereAt(i);
            const double r = std::hypot(p[0] - at[0], p[1] - at[1], p[2] - at[2]);
            if (r < 60) value += (kRatio - 1) * blurredBall(kSphereDiameters[i] / 2, r, sigma);
        }
        return value;
    });
    for (int i = 0; i < 6; ++i) {
        const double radius = kSphereDiameters[i] / 2;
        const double top = 1 + (kRatio - 1) * blurredBall(radius, 0, sigma);
        study.truth["pet.rc_max." + std::to_string(static_cast<int>(kSphereDiameters[i]))] =
            top / kRatio * (1 + setup.suv_error);
        // The contour at half of peak and background, and the mean inside it, by thin shells.
        const double level = 0.5 * (top + 1);
        double volume = 0, sum = 0;
        constexpr double kShell = 0.005;
        for (double r = kShell / 2; r < 60; r += kShell) {
            const double value = 1 + (kRatio - 1) * blurredBall(radius, r, sigma);
            if (value < level) break;
            volume += r * r;
            sum += r * r * value;
        }
        study.truth["pet.rc_a50." + std::to_string(static_cast<int>(kSphereDiameters[i]))] =
            sum / volume / kRatio * (1 + setup.suv_error);
    }
    // 100 ml were filled for the spheres, measured when the scan began.
    const PetScan usual;
    study.form = {{"sphere_activity_mbq", std::to_string(kRatio * plan.background_bqml * 100 / 1e6)},
                  {"sphere_volume_ml", "100"},
                  {"sphere_assay_time", date + timeOfDay(start_s + usual.after_s)}};
    study.truth["pet.sphere_background_ratio"] = kRatio;
    study.truth["pet.background_suv_bias"] = 100 * setup.suv_error;
    study.truth["pet.lung_residual"] = 0;
    return study;
}

}  // namespace gantry::scanner
