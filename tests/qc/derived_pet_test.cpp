#include <catch2/catch.hpp>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

const std::string kTracer = "RadiopharmaceuticalInformationSequence[0].";

std::string rule(const std::string& rest) {
    return "      - {id: R, " + rest + ", severity: query, why: w, advice: a}";
}

Finding judged(const std::string& rest, const Facts& facts) {
    InventedStudy study;
    study.series("2.25.1", 10, 4, facts);
    return finding(qc::judge(packFromYaml(smallPack(rule(rest))), study.facts(), enrolled()), "R");
}

Facts scannedAt(const std::string& date, const std::string& time) {
    return {{"AcquisitionDate", date}, {"AcquisitionTime", time}, {"StudyDate", date}};
}

/// Slots `ct` and `pet`; `rules` are the CT's.
qc::Pack petCt(const std::string& rules) {
    return packFromYaml(
        "pack: 1\nid: petct\nversion: 1.0.0\ntitle: PET/CT\nsources: {S: {cite: decided here}}\n"
        "visits: [{id: V, label: Visit, needs: [ct, pet]}]\n"
        "slots:\n"
        "  ct:\n"
        "    label: CT\n"
        "    match: {must: [{check: Modality, op: equals, value: CT}], accept: {score: 0}}\n"
        "    rules:\n" +
        rules +
        "\n"
        "  pet:\n"
        "    label: PET\n"
        "    match: {must: [{check: Modality, op: equals, value: PT}], accept: {score: 0}}\n");
}

}  // namespace

TEST_CASE("uptake time runs from the injection to the first bed", "[derived][pet]") {
    const std::string within = "check: derived.uptake_time, op: between, value: [55 min, 75 min]";
    const auto of = [&](const std::string& injected, const std::string& scan) {
        auto facts = scannedAt("20260402", scan);
        facts[kTracer + "RadiopharmaceuticalStartTime"] = injected;
        return judged(within, facts);
    };
    CHECK(of("090000", "100000").found == "60 min");
    CHECK(of("090000", "100000").result == RuleResult::Pass);
    CHECK(of("090000.000", "101530").found == "75.5 min");
    CHECK(of("090000", "101530").result == RuleResult::Fail);
    CHECK(of("233000", "003000").found == "60 min");  // across midnight
    CHECK(of("", "100000").result == RuleResult::CannotTell);
    CHECK(of("110000", "100000").result == RuleResult::Fail);
    auto dated = scannedAt("20260402", "003000");
    dated[kTracer + "RadiopharmaceuticalStartDateTime"] = "20260401232500";
    dated[kTracer + "RadiopharmaceuticalStartTime"] = "120000";
    CHECK(judged(within, dated).found == "65 min");
    // 21:25 UTC is 23:25 on the clock of the acquisition.
    dated["TimezoneOffsetFromUTC"] = "+0200";
    dated[kTracer + "RadiopharmaceuticalStartDateTime"] = "20260401212500+0000";
    CHECK(judged(within, dated).found == "65 min");
}

TEST_CASE("the injection lies before the scan, less than half a day", "[derived][pet]") {
    const auto of = [](const std::string& injected) {
        auto facts = scannedAt("20260402", "100000");
        facts[kTracer + "RadiopharmaceuticalStartDateTime"] = injected;
        return judged("check: derived.injection_before_scan, op: equals, value: true", facts).result;
    };
    CHECK(of("20260402090000") == RuleResult::Pass);
    CHECK(of("20260402100100") == RuleResult::Fail);
    CHECK(of("20260401090000") == RuleResult::Fail);  // yesterday's date
    CHECK(of("") == RuleResult::CannotTell);
}

TEST_CASE("activity per weight", "[derived][pet]") {
    const std::string within = "check: derived.dose_per_kg, op: between, value: [3 MBq/kg, 5 MBq/kg]";
    const auto of = [&](const std::string& dose, const std::string& weight) {
        return judged(within, {{kTracer + "RadionuclideTotalDose", dose}, {"PatientWeight", weight}});
    };
    CHECK(of("350000000", "70").found == "5 MBq/kg");
    CHECK(of("350000000", "70").result == RuleResult::Pass);
    CHECK(of("350", "70").result == RuleResult::Fail);  // typed in MBq
    CHECK(of("350000000", "0").result == RuleResult::CannotTell);
    CHECK(of("", "70").result == RuleResult::CannotTell);
}

