// Phantoms that are one material: water for CT, a bottle for MR, ice water for diffusion.
#include <algorithm>
#include <cmath>

#include "gantry/scanner/dwi.hpp"
#include "phantoms/ct_images.hpp"
#include "phantoms/kinds.hpp"
#include "phantoms/writing.hpp"

namespace gantry::scanner {

namespace {

constexpr double kWaterRadius = 100;
// Regions of the daily CT test: a fifth of the diameter in the middle, 15 mm from the rim at the edges.
constexpr double kCentreDisc = 20, kEdgeDisc = 10, kEdgeAt = kWaterRadius - 15;

constexpr double kBottleRadius = 95;
constexpr double kIceAdc = 1.10e-3;  ///< mm2/s, water at 0 degrees

MrScan bottleScan() {
    MrScan scan;
    scan.number = 2;
    scan.description = "SNR uniformity tra";
    scan.image_type = "ORIGINAL\\PRIMARY\\M\\ND";
    scan.tr_ms = 1000;
    scan.te_ms = 30;
    return scan;
}

void spoil(DrawnSlice& slice, const PhantomSetup& setup, double radius, std::mt19937_64& random) {
    blur(slice, setup.blur_mm);
    addBias(slice, setup, radius);
    addGhost(slice, setup, radius);
    addRicianNoise(slice, setup.snr > 0 ? 1 / setup.snr : 0, random);
}

/// Signal of every slice at one b-value, s/mm2.
std::vector<DrawnSlice> iceSlices(const PhantomSetup& setup, const Scene& scene, double b, double gain,
                                  std::mt19937_64& random) {
    std::vector<DrawnSlice> slices;
    for (const double z : {-40.0, -20.0, 0.0, 20.0, 40.0}) {
        const auto grid =
            axialGrid(setup.matrix > 0 ? setup.matrix : 128, setup.fov_mm > 0 ? setup.fov_mm : 220, z);
        auto& slice = slices.emplace_back(draw(scene, grid, Placement(setup), {6, setup.softness}));
        const double left = gain * std::exp(-b * kIceAdc * (1 + setup.adc_error));
        for (auto& value : slice.values) value *= left;
        addRicianNoise(slice, setup.snr > 0 ? 1 / setup.snr : 0, random);
    }
    return slices;
}

/// Three axes for each b-value above 0, all of it four times.
struct DiffusionShot {
    DiffusionPoint point;
    double gain;
};
std::vector<DiffusionShot> iceShots(const PhantomSetup& setup) {
    std::vector<DiffusionShot> shots;
    for (int repeat = 0; repeat < 4; ++repeat) {
        const double gain = 1 + repeat * setup.drift;
        shots.push_back({{0, {}}, gain});
        for (const double b : {100.0, 600.0, 800.0, 1000.0})
            for (std::size_t axis = 0; axis < 3; ++axis) {
                Vector direction{};
                direction[axis] = 1;
                shots.push_back({{b, direction}, gain});
            }
    }
    return shots;
}

DiffusionCoding codingOf(const PhantomSetup& setup) {
    if (setup.vendor == "siemens") return DiffusionCoding::Siemens;
    if (setup.vendor == "ge") return DiffusionCoding::Ge;
    if (setup.vendor == "philips") return DiffusionCoding::Philips;
    return DiffusionCoding::Standard;
}

}  // namespace

PhantomStudy ctWater(Examination examination, const PhantomSetup& setup) {
    examination.scanner = machineOf(setup, "CT");
    Scene scene;
    scene.outside = -1000;
    scene.solids = {box({-110, 108, -60}, {110, 111, 60}, -300), cylinder(0, 0, 105, -50, 50, 120),
                    cylinder(0, 0, kWaterRadius, -50, 50, 0)};
    CtPhantomScan scan{"Water daily QC", 5, -10, 10};
    PhantomStudy study;
    auto series = ctImages(examination, setup, scan, scene);
    nameSeries(series, examination, setup, "CT-QC", "Phantom^Water");
    study.series.push_back(asWritten(setup, std::move(series)));
    auto& truth = study.truth;
    truth["ct.water_mean"] = setup.hu_offset - setup.cupping_hu * (1 - kCentreDisc * kCentreDisc / 2 / 1e4);
    if (setup.noise_hu > 0 && setup.cupping_hu == 0) truth["ct.water_sd"] = setup.noise_hu;
    truth["ct.edge_minus_centre_max"] =
        cuppingOf(setup.cupping_hu, kWaterRadius, kEdgeAt, kEdgeDisc, kCentreDisc);
    truth["ct.ring_hu"] = std::abs(setup.ring_hu);
    return study;
}

PhantomStudy mrUniform(Examination examination, const PhantomSetup& setup) {
    examination.scanner = machineOf(setup, "MR");
    std::mt19937_64 random(setup.noise_seed);
    Scene scene;
    scene.solids = {cylinder(0, 0, kBottleRadius, -100, 100, 1)};
    PhantomStudy study;
    for (const int repeat : {0, 1}) {
        const auto grid =
            axialGrid(setup.matrix > 0 ? setup.matrix : 256, setup.fov_mm > 0 ? setup.fov_mm : 250, 0);
        std::vector<DrawnSlice> slices{draw(scene, grid, Placement(setup), {5, 0})};
        if (repeat == 1)
            for (auto& value : slices.front().values) value *= 1 + setup.drift;
        spoil(slices.front(), setup, kBottleRadius, random);
        auto scan = bottleScan();
        scan.number += repeat;
        scan.after_s += 120 * repeat;
        scan.stack = stackOf(setup, slices, 5);
        auto series = mrImages(examination, setup, scan, slices);
        nameSeries(series, examination, setup, "MR-QA-BOTTLE", "Phantom^Bottle");
        study.series.push_back(asWritten(setup, std::move(series)));
    }
    const double region = kBottleRadius * std::sqrt(0.75);
    if (setup.snr > 0) {
        study.truth["mr.snr_nema1"] = setup.snr * meanOfField(setup, kBottleRadius, region);
        study.truth["mr.snr_nema4"] = study.truth["mr.snr_nema1"];
    }
    return study;
}

PhantomStudy dwiIce(Examination examination, const PhantomSetup& setup) {
    examination.scanner = machineOf(setup, "MR");
    std::mt19937_64 random(setup.noise_seed);
    Scene scene;
    // A tube of water in a bath of water and crushed ice, which holds it at 0 degrees and shines less.
    scene.solids = {cylinder(0, 0, 60, -90, 90, 0.35), cylinder(0, 0, 17, -86, 86, 0),
                    cylinder(0, 0, 15, -86, 86, 1)};
    const auto shots = iceShots(setup);
    std::vector<DrawnSlice> slices;
    std::vector<DiffusionPoint> points;
    for (const auto& shot : shots) {
        points.push_back(shot.point);
        auto part = iceSlices(setup, scene, shot.point.b, shot.gain, random);
        std::ranges::move(part, std::back_inserter(slices));
    }
    auto scan = dwiEpi();
    scan.description = "DWI ice water";
    scan.field_t = setup.field_t;
    const std::size_t each = slices.size() / shots.size();
    scan.stack = stackOf(setup, {slices.begin(), slices.begin() + static_cast<std::ptrdiff_t>(each)}, 6);
    auto series = mrDwi(examination, scan, points, codingOf(setup));
    series.each([&](Header& image, int place) {
        writePixels(image, slices[static_cast<std::size_t>(place)], {1 / 3000.0, 0, 12, false});
    });
    nameSeries(series, examination, setup, "DWI-ICE-1", "Phantom^Ice water");
    PhantomStudy study;
    study.series.push_back(asWritten(setup, std::move(series)));
    study.truth["dwi.adc_centre"] = kIceAdc * (1 + setup.adc_error);
    study.truth["dwi.b_dependence"] = 0;
    if (setup.snr > 0) study.truth["dwi.snr_b0"] = setup.snr;
    return study;
}

}  // namespace gantry::scanner
