#include <catch2/catch.hpp>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

using Values = std::map<std::string, std::vector<std::string>>;

std::string against(const std::string& rest) {
    return "      - {id: R, " + rest + ", severity: query, why: w, advice: 'was {baseline}, is {found}'}";
}

qc::Pack packWith(const std::string& rest) {
    return packFromYaml(smallPack("", "    baseline:\n" + against(rest)));
}

qc::EarlierScan scan(const std::string& visit, const std::string& date, const Values& values,
                     const std::string& slot = "s") {
    return {"2.25.7", visit, date, {{slot, values}}};
}

InventedStudy ctStudy(const Facts& facts, int count = 10) {
    InventedStudy study;
    return std::move(study.series("2.25.1", count, 5, facts));
}

Finding judged(const std::string& rest, const Facts& facts, const std::vector<qc::EarlierScan>& earlier,
               const std::string& visit = "W", int count = 10) {
    auto context = enrolled(visit);
    context.earlier = earlier;
    const auto study = ctStudy(facts, count);
    return finding(qc::judge(packWith(rest), study.facts(), context), "R");
}

}  // namespace

TEST_CASE("the same as at baseline means within the tolerance, ends included", "[baseline]") {
    const std::string rule = "check: derived.slice_thickness, op: same, tol: 0.5 mm";
    const std::vector earlier{scan("V", "20260101", {{"derived.slice_thickness", {"5"}}})};
    const auto [now, result] = GENERATE(table<std::string, RuleResult>({{"5", RuleResult::Pass},
                                                                        {"5.5", RuleResult::Pass},
                                                                        {"4.5", RuleResult::Pass},
                                                                        {"5.6", RuleResult::Fail},
                                                                        {"4.4", RuleResult::Fail},
                                                                        {"", RuleResult::CannotTell}}));
    CAPTURE(now);
    CHECK(judged(rule, {{"SliceThickness", now}}, earlier).result == result);
}

TEST_CASE("texts are the same or not", "[baseline]") {
    const std::string rule = "check: ConvolutionKernel, op: same";
    const std::vector earlier{scan("V", "20260101", {{"ConvolutionKernel", {"B31f"}}})};
    CHECK(judged(rule, {{"ConvolutionKernel", "B31f"}}, earlier).result == RuleResult::Pass);
    CHECK(judged(rule, {{"ConvolutionKernel", "B70f"}}, earlier).result == RuleResult::Fail);
}

TEST_CASE("a ratio has its ends included", "[baseline]") {
    // 10 slices of 5 mm, 5 mm apart, cover 50 mm.
    const std::string rule = "check: derived.coverage, op: ratio, value: [0.8, 1.25]";
    const auto [before, result] = GENERATE(table<std::string, RuleResult>({{"50", RuleResult::Pass},
                                                                           {"62.5", RuleResult::Pass},
                                                                           {"40", RuleResult::Pass},
                                                                           {"63", RuleResult::Fail},
                                                                           {"39.5", RuleResult::Fail},
                                                                           {"0", RuleResult::Fail}}));
    CAPTURE(before);
    const std::vector earlier{scan("V", "20260101", {{"derived.coverage", {before}}})};
    CHECK(judged(rule, {{"SliceThickness", "5"}}, earlier).result == result);
}

TEST_CASE("a change is counted in the check's unit or as a share of what was", "[baseline]") {
    const std::vector earlier{scan("V", "20260101", {{"PatientWeight", {"80"}}})};
    const auto of = [&](const std::string& most, const std::string& weight) {
        return judged("check: PatientWeight, op: change_at_most, value: " + most, {{"PatientWeight", weight}},
                      earlier)
            .result;
    };
    CHECK(of("10 %", "88") == RuleResult::Pass);
    CHECK(of("10 %", "72") == RuleResult::Pass);
    CHECK(of("10 %", "88.1") == RuleResult::Fail);
    CHECK(of("10 %", "71.9") == RuleResult::Fail);
    CHECK(of("4 kg", "84") == RuleResult::Pass);
    CHECK(of("4 kg", "76") == RuleResult::Pass);
    CHECK(of("4 kg", "84.5") == RuleResult::Fail);
    CHECK(of("4000 g", "84") == RuleResult::Pass);
    CHECK(of("4000 g", "84.5") == RuleResult::Fail);
}

