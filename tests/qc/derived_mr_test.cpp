#include <catch2/catch.hpp>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

Finding judgedStudy(const std::string& rule, const InventedStudy& study) {
    const auto pack = packFromYaml(
        smallPack("      - {id: R, " + rule + ", severity: rescan, why: w, advice: 'no {missing}'}"));
    return finding(qc::judge(pack, study.facts(), enrolled()), "R");
}

Finding judged(const std::string& rule, const Facts& facts) {
    InventedStudy study;
    study.series("2.25.1", 4, 5, facts);
    return judgedStudy(rule, study);
}

/// One series with four slices for each value of an attribute.
InventedStudy series(const std::string& attribute, const std::vector<std::string>& values, Facts facts = {}) {
    InventedStudy study;
    for (const auto& value : values) {
        facts[attribute] = value;
        study.series("2.25.1", 4, 5, facts);
    }
    return study;
}

const std::string kAxial = "1\\0\\0\\0\\1\\0";
const std::string kCoronal = "1\\0\\0\\0\\0\\-1";
const std::string kSagittal = "0\\1\\0\\0\\0\\-1";

}  // namespace

TEST_CASE("b-values are one list of all that were scanned", "[derived][mr]") {
    const auto scanned = [](const std::vector<std::string>& values) {
        return series("DiffusionBValue", values);
    };
    const std::string wanted = "check: derived.b_values, op: superset, value: [0, 800], tol: 5 %";
    CHECK(judgedStudy(wanted, scanned({"0", "50", "800"})).result == RuleResult::Pass);
    CHECK(judgedStudy(wanted, scanned({"800", "0"})).result == RuleResult::Pass);
    CHECK(judgedStudy(wanted, scanned({"0", "840"})).result == RuleResult::Pass);
    CHECK(judgedStudy(wanted, scanned({"0", "841"})).result == RuleResult::Fail);
    const Finding lacking = judgedStudy(wanted, scanned({"0", "400"}));
    CHECK(lacking.result == RuleResult::Fail);
    CHECK(lacking.advice == "no 800");
    const std::string three = "check: derived.b_values, op: count_at_least, value: 3";
    CHECK(judgedStudy(three, scanned({"0", "50", "800"})).result == RuleResult::Pass);
    CHECK(judgedStudy(three, scanned({"0", "800"})).result == RuleResult::Fail);
    CHECK(judgedStudy("check: derived.b_values, op: equals, value: [0, 800]", scanned({"0", "800"})).result ==
          RuleResult::Pass);
    CHECK(judgedStudy(three, scanned({"0", "800", ""})).result == RuleResult::CannotTell);
}

TEST_CASE("diffusion directions count once, whichever way they point", "[derived][mr]") {
    const auto found = [](const std::vector<std::string>& directions) {
        return judgedStudy("check: derived.n_directions, op: at_least, value: 99",
                           series("DiffusionGradientOrientation", directions))
            .found;
    };
    CHECK(found({"1\\0\\0", "0\\1\\0", "0\\0\\1"}) == "3");
    CHECK(found({"1\\0\\0", "-1\\0\\0", "0\\0\\1"}) == "2");
    CHECK(found({"0\\0\\0", "1\\0\\0"}) == "1");  // b = 0 has none
    // cos 0.5° is 0.99996, cos 2° is 0.99939
    CHECK(found({"1\\0\\0", "0.99996\\0.00873\\0"}) == "1");
    CHECK(found({"1\\0\\0", "0.99939\\0.0349\\0"}) == "2");
    CHECK(judged("check: derived.n_directions, op: at_least, value: 6", {}).result == RuleResult::CannotTell);
}

TEST_CASE("phase encoding is told in the patient's directions", "[derived][mr]") {
    // PS3.3 C.7.6.2.1.1: +x is left, +y back, +z head. AP runs from front to back.
    const auto [axis, orientation, positive, name] =
        GENERATE(table<std::string, std::string, std::string, std::string>({
            {"COL", kAxial, "1", "AP"},
            {"COL", kAxial, "0", "PA"},
            {"ROW", kAxial, "1", "RL"},
            {"ROW", kAxial, "0", "LR"},
            {"COL", kCoronal, "1", "HF"},
            {"COL", kCoronal, "0", "FH"},
            {"ROW", kSagittal, "1", "AP"},
            {"ROW", kSagittal, "0", "PA"},
            {"COLUMN", kAxial, "1", "AP"},  // the word of enhanced MR
        }));
    CAPTURE(axis, orientation, positive);
    CHECK(judged("check: derived.phase_encoding, op: equals, value: " + name,
                 {{"InPlanePhaseEncodingDirection", axis},
                  {"ImageOrientationPatient", orientation},
                  {"(0021,1C):SIEMENS MR SDI 02", positive}})
              .result == RuleResult::Pass);
}

TEST_CASE("without the polarity the direction cannot be told", "[derived][mr]") {
    CHECK(judged("check: derived.phase_encoding, op: equals, value: AP",
                 {{"InPlanePhaseEncodingDirection", "COL"}})
              .result == RuleResult::CannotTell);
}

