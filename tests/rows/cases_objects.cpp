// B: what came, by what headers announce and hold. C: measures that need more than one header.
#include "gantry/scanner/ct.hpp"
#include "gantry/scanner/damage.hpp"
#include "gantry/scanner/other_images.hpp"
#include "gantry/scanner/pet.hpp"
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

Sample plain() {
    return sample({ctSeries(examination())});
}

std::function<Sample()> damaged(std::function<void(ImageSeries&)> damage) {
    return [damage = std::move(damage)] {
        auto series = ctSeries(examination());
        damage(series);
        return sample({series});
    };
}

std::function<Sample()> pet(std::function<void(ImageSeries&)> damage) {
    return [damage = std::move(damage)] {
        auto series = petSeries(examination("Siemens", "PT"));
        damage(series);
        return sample({series});
    };
}

std::function<Sample()> withMeasure(std::string check, double value) {
    return [check = std::move(check), value] { return measured(plain(), check, value); };
}

std::vector<RowCase> completenessCases() {
    const auto nothing = [](auto&) {};
    const std::string announced = "check: derived.images_missing, op: equals, value: 0";
    return {
        {"B3", "as many PET images came as the header announces", announced, pet(nothing),
         pet([](auto& series) { dropImages(series, {4}); })},
        {"B3", "as many images came as the acquisition has", announced,
         damaged([](auto& series) { series.setAll("ImagesInAcquisition", "5"); }),
         damaged([](auto& series) { series.setAll("ImagesInAcquisition", "7"); })},
        {"B3", "nothing announced is not a pass", announced, pet(nothing), plain, Place::Slot,
         RuleResult::CannotTell},
        {"B4", "instance numbers have no holes",
         "check: derived.instance_numbers_missing, op: equals, value: 0", plain,
         damaged([](auto& series) { dropImages(series, {2}); })},
        {"B8", "a series has one geometry", "check: derived.n_geometries, op: equals, value: 1", plain,
         damaged([](auto& series) {
             turnImage(series, 4, {0, 1, 0}, {0, 0, -1});
         })},
        {"B10", "only images are sent", "check: derived.object_kind, op: equals, value: image", plain,
         [] { return sample({secondaryCapture(examination())}); }},
        {"B12", "CT numbers reach down to air", "check: derived.pixel_format_ok, op: equals, value: true",
         plain, damaged([](auto& series) { series.setAll("RescaleIntercept", "0"); })},
        {"B12", "PET has no intercept", "check: derived.pixel_format_ok, op: equals, value: true",
         pet(nothing), pet([](auto& series) { series.setAll("RescaleIntercept", "-5"); })},
    };
}

std::vector<RowCase> measureCases() {
    const auto nothing = [](auto&) {};
    return {
        {"C3", "the table steps as far as slices are thick when the gantry is tilted",
         "check: derived.table_step, op: within, value: 2.5 mm, tol: 0.001 mm", ct([](CtScan& scan) {
             scan.tilt_deg = 18.5;
             scan.stack.step = {0, 0, 2.5};
         }),
         ct([](CtScan& scan) {
             scan.tilt_deg = 18.5;
             scan.stack.step = {0, 0, 3};
         })},
        {"C5", "the body ends before the images do", "check: image.end_slices_body, op: at_most, value: 0",
         withMeasure("image.end_slices_body", 0), withMeasure("image.end_slices_body", 1)},
        {"C6", "the field of view is large enough", "check: derived.fov_min, op: at_least, value: 240 mm",
         ct(nothing), ct([](CtScan& scan) { scan.stack.pixel_mm = 10; })},
        {"C7", "the larger edge of a pixel is small enough",
         "check: derived.pixel_size, op: at_most, value: 15 mm", ct(nothing),
         damaged([](auto& series) { series.setAll("PixelSpacing", "15\\16"); })},
        {"C12", "the body lies inside the field of view",
         "check: image.body_truncation, op: at_most, value: 1 %", withMeasure("image.body_truncation", 0.002),
         withMeasure("image.body_truncation", 0.37)},
        {"C12", "pictures nobody measured are not a pass",
         "check: image.body_truncation, op: at_most, value: 1 %", withMeasure("image.body_truncation", 0.002),
         plain, Place::Slot, RuleResult::CannotTell},
        {"D10", "the noise is as low as asked for", "check: image.gnl_hu, op: at_most, value: 20 HU",
         withMeasure("image.gnl_hu", 12), withMeasure("image.gnl_hu", 31)},
        {"D10", "air is at -1000 HU", "check: image.air_hu, op: between, value: [-1020 HU, -980 HU]",
         withMeasure("image.air_hu", -1001), withMeasure("image.air_hu", -940)},
        {"D10", "there is no metal", "check: image.metal_ppm, op: at_most, value: 50",
         withMeasure("image.metal_ppm", 0), withMeasure("image.metal_ppm", 900)},
    };
}

}  // namespace

std::vector<RowCase> objectCases() {
    auto all = completenessCases();
    for (auto& one : measureCases()) all.push_back(std::move(one));
    return all;
}

}  // namespace gantry::test
