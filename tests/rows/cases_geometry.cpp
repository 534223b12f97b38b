// C: geometry, from positions and orientations.
#include "gantry/scanner/ct.hpp"
#include "gantry/scanner/damage.hpp"
#include "gantry/scanner/enhanced.hpp"
#include "gantry/scanner/mr.hpp"
#include "row_kit.hpp"

namespace gantry::test {

namespace {

using namespace scanner;

std::function<Sample()> ct(std::function<void(CtScan&)> change) {
    return [change = std::move(change)] {
        CtScan scan;
        change(scan);
        return sample({ctSeries(examination(), scan)});
    };
}

std::function<Sample()> enhancedCt(double thickness_mm) {
    return [thickness_mm] {
        CtScan scan;
        scan.stack.thickness_mm = thickness_mm;
        return sample({enhanced(ctSeries(examination(), scan), Grouping::PerFrame)});
    };
}

std::function<Sample()> t1(std::function<void(MrScan&)> change) {
    return [change = std::move(change)] {
        auto scan = t1Mprage();
        change(scan);
        return sample({mrSeries(examination("Siemens", "MR"), scan)});
    };
}

Sample plain() {
    return sample({ctSeries(examination())});
}

/// Two stations of ten slices of 5 mm that share `overlap`; below zero they leave a gap.
std::function<Sample()> stations(int overlap) {
    return [overlap] {
        CtScan scan;
        scan.stack.images = 10;
        return sample(ctStations(examination(), scan, overlap));
    };
}

std::vector<RowCase> sliceCases() {
    const std::string thickness = "check: derived.slice_thickness, op: at_most, value: 5 mm";
    const auto nothing = [](auto&) {};
    const auto thick = [](auto& scan) { scan.stack.thickness_mm = 7.5; };
    const auto wide = [](auto& scan) { scan.stack.step = {0, 0, 6}; };
    return {
        {"C1", "slices are thin enough", thickness, ct(nothing), ct(thick)},
        {"C1", "frames are thin enough", thickness, enhancedCt(5), enhancedCt(7.5)},
        {"C2", "slices are close enough",
         "check: derived.slice_spacing, op: at_most, value: 5 mm, tol: 0.05 mm", ct(nothing), ct(wide)},
        {"C2", "a tilted gantry brings slices closer than the table steps",
         "check: derived.slice_spacing, op: within, value: 2.371 mm, tol: 0.001 mm",  // 2.5 cos 18.5°
         ct([](auto& scan) {
             scan.tilt_deg = 18.5;
             scan.stack.step = {0, 0, 2.5};
         }),
         ct([](auto& scan) {
             scan.stack.step = {0, 0, 2.5};
         })},
        {"C3", "there is no gap", "check: derived.slice_gap, op: at_most, value: 0 mm, tol: 0.1 mm",
         ct(nothing), ct(wide)},
    };
}

std::vector<RowCase> extentCases() {
    const auto nothing = [](auto&) {};
    return {
        {"C4", "the scan is long enough", "check: derived.coverage, op: at_least, value: 25 mm", ct(nothing),
         ct([](auto& scan) { scan.stack.images = 4; })},
        {"C4", "stations cover the range together",
         "check: derived.coverage, op: at_least, value: 95 mm, over: union", stations(1), stations(3)},
        {"C6", "the field of view is not too large", "check: derived.fov_max, op: at_most, value: 250 mm",
         ct(nothing), ct([](auto& scan) { scan.stack.pixel_mm = 25; })},
        {"C7", "pixels are small enough", "check: PixelSpacing, op: at_most, value: 15 mm", ct(nothing),
         ct([](auto& scan) { scan.stack.pixel_mm = 16; })},
        {"C8", "a 3D scan has cubes for voxels", "check: derived.voxel_anisotropy, op: at_most, value: 1.1",
         t1(nothing), t1([](auto& scan) {
             scan.stack.step = {1.3, 0, 0};
         })},
    };
}

std::vector<RowCase> directionCases() {
    const auto nothing = [](auto&) {};
    const auto tilted = [](auto& scan) { scan.tilt_deg = 10; };
    return {
        {"C9", "slices are not oblique", "check: derived.obliquity, op: at_most, value: 2 deg", ct(nothing),
         ct(tilted)},
        {"C9", "slices lie in the plane asked for", "check: derived.plane, op: equals, value: sagittal",
         t1(nothing), plain},
        {"C11", "the patient lies as asked", "check: PatientPosition, op: equals, value: HFS", plain,
         [] { return sample({ctSeries(examination()).setAll("PatientPosition", "FFS")}); }},
    };
}

}  // namespace

std::vector<RowCase> geometryCases() {
    std::vector<RowCase> all;
    for (auto& list : {sliceCases(), extentCases(), directionCases()})
        all.insert(all.end(), list.begin(), list.end());
    return all;
}

}  // namespace gantry::test
