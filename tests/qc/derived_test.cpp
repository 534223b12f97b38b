#include <catch2/catch.hpp>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

Finding judgedStudy(const std::string& rule, const InventedStudy& study) {
    const auto pack =
        packFromYaml(smallPack("      - {id: R, " + rule + ", severity: rescan, why: w, advice: a}"));
    return finding(qc::judge(pack, study.facts(), enrolled()), "R");
}

Finding judged(const std::string& rule, const Facts& facts, int count = 10, double spacing = 5,
               const std::vector<int>& dropped = {}) {
    InventedStudy study;
    study.series("2.25.1", count, spacing, facts, 0, dropped);
    return judgedStudy(rule, study);
}

}  // namespace

TEST_CASE("the gap is spacing less thickness, and needs both", "[derived]") {
    const std::string rule = "check: derived.slice_gap, op: at_most, value: 0 mm, tol: 0.1 mm";
    CHECK(judged(rule, {{"SliceThickness", "5"}}).result == RuleResult::Pass);
    CHECK(judged(rule, {{"SliceThickness", "4.9"}}).result == RuleResult::Pass);
    const Finding gap = judged(rule, {{"SliceThickness", "4"}});
    CHECK(gap.result == RuleResult::Fail);
    CHECK(gap.found == "1 mm");
    CHECK(judged(rule, {}).result == RuleResult::CannotTell);
    CHECK(judged(rule, {{"SliceThickness", "0"}}).result == RuleResult::CannotTell);
    CHECK(judged(rule, {{"SliceThickness", "5"}}, 1).result == RuleResult::CannotTell);
    // SpacingBetweenSlices and SliceLocation say otherwise and are not believed.
    CHECK(judged(rule, {{"SliceThickness", "5"}, {"SpacingBetweenSlices", "7"}, {"SliceLocation", "1"}})
              .result == RuleResult::Pass);
}

TEST_CASE("missing slices are counted and placed", "[derived]") {
    const std::string rule = "check: derived.slices_missing, op: equals, value: 0";
    CHECK(judged(rule, {}, 10, 2.5).result == RuleResult::Pass);
    const Finding missing = judged(rule, {}, 10, 2.5, {4, 5});
    CHECK(missing.result == RuleResult::Fail);
    CHECK(missing.found == "2 at 10 to 12.5 mm");
}

TEST_CASE("coverage is from the first to the last slice with half a slice at each end", "[derived]") {
    const std::string rule = "check: derived.coverage, op: at_least, value: 50 mm";
    CHECK(judged(rule, {{"SliceThickness", "5"}}, 10).result == RuleResult::Pass);
    const Finding shorter = judged(rule, {{"SliceThickness", "5"}}, 9);
    CHECK(shorter.result == RuleResult::Fail);
    CHECK(shorter.found == "45 mm");
    CHECK(judged(rule, {}, 20).result == RuleResult::CannotTell);
}

TEST_CASE("lossy compression is known from the header or the transfer syntax", "[derived]") {
    const auto [flag, syntax, result] = GENERATE(table<std::string, std::string, RuleResult>({
        {"00", "1.2.840.10008.1.2.1", RuleResult::Pass},
        {"", "1.2.840.10008.1.2.1", RuleResult::Pass},
        {"", "1.2.840.10008.1.2.4.70", RuleResult::Pass},
        {"", "1.2.840.10008.1.2.4.80", RuleResult::Pass},
        {"01", "1.2.840.10008.1.2.1", RuleResult::Fail},
        {"00", "1.2.840.10008.1.2.4.50", RuleResult::Fail},
        {"", "1.2.840.10008.1.2.4.81", RuleResult::Fail},
        {"00", "1.2.840.10008.1.2.4.91", RuleResult::Pass},
        {"", "1.2.840.10008.1.2.4.91", RuleResult::CannotTell},
        {"", "", RuleResult::CannotTell},
        {"", "1.2.3.4", RuleResult::CannotTell},
    }));
    CAPTURE(flag, syntax);
    CHECK(judged("check: derived.ever_lossy, op: equals, value: false",
                 {{"LossyImageCompression", flag}, {"TransferSyntaxUID", syntax}})
              .result == result);
}

