#include "phantoms/acr_mri_phantom.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "phantoms/kinds.hpp"
#include "phantoms/writing.hpp"

namespace gantry::scanner {

namespace {

constexpr int kSlices = 11;
constexpr double kNominalThickness = 5;
constexpr double kDegree = std::numbers::pi / 180;

MrScan acrT1() {
    MrScan scan;
    scan.number = 2;
    scan.description = "ACR Axial T1";
    scan.image_type = "ORIGINAL\\PRIMARY\\M\\ND";
    scan.tr_ms = 500;
    scan.te_ms = 20;
    scan.coil = "Head";
    return scan;
}

MrScan acrLocalizer() {
    auto scan = acrT1();
    scan.number = 1;
    scan.description = "ACR Sagittal Localizer";
    scan.tr_ms = 200;
    scan.after_s = 10;
    return scan;
}

/// Where slice `index` (0 is slice 1) lies in the scanner.
double sliceZ(const PhantomSetup& setup, int index) {
    const double z = index * (kAcrSliceStep + setup.spacing_error_mm) + setup.position_error_mm;
    return setup.reversed ? -z : z;
}

SliceProfile profileOf(const PhantomSetup& setup) {
    return {setup.thickness_mm > 0 ? setup.thickness_mm : kNominalThickness, setup.softness};
}

/// How far the bars of the wedges at phantom `wedge_z` differ in a slice at scanner `z`, right longer is
/// positive.
double barDifference(const PhantomSetup& setup, const AcrMriSize& size, double z, double wedge_z) {
    auto in_plane = setup;
    in_plane.scale_z = 1;
    const Placement placement(in_plane);
    const auto centre = placement.toPhantom({0, 0, z});
    const auto normal = placement.turned({0, 0, 1});
    // The slice is z = z0 + a x + b y in the phantom.
    const double a = -normal[0] / normal[2], b = -normal[1] / normal[2];
    const double off = centre[2] - a * centre[0] - b * centre[1] - wedge_z;
    const double right = (size.wedge_tip_y + off + a * kAcrBarX) / (1 - b);
    const double left = (size.wedge_tip_y - off + a * kAcrBarX) / (1 + b);
    return (right - left) * setup.scale_y;
}

std::map<std::string, double> truthOf(const PhantomSetup& setup, const AcrMriSize& size) {
    std::map<std::string, double> truth;
    const double diameter = 2 * size.radius;
    const double across = setup.scale_x / std::cos(setup.yaw_deg * kDegree);
    const double down = setup.scale_y / std::cos(setup.tilt_deg * kDegree);
    const double diagonal = std::sqrt(2 / (1 / (across * across) + 1 / (down * down)));
    for (const auto* slice : {"1", "5"}) {
        truth[std::string("acr_mri.diameter_") + slice + "_h"] = diameter * across;
        truth[std::string("acr_mri.diameter_") + slice + "_v"] = diameter * down;
    }
    truth["acr_mri.diameter_5_d1"] = truth["acr_mri.diameter_5_d2"] = diameter * diagonal;
    truth["acr_mri.diameter_error_max"] = diameter * std::max(std::abs(across - 1), std::abs(down - 1));
    truth["acr_mri.length"] = (size.head_z - size.foot_z) * setup.scale_z;
    truth["acr_mri.length_error"] = truth["acr_mri.length"] - (size.head_z - size.foot_z);
    truth["acr_mri.slice_thickness"] = profileOf(setup).width_mm * setup.scale_x;
    truth["acr_mri.slice_thickness_error"] = truth["acr_mri.slice_thickness"] - kNominalThickness;
    truth["acr_mri.bar_difference_1"] = barDifference(setup, size, sliceZ(setup, 0), 0);
    truth["acr_mri.bar_difference_11"] = barDifference(setup, size, sliceZ(setup, 10), 100);
    const double sigma = setup.snr > 0 ? 1 / setup.snr : 0;
    truth["acr_mri.piu"] = piuOf(setup, size.radius, size.uniform_region);
    truth["acr_mri.psg"] = 100 * (riceMean(setup.ghost, sigma) - riceMean(0, sigma)) /
                           meanOfField(setup, size.radius, size.uniform_region);
    if (setup.snr > 0)
        truth["mr.snr_local"] = setup.snr * meanOfField(setup, size.radius, 0.8 * size.uniform_region);
    return truth;
}

void spoil(DrawnSlice& slice, const PhantomSetup& setup, double radius, std::mt19937_64& random) {
    blur(slice, setup.blur_mm);
    addBias(slice, setup, radius);
    addGhost(slice, setup, radius);
    addRicianNoise(slice, setup.snr > 0 ? 1 / setup.snr : 0, random);
}

std::vector<DrawnSlice> axialSlices(const PhantomSetup& setup, const AcrMriSize& size, const Scene& scene,
                                    std::mt19937_64& random) {
    auto in_plane = setup;
    in_plane.scale_z = 1;
    const Placement placement(in_plane);
    std::vector<DrawnSlice> slices;
    for (int i = 0; i < kSlices; ++i) {
        const auto grid = axialGrid(setup.matrix > 0 ? setup.matrix : 256,
                                    setup.fov_mm > 0 ? setup.fov_mm : 250, sliceZ(setup, i));
        auto& slice = slices.emplace_back(draw(scene, grid, placement, profileOf(setup)));
        spoil(slice, setup, size.radius, random);
    }
    if (setup.reversed) std::ranges::reverse(slices);
    return slices;
}

DrawnSlice sagittalSlice(const PhantomSetup& setup, const AcrMriSize& size, const Scene& scene,
                         std::mt19937_64& random) {
    auto grid = axialGrid(256, 250, 0);
    const double middle = (setup.reversed ? -1 : 1) * (size.foot_z + size.head_z) / 2;
    grid.row = {0, 1, 0};
    grid.column = {0, 0, -1};
    grid.normal = {-1, 0, 0};
    grid.first = {setup.shift_x_mm, grid.first[0], middle - grid.first[1]};
    auto slice = draw(scene, grid, Placement(setup), {20, 0});
    addRicianNoise(slice, setup.snr > 0 ? 1 / setup.snr : 0, random);
    return slice;
}

PhantomStudy make(Examination examination, const PhantomSetup& setup, const AcrMriSize& size,
                  std::string_view name) {
    examination.scanner = machineOf(setup, "MR");
    std::mt19937_64 random(setup.noise_seed);
    const auto scene = acrMriScene(size);
    PhantomStudy study;
    const auto add = [&](MrScan scan, const std::vector<DrawnSlice>& slices, double thickness_mm) {
        scan.stack = stackOf(setup, slices, thickness_mm);
        auto series = mrImages(examination, setup, scan, slices);
        nameSeries(series, examination, setup, "ACR-QA-1", name);
        study.series.push_back(asWritten(setup, std::move(series)));
    };
    add(acrLocalizer(), {sagittalSlice(setup, size, scene, random)}, 20);
    add(acrT1(), axialSlices(setup, size, scene, random), kNominalThickness);
    study.truth = truthOf(setup, size);
    return study;
}

}  // namespace

PhantomStudy acrMriLarge(Examination examination, const PhantomSetup& setup) {
    return make(std::move(examination), setup, kAcrLarge, "Phantom^ACR Large");
}

PhantomStudy acrMriMedium(Examination examination, const PhantomSetup& setup) {
    return make(std::move(examination), setup, kAcrMedium, "Phantom^ACR Medium");
}

}  // namespace gantry::scanner
