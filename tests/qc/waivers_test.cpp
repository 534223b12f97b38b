#include <catch2/catch.hpp>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

const std::string kRule =
    "      - {id: KV, check: KVP, op: at_most, value: 120, severity: rescan, why: w, advice: a}\n"
    "      - {id: XKV, check: KVP, op: at_most, value: 120, severity: query, why: w, advice: a}\n"
    "      - {id: ROWS, check: Rows, op: equals, value: 512, severity: query, why: w, advice: a}\n";
const std::string kHeir =
    "  t:\n"
    "    label: Heir\n"
    "    extends: s\n"
    "    match: {must: [{check: Modality, op: equals, value: MR}], accept: {score: 0}}";

Verdict judged(const std::vector<qc::Waiver>& waivers, const std::string& today,
               const std::string& study_date = "") {
    InventedStudy study;
    const Facts facts{{"KVP", "140"}, {"StudyDate", study_date}};
    Facts of_mr = facts;
    of_mr["Modality"] = "MR";
    study.series("2.25.1", 3, 5, facts).series("2.25.2", 3, 5, of_mr);
    auto context = enrolled();
    context.today = today;
    context.waivers = waivers;
    return qc::judge(packFromYaml(smallPack(kRule, kHeir)), study.facts(), context);
}

RuleResult resultOf(const qc::Waiver& waiver, const std::string& today, const std::string& study_date = "") {
    return finding(judged({waiver}, today, study_date), "KV").result;
}

}  // namespace

TEST_CASE("a waiver lasts through its last day", "[waivers]") {
    const qc::Waiver until{"KV", "DEV-7", "monitor", "20260331"};
    CHECK(resultOf(until, "20260330") == RuleResult::Waived);
    CHECK(resultOf(until, "20260331") == RuleResult::Waived);
    CHECK(resultOf(until, "20260401") == RuleResult::Fail);
    // Without a clock the day of the study counts; without both nothing is let pass.
    CHECK(resultOf(until, "", "20260331") == RuleResult::Waived);
    CHECK(resultOf(until, "", "20260401") == RuleResult::Fail);
    CHECK(resultOf(until, "") == RuleResult::Fail);
    CHECK(resultOf({"KV", "DEV-8", "monitor", ""}, "") == RuleResult::Waived);
}

TEST_CASE("a waived rule names its deviation and blocks nothing", "[waivers]") {
    const Verdict verdict =
        judged({{"KV", "DEV-7", "monitor", ""}, {"XKV", "DEV-9", "monitor", ""}}, "20260301");
    const Finding& waived = finding(verdict, "KV");
    CHECK(waived.result == RuleResult::Waived);
    CHECK(waived.waiver == "DEV-7");
    CHECK(waived.found == "140 kV");
    CHECK(verdict.outcome == Outcome::Attention);  // ROWS cannot tell
    CHECK(judged({}, "20260301").outcome == Outcome::Fail);
}

TEST_CASE("a waiver of a rule covers the slots that inherit it, one of slot/RULE that slot alone",
          "[waivers]") {
    const Verdict whole = judged({{"KV", "DEV-7", "monitor", ""}}, "20260301");
    CHECK(finding(whole, "KV").result == RuleResult::Waived);
    CHECK(finding(whole, "t/KV").result == RuleResult::Waived);
    CHECK(finding(whole, "XKV").result == RuleResult::Fail);
    CHECK(finding(whole, "t/XKV").result == RuleResult::Fail);
    const Verdict heir = judged({{"t/KV", "DEV-7", "monitor", ""}}, "20260301");
    CHECK(finding(heir, "KV").result == RuleResult::Fail);
    CHECK(finding(heir, "t/KV").result == RuleResult::Waived);
}

TEST_CASE("what cannot be told is not waived", "[waivers]") {
    CHECK(finding(judged({{"ROWS", "DEV-7", "monitor", ""}}, "20260301"), "ROWS").result ==
          RuleResult::CannotTell);
}

TEST_CASE("two exceptions in force that set the same thing leave the rule unjudged", "[overrides]") {
    const std::string overrides =
        "overrides:\n"
        "  - {when: \"Manufacturer ~ 'GE'\", set: {KV.value: 130}, why: one}\n"
        "  - {when: \"Rows == 512\", set: {KV.value: 140}, why: two}";
    const auto pack = packFromYaml(smallPack(kRule, overrides));
    const auto of = [&](const std::string& vendor, const std::string& rows) {
        InventedStudy study;
        study.series("2.25.1", 3, 5, {{"KVP", "135"}, {"Manufacturer", vendor}, {"Rows", rows}});
        return finding(qc::judge(pack, study.facts(), enrolled()), "KV");
    };
    CHECK(of("GE", "256").result == RuleResult::Fail);
    CHECK(of("Philips", "512").result == RuleResult::Pass);
    CHECK(of("GE", "512").result == RuleResult::CannotTell);
    CHECK(of("GE", "512").severity == Severity::Query);
    CHECK(of("Philips", "256").expected == "at most 120 kV");
}