TEST_CASE("the delay after contrast is acquisition less injection time", "[derived]") {
    const std::string rule = "check: derived.contrast_delay, op: between, value: [60 s, 90 s]";
    CHECK(judged(rule, {{"AcquisitionTime", "101510.5"}, {"ContrastBolusStartTime", "1014"}}).found ==
          "70.5 s");
    CHECK(judged(rule, {{"AcquisitionTime", "101700"}, {"ContrastBolusStartTime", "101400"}}).result ==
          RuleResult::Fail);
    CHECK(judged(rule, {{"AcquisitionTime", "101300"}, {"ContrastBolusStartTime", "101400"}}).result ==
          RuleResult::CannotTell);
    CHECK(judged(rule, {{"AcquisitionTime", "101500"}}).result == RuleResult::CannotTell);
    CHECK(judged(rule, {{"AcquisitionTime", "1:15"}, {"ContrastBolusStartTime", "101400"}}).result ==
          RuleResult::CannotTell);
}

TEST_CASE("field of view and voxel come from matrix, pixel spacing and slice spacing", "[derived]") {
    const Facts facts{{"Rows", "512"}, {"Columns", "256"}, {"PixelSpacing", "0.75\\1"}};
    CHECK(judged("check: derived.fov_max, op: at_most, value: 300 mm", facts).found == "384 mm");
    CHECK(judged("check: derived.voxel_max, op: at_most, value: 1 mm", facts, 10, 5).found == "5 mm");
    CHECK(judged("check: derived.voxel_anisotropy, op: at_most, value: 1.1", facts, 10, 1.5).found == "2");
    CHECK(judged("check: derived.fov_max, op: at_most, value: 300 mm", {}).result == RuleResult::CannotTell);
}

TEST_CASE("positions that cannot be read make geometry unknown, not good", "[derived]") {
    const std::string check = GENERATE(
        "derived.slices_missing, op: equals, value: 0", "derived.slices_duplicate, op: equals, value: 0",
        "derived.plane, op: equals, value: axial", "derived.n_slices, op: at_least, value: 1",
        "derived.obliquity, op: at_most, value: 2 deg", "derived.coverage, op: at_least, value: 1 mm");
    CAPTURE(check);
    InventedStudy bad_position, bad_orientation, mixed;
    bad_position.series("2.25.1", 5, 5, {{"SliceThickness", "5"}})
        .instance("2.25.1", {{"Modality", "CT"}, {"SliceThickness", "5"}, {"ImagePositionPatient", "1\\2"}});
    bad_orientation.series("2.25.1", 5, 5,
                           {{"SliceThickness", "5"}, {"ImageOrientationPatient", "1\\0\\0\\x\\1\\0"}});
    mixed.series("2.25.1", 5, 5, {{"SliceThickness", "5"}})
        .series("2.25.1", 5, 5, {{"SliceThickness", "5"}, {"ImageOrientationPatient", "1\\0\\0\\0\\0\\-1"}});
    CHECK(judgedStudy("check: " + check, bad_position).result == RuleResult::CannotTell);
    CHECK(judgedStudy("check: " + check, bad_orientation).result == RuleResult::CannotTell);
    CHECK(judgedStudy("check: " + check, mixed).result == RuleResult::CannotTell);
}

TEST_CASE("a header that was cut off does not say that something is absent", "[derived]") {
    const std::string rule = GENERATE("op: present", "op: absent");
    CHECK(judged("check: ContrastBolusAgent, " + rule, {{"Gantry.FactsTruncated", "1"}}).result ==
          RuleResult::CannotTell);
}

