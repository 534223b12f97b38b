#include <catch2/catch.hpp>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

const std::string kScanners =
    "scanners:\n"
    "  key: [Manufacturer, DeviceSerialNumber]\n"
    "  unqualified: {severity: stop, at: [V], else: query}\n"
    "  reconstructions: {from_phantom: nema, compare: [ConvolutionKernel, derived.slice_thickness]}\n"
    "  invalidate_when:\n"
    "    - {changed: SoftwareVersions, recheck_within: 14 d, meanwhile: query}\n"
    "    - {older_than: 90 d, of: nema, meanwhile: rescan}";

Facts scannerFacts(const Facts& more = {}) {
    Facts facts{{"Manufacturer", "ACME"},      {"DeviceSerialNumber", "77"}, {"SoftwareVersions", "VB20"},
                {"ConvolutionKernel", "EARL"}, {"SliceThickness", "5"},      {"StudyDate", "20260401"}};
    for (const auto& [name, value] : more) facts[name] = value;
    return facts;
}

qc::ScannerRecord qualified() {
    return {.key = "ACME | 77",
            .qualified = true,
            .qualified_on = "20260101",
            .at_qualification = {{"SoftwareVersions", "VB20"}},
            .reconstruction = {{"ConvolutionKernel", "EARL"}, {"derived.slice_thickness", "5"}},
            .reconstruction_standard = "EARL1",
            .phantom_passed_on = {{"nema", "20260320"}}};
}

std::string rule(const std::string& rest) {
    return "      - {id: R, " + rest + ", severity: query, why: w, advice: 'since {qualified_on}'}";
}

Verdict judgedBy(const std::string& rules, const std::vector<qc::ScannerRecord>& records, const Facts& facts,
                 const std::string& visit = "V") {
    InventedStudy study;
    study.series("2.25.1", 10, 5, facts);
    auto context = enrolled(visit);
    context.scanners = records;
    return qc::judge(packFromYaml(smallPack(rules, kScanners)), study.facts(), context);
}

Verdict judged(const std::vector<qc::ScannerRecord>& records, const Facts& facts = scannerFacts(),
               const std::string& visit = "V") {
    return judgedBy("", records, facts, visit);
}

std::size_t scannerFindings(const Verdict& verdict) {
    return findings(verdict, "SCANNER-NEW") + findings(verdict, "SCANNER-UNQUALIFIED") +
           findings(verdict, "SCANNER-CHANGED") + findings(verdict, "SCANNER-PHANTOM");
}

}  // namespace

TEST_CASE("a qualified scanner as it was gives no finding", "[scanners]") {
    CHECK(scannerFindings(judged({qualified()})) == 0);
    const Verdict verdict = judged({qualified()});
    REQUIRE(verdict.scanners.size() == 1);
    CHECK(verdict.scanners.front().key == "ACME | 77");
    CHECK(verdict.scanners.front().watched.at("SoftwareVersions") == "VB20");
}

TEST_CASE("a scanner nobody knows is noted, and not taken for a bad one", "[scanners]") {
    const Verdict verdict = judged({});
    CHECK(finding(verdict, "SCANNER-NEW").severity == Severity::Note);
    const Finding& unknown = finding(verdict, "SCANNER-UNQUALIFIED");
    CHECK(unknown.result == RuleResult::CannotTell);
    CHECK(unknown.severity == Severity::Query);
    auto unsaid = qualified();
    unsaid.qualified.reset();
    const Verdict said = judged({unsaid});
    CHECK(findings(said, "SCANNER-NEW") == 0);
    CHECK(finding(said, "SCANNER-UNQUALIFIED").result == RuleResult::CannotTell);
}

TEST_CASE("an unqualified scanner counts as the pack says for the visit", "[scanners]") {
    auto refused = qualified();
    refused.qualified = false;
    const Verdict baseline = judged({refused}, scannerFacts(), "V");
    CHECK(finding(baseline, "SCANNER-UNQUALIFIED").result == RuleResult::Fail);
    CHECK(finding(baseline, "SCANNER-UNQUALIFIED").severity == Severity::Stop);
    CHECK(baseline.outcome == Outcome::Fail);
    const Verdict later = judged({refused}, scannerFacts(), "W");
    CHECK(finding(later, "SCANNER-UNQUALIFIED").severity == Severity::Query);
}

