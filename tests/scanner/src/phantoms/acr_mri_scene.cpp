#include <cmath>
#include <numbers>

#include "phantoms/acr_mri_phantom.hpp"

namespace gantry::scanner {

namespace {

constexpr double kPlastic = 0, kWater = 1;
constexpr double kFirstEnd = 35;    ///< inserts of slices 1 to 4 end here
constexpr double kDiscsBegin = 66;  ///< those of slices 8 to 11 begin here
constexpr double kBlockHalf = 5.5;  ///< half the height of the resolution block

/// Two crossed wedges of 45 degrees around `z`, each one bar in the slice.
void addWedges(Scene& scene, const AcrMriSize& size, double z) {
    const double tip = size.wedge_tip_y;
    const auto bar = [&](double from_x, double to_x) {
        return box({from_x, -size.radius + 2, z - 15}, {to_x, tip + 15, z + 15}, kPlastic);
    };
    // Towards the head the right bar grows and the left one shrinks.
    scene.solids.push_back(bar(0.15, 6).cut({0, 1, -1}, tip - z));
    scene.solids.push_back(bar(-6, -0.15).cut({0, 1, 1}, tip + z));
}

void addThicknessInsert(Scene& scene, const AcrMriSize& size) {
    scene.solids.push_back(
        box({-size.insert_x, -5.2, size.foot_z}, {size.insert_x, 5.2, kFirstEnd}, kPlastic));
    // Thin slabs of water that rise 1 in 10, against each other. Their height makes their signal in 5 mm
    // 0.12.
    constexpr double kHeight = 0.6;
    const double reach = size.insert_x - 6;
    const auto ramp = [&](double from_y, double to_y, double rise) {
        return box({-reach, from_y, -10}, {reach, to_y, 10}, kWater)
            .cut({-rise, 0, 1}, kHeight / 2)
            .cut({rise, 0, -1}, kHeight / 2);
    };
    scene.solids.push_back(ramp(-4.5, -0.5, 0.1));
    scene.solids.push_back(ramp(0.5, 4.5, -0.1));
}

/// Two arrays of 4 x 4 holes that share a corner; rows of the upper left one and columns of the lower right
/// one are each moved a little further than the one before.
void addHoles(Scene& scene, double corner_x, double corner_y, double diameter) {
    const double pitch = 2 * diameter, stagger = 0.2 * diameter;
    const auto hole = [&](double x, double y) {
        scene.solids.push_back(cylinder(x, y, diameter / 2, -kBlockHalf, kBlockHalf, kWater));
    };
    for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 4; ++j) {
            const double across = i * pitch, along = j * pitch;
            hole(corner_x - 3 * pitch - 3 * stagger + across + j * stagger, corner_y - 3 * pitch + along);
            if (i + j > 0) hole(corner_x + across, corner_y + along + i * stagger);
        }
}

void addResolutionBlock(Scene& scene) {
    scene.solids.push_back(box({-57, 19.3, -kBlockHalf}, {57, 57.2, kBlockHalf}, kPlastic));
    scene.solids.push_back(box({48.5, 19.5, kBlockHalf}, {56, 57.2, kFirstEnd}, kPlastic));
    scene.solids.push_back(box({-50.8, 31, -kBlockHalf}, {-40.8, 41, kBlockHalf}, kWater));
    scene.solids.push_back(box({-40.6, 41, -kBlockHalf}, {-30.6, 51, kBlockHalf}, 0.5));
    addHoles(scene, -13.7, 38.2, 1.1);
    addHoles(scene, 9.2, 38.2, 1.0);
    addHoles(scene, 32.2, 38.2, 0.9);
}

void addVial(Scene& scene, const AcrMriSize& size) {
    scene.solids.push_back(cylinder(size.vial, size.vial, 19, size.foot_z, kFirstEnd, kPlastic));
    scene.solids.push_back(cylinder(size.vial, size.vial, 12.4, size.foot_z, kFirstEnd - 3, kWater));
}

void addGrid(Scene& scene, const AcrMriSize& size) {
    constexpr double kPitch = 15, kLine = 1, kFrom = 35, kTo = 45;
    for (int i = -5; i <= 5; ++i) {
        const double at = i * kPitch;
        const double room = std::sqrt(std::max(0.0, std::pow(size.radius - 6, 2) - at * at));
        const double reach = std::min(75.0, std::floor(room / kPitch) * kPitch);
        if (reach <= 0) continue;
        scene.solids.push_back(box({at - kLine / 2, -reach, kFrom}, {at + kLine / 2, reach, kTo}, kPlastic));
        scene.solids.push_back(box({-reach, at - kLine / 2, kFrom}, {reach, at + kLine / 2, kTo}, kPlastic));
    }
}

/// Four sheets in a tube, each with ten spokes of three holes. A sheet takes as much of a slice of 5 mm as
/// its contrast says, and is turned by 9 degrees against the one before.
void addContrastDiscs(Scene& scene, const AcrMriSize& size) {
    constexpr double kX = 0, kY = 7.4;
    constexpr double kContrast[] = {0.014, 0.025, 0.036, 0.051};
    constexpr double kDiameter[] = {7.00, 6.39, 5.78, 5.17, 4.55, 3.94, 3.33, 2.72, 2.11, 1.50};
    scene.solids.push_back(cylinder(kX, kY, 52.6, kDiscsBegin, size.head_z, kPlastic));
    scene.solids.push_back(cylinder(kX, kY, 43.1, kDiscsBegin, size.head_z, kWater));
    for (int sheet = 0; sheet < 4; ++sheet) {
        const double z = 70 + 10 * sheet, half = kContrast[sheet] * 2.5;
        scene.solids.push_back(cylinder(kX, kY, 43.1, z - half, z + half, kPlastic));
        for (int spoke = 0; spoke < 10; ++spoke)
            for (const double distance : {12.75, 25.5, 38.25}) {
                const double turn = (spoke * 36 + sheet * 9) * std::numbers::pi / 180;
                scene.solids.push_back(cylinder(kX + distance * std::sin(turn),
                                                kY - distance * std::cos(turn), kDiameter[spoke] / 2,
                                                z - half, z + half, kWater));
            }
    }
}

}  // namespace

Scene acrMriScene(const AcrMriSize& size) {
    Scene scene;
    scene.solids.push_back(cylinder(0, 0, size.radius, size.foot_z, size.head_z, kWater));
    addVial(scene, size);
    addThicknessInsert(scene, size);
    addResolutionBlock(scene);
    addGrid(scene, size);
    addContrastDiscs(scene, size);
    scene.solids.push_back(
        box({-6, -size.radius + 2, size.foot_z}, {6, -size.radius + 15, size.head_z}, kPlastic));
    addWedges(scene, size, 0);
    addWedges(scene, size, 100);
    return scene;
}

}  // namespace gantry::scanner