TEST_CASE("a share as a limit is a share of the baseline", "[baseline]") {
    const std::string rule = "check: derived.coverage, op: at_least, value: 95 %";
    const auto of = [&](const std::string& before) {
        return judged(rule, {{"SliceThickness", "5"}},
                      {scan("V", "20260101", {{"derived.coverage", {before}}})});
    };
    CHECK(of("50").result == RuleResult::Pass);
    CHECK(of("52").result == RuleResult::Pass);  // 49.4 mm wanted
    CHECK(of("53").result == RuleResult::Fail);  // 50.35 mm wanted
    CHECK(of("53").found == "50 mm");
    CHECK(of("53").advice == "was 53 mm, is 50 mm");
}

TEST_CASE("baseline is the first visit, previous the newest scan not after this one", "[baseline]") {
    const auto at = [](const std::string& visit, const std::string& date, const std::string& kvp) {
        return scan(visit, date, {{"KVP", {kvp}}});
    };
    const std::vector earlier{at("X", "20260601", "80"), at("X", "20260301", "100"),
                              at("V", "20260101", "120")};
    const std::string rule = "check: KVP, op: same";
    const auto of = [&](const std::string& more, const std::string& kvp, const std::string& date) {
        return judged(rule + more, {{"KVP", kvp}, {"StudyDate", date}}, earlier).result;
    };
    CHECK(of("", "120", "20260401") == RuleResult::Pass);
    CHECK(of("", "100", "20260401") == RuleResult::Fail);
    CHECK(of(", of: previous", "100", "20260401") == RuleResult::Pass);
    CHECK(of(", of: previous", "120", "20260401") == RuleResult::Fail);
    CHECK(of(", of: previous", "80", "20260601") == RuleResult::Pass);  // the same day is not later
    CHECK(of(", of: previous", "80", "20260531") == RuleResult::Fail);
    CHECK(of(", of: previous", "120", "20260201") == RuleResult::Pass);
    CHECK(of("", "120", "20251231") == RuleResult::CannotTell);  // nothing before it
}

TEST_CASE("an accepted scan without the slot is passed over for an older one", "[baseline]") {
    const std::string rule = "check: KVP, op: same, of: ";
    const std::vector earlier{
        scan("X", "20260301", {{"KVP", {"80"}}}, "other"), scan("X", "20260201", {{"KVP", {"100"}}}),
        scan("V", "20260102", {{"KVP", {"90"}}}, "other"), scan("V", "20260101", {{"KVP", {"120"}}})};
    CHECK(judged(rule + "previous", {{"KVP", "100"}}, earlier).result == RuleResult::Pass);
    CHECK(judged(rule + "baseline", {{"KVP", "120"}}, earlier).result == RuleResult::Pass);
    // The newest that has the slot counts, though it does not have the value.
    const std::vector silent{scan("X", "20260301", {{"Rows", {"512"}}}),
                             scan("X", "20260201", {{"KVP", {"100"}}})};
    const Finding unsaid = judged(rule + "previous", {{"KVP", "100"}}, silent);
    CHECK(unsaid.result == RuleResult::CannotTell);
    CHECK(unsaid.found == "the earlier scan does not say");
    const Finding none = judged(rule + "previous", {{"KVP", "100"}}, {earlier.front()});
    CHECK(none.result == RuleResult::CannotTell);
    CHECK(none.found == "no accepted earlier scan has this series");
}

TEST_CASE("previous is another visit, of a repeated one another window", "[baseline]") {
    const std::vector again{scan("W", "20260401", {{"KVP", {"80"}}}),
                            scan("V", "20260101", {{"KVP", {"120"}}})};
    const std::string rule = "check: KVP, op: same, of: previous";
    CHECK(judged(rule, {{"KVP", "120"}, {"StudyDate", "20260402"}}, again).result == RuleResult::Pass);

    std::string yaml = smallPack("", "    baseline:\n" + against(rule));
    const std::string later = "{id: W, label: Later visit, needs: [s]}";
    yaml.replace(
        yaml.find(later), later.size(),
        "{id: W, label: Later visit, needs: [s], anchor: a, repeat: {every: 56 d, plus_minus: 7 d}}");
    auto context = enrolled("W");
    context.enrolment->anchors["a"] = "20260101";
    // 56 days after 1 January 2026 is 26 February, 112 days is 23 April.
    context.earlier = {scan("W", "20260422", {{"KVP", {"80"}}}), scan("W", "20260226", {{"KVP", {"100"}}})};
    const auto study = ctStudy({{"KVP", "100"}, {"StudyDate", "20260423"}});
    CHECK(finding(qc::judge(packFromYaml(yaml), study.facts(), context), "R").result == RuleResult::Pass);
}