TEST_CASE("changed software asks for a phantom within the time the pack gives", "[scanners]") {
    const Verdict verdict = judged({qualified()}, scannerFacts({{"SoftwareVersions", "VB30"}}));
    const Finding& changed = finding(verdict, "SCANNER-CHANGED");
    CHECK(changed.result == RuleResult::Fail);
    CHECK(changed.severity == Severity::Query);
    CHECK(changed.expected == "VB20");
    CHECK(changed.found == "VB30");
    // 1 April and 14 days
    CHECK(changed.advice == "Scan the phantom before the next subject, by 2026-04-15 at the latest.");
    const Finding open =
        finding(judged({qualified()}, scannerFacts({{"SoftwareVersions", ""}})), "SCANNER-CHANGED");
    CHECK(open.result == RuleResult::CannotTell);
    CHECK(open.found == "not in the header of every image");
}

TEST_CASE("a phantom is overdue after the days the pack grants", "[scanners]") {
    const auto passedOn = [](const std::string& day) {
        auto record = qualified();
        record.phantom_passed_on = {{"nema", day}};
        return judged({record});
    };
    // 1 January to 1 April 2026 are 31 + 28 + 31 = 90 days.
    CHECK(findings(passedOn("20260101"), "SCANNER-PHANTOM") == 0);
    const Verdict late = passedOn("20251231");
    CHECK(finding(late, "SCANNER-PHANTOM").found == "91 d ago");
    CHECK(finding(late, "SCANNER-PHANTOM").severity == Severity::Rescan);
    auto never = qualified();
    never.phantom_passed_on.clear();
    CHECK(finding(judged({never}), "SCANNER-PHANTOM").found == "no scan that passed");
}

TEST_CASE("only what a slot took is the trial's scan, and a header without the key is not a new scanner",
          "[scanners]") {
    InventedStudy study;
    study.series("2.25.1", 10, 5, scannerFacts())
        .instance("2.25.2", {{"Modality", "SR"}, {"Manufacturer", "WORKSTATION"}, {"PatientID", "0417-001"}})
        .instance("2.25.3", {{"Modality", "OT"}, {"Manufacturer", "W"}, {"DeviceSerialNumber", "9"}});
    auto context = enrolled();
    context.scanners = {qualified()};
    const auto pack = packFromYaml(smallPack("", kScanners));
    CHECK(scannerFindings(qc::judge(pack, study.facts(), context)) == 0);

    const Verdict unnamed = judged({qualified()}, scannerFacts({{"DeviceSerialNumber", ""}}));
    CHECK(findings(unnamed, "SCANNER-NEW") == 0);
    CHECK(finding(unnamed, "SCANNER-UNQUALIFIED").result == RuleResult::CannotTell);
    CHECK(finding(unnamed, "SCANNER-UNQUALIFIED").found == "the header does not say which scanner it was");
}

TEST_CASE("the qualified reconstruction is recognised by what the pack compares", "[scanners]") {
    const std::string wanted = rule("check: recon.matches_qualified, op: equals, value: EARL1");
    const auto of = [&](const qc::ScannerRecord& record, const Facts& more = {}) {
        return finding(judgedBy(wanted, {record}, scannerFacts(more)), "R");
    };
    CHECK(of(qualified()).result == RuleResult::Pass);
    CHECK(of(qualified()).found == "EARL1");
    CHECK(of(qualified(), {{"ConvolutionKernel", "clinical"}}).result == RuleResult::Fail);
    CHECK(of(qualified(), {{"ConvolutionKernel", "clinical"}}).found == "none");
    CHECK(of(qualified(), {{"SliceThickness", "4"}}).found == "none");
    CHECK(of(qualified(), {{"ConvolutionKernel", ""}}).result == RuleResult::CannotTell);
    auto other = qualified();
    other.reconstruction_standard = "EARL2";
    CHECK(of(other).result == RuleResult::Fail);
    auto none = qualified();
    none.reconstruction.clear();
    CHECK(of(none).result == RuleResult::CannotTell);
}

