#include <catch2/catch.hpp>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

/// Judges one rule, written as the part between id and severity, on three slices of 5 mm spacing.
Finding judged(const std::string& rule, const Facts& facts, const std::string& more = "") {
    const auto pack =
        packFromYaml(smallPack("      - {id: R, " + rule + ", severity: rescan, why: w, advice: a}", more));
    InventedStudy study;
    study.series("2.25.1", 3, 5, facts);
    return finding(qc::judge(pack, study.facts(), enrolled()), "R");
}

RuleResult resultOf(const std::string& rule, const Facts& facts) {
    return judged(rule, facts).result;
}

}  // namespace

TEST_CASE("every operator holds where it should and fails where it should", "[operators]") {
    const auto [rule, keyword, good,
                bad] = GENERATE(table<std::string, std::string, std::string, std::string>({
        {"check: KVP, op: equals, value: 120", "KVP", "120.0", "100"},
        {"check: KVP, op: equals, value: 120, tol: 1 kV", "KVP", "121", "121.5"},
        {"check: KVP, op: equals, value: 120, tol: 5 %", "KVP", "114", "113"},
        {"check: ScanOptions, op: equals, value: HELICAL MODE", "ScanOptions", "HELICAL MODE", "AXIAL MODE"},
        {"check: PatientSex, op: equals, value: enrolment.sex", "PatientSex", "F", "M"},
        {"check: MRAcquisitionType, op: equals, value: 3D", "MRAcquisitionType", "3D", "2D"},
        {"check: KVP, op: in, value: [100, 120]", "KVP", "100", "110"},
        {"check: KVP, op: between, value: [80, 140]", "KVP", "80", "79.9"},
        {"check: KVP, op: between, value: [80, 140]", "KVP", "140", "140.1"},
        {"check: KVP, op: between, value: {min: 80 kV, max: 140 kV}", "KVP", "100", "150"},
        {"check: SliceThickness, op: at_most, value: 5 mm", "SliceThickness", "5", "5.01"},
        {"check: SliceThickness, op: at_most, value: 0.5 cm, tol: 0.05 mm", "SliceThickness", "5.05", "5.06"},
        {"check: SliceThickness, op: at_most, value: 5, tol: 0.05", "SliceThickness", "5.05", "5.06"},
        {"check: SliceThickness, op: at_least, value: 2.5 mm", "SliceThickness", "2.5", "2.49"},
        {"check: GantryDetectorTilt, op: within, value: 0 deg, tol: 0.5 deg", "GantryDetectorTilt", "-0.5",
         "-0.6"},
        {"check: SeriesDescription, op: matches, value: '(?i)chest|cap'", "SeriesDescription", "CT CAP",
         "Head"},
        {"check: SeriesDescription, op: matches, value: '^cap$'", "SeriesDescription", "cap", "CT cap"},
        {"check: ImageType, op: contains, value: [ORIGINAL, PRIMARY]", "ImageType",
         "ORIGINAL\\PRIMARY\\AXIAL", "DERIVED\\PRIMARY"},
        {"check: ImageType, op: contains, value: AXIAL", "ImageType", "ORIGINAL\\AXIAL", "ORIGINAL\\AXIALS"},
        {"check: ImageType, op: contains_all, value: [A, B]", "ImageType", "B\\C\\A", "A\\C"},
        {"check: ImageType, op: contains_any, value: [A, B]", "ImageType", "C\\B", "C\\D"},
        {"check: ImageType, op: contains_none, value: [A, B]", "ImageType", "C\\D", "C\\B"},
        {"check: PixelSpacing, op: at_most, value: 0.98 mm", "PixelSpacing", "0.7\\0.9", "0.7\\0.99"},
        {"check: InversionTimes, op: superset, value: [0, 500], tol: 5 %", "InversionTimes", "0\\490\\900",
         "0\\470"},
        {"check: ImageType, op: count_at_least, value: 3", "ImageType", "A\\B\\C", "A\\B"},
        {"check: ImageType, op: sequence, value: [A, B]", "ImageType", "X\\A\\C\\B", "B\\A"},
        {"check: ContrastBolusAgent, op: present", "ContrastBolusAgent", "given", ""},
        {"check: ContrastBolusAgent, op: absent", "ContrastBolusAgent", "", "given"},
    }));
    CAPTURE(rule, keyword, good, bad);
    CHECK(resultOf(rule, {{keyword, good}}) == RuleResult::Pass);
    CHECK(resultOf(rule, {{keyword, bad}}) == RuleResult::Fail);
}