TEST_CASE("the acquired pixel is the field of view divided by the samples", "[derived][mr]") {
    const std::string rule = "check: derived.acquired_pixel, op: at_most, value: 1 mm";
    Facts facts{{"Rows", "512"}, {"Columns", "512"}, {"PixelSpacing", "0.5\\0.5"}};
    facts["AcquisitionMatrix"] = "256\\0\\0\\192";  // 256 mm by 192 phase columns
    CHECK(judged(rule, facts).found == "1.333 mm");
    facts["AcquisitionMatrix"] = "0\\320\\256\\0";  // 320 frequency columns, 256 phase rows
    CHECK(judged(rule, facts).result == RuleResult::Pass);
    facts["AcquisitionMatrix"] = "0\\320\\200\\0";
    CHECK(judged(rule, facts).found == "1.28 mm");
    facts.erase("AcquisitionMatrix");
    CHECK(judged(rule, facts).result == RuleResult::CannotTell);
    facts["MRAcquisitionFrequencyEncodingSteps"] = "256";
    facts["MRAcquisitionPhaseEncodingStepsInPlane"] = "128";
    facts["InPlanePhaseEncodingDirection"] = "ROW";
    CHECK(judged(rule, facts).found == "2 mm");
}

TEST_CASE("echo and inversion times are compared in any unit of time", "[derived][mr]") {
    CHECK(judged("check: derived.echo_time, op: at_most, value: 30 ms", {{"EchoTime", "30"}}).result ==
          RuleResult::Pass);
    CHECK(judged("check: derived.echo_time, op: at_most, value: 0.03 s", {{"EchoTime", "31"}}).result ==
          RuleResult::Fail);
    CHECK(judgedStudy("check: derived.echo_times, op: sequence, value: [5 ms, 10 ms]",
                      series("EchoTime", {"10", "5"}))
              .result == RuleResult::Pass);
    const std::string inversion = "check: derived.inversion_time, op: between, value: [150 ms, 200 ms]";
    CHECK(judged(inversion, {{"InversionTime", "170"}, {"ScanningSequence", "IR"}}).result ==
          RuleResult::Pass);
    CHECK(judged(inversion, {{"ScanningSequence", "SE"}}).result == RuleResult::CannotTell);
    const std::string none = "check: derived.inversion_time, op: absent";
    CHECK(judged(none, {{"InversionTime", "0"}, {"ScanningSequence", "SE"}}).result == RuleResult::Pass);
    CHECK(judged(none, {{"InversionTime", "170"}, {"ScanningSequence", "IR"}}).result == RuleResult::Fail);
    CHECK(judged(none, {{"ScanningSequence", "IR"}}).result == RuleResult::CannotTell);
}

TEST_CASE("the family of a sequence is told by the standard's own words", "[derived][mr]") {
    const auto [sequence, variant, train, inversion, family] =
        GENERATE(table<std::string, std::string, std::string, std::string, std::string>({
            {"EP", "SK", "1", "", "epi"},
            {"SE\\EP", "SK", "1", "", "epi"},
            {"GR", "SP", "1", "", "gre"},
            {"GR\\IR", "SP\\MP", "1", "900", "ir_gre"},
            {"GR", "SP", "1", "900", "ir_gre"},
            {"SE", "NONE", "1", "", "se"},
            {"SE", "SK", "16", "", "tse"},
            {"SE\\IR", "SK", "16", "2500", "tse"},
        }));
    CAPTURE(sequence, variant, train);
    CHECK(judged("check: derived.sequence_family, op: equals, value: " + family,
                 {{"ScanningSequence", sequence},
                  {"SequenceVariant", variant},
                  {"EchoTrainLength", train},
                  {"InversionTime", inversion}})
              .result == RuleResult::Pass);
    CHECK(judged("check: derived.sequence_family, op: equals, value: se", {{"ScanningSequence", "RM"}})
              .result == RuleResult::CannotTell);
}

TEST_CASE("time points are counted by their number, else by scans of one position", "[derived][mr]") {
    const std::string rule = "check: derived.n_dynamics, op: at_least, value: 99";
    CHECK(judgedStudy(rule, series("TemporalPositionIdentifier", {"1", "2", "3"})).found == "3");
    CHECK(judgedStudy(rule, series("AcquisitionTime", {"100000", "100010", "100020", "100030"})).found ==
          "4");
    CHECK(judged(rule, {}).found == "1");
}

TEST_CASE("temporal resolution is the time between time points", "[derived][mr]") {
    const std::string rule = "check: derived.temporal_resolution, op: at_most, value: 10 s";
    InventedStudy timed;
    for (int i = 0; i < 5; ++i)
        timed.series("2.25.1", 4, 5,
                     {{"TemporalPositionIdentifier", std::to_string(i + 1)},
                      {"AcquisitionTime", "10" + std::to_string(10 + i) + "00"}});
    CHECK(judgedStudy(rule, timed).found == "60 s");  // 240 s in four steps
    CHECK(judgedStudy("check: derived.dynamic_duration, op: at_least, value: 10 min", timed).found ==
          "5 min");
    InventedStudy triggered;
    for (int i = 0; i < 5; ++i)
        triggered.series("2.25.1", 4, 5,
                         {{"TemporalPositionIdentifier", std::to_string(i + 1)},
                          {"TriggerTime", std::to_string(i * 8000)}});
    CHECK(judgedStudy(rule, triggered).found == "8 s");
    CHECK(judged(rule, {{"TemporalResolution", "7500"}}).found == "7.5 s");
    CHECK(judged(rule, {}).result == RuleResult::CannotTell);
}

TEST_CASE("distortion correction is told by ImageType", "[derived][mr]") {
    const auto of = [](const std::string& type) {
        return judged("check: derived.distortion_corrected, op: equals, value: true", {{"ImageType", type}})
            .result;
    };
    CHECK(of("ORIGINAL\\PRIMARY\\M\\DIS2D") == RuleResult::Pass);
    CHECK(of("ORIGINAL\\PRIMARY\\M\\ND") == RuleResult::Fail);
    CHECK(of("ORIGINAL\\PRIMARY\\M") == RuleResult::CannotTell);
}