TEST_CASE("a measure that could not be made is neither there nor absent", "[derived]") {
    const std::string rule = GENERATE("op: present", "op: absent");
    for (const auto* check : {"derived.slice_gap", "derived.contrast_delay", "derived.acquired_pixel"})
        CHECK(judged("check: " + std::string(check) + ", " + rule, {}).result == RuleResult::CannotTell);
    const auto there = judged("check: derived.slice_gap, " + rule, {{"SliceThickness", "5"}});
    CHECK(there.result == (rule == "op: present" ? RuleResult::Pass : RuleResult::Fail));
    // A value that cannot be read is there.
    const auto unreadable = judged("check: SliceThickness, " + rule, {{"SliceThickness", "thin"}});
    CHECK(unreadable.result == (rule == "op: present" ? RuleResult::Pass : RuleResult::Fail));
}

TEST_CASE("kernel words are looked up by the manufacturer's name", "[derived]") {
    const std::string vocab =
        "vocab: {kernel_class: {soft: {GE: [STANDARD], SIEMENS: ['/^B[23][0-9][fs]?$/', "
        "'/^[BI][rf](3[0-9]|4[0-4])/']}, "
        "lung: {GE: [LUNG], CANON: ['/^FC5[0-9]$/']}}}";
    const auto pack =
        packFromYaml(smallPack("      - {id: R, check: vocab.kernel_class, op: equals, value: soft, "
                               "severity: rescan, why: w, advice: a}",
                               vocab));
    const auto of = [&](const std::string& manufacturer, const std::string& kernel) {
        InventedStudy study;
        study.series("2.25.1", 3, 5, {{"Manufacturer", manufacturer}, {"ConvolutionKernel", kernel}});
        return finding(qc::judge(pack, study.facts(), enrolled()), "R");
    };
    CHECK(of("GE MEDICAL SYSTEMS", "STANDARD").result == RuleResult::Pass);
    CHECK(of("Siemens Healthineers", "Br40d\\3").result == RuleResult::Pass);
    CHECK(of("SIEMENS", "B30f").found == "soft (B30f)");
    CHECK(of("GE MEDICAL SYSTEMS", "LUNG").result == RuleResult::Fail);
    CHECK(of("CANON_MEC", "FC51").result == RuleResult::Fail);
    CHECK(of("SIEMENS", "STANDARD").result == RuleResult::CannotTell);
    CHECK(of("MERGE", "STANDARD").result == RuleResult::CannotTell);
    CHECK(of("", "STANDARD").result == RuleResult::CannotTell);
    CHECK(of("SIEMENS", "").result == RuleResult::CannotTell);
}

TEST_CASE("frames of an enhanced object are slices", "[derived]") {
    Facts enhanced{{"Modality", "CT"},
                   {"NumberOfFrames", "4"},
                   {"TransferSyntaxUID", "1.2.840.10008.1.2.1"},
                   {"SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0].ImageOrientationPatient",
                    "1\\0\\0\\0\\1\\0"},
                   {"SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].SliceThickness", "2"}};
    const std::vector<std::string> positions{"6", "0", "2", "10"};
    for (std::size_t i = 0; i < positions.size(); ++i)
        enhanced["PerFrameFunctionalGroupsSequence[" + std::to_string(i) +
                 "].PlanePositionSequence[0].ImagePositionPatient"] = "0\\0\\" + positions[i];
    InventedStudy study;
    study.instance("2.25.1", enhanced);
    CHECK(judgedStudy("check: derived.n_slices, op: equals, value: 4", study).result == RuleResult::Pass);
    CHECK(judgedStudy("check: derived.slice_thickness, op: at_most, value: 2 mm", study).result ==
          RuleResult::Pass);
    CHECK(judgedStudy("check: derived.coverage, op: equals, value: 12 mm", study).result == RuleResult::Pass);
    enhanced["Gantry.FactsTruncated"] = "1";
    InventedStudy cut;
    cut.instance("2.25.1", enhanced);
    CHECK(judgedStudy("check: derived.n_slices, op: equals, value: 4", cut).result == RuleResult::CannotTell);
}
