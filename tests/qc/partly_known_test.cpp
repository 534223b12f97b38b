/// A value that one image of a series lacks, or has in a form that cannot be read, never passes.

#include <catch2/catch.hpp>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

const Facts kImage = {{"Rows", "512"},
                      {"Columns", "512"},
                      {"PixelSpacing", "0.9\\0.9"},
                      {"SliceThickness", "5"},
                      {"StudyDate", "20260415"},
                      {"StudyTime", "100000"},
                      {"SeriesDate", "20260415"},
                      {"SeriesTime", "100100"},
                      {"AcquisitionDate", "20260415"},
                      {"AcquisitionTime", "100110"},
                      {"ContrastBolusAgent", "Agent"},
                      {"ContrastBolusStartTime", "100000"},
                      {"RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartTime", "090010"},
                      {"RadiopharmaceuticalInformationSequence[0].RadionuclideTotalDose", "280000000"},
                      {"PatientWeight", "70"},
                      {"PatientBirthDate", "19600101"},
                      {"ImageLaterality", "L"},
                      {"ImageType", "ORIGINAL\\PRIMARY\\M\\DIS2D"},
                      {"InPlanePhaseEncodingDirection", "COL"},
                      {"(0021,1C):SIEMENS MR SDI 02", "1"},
                      {"AcquisitionMatrix", "0\\512\\512\\0"},
                      {"ReceiveCoilName", "Head"},
                      {"ReconstructionAlgorithm", "ITERATIVE"},
                      {"SOPClassUID", "1.2.840.10008.5.1.4.1.1.2"},
                      {"EchoTime", "90"},
                      {"TemporalResolution", "5000"},
                      {"Manufacturer", "SIEMENS"},
                      {"ConvolutionKernel", "Br40d"},
                      {"DateOfLastCalibration", "20260401"}};

RuleResult resultOf(const std::string& rule, const InventedStudy& study) {
    const auto pack =
        packFromYaml(smallPack("      - {id: R, " + rule + ", severity: query, why: w, advice: a}",
                               "vocab: {kernel_class: {soft: {SIEMENS: [Br40d]}}}"));
    auto context = enrolled();
    context.enrolment->birth_year = 1960;
    return finding(qc::judge(pack, study.facts(), context), "R").result;
}

InventedStudy whole() {
    InventedStudy study;
    study.series("2.25.1", 5, 5, kImage);
    return study;
}

struct Lacking {
    std::string rule;
    std::string attribute;  ///< that one image lacks
};

}  // namespace