TEST_CASE("an absent, empty or unreadable value never passes", "[operators]") {
    const std::string rule =
        GENERATE("op: equals, value: 120", "op: in, value: [120]", "op: between, value: [80, 140]",
                 "op: at_most, value: 140", "op: at_least, value: 80", "op: within, value: 120, tol: 5",
                 "op: superset, value: [120]", "op: count_at_least, value: 1", "op: sequence, value: [120]",
                 "op: constant");
    CAPTURE(rule);
    CHECK(resultOf("check: KVP, " + rule, {}) == RuleResult::CannotTell);
    CHECK(resultOf("check: KVP, " + rule, {{"KVP", ""}}) == RuleResult::CannotTell);
    CHECK(resultOf("check: KVP, " + rule, {{"KVP", "not a number"}}) == RuleResult::CannotTell);
}

TEST_CASE("one image that differs or lacks the value decides for the series", "[operators]") {
    const auto pack = packFromYaml(
        smallPack("      - {id: R, check: KVP, op: equals, value: 120, severity: rescan, why: w, advice: a}\n"
                  "      - {id: C, check: KVP, op: constant, severity: rescan, why: w, advice: a}"));
    InventedStudy differing;
    differing.series("2.25.1", 3, 5, {{"KVP", "120"}}).series("2.25.1", 1, 5, {{"KVP", "100"}}, 20);
    const Verdict different = qc::judge(pack, differing.facts(), enrolled());
    CHECK(finding(different, "R").result == RuleResult::Fail);
    CHECK(finding(different, "R").found == "100 kV");
    CHECK(finding(different, "C").result == RuleResult::Fail);
    CHECK(finding(different, "C").found == "120 kV, 100 kV");
    InventedStudy lacking;
    lacking.series("2.25.1", 3, 5, {{"KVP", "120"}}).series("2.25.1", 1, 5, {}, 20);
    const Verdict partial = qc::judge(pack, lacking.facts(), enrolled());
    CHECK(finding(partial, "R").result == RuleResult::CannotTell);
    CHECK(finding(partial, "R").found == "not in the header of 1 of 4 images");
    CHECK(finding(partial, "C").result == RuleResult::CannotTell);
}

TEST_CASE("a rule on a list of checks needs all of them", "[operators]") {
    const std::string rule = "check: [Rows, Columns], op: equals, value: 512";
    CHECK(resultOf(rule, {{"Rows", "512"}, {"Columns", "512"}}) == RuleResult::Pass);
    CHECK(resultOf(rule, {{"Rows", "512"}, {"Columns", "256"}}) == RuleResult::Fail);
    CHECK(resultOf(rule, {{"Rows", "512"}}) == RuleResult::CannotTell);
    CHECK(resultOf(rule, {{"Rows", "256"}}) == RuleResult::Fail);
}

TEST_CASE("any_of passes with one, fails with none, and cannot tell where one is open", "[operators]") {
    const std::string two =
        "any_of: [{check: KVP, op: equals, value: 120}, {check: Rows, op: equals, value: 512}]";
    CHECK(resultOf(two, {{"KVP", "100"}, {"Rows", "512"}}) == RuleResult::Pass);
    CHECK(resultOf(two, {{"KVP", "100"}, {"Rows", "256"}}) == RuleResult::Fail);
    CHECK(resultOf(two, {{"KVP", "100"}}) == RuleResult::CannotTell);
    CHECK(resultOf(two, {{"KVP", "120"}}) == RuleResult::Pass);
    const std::string asked =
        "any_of: [{check: ContrastBolusAgent, op: present}, {check: console.iv, op: equals, value: 'true'}], "
        "missing: ask";
    const Finding open = judged(asked, {});
    CHECK(open.result == RuleResult::CannotTell);
    CHECK(open.severity == Severity::Query);
    CHECK(open.repair == Repair::Enter);
    CHECK(open.found == "not in the header, nobody has answered yet");
    CHECK(resultOf(asked, {{"ContrastBolusAgentSequence[0].CodeValue", "x"}}) == RuleResult::CannotTell);
    CHECK(resultOf("check: ContrastBolusAgentSequence, op: present",
                   {{"ContrastBolusAgentSequence[0].CodeValue", "x"}}) == RuleResult::Pass);
}