TEST_CASE("the scanner's SUV factor agrees with weight, activity and decay", "[derived][pet]") {
    // 370 MBq in 74 kg are 5000 Bq/g; after one half-life 2500. With 1.25 Bq/ml a stored unit, one unit is an
    // SUV of 1.25 / 2500 = 0.0005.
    Facts facts{{kTracer + "RadionuclideTotalDose", "370000000"},
                {kTracer + "RadionuclideHalfLife", "3600"},
                {kTracer + "RadiopharmaceuticalStartTime", "090000"},
                {"PatientWeight", "74"},
                {"SeriesDate", "20260402"},
                {"SeriesTime", "100000"},
                {"DecayCorrection", "START"},
                {"(7053,09):Philips PET Private Group", "1.25"},
                {"(7053,00):Philips PET Private Group", "0.0005"}};
    const std::string agrees = "check: derived.suv_factor_agreement, op: within, value: 1, tol: 0.02";
    CHECK(judged(agrees, facts).result == RuleResult::Pass);
    CHECK(judged(agrees, facts).found == "1");
    facts["PatientWeight"] = "148";  // twice the weight halves the activity in a gram
    CHECK(judged(agrees, facts).found == "0.5");
    CHECK(judged(agrees, facts).result == RuleResult::Fail);
    facts["PatientWeight"] = "74";
    facts["DecayCorrection"] = "ADMIN";  // already at the time of injection: 5000 Bq/g
    CHECK(judged(agrees, facts).found == "2");
    facts.erase("(7053,00):Philips PET Private Group");
    CHECK(judged(agrees, facts).result == RuleResult::CannotTell);
}

TEST_CASE("beds are counted by their acquisition times", "[derived][pet]") {
    InventedStudy study;
    for (const auto* time : {"100000", "100200", "100400"})
        study.series("2.25.1", 5, 4, scannedAt("20260402", time), 20 * (time[3] - '0'));
    const auto pack = packFromYaml(smallPack(rule("check: derived.n_beds, op: at_least, value: 7")));
    CHECK(finding(qc::judge(pack, study.facts(), enrolled()), "R").found == "3");
}

TEST_CASE("the CT covers the PET when it ends within 5 mm of it, in one frame of reference",
          "[derived][pet]") {
    const auto pack = petCt(rule("check: derived.covers, op: equals, value: pet"));
    // The PET reaches from 0 to 200 mm.
    const auto of = [&](double ct_start, int slices, const std::string& frame) {
        InventedStudy study;
        study.series("2.25.1", slices, 5, {{"FrameOfReferenceUID", frame}}, ct_start)
            .series("2.25.2", 51, 4, {{"Modality", "PT"}});
        return finding(qc::judge(pack, study.facts(), enrolled()), "R").result;
    };
    CHECK(of(0, 41, "2.25.9") == RuleResult::Pass);
    CHECK(of(5, 39, "2.25.9") == RuleResult::Pass);   // 5 to 195 mm
    CHECK(of(10, 41, "2.25.9") == RuleResult::Fail);  // begins 10 mm inside
    CHECK(of(0, 39, "2.25.9") == RuleResult::Fail);   // ends at 190 mm
    CHECK(of(0, 41, "2.25.8") == RuleResult::Fail);
}

TEST_CASE("the time between CT and PET is that of their first acquisitions", "[derived][pet]") {
    const auto pack = petCt(rule("check: derived.gap_to_pet, op: at_most, value: 10 min"));
    const auto of = [&](const std::string& pet_time) {
        auto pet = scannedAt("20260402", pet_time);
        pet["Modality"] = "PT";
        InventedStudy study;
        study.series("2.25.1", 10, 5, scannedAt("20260402", "100000")).series("2.25.2", 10, 5, pet);
        return finding(qc::judge(pack, study.facts(), enrolled()), "R");
    };
    CHECK(of("100230").found == "2.5 min");
    CHECK(of("095000").result == RuleResult::Pass);
    CHECK(of("101001").result == RuleResult::Fail);
    CHECK(of("").result == RuleResult::CannotTell);
}

TEST_CASE("the calibration is as old as its newest date", "[derived][pet]") {
    const std::string young = "check: derived.calibration_age, op: at_most, value: 30 d";
    const auto of = [&](const std::string& dates) {
        return judged(young, {{"StudyDate", "20260401"}, {"DateOfLastCalibration", dates}});
    };
    CHECK(of("20260302").found == "30 d");
    CHECK(of("20260302").result == RuleResult::Pass);
    CHECK(of("20260301").result == RuleResult::Fail);
    CHECK(of("20250101\\20260325").found == "7 d");
    CHECK(of("").result == RuleResult::CannotTell);
}

TEST_CASE("whether it was a PET/CT is known from the study", "[derived][pet]") {
    const auto pack = petCt(rule("check: scanner.is_pet_ct, op: equals, value: true"));
    InventedStudy alone, both;
    alone.series("2.25.1", 10, 5);
    both.series("2.25.1", 10, 5).series("2.25.2", 10, 5, {{"Modality", "PT"}});
    CHECK(finding(qc::judge(pack, alone.facts(), enrolled()), "R").result == RuleResult::Fail);
    CHECK(finding(qc::judge(pack, both.facts(), enrolled()), "R").result == RuleResult::Pass);
}

