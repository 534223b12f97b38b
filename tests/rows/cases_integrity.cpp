// B: completeness and integrity.
#include "gantry/scanner/ct.hpp"
#include "gantry/scanner/damage.hpp"
#include "gantry/scanner/dwi.hpp"
#include "gantry/scanner/enhanced.hpp"
#include "gantry/scanner/other_images.hpp"
#include "gantry/scanner/pet.hpp"
#include "row_kit.hpp"

namespace gantry::test {

namespace {

using namespace scanner;

CtScan tenSlices() {
    CtScan scan;
    scan.stack.images = 10;
    return scan;
}

Sample plain() {
    return sample({ctSeries(examination(), tenSlices())});
}

std::function<Sample()> damaged(std::function<void(ImageSeries&)> damage) {
    return [damage = std::move(damage)] {
        auto series = ctSeries(examination(), tenSlices());
        damage(series);
        return sample({series});
    };
}

Sample enhancedWhole() {
    return sample({enhanced(ctSeries(examination(), tenSlices()), Grouping::Shared)});
}

Sample enhancedHoled() {
    auto series = ctSeries(examination(), tenSlices());
    dropImages(series, {4, 5});
    return sample({enhanced(series, Grouping::PerFrame)});
}

Sample petWithItsCt() {
    return sample({attenuationCt(examination("Siemens", "PT")), petSeries(examination("Siemens", "PT"))});
}

Sample petOfAnotherFrame() {
    auto both = petWithItsCt();
    both.series.back().setAll("FrameOfReferenceUID", "2.25.4711");
    return both;
}

/// The rule of a case goes to the last slot.
constexpr auto kCtAndPet =
    "  ct:\n"
    "    label: CT\n"
    "    match: {must: [{check: Modality, op: equals, value: CT}], accept: {score: 0}}\n"
    "  s:\n"
    "    label: PET\n"
    "    match: {must: [{check: Modality, op: equals, value: PT}], accept: {score: 0}}\n";

constexpr auto kOneOfEach =
    "  s:\n"
    "    label: CT\n"
    "    match: {must: [{check: Modality, op: equals, value: CT}], accept: {score: 0}}\n";

Sample twoThatFit() {
    auto again = tenSlices();
    again.number = 3;
    return sample({ctSeries(examination(), tenSlices()), ctSeries(examination(), again)});
}

std::vector<RowCase> sliceCases() {
    const std::string none = ", op: equals, value: 0";
    return {
        {"B5", "no position comes twice", "check: derived.slices_duplicate" + none, plain,
         damaged([](auto& series) { duplicateImage(series, 3); })},
        {"B6", "no slice is missing", "check: derived.slices_missing" + none, plain,
         damaged([](auto& series) {
             dropImages(series, {4, 5});
         })},
        {"B6", "no frame is missing", "check: derived.slices_missing" + none, enhancedWhole, enhancedHoled},
        {"B7", "slices are evenly spaced", "check: derived.slices_irregular" + none, plain,
         damaged([](auto& series) {
             shiftImage(series, 4, {0, 0, 1.5});
         })},
        {"B8", "images have one matrix", "check: [Rows, Columns, PixelSpacing], op: constant", plain,
         damaged([](auto& series) { resizeImage(series, 4, 16, 24); })},
        {"B8", "images have one orientation", "check: ImageOrientationPatient, op: constant", plain,
         damaged([](auto& series) {
             turnImage(series, 4, {0, 1, 0}, {0, 0, -1});
         })},
    };
}

std::vector<RowCase> objectRows() {
    return {
        {"B9", "PET and CT share their frame of reference",
         "check: FrameOfReferenceUID, op: same_as, slot: ct", petWithItsCt, petOfAnotherFrame, Place::Slot,
         RuleResult::Fail, "", kCtAndPet},
        {"B10", "images are original and primary",
         "check: ImageType, op: contains_all, value: [ORIGINAL, PRIMARY]", plain,
         [] {
             const auto dwi =
                 mrDwi(examination("GE", "MR"), dwiEpi(), diffusionPoints({1000}, 1), DiffusionCoding::Ge);
             return sample({adcMap(examination("GE", "MR"), dwi, 5)});
         }},
        {"B11", "nothing was compressed with loss", "check: derived.ever_lossy, op: equals, value: false",
         plain, damaged([](auto& series) { markLossy(series, 10); })},
        {"B12", "the rescale slope is above zero", "check: RescaleSlope, op: at_least, value: 0.000001",
         plain, damaged([](auto& series) { series.setAll("RescaleSlope", "-1"); })},
    };
}

/// An attribute that is not there, empty, or no number is never a pass (B14), in one image as in all.
std::vector<RowCase> emptyCases() {
    const std::string kvp = "check: KVP, op: at_most, value: 120 kV";
    const auto bad = [&](std::string title, std::function<void(ImageSeries&)> damage) {
        return RowCase{"B14",       std::move(title),      kvp, plain, damaged(std::move(damage)),
                       Place::Slot, RuleResult::CannotTell};
    };
    return {
        bad("an absent value is not a pass", [](auto& series) { removeEverywhere(series, "KVP"); }),
        bad("an empty value is not a pass", [](auto& series) { series.setAll("KVP", ""); }),
        bad("a value absent in one image is not a pass",
            [](auto& series) { setInOne(series, 4, "KVP", ""); }),
        bad("a value that is no number is not a pass",
            [](auto& series) { setInOne(series, 4, "KVP", "a lot"); }),
        {"B14", "thickness 0 is not a pass", "check: derived.slice_thickness, op: at_most, value: 5 mm",
         plain, damaged([](auto& series) { series.setAll("SliceThickness", "0"); }), Place::Slot,
         RuleResult::CannotTell},
        {"B14", "positions that cannot be read are not a pass",
         "check: derived.slices_missing, op: equals, value: 0", plain,
         damaged([](auto& series) { setInOne(series, 4, "ImagePositionPatient", "0\\0"); }), Place::Slot,
         RuleResult::CannotTell},
    };
}

}  // namespace

std::vector<RowCase> integrityCases() {
    std::vector<RowCase> all = {
        {"B1", "the series the visit needs is there", "", plain,
         [] { return sample({petSeries(examination("Siemens", "PT"))}); }, Place::Slot, RuleResult::Fail, "",
         kOneOfEach, "SERIES"},
        {"B2", "a second series that fits is pointed out", "", plain, twoThatFit, Place::Slot,
         RuleResult::Fail, "", kOneOfEach, "SERIES-REPEAT", RuleResult::NotApplicable},
    };
    for (auto& list : {sliceCases(), objectRows(), emptyCases()})
        all.insert(all.end(), list.begin(), list.end());
    return all;
}

}  // namespace gantry::test