TEST_CASE("missing decides what an absent value means", "[rules]") {
    const auto of = [](const std::string& missing) {
        return judged("check: KVP, op: equals, value: 120" + missing, {});
    };
    CHECK(of("").result == RuleResult::CannotTell);
    CHECK(of("").severity == Severity::Query);
    CHECK(of("").found == "not in the header");
    CHECK(of(", missing: query").result == RuleResult::CannotTell);
    CHECK(of(", missing: ask").repair == Repair::Enter);
    CHECK(of(", missing: fail").result == RuleResult::Fail);
    CHECK(of(", missing: fail").severity == Severity::Rescan);
    CHECK(of(", missing: skip").result == RuleResult::NotApplicable);
}

TEST_CASE("guards decide whether a rule applies", "[rules]") {
    const auto with = [](const std::string& when, const Facts& facts) {
        return resultOf("check: Rows, op: equals, value: 512, when: \"" + when + "\"", facts);
    };
    const Facts facts{
        {"Rows", "512"}, {"KVP", "120"}, {"Manufacturer", "SIEMENS"}, {"SoftwareVersions", "a\\syngo XA30"}};
    const auto [when, result] = GENERATE(table<std::string, RuleResult>({
        {"KVP == 120", RuleResult::Pass},
        {"KVP == 120 kV", RuleResult::Pass},
        {"KVP != 120", RuleResult::NotApplicable},
        {"KVP > 119.5 and KVP < 121", RuleResult::Pass},
        {"KVP >= 121 or Manufacturer == 'SIEMENS'", RuleResult::Pass},
        {"KVP <= 119 or not Manufacturer == 'SIEMENS'", RuleResult::NotApplicable},
        {"not (KVP == 120 and Rows == 512)", RuleResult::NotApplicable},
        {"Manufacturer in ['GE', 'SIEMENS']", RuleResult::Pass},
        {"Manufacturer ~ '(?i)siem'", RuleResult::Pass},
        {"Manufacturer ~ '^IEM'", RuleResult::NotApplicable},
        {"SoftwareVersions ~ 'XA'", RuleResult::Pass},
        {"derived.slice_spacing == 5 mm", RuleResult::Pass},
        {"derived.slice_spacing == 0.5 cm", RuleResult::Pass},
        {"slot == 's' and visit.id == 'V' and site.id == '0417'", RuleResult::Pass},
        {"visit.previous", RuleResult::NotApplicable},
        {"ConvolutionKernel == 'x'", RuleResult::CannotTell},
        {"ConvolutionKernel == 'x' or KVP == 120", RuleResult::Pass},
        {"ConvolutionKernel == 'x' and KVP == 100", RuleResult::NotApplicable},
    }));
    CAPTURE(when);
    CHECK(with(when, facts) == result);
}

TEST_CASE("values and limits are said with units; what identifies a person is never said", "[rules]") {
    const Finding thick =
        judged("check: derived.slice_thickness, op: at_most, value: 0.5 cm", {{"SliceThickness", "7.5"}});
    CHECK(thick.label == "slice thickness");
    CHECK(thick.expected == "at most 0.5 cm");
    CHECK(thick.found == "0.75 cm");
    CHECK(judged("check: KVP, op: between, value: [80, 140]", {{"KVP", "70"}}).expected == "80 to 140 kV");
    CHECK(judged("check: GantryDetectorTilt, op: within, value: 0 deg, tol: 0.5 deg",
                 {{"GantryDetectorTilt", "3"}})
              .expected == "0° ± 0.5°");
    for (const auto* keyword :
         {"PatientName", "PatientID", "PatientBirthDate", "AccessionNumber", "SeriesDescription",
          "InstitutionName", "DeviceSerialNumber", "StudyInstanceUID", "ProtocolName"}) {
        CAPTURE(keyword);
        const Finding shown =
            judged(std::string("check: ") + keyword + ", op: equals, value: other", {{keyword, "SECRET"}});
        CHECK(shown.result == RuleResult::Fail);
        CHECK(shown.found.find("SECRET") == std::string::npos);
    }
}

TEST_CASE("attributes in sequences are read from every item", "[operators]") {
    const std::string rule =
        "check: RadiopharmaceuticalInformationSequence.RadionuclideHalfLife, op: within, "
        "value: 6586.2 s, tol: 20 s";
    const std::string first = "RadiopharmaceuticalInformationSequence[0].RadionuclideHalfLife";
    const std::string second = "RadiopharmaceuticalInformationSequence[1].RadionuclideHalfLife";
    CHECK(resultOf(rule, {{first, "6586.2"}}) == RuleResult::Pass);
    CHECK(resultOf(rule, {{first, "6586.2"}, {second, "1200"}}) == RuleResult::Fail);
    CHECK(resultOf(rule, {}) == RuleResult::CannotTell);
}
