#include <cmath>
#include <numbers>

#include "phantoms/ct_images.hpp"
#include "phantoms/kinds.hpp"
#include "phantoms/writing.hpp"

namespace gantry::scanner {

namespace {

// The ACR's CT phantom (Gammex 464), mm: four modules of 40 along z, x to the right, y down.
constexpr double kRadius = 100, kModule = 40;
constexpr double kInsertAt = 63, kInsertRadius = 12.5;
constexpr double kEdgeDisc = 11.28, kEdgeAt = 78.72;  ///< 400 mm2, 10 mm from the rim
constexpr double kContrast = 6;                       ///< HU, of the rods in module 2

struct Material {
    std::string_view name;
    double hu;
    double angle_deg;  ///< clockwise from the right
};
constexpr Material kMaterials[] = {
    {"air", -1000, 45}, {"polyethylene", -95, 225}, {"acrylic", 120, 135}, {"bone", 910, -45}};

Vector polar(double distance, double angle_deg, double z) {
    const double angle = angle_deg * std::numbers::pi / 180;
    return {distance * std::cos(angle), distance * std::sin(angle), z};
}

/// Wires that lie 0.5 mm deeper from one to the next, one ladder above the centre and one below, against each
/// other.
void addSliceLadders(Scene& scene) {
    constexpr int kWires = 41;
    constexpr double kStepZ = 0.5, kStepY = 1.0, kMiddleZ = kModule / 2;
    for (int i = 0; i < kWires; ++i) {
        const double z = kMiddleZ + (i - kWires / 2) * kStepZ;
        for (const double side : {-1.0, 1.0}) {
            const double y = side * (4 + (side > 0 ? i : kWires - 1 - i) * kStepY);
            scene.solids.push_back(box({-3.5, y - 0.2, z - 0.1}, {3.5, y + 0.2, z + 0.1}, 8000));
        }
    }
}

void addAlignment(Scene& scene) {
    addSliceLadders(scene);
    for (const auto& one : kMaterials) {
        const auto at = polar(kInsertAt, one.angle_deg, 0);
        scene.solids.push_back(cylinder(at[0], at[1], kInsertRadius, 0, kModule, one.hu));
    }
    for (const double z : {kModule / 2, 3.5 * kModule})
        for (const double angle : {0.0, 90.0, 180.0, 270.0})
            scene.solids.push_back(ball(polar(kRadius - 0.6, angle, z), 0.5, 3000));
}

void addLowContrast(Scene& scene) {
    constexpr double kGround = 90;
    const double from = kModule, to = 2 * kModule;
    scene.solids.push_back(cylinder(0, 0, kRadius, from, to, kGround));
    const auto rod = [&](const Vector& at, double radius) {
        scene.solids.push_back(cylinder(at[0], at[1], radius, from, to, kGround + kContrast));
    };
    rod(polar(60, -90, 0), 12.5);
    int group = 0;
    for (const double diameter : {6.0, 5.0, 4.0, 3.0, 2.0}) {
        const double angle = -90 + 60 * ++group;
        for (int i = 0; i < 4; ++i)
            rod(polar(60, angle + (i - 1.5) * 120 * diameter / 60 / 2, 0), diameter / 2);
    }
}

void addBars(Scene& scene) {
    constexpr double kAluminium = 1800, kSide = 15, kAt = 70;
    const double middle = 3.5 * kModule;
    double angle = -135;
    for (const int pairs_per_cm : {4, 5, 6, 7, 8, 9, 10, 12}) {
        const auto at = polar(kAt, angle, middle);
        const double bar = 5.0 / pairs_per_cm;
        const int bars = static_cast<int>(kSide / (2 * bar));
        for (int i = 0; i < bars; ++i) {
            const double across = -kSide / 2 + bar * (2 * i + 0.5);
            scene.solids.push_back(
                turnedBox({at[0] + across, at[1], middle}, {bar, kSide, kModule - 4}, 0, kAluminium));
        }
        angle -= 45;
    }
}

Scene acrCtScene() {
    Scene scene;
    scene.outside = -1000;
    scene.solids.push_back(box({-110, 104, -60}, {110, 107, 260}, -300));  // the table
    scene.solids.push_back(cylinder(0, 0, kRadius, 0, 4 * kModule, 0));
    scene.solids.push_back(cylinder(0, 0, kRadius, 3 * kModule, 4 * kModule, 110));
    addAlignment(scene);
    addLowContrast(scene);
    // Two beads, 100 mm apart.
    scene.solids.push_back(ball({-40, 30, 2.5 * kModule}, 0.4, 6000));
    scene.solids.push_back(ball({40, -30, 2.5 * kModule}, 0.4, 6000));
    addBars(scene);
    return scene;
}

/// Frequency at which contrast is halved by square pixels and a Gaussian of this width that is applied from
/// pixel to pixel (so that its transfer repeats with the sampling rate), line pairs a cm.
double halfContrastAt(double fwhm_mm, double pixel_mm) {
    const auto sampled = [&](double per_mm) {
        double sum = 0;
        for (int m = -3; m <= 3; ++m)
            sum += std::exp(-std::pow(std::numbers::pi * fwhm_mm * (per_mm + m / pixel_mm), 2) /
                            (4 * std::numbers::ln2));
        return sum;
    };
    const auto transfer = [&](double per_mm) {
        const double x = std::numbers::pi * pixel_mm * per_mm;
        return sampled(per_mm) / sampled(0) * (x == 0 ? 1 : std::sin(x) / x);
    };
    double low = 0, high = 1 / pixel_mm;
    for (int i = 0; i < 60; ++i) (transfer((low + high) / 2) > 0.5 ? low : high) = (low + high) / 2;
    return 10 * low;
}

}  // namespace

PhantomStudy acrCt(Examination examination, const PhantomSetup& setup) {
    examination.scanner = machineOf(setup, "CT");
    CtPhantomScan scan{"ACR CT adult abdomen", 5, 2.5, 4 * kModule - 2.5};
    PhantomStudy study;
    auto series = ctImages(examination, setup, scan, acrCtScene());
    nameSeries(series, examination, setup, "ACR-CT-1", "Phantom^ACR 464");
    study.series.push_back(asWritten(setup, std::move(series)));
    auto& truth = study.truth;
    const double field = setup.cupping_hu;
    for (const auto& one : kMaterials)
        truth["acr464.hu." + std::string(one.name)] =
            one.hu + setup.hu_offset - field * (1 - (kInsertAt * kInsertAt + 32) / (kRadius * kRadius));
    truth["acr464.hu.water"] =
        setup.hu_offset - field * (1 - (kInsertAt * kInsertAt + 32) / (kRadius * kRadius));
    truth["acr464.slice_thickness"] = setup.thickness_mm > 0 ? setup.thickness_mm : scan.thickness_mm;
    truth["acr464.slice_thickness_error"] = truth["acr464.slice_thickness"] - scan.thickness_mm;
    truth["acr464.uniformity"] = std::abs(cuppingOf(field, kRadius, kEdgeAt, kEdgeDisc, kEdgeDisc));
    truth["acr464.bead_distance"] = 100 * setup.scale_x;
    if (setup.noise_hu > 0) {
        truth["acr464.noise"] = setup.noise_hu;
        truth["acr464.cnr"] = kContrast / setup.noise_hu;
    }
    const double fov = setup.fov_mm > 0 ? setup.fov_mm : scan.fov_mm;
    if (setup.blur_mm > 0)
        truth["acr464.mtf50"] =
            halfContrastAt(setup.blur_mm, fov / (setup.matrix > 0 ? setup.matrix : scan.matrix));
    return study;
}

}  // namespace gantry::scanner