TEST_CASE("what one image lacks, a measure cannot tell", "[derived]") {
    const auto one = GENERATE(values<Lacking>({
        {"check: derived.slice_thickness, op: at_most, value: 5 mm", "SliceThickness"},
        {"check: derived.coverage, op: at_least, value: 20 mm", "SliceThickness"},
        {"check: derived.fov_max, op: at_most, value: 500 mm", "PixelSpacing"},
        {"check: derived.fov_min, op: at_least, value: 400 mm", "Rows"},
        {"check: derived.pixel_size, op: at_most, value: 1 mm", "PixelSpacing"},
        {"check: derived.voxel_max, op: at_most, value: 5 mm", "PixelSpacing"},
        {"check: derived.acquired_pixel, op: at_most, value: 1 mm", "AcquisitionMatrix"},
        {"check: derived.contrast_delay, op: between, value: [60 s, 90 s]", "AcquisitionTime"},
        {"check: derived.before_contrast, op: equals, value: false", "AcquisitionTime"},
        {"check: derived.study_duration, op: at_most, value: 1 h", "AcquisitionTime"},
        {"check: derived.uptake_time, op: between, value: [55 min, 75 min]", "AcquisitionTime"},
        {"check: derived.uptake_time, op: between, value: [55 min, 75 min]",
         "RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartTime"},
        {"check: derived.injection_before_scan, op: equals, value: true", "AcquisitionTime"},
        {"check: derived.dose_per_kg, op: between, value: [3 MBq/kg, 5 MBq/kg]", "PatientWeight"},
        {"check: derived.n_beds, op: at_least, value: 1", "AcquisitionTime"},
        {"check: derived.dates_ordered, op: equals, value: true", "AcquisitionTime"},
        {"check: derived.age_difference, op: at_most, value: 1 y", "PatientBirthDate"},
        {"check: derived.laterality, op: equals, value: L", "ImageLaterality"},
        {"check: derived.distortion_corrected, op: equals, value: true", "ImageType"},
        {"check: derived.phase_encoding, op: equals, value: AP", "InPlanePhaseEncodingDirection"},
        {"check: derived.phase_encoding, op: equals, value: AP", "(0021,1C):SIEMENS MR SDI 02"},
        {"check: derived.receive_coil, op: equals, value: Head", "ReceiveCoilName"},
        {"check: derived.reconstruction_algorithm, op: equals, value: ITERATIVE", "ReconstructionAlgorithm"},
        {"check: derived.object_kind, op: equals, value: image", "SOPClassUID"},
        {"check: derived.echo_time, op: at_most, value: 100 ms", "EchoTime"},
        {"check: derived.echo_times, op: superset, value: [90 ms]", "EchoTime"},
        {"check: derived.temporal_resolution, op: at_most, value: 6 s", "TemporalResolution"},
        {"check: derived.calibration_age, op: at_most, value: 30 d", "StudyDate"},
        {"check: vocab.kernel_class, op: equals, value: soft", "Manufacturer"},
        {"check: vocab.kernel_class, op: equals, value: soft", "ConvolutionKernel"},
        {"check: '(0021,1C):SIEMENS MR SDI 02', op: at_least, value: 1", "(0021,1C):SIEMENS MR SDI 02"},
        {"check: ReceiveCoilName, op: equals, value: Head", "ReceiveCoilName"},
        {"check: EchoTime, op: at_most, value: 100 ms", "EchoTime"},
    }));
    CAPTURE(one.rule, one.attribute);
    CHECK(resultOf(one.rule, whole()) == RuleResult::Pass);
    CHECK(resultOf(one.rule, whole().change(2, one.attribute, std::nullopt)) == RuleResult::CannotTell);
    CHECK(resultOf(one.rule, whole().change(2, one.attribute, "")) == RuleResult::CannotTell);
}

TEST_CASE("what one image has in a form that cannot be read is no pass", "[derived]") {
    const auto one = GENERATE(values<std::array<std::string, 3>>({
        {"check: derived.contrast_delay, op: between, value: [60 s, 90 s]", "AcquisitionTime", "ten o'clock"},
        {"check: derived.contrast_delay, op: between, value: [60 s, 90 s]", "ContrastBolusStartTime", "soon"},
        {"check: derived.uptake_time, op: between, value: [55 min, 75 min]", "AcquisitionTime", "256199"},
        {"check: derived.slice_thickness, op: at_most, value: 5 mm", "SliceThickness", "5mm"},
        {"check: derived.slice_thickness, op: at_most, value: 5 mm", "SliceThickness", "0"},
        {"check: derived.slice_thickness, op: at_most, value: 5 mm", "SliceThickness", "nan"},
        {"check: EchoTime, op: at_least, value: 80 ms", "EchoTime", "inf"},
        {"check: derived.fov_max, op: at_most, value: 500 mm", "PixelSpacing", "0.9"},
        {"check: derived.fov_max, op: at_most, value: 500 mm", "PixelSpacing", "0.9\\-0.9"},
        {"check: derived.fov_max, op: at_most, value: 500 mm", "PixelSpacing", "0.9\\0.9\\0.9"},
        {"check: derived.slices_missing, op: equals, value: 0", "ImagePositionPatient", "-250\\-250\\"},
        {"check: derived.slices_missing, op: equals, value: 0", "ImagePositionPatient", "-250\\-250\\1e30"},
        {"check: derived.plane, op: equals, value: axial", "ImageOrientationPatient", "0\\0\\0\\0\\0\\0"},
        {"check: derived.plane, op: equals, value: axial", "ImageOrientationPatient", "2\\0\\0\\0\\2\\0"},
    }));
    CAPTURE(one[0], one[1], one[2]);
    CHECK(resultOf(one[0], whole()) == RuleResult::Pass);
    CHECK(resultOf(one[0], whole().change(2, one[1], one[2])) == RuleResult::CannotTell);
}

