// F: times, factors, beds and what a person at the console answers.
#include "gantry/scanner/pet.hpp"
#include "row_kit.hpp"

namespace gantry::test {

namespace {

using namespace scanner;

std::function<Sample()> pet(std::function<void(PetScan&)> change) {
    return [change = std::move(change)] {
        PetScan scan;
        change(scan);
        return sample({petSeries(examination("Siemens", "PT"), scan)});
    };
}

std::function<Sample()> answered(std::string value) {
    return [value = std::move(value)] {
        auto one = sample({petSeries(examination("Siemens", "PT"))});
        if (!value.empty()) one.context.answers.push_back({"glucose", value, "operator"});
        return one;
    };
}

constexpr auto kGlucose =
    "console:\n"
    "  - {id: glucose, ask: Blood glucose before injection, type: number, unit: mmol/l, also: [mg/dl], "
    "needed: before_release}";

RowCase glucose(std::string title, std::string value, RuleResult when_bad = RuleResult::Fail) {
    return {"F6",
            std::move(title),
            "check: console.glucose, op: at_most, value: 11.1 mmol/l",
            answered("5.4 mmol/l"),
            answered(std::move(value)),
            Place::Slot,
            when_bad,
            kGlucose};
}

/// PET and its CT; the CT lacks `missing` slices at its end and begins `before_s` before the PET.
std::function<Sample()> petCt(int missing, double before_s = 60) {
    return [=] {
        PetScan scan;
        scan.stack.images = 20;
        auto ct = scan;
        ct.stack.images -= missing;
        ct.after_s = scan.after_s + 60 - before_s;
        const auto at = examination("Siemens", "PT");
        return sample({attenuationCt(at, ct), petSeries(at, scan)});
    };
}

/// The rule of a case goes to the CT.
constexpr auto kPetAndCt =
    "  s:\n"
    "    label: PET\n"
    "    match: {must: [{check: Modality, op: equals, value: PT}], accept: {score: 0}}\n"
    "  ct:\n"
    "    label: CT\n"
    "    match: {must: [{check: Modality, op: equals, value: CT}], accept: {score: 0}}\n";

/// The dome of the liver at 300 mm in the PET, and at `ct_mm` in its CT.
std::function<Sample()> domes(double ct_mm) {
    return [ct_mm] {
        auto one = measured(petCt(0)(), "image.liver_dome", ct_mm);
        qc::SeriesImages pet;
        pet.series_instance_uid = one.series.back().uid();
        pet.measures["image.liver_dome"].value = 300;
        one.context.images.push_back(std::move(pet));
        return one;
    };
}

RowCase besideCt(std::string title, std::string rule, std::function<Sample()> bad) {
    return {"F11", std::move(title), std::move(rule), petCt(0), std::move(bad), Place::Slot, RuleResult::Fail,
            "",    kPetAndCt};
}

/// The qualified reconstruction of the scanner, under EARL1.
Sample registered(Sample one) {
    const auto& image = one.series.front().images.front();
    qc::ScannerRecord record;
    record.key = image.text("Manufacturer") + " | " + image.text("DeviceSerialNumber");
    record.qualified = true;
    record.reconstruction = {{"ReconstructionMethod", "PSF+TOF 4i5s"},
                             {"ConvolutionKernel", "XYZ Gauss5.00"}};
    record.reconstruction_standard = "EARL1";
    one.context.scanners.push_back(record);
    return one;
}

std::function<Sample()> filtered(std::string kernel) {
    return [kernel = std::move(kernel)] {
        PetScan scan;
        scan.kernel = kernel;
        return registered(sample({petSeries(examination("Siemens", "PT"), scan)}));
    };
}

constexpr auto kCompared =
    "scanners:\n"
    "  key: [Manufacturer, DeviceSerialNumber]\n"
    "  reconstructions: {from_phantom: nema, compare: [ReconstructionMethod, ConvolutionKernel]}";

std::vector<RowCase> uptakeCases() {
    const auto plain = pet([](PetScan&) {});
    const std::string uptake = "check: derived.uptake_time, op: between, value: [55 min, 75 min]";
    return {
        {"F2", "the activity suits the weight",
         "check: derived.dose_per_kg, op: between, value: [2.5 MBq/kg, 5 MBq/kg]", plain,
         pet([](PetScan& scan) { scan.activity_bq = 420e6; })},
        {"F3", "the uptake time is in its range", uptake, plain,
         pet([](PetScan& scan) { scan.uptake_s = 2700; })},
        {"F3", "the injection was before the scan",
         "check: derived.injection_before_scan, op: equals, value: true", plain,
         pet([](PetScan& scan) { scan.uptake_s = -600; })},
        {"F7", "beds are enough", "check: derived.n_beds, op: at_least, value: 4",
         pet([](PetScan& scan) { scan.stack.images = 20; }),
         pet([](PetScan& scan) { scan.stack.images = 15; })},
        {"F12", "the calibration is current", "check: derived.calibration_age, op: at_most, value: 92 d",
         plain, pet([](PetScan& scan) { scan.calibrated_on = "20251224"; })},
    };
}

}  // namespace

std::vector<RowCase> petMeasureCases() {
    auto all = uptakeCases();
    all.push_back(glucose("the blood glucose is low enough", "14 mmol/l"));
    all.push_back(glucose("the blood glucose in mg per dl is low enough", "216 mg/dl"));
    all.push_back(glucose("a question nobody answered is not a pass", "", RuleResult::CannotTell));
    all.push_back({"F8", "the reconstruction is the qualified one",
                   "check: recon.matches_qualified, op: equals, value: EARL1", filtered("XYZ Gauss5.00"),
                   filtered("All-pass"), Place::Slot, RuleResult::Fail, kCompared});
    all.push_back(
        besideCt("the CT covers the PET", "check: derived.covers, op: contains, value: s", petCt(8)));
    all.push_back(besideCt("the CT is near the PET in time",
                           "check: derived.gap_to_pet, op: at_most, value: 30 min", petCt(0, 3000)));
    auto dome = besideCt("PET and CT show the liver at one height",
                         "check: derived.liver_dome_shift, op: at_most, value: 10 mm", domes(288));
    dome.good = domes(308);
    all.push_back(std::move(dome));
    return all;
}

}  // namespace gantry::test