TEST_CASE("rules may ask the registry", "[scanners]") {
    const auto of = [&](const std::string& check, const qc::ScannerRecord& record, const Facts& more = {}) {
        return finding(judgedBy(rule(check), {record}, scannerFacts(more)), "R");
    };
    auto refused = qualified();
    refused.qualified = false;
    CHECK(of("check: scanner.qualified, op: equals, value: true", qualified()).result == RuleResult::Pass);
    CHECK(of("check: scanner.qualified, op: equals, value: true", refused).result == RuleResult::Fail);
    CHECK(of("check: scanner.qualified, op: equals, value: true", refused).advice == "since 20260101");
    const std::string same = "check: scanner.software_changed, op: equals, value: false";
    CHECK(of(same, qualified()).result == RuleResult::Pass);
    CHECK(of(same, qualified(), {{"SoftwareVersions", "VB30"}}).result == RuleResult::Fail);
    CHECK(of(same, qualified(), {{"SoftwareVersions", ""}}).result == RuleResult::CannotTell);
    // 20 March to 1 April are 12 days.
    CHECK(of("check: scanner.phantom_age.nema, op: at_most, value: 12 d", qualified()).result ==
          RuleResult::Pass);
    CHECK(of("check: scanner.phantom_age.nema, op: at_most, value: 11 d", qualified()).result ==
          RuleResult::Fail);
    CHECK(of("check: scanner.phantom_age.acr, op: at_most, value: 11 d", qualified()).result ==
          RuleResult::CannotTell);
    CHECK(of("check: scanner.key, op: equals, value: ACME | 77", qualified()).result == RuleResult::Pass);
}

TEST_CASE("the schedule of a phantom bears on scans of its own modality", "[scanners][phantom]") {
    const std::string phantoms =
        "\nphantoms:\n"
        "  - {id: water, kind: ct_water_cylinder, every: 7 d, grace: 3 d, overdue: {severity: query, "
        "stop_after: 30 d},\n"
        "     tests: [{id: t, metric: ct.water_mean, op: at_most, value: 5 HU}]}\n"
        "  - {id: acr, kind: acr_ct_464, every: 365 d, gate: baseline,\n"
        "     tests: [{id: t, metric: acr464.noise, op: at_most, value: 9 HU}]}\n"
        "  - {id: mr, kind: acr_mri_large, every: 7 d, overdue: {severity: stop}, gate: baseline,\n"
        "     tests: [{id: t, metric: acr_mri.piu, op: at_least, value: 85 %}]}";
    const auto on = [&](const std::string& water, const std::string& visit, const std::string& acr = "20260301") {
        InventedStudy study;
        study.series("2.25.1", 10, 5, scannerFacts());
        auto record = qualified();
        if (!water.empty()) record.phantom_passed_on["water"] = water;
        if (!acr.empty()) record.phantom_passed_on["acr"] = acr;
        auto context = enrolled(visit);
        context.scanners = {record};
        return qc::judge(packFromYaml(smallPack("", kScanners + phantoms)), study.facts(), context);
    };
    CHECK(findings(on("20260322", "W"), "SCANNER-PHANTOM") == 0);  // ten days before the scan of 1 April
    CHECK(finding(on("20260321", "W"), "SCANNER-PHANTOM").severity == Severity::Query);  // eleven
    CHECK(finding(on("20260302", "W"), "SCANNER-PHANTOM").severity == Severity::Query);  // thirty
    CHECK(finding(on("20260301", "W"), "SCANNER-PHANTOM").severity == Severity::Stop);   // thirty-one
    // No pass at all of the gate's phantom: the first visit is stopped, a later one is not.
    CHECK(finding(on("20260330", "V", ""), "SCANNER-PHANTOM").severity == Severity::Stop);
    CHECK(findings(on("20260330", "W", ""), "SCANNER-PHANTOM") == 0);
}