TEST_CASE("one image that breaks the limit fails, whatever another one lacks", "[derived]") {
    auto study = whole();
    study.change(1, "SliceThickness", "7.5").change(2, "SliceThickness", std::nullopt);
    CHECK(resultOf("check: derived.slice_thickness, op: at_most, value: 5 mm", study) == RuleResult::Fail);
    auto wide = whole();
    wide.change(1, "PixelSpacing", "1.2\\1.2").change(2, "PixelSpacing", std::nullopt);
    CHECK(resultOf("check: derived.fov_max, op: at_most, value: 500 mm", wide) == RuleResult::Fail);
    auto late = whole();
    late.change(1, "AcquisitionTime", "113000").change(2, "AcquisitionTime", std::nullopt);
    CHECK(resultOf("check: derived.study_duration, op: at_most, value: 1 h", late) == RuleResult::Fail);
}

TEST_CASE("kinds of object: what is on no list of images is none", "[derived]") {
    const auto [sop_class, result] = GENERATE(table<std::string, RuleResult>({
        {"1.2.840.10008.5.1.4.1.1.2", RuleResult::Pass},
        {"1.2.840.10008.5.1.4.1.1.4.1", RuleResult::Pass},
        {"1.2.840.10008.5.1.4.1.1.128", RuleResult::Pass},
        {"1.2.840.10008.5.1.4.1.1.1.2.1", RuleResult::Pass},
        {"1.2.840.10008.5.1.4.1.1.7", RuleResult::Fail},      // secondary capture
        {"1.2.840.10008.5.1.4.1.1.4.2", RuleResult::Fail},    // spectroscopy
        {"1.2.840.10008.5.1.4.1.1.481.3", RuleResult::Fail},  // RT structure set
        {"1.2.840.10008.5.1.4.1.1.66.4", RuleResult::Fail},   // segmentation
        {"1.2.840.10008.5.1.4.1.1.9.1.1", RuleResult::Fail},  // ECG
        {"1.3.12.2.1107.5.9.1", RuleResult::Fail},            // Siemens, no image
    }));
    CAPTURE(sop_class);
    InventedStudy study;
    study.series("2.25.1", 3, 5, {{"SOPClassUID", sop_class}});
    CHECK(resultOf("check: derived.object_kind, op: equals, value: image", study) == result);
}

TEST_CASE("stations need one frame of reference in all their images", "[derived]") {
    const auto pack = packFromYaml(
        "pack: 1\nid: p\nversion: 1.0.0\ntitle: t\nsources: {}\nvisits: [{id: V, label: v, needs: [s]}]\n"
        "slots:\n  s:\n    label: s\n    count: {min: 1, max: 2}\n    merge: by_frame_of_reference\n"
        "    match: {must: [{check: Modality, op: equals, value: CT}], accept: {score: 0}}\n"
        "    rules:\n      - {id: R, check: derived.coverage, op: at_least, value: 90 mm, over: union, "
        "severity: query, why: w, advice: a}\n");
    InventedStudy study;
    study.series("2.25.1", 10, 5, {{"SliceThickness", "5"}});
    study.series("2.25.2", 10, 5, {{"SliceThickness", "5"}}, 50);
    CHECK(finding(qc::judge(pack, study.facts(), enrolled()), "R").found == "100 mm");
    study.change(12, "FrameOfReferenceUID", "2.25.77");
    CHECK(finding(qc::judge(pack, study.facts(), enrolled()), "R").result == RuleResult::CannotTell);
}

TEST_CASE("images that could not be read keep a study from passing", "[verdict]") {
    const auto pack = packFromYaml(
        smallPack("      - {id: R, check: KVP, op: equals, value: 120, severity: query, why: w, advice: a}"));
    InventedStudy study;
    study.series("2.25.1", 3, 5, {{"KVP", "120"}});
    CHECK(qc::judge(pack, study.facts(), enrolled()).outcome == Outcome::Pass);
    auto facts = study.facts();
    facts.unreadable = 2;
    const Verdict verdict = qc::judge(pack, facts, enrolled());
    CHECK(verdict.outcome == Outcome::Attention);
    CHECK(verdict.cannot_tell == 1);
    CHECK(finding(verdict, "UNREADABLE").result == RuleResult::CannotTell);
    CHECK(finding(verdict, "UNREADABLE").found == "2 images");
}
