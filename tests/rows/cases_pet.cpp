// F: PET/CT.
#include "gantry/scanner/enhanced.hpp"
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

std::function<Sample()> enhancedPet(double activity_bq) {
    return [activity_bq] {
        PetScan scan;
        scan.activity_bq = activity_bq;
        return sample({enhanced(petSeries(examination("Siemens", "PT"), scan), Grouping::Shared)});
    };
}

std::function<Sample()> petOfLength(int images) {
    return pet([images](PetScan& scan) {
        scan.stack.images = images;
        scan.stack.step = {0, 0, 50};
        scan.stack.thickness_mm = 50;
    });
}

}  // namespace

std::vector<RowCase> petCases() {
    const auto plain = pet([](PetScan&) {});
    const std::string activity =
        "check: Radiopharmaceutical.RadionuclideTotalDose, op: between, value: [150 MBq, 600 MBq]";
    return {
        {"F1", "the nuclide decays as F-18",
         "check: Radiopharmaceutical.RadionuclideHalfLife, op: within, value: 6586.2 s, tol: 20 s", plain,
         pet([](PetScan& scan) { scan.half_life_s = 4062.6; })},  // Ga-68
        {"F1", "the tracer is the trial's",
         "check: Radiopharmaceutical.Radiopharmaceutical, op: matches, value: '(?i)fluorodeoxyglucose|FDG'",
         plain, pet([](PetScan& scan) { scan.tracer = "PSMA"; })},
        {"F2", "the activity is in its range", activity, plain,
         pet([](PetScan& scan) { scan.activity_bq = 90e6; })},
        {"F2", "MBq typed as Bq are found", activity, plain,
         pet([](PetScan& scan) { scan.activity_bq = 280; })},
        {"F2", "the activity of an enhanced PET is in its range", activity, enhancedPet(280e6),
         enhancedPet(90e6)},
        {"F4", "decay is corrected to a known time", "check: DecayCorrection, op: in, value: [START, ADMIN]",
         plain, pet([](PetScan& scan) { scan.decay_correction = "NONE"; })},
        {"F4", "pixels are Bq per ml", "check: Units, op: equals, value: BQML", plain,
         pet([](PetScan& scan) { scan.units = "CNTS"; })},
        {"F4", "all corrections are made",
         "check: CorrectedImage, op: contains_all, value: [DECY, ATTN, SCAT, RAN, NORM]", plain,
         pet([](PetScan& scan) { scan.corrected = "DECY\\RAN\\NORM"; })},
        {"F7", "beds are long enough", "check: ActualFrameDuration, op: at_least, value: 90 s", plain,
         pet([](PetScan& scan) { scan.frame_ms = 60000; })},
        {"F10", "the scan reaches from skull base to thigh",
         "check: derived.coverage, op: at_least, value: 900 mm", petOfLength(18), petOfLength(16)},
    };
}

}  // namespace gantry::test