namespace {

qc::ImageMeasure measured(double value) {
    return {value, false, std::nullopt, std::nullopt};
}

/// A PET of a patient of 70 kg with 350 MBq of F-18 an hour before; `more` is added to its header.
Verdict liverOf(double bq_per_ml, const Facts& more, const std::string& rules = "") {
    auto facts = scannedAt("20260402", "100000");
    facts.insert({{"Modality", "PT"},
                  {"Units", "BQML"},
                  {"DecayCorrection", "START"},
                  {"PatientWeight", "70"},
                  {kTracer + "RadionuclideTotalDose", "350000000"},
                  {kTracer + "RadionuclideHalfLife", "6586.2"},
                  {kTracer + "RadiopharmaceuticalStartTime", "090000"}});
    for (const auto& [name, value] : more) facts[name] = value;
    InventedStudy study;
    study.series("2.25.2", 10, 4, facts);
    auto context = enrolled();
    context.images = {{"2.25.2", {{"image.liver_mean", measured(bq_per_ml)}}, {}, ""}};
    auto yaml = smallPack(rules);
    yaml.replace(yaml.find("value: CT"), 9, "value: PT");
    return qc::judge(packFromYaml(yaml), study.facts(), context);
}

}  // namespace

// 350 MBq over 70 kg are 5000 Bq/g; an hour later 2^(-3600/6586.2) = 0.6846 of it. 7000 Bq/ml are then
// 7000 / (5000 * 0.6846) = 2.045 of it.
TEST_CASE("the liver's uptake follows from activity, weight and decay", "[derived][pet][images]") {
    const std::string rules = rule("check: image.liver_suv_mean, op: between, value: [1.3, 3.5]");
    const auto found = [&](double bq_per_ml, const Facts& more) {
        return finding(liverOf(bq_per_ml, more, rules), "R");
    };
    CHECK(found(7000, {}).found == "2.045");
    CHECK(found(7000, {{"DecayCorrection", "ADMIN"}}).found == "1.4");
    CHECK(found(7000, {{"PatientWeight", "140"}}).result == RuleResult::Fail);
    for (const auto* lacking : {"Units", "PatientWeight", "DecayCorrection", "AcquisitionTime"})
        CHECK(found(7000, {{lacking, ""}}).result == RuleResult::CannotTell);
    CHECK(found(7000, {{"Units", "CNTS"}}).result == RuleResult::CannotTell);
    CHECK(found(7000, {{"DecayCorrection", "NONE"}}).result == RuleResult::CannotTell);
    CHECK(found(1000, {{"Units", "CNTS"}, {"(7053,00):Philips PET Private Group", "0.0021"}}).found == "2.1");
}

TEST_CASE("an unusual liver is pointed out without a rule", "[derived][pet][images]") {
    CHECK(findings(liverOf(7000, {}), "IMAGE-LIVER") == 0);
    const Finding low = finding(liverOf(4000, {}), "IMAGE-LIVER");
    CHECK(low.severity == Severity::Query);
    CHECK(low.found == "1.169");
    CHECK(findings(liverOf(4000, {{"Units", ""}}), "IMAGE-LIVER") == 0);
}

TEST_CASE("PET and CT are compared by the dome of the liver, in one frame of reference",
          "[derived][pet][images]") {
    const auto of = [](double ct_mm, double pet_mm, const std::string& frame, const std::string& rules) {
        InventedStudy study;
        study.series("2.25.1", 10, 4);
        study.series("2.25.2", 10, 4, {{"Modality", "PT"}, {"FrameOfReferenceUID", frame}});
        auto context = enrolled();
        context.images = {{"2.25.1", {{"image.liver_dome", measured(ct_mm)}}, {}, ""},
                          {"2.25.2", {{"image.liver_dome", measured(pet_mm)}}, {}, ""}};
        return qc::judge(petCt(rules.empty() ? "      []" : rules), study.facts(), context);
    };
    const std::string rules = rule("check: derived.liver_dome_shift, op: at_most, value: 10 mm");
    CHECK(finding(of(300, 308, "2.25.9", rules), "R").found == "8 mm");
    CHECK(finding(of(300, 289, "2.25.9", rules), "R").result == RuleResult::Fail);
    CHECK(finding(of(300, 300, "2.25.8", rules), "R").result == RuleResult::CannotTell);
    CHECK(findings(of(300, 310, "2.25.9", ""), "IMAGE-DOME") == 0);
    CHECK(finding(of(300, 311, "2.25.9", ""), "IMAGE-DOME").found == "11 mm");
    CHECK(findings(of(300, 311, "2.25.9", rules), "IMAGE-DOME") == 0);
}