TEST_CASE("at the first visit there is nothing to compare with", "[baseline]") {
    const std::string rule = "check: KVP, op: same";
    const std::vector earlier{scan("V", "20260101", {{"KVP", {"120"}}})};
    CHECK(judged(rule, {{"KVP", "100"}}, earlier, "V").result == RuleResult::NotApplicable);
    CHECK(judged(rule, {{"KVP", "100"}}, {}, "V").result == RuleResult::NotApplicable);
}

TEST_CASE("without the earlier value a rule cannot tell", "[baseline]") {
    const std::string rule = "check: KVP, op: same";
    const Facts facts{{"KVP", "120"}};
    const Finding nobody = judged(rule, facts, {});
    CHECK(nobody.result == RuleResult::CannotTell);
    CHECK(nobody.found == "no accepted earlier scan of this subject is kept here");
    const Finding silent = judged(rule, facts, {scan("V", "20260101", {{"Rows", {"512"}}})});
    CHECK(silent.result == RuleResult::CannotTell);
    CHECK(silent.found == "the earlier scan does not say");
    CHECK(judged(rule, facts, {scan("V", "20260101", {{"KVP", {"120"}}}, "other")}).result ==
          RuleResult::CannotTell);
    CHECK(judged(rule, facts, {scan("W", "20260101", {{"KVP", {"120"}}})}).result == RuleResult::CannotTell);
}

TEST_CASE("what one verdict keeps is what the next compares with", "[baseline]") {
    const std::string rules =
        "      - {id: WEIGHT, check: PatientWeight, op: change_at_most, value: 10 %, severity: query, why: "
        "w, "
        "advice: a}\n"
        "      - {id: LEN, check: derived.coverage, op: at_least, value: 95 %, severity: query, why: w, "
        "advice: "
        "a}\n"
        "      - {id: TYPE, check: ImageType, op: same, severity: query, why: w, advice: a}";
    const auto pack = packFromYaml(smallPack("", "    baseline:\n" + rules));
    const auto first = ctStudy({{"PatientWeight", "80"}, {"SliceThickness", "5"}});
    const Verdict kept = qc::judge(pack, first.facts(), enrolled("V"));
    CHECK(finding(kept, "WEIGHT").result == RuleResult::NotApplicable);
    auto context = enrolled("W");
    context.earlier = {{"2.25.7", "V", "20260101", kept.fingerprints}};
    const auto second = ctStudy({{"PatientWeight", "86"}, {"SliceThickness", "5"}}, 9);
    const Verdict verdict = qc::judge(pack, second.facts(), context);
    CHECK(finding(verdict, "WEIGHT").result == RuleResult::Pass);
    CHECK(finding(verdict, "TYPE").result == RuleResult::Pass);
    CHECK(finding(verdict, "LEN").result == RuleResult::Fail);  // 45 mm of 50 mm
    CHECK(toJson(kept).find("PatientWeight") == std::string::npos);
}

TEST_CASE("rules of identity and of every slot look back as well", "[baseline]") {
    const std::string more =
        "identity:\n"
        "  - {id: WEIGHT, check: PatientWeight, op: change_at_most, value: 10 %, of: previous, severity: "
        "query, "
        "why: w, advice: a}\n"
        "baseline_all:\n"
        "  - {id: SAME, check: KVP, op: same, severity: query, why: w, advice: a}";
    const auto pack = packFromYaml(smallPack("", more));
    auto context = enrolled("W");
    context.earlier = {
        {"2.25.7", "V", "20260101", {{"", {{"PatientWeight", {"80"}}}}, {"s", {{"KVP", {"120"}}}}}}};
    const auto of = [&](const std::string& weight, const std::string& kvp) {
        const auto study = ctStudy({{"PatientWeight", weight}, {"KVP", kvp}});
        return qc::judge(pack, study.facts(), context);
    };
    CHECK(finding(of("80", "120"), "WEIGHT").result == RuleResult::Pass);
    CHECK(finding(of("90", "120"), "WEIGHT").result == RuleResult::Fail);
    CHECK(finding(of("80", "120"), "SAME").result == RuleResult::Pass);
    CHECK(finding(of("80", "100"), "SAME").result == RuleResult::Fail);
}
