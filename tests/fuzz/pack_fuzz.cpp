// One harness for packs: JSON as a site receives it, and the verdict of whatever loads.
// clang: -fsanitize=fuzzer; g++: link a main() that replays the corpus.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gantry/qc/examples.hpp"
#include "gantry/qc/judge.hpp"
#include "gantry/qc/pack.hpp"

using namespace gantry;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view json(reinterpret_cast<const char*>(data), size);  // char may alias anything
    const auto pack = qc::Pack::fromJson(json);
    if (pack.has_value() == !qc::Pack::mistakes(json).empty()) __builtin_trap();
    if (!pack) return 0;
    (void)qc::runExamples(*pack);
    const Facts facts{{"Modality", "CT"},
                      {"KVP", "120"},
                      {"Manufacturer", "SIEMENS"},
                      {"ConvolutionKernel", "Br40d\\3"},
                      {"ImageType", "ORIGINAL\\PRIMARY\\AXIAL"},
                      {"ImageOrientationPatient", "1\\0\\0\\0\\1\\0"},
                      {"ImagePositionPatient", "0\\0\\1"},
                      {"SliceThickness", "5"},
                      {"StudyDate", "20260301"},
                      {"AcquisitionDateTime", "20260301101500+0100"},
                      {"TimezoneOffsetFromUTC", "+0000"},
                      {"PatientID", "1"}};
    const qc::StudyFacts study{"1.2", {{"1.2.3", {{"1.2.3.4", &facts}, {"1.2.3.5", &facts}}}}};
    qc::JudgeContext context;
    context.visit_id = "FU";
    context.enrolled_subject_ids = {"1"};
    context.enrolment = qc::Enrolment{"1", "F", 1960, "L", {{"first_dose", "20260101"}}};
    context.answers = {
        {"glucose", "99 mg/dl", "A"}, {"contrast_time", "101400", "A"}, {"ask.DELAY", "70 s", "A"}};
    context.waivers = {{"THICK", "D-1", "A", "20261231"}, {"lung/THICK", "D-2", "A", ""}};
    context.placements = {{"1.2.3", "lung", PlacedBy::Person}};
    context.earlier = {
        {"1.9", "BL", "20251201", {{"cap", {{"KVP", {"100"}}, {"derived.affine", {"1\\x"}}}}}}};
    context.scanners = {
        {"SIEMENS", true, "20260101", {{"SoftwareVersions", "A"}}, {}, "EARL1", {{"water", "20260101"}}}};
    context.images = {{"1.2.3", {{"image.air_hu", {-980, true, -999, 2}}}, {{"image.snr", "none"}}, ""}};
    (void)qc::judge(*pack, study, context);
    return 0;
}
