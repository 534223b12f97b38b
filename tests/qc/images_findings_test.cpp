#include <catch2/catch.hpp>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

using Measures = std::map<std::string, qc::ImageMeasure>;

qc::ImageMeasure just(double value) {
    return {value, false, std::nullopt, std::nullopt};
}

qc::ImageMeasure usual(double value, double median, double mad) {
    return {value, false, median, mad};
}

Verdict judged(const Measures& measures, const std::string& rules = "", const std::string& identical_to = "",
               const std::string& modality = "CT") {
    InventedStudy study;
    study.series("2.25.1", 10, 5, {{"Modality", modality}, {"KVP", "120"}});
    auto context = enrolled();
    context.images = {{"2.25.1", measures, {{"image.snr", "it has no air"}}, identical_to}};
    return qc::judge(packFromYaml(smallPack(rules)), study.facts(), context);
}

std::string rule(const std::string& rest) {
    return "      - {id: R, " + rest + ", why: w, advice: a}";
}

}  // namespace

TEST_CASE("a measure beyond its limit is a finding of its own, at the limit it is not", "[images]") {
    const auto [check, good, bad, id] = GENERATE(table<std::string, double, double, std::string>({
        {"image.undecodable", 0, 1, "IMAGE-UNREADABLE"},
        {"image.blank_frames", 0, 2, "IMAGE-BLANK"},
        {"image.saturated", 0.001, 0.0011, "IMAGE-SATURATED"},
        {"image.body_truncation", 0.01, 0.011, "IMAGE-TRUNCATED"},
        {"image.edge_truncation", 0.02, 0.021, "IMAGE-EDGE"},
        {"image.stack_discontinuity", 8, 8.1, "IMAGE-BREAK"},
        {"image.air_hu", -980, -979, "IMAGE-AIR"},
        {"image.air_hu", -1020, -1021, "IMAGE-AIR"},
        {"image.ghost_percent", 0.05, 0.051, "IMAGE-GHOST"},
        {"image.snr", 10, 9.9, "IMAGE-SNR"},
        {"image.metal_ppm", 50, 51, "IMAGE-METAL"},
        {"image.slice_drop", 6, 6.1, "IMAGE-DROP"},
        {"image.frame_motion", 2, 2.1, "IMAGE-MOTION"},
    }));
    CAPTURE(check, bad);
    CHECK(findings(judged({{check, just(good)}}), id) == 0);
    const Finding wrong = finding(judged({{check, just(bad)}}), id);
    CHECK(wrong.result == RuleResult::Fail);
    CHECK(wrong.series_instance_uid == "2.25.1");
    CHECK(wrong.slot_id == "s");
    // Only what is certain may ask for another scan.
    const bool certain = check == "image.undecodable" || check == "image.blank_frames";
    CHECK((wrong.severity > Severity::Query) == certain);
}

TEST_CASE("MR may have more pixels at the largest value than CT", "[images]") {
    const auto of = [](double share) {
        InventedStudy study;
        study.series("2.25.1", 10, 5, {{"Modality", "MR"}});
        auto context = enrolled();
        context.images = {{"2.25.1", {{"image.saturated", just(share)}}, {}, ""}};
        auto yaml = smallPack("");
        yaml.replace(yaml.find("value: CT"), 9, "value: MR");
        return findings(qc::judge(packFromYaml(yaml), study.facts(), context), "IMAGE-SATURATED");
    };
    CHECK(of(0.005) == 0);
    CHECK(of(0.006) == 1);
}

TEST_CASE("pixels that nobody could look at are counted, and do not pass when they broke the worker",
          "[images]") {
    const auto of = [](bool failed) {
        InventedStudy study;
        study.series("2.25.1", 10, 5, {{"KVP", "120"}});
        auto context = enrolled();
        qc::SeriesImages images{"2.25.1", {}, {{"image.undecodable", "no decoder"}}, ""};
        images.failed = failed;
        context.images = {images};
        const std::string kvp = rule("check: KVP, op: equals, value: 120, severity: query");
        return qc::judge(packFromYaml(smallPack(kvp)), study.facts(), context);
    };
    for (const bool failed : {false, true}) {
        const Verdict verdict = of(failed);
        CHECK(finding(verdict, "IMAGE-UNREADABLE").result == RuleResult::CannotTell);
        CHECK(finding(verdict, "IMAGE-UNREADABLE").found == "no decoder");
        CHECK(verdict.cannot_tell == 1);
        CHECK(verdict.outcome == (failed ? Outcome::Attention : Outcome::Pass));
    }
}

TEST_CASE("what is unusual on a scanner counts once its usual value is known", "[images]") {
    // 0.02 and five deviations of 0.004 are 4 %.
    CHECK(findings(judged({{"image.ghost_percent", just(0.045)}}), "IMAGE-GHOST") == 0);
    CHECK(findings(judged({{"image.ghost_percent", usual(0.039, 0.02, 0.004)}}), "IMAGE-GHOST") == 0);
    const Finding ghost =
        finding(judged({{"image.ghost_percent", usual(0.041, 0.02, 0.004)}}), "IMAGE-GHOST");
    CHECK(ghost.expected == "at most 4 %, by what is usual on this scanner");
    CHECK(ghost.found == "4.1 %");
    // 0.6 of 40
    CHECK(findings(judged({{"image.snr", just(20)}}), "IMAGE-SNR") == 0);
    CHECK(findings(judged({{"image.snr", usual(24.1, 40, 2)}}), "IMAGE-SNR") == 0);
    CHECK(findings(judged({{"image.snr", usual(23.9, 40, 2)}}), "IMAGE-SNR") == 1);
    // 1.6 times 10 HU
    CHECK(findings(judged({{"image.gnl_hu", just(90)}}), "IMAGE-NOISE") == 0);
    CHECK(findings(judged({{"image.gnl_hu", usual(15.9, 10, 1)}}), "IMAGE-NOISE") == 0);
    CHECK(finding(judged({{"image.gnl_hu", usual(16.1, 10, 1)}}), "IMAGE-NOISE").found == "16.1 HU");
}

TEST_CASE("a finding shows its picture when there is one", "[images]") {
    CHECK(finding(judged({{"image.blank_frames", {1, true, {}, {}}}}), "IMAGE-BLANK").picture ==
          "image.blank_frames");
    CHECK(finding(judged({{"image.blank_frames", just(1)}}), "IMAGE-BLANK").picture.empty());
    const Verdict verdict = judged({{"image.snr", {9, true, {}, {}}}},
                                   rule("check: image.snr, op: at_least, value: 12, severity: query"));
    CHECK(finding(verdict, "R").picture == "image.snr");
}

TEST_CASE("the limit of a pack's rule replaces the usual one", "[images]") {
    const std::string mild = rule("check: image.snr, op: at_least, value: 5, severity: query");
    const Verdict verdict = judged({{"image.snr", just(7)}}, mild);
    CHECK(finding(verdict, "R").result == RuleResult::Pass);
    CHECK(findings(verdict, "IMAGE-SNR") == 0);
    CHECK(finding(judged({{"image.snr", just(4)}}, mild), "R").result == RuleResult::Fail);
}

TEST_CASE("a measure that was not made cannot tell, and says why", "[images]") {
    const std::string snr = rule("check: image.snr, op: at_least, value: 5, severity: query");
    CHECK(finding(judged({}, snr), "R").result == RuleResult::CannotTell);
    CHECK(finding(judged({}, snr), "R").found == "it has no air");
    const std::string metal = rule("check: image.metal_ppm, op: at_most, value: 5, severity: note");
    CHECK(finding(judged({}, metal), "R").found == "not measured on these pictures");
    InventedStudy study;
    study.series("2.25.1", 10, 5);
    const auto pack = packFromYaml(smallPack(snr));
    CHECK(finding(qc::judge(pack, study.facts(), enrolled()), "R").found ==
          "the pictures are not measured yet");
}

TEST_CASE("series with the same pixels are named", "[images]") {
    const Verdict twice = judged({}, "", "2.25.9");
    CHECK(finding(twice, "SERIES-IDENTICAL").severity == Severity::Query);
    CHECK(findings(judged({}), "SERIES-IDENTICAL") == 0);
    const std::string asked = rule("check: image.identical, op: equals, value: false, severity: rescan");
    const Verdict by_rule = judged({}, asked, "2.25.9");
    CHECK(finding(by_rule, "R").result == RuleResult::Fail);
    CHECK(findings(by_rule, "SERIES-IDENTICAL") == 0);
}

TEST_CASE("series of no slot are not looked at", "[images]") {
    const Verdict verdict = judged({{"image.blank_frames", just(3)}}, "", "2.25.9", "OT");
    CHECK(findings(verdict, "IMAGE-BLANK") == 0);
    CHECK(findings(verdict, "SERIES-IDENTICAL") == 0);
}

TEST_CASE("a pack may not block on a measure that can only warn", "[images]") {
    const auto refused = [](const std::string& rest, const std::string& more = "") {
        return mistakesOf(smallPack(rule(rest), more));
    };
    const std::string snr = "check: image.snr, op: at_least, value: 5, ";
    CHECK(refused(snr + "severity: query").empty());
    CHECK(refused(snr + "severity: rescan, advise_only: true").empty());
    CHECK(refused("check: image.blank_frames, op: at_most, value: 0, severity: rescan").empty());
    CHECK(refused("check: derived.liver_dome_shift, op: at_most, value: 10 mm, severity: rescan").size() ==
          1);
    CHECK(refused("check: derived.body_area_change, op: at_most, value: 10 %, severity: stop").size() == 1);
    const std::vector<std::string> not_certain{
        "slots.s.rules[0].severity: image.snr is not certain enough to block; allowed: query, note"};
    CHECK(refused(snr + "severity: rescan") == not_certain);
    CHECK(refused(snr + "severity: stop_suv") == not_certain);
    CHECK(refused(snr + "severity: query, too_low: {severity: rescan, advice: a}").size() == 1);
    CHECK(refused(snr + "severity: query",
                  "overrides: [{when: \"Rows == 512\", set: {R.severity: rescan}, why: w}]")
              .size() == 1);
}

TEST_CASE("the size of the body is compared with the newest scan that is not later", "[images]") {
    const std::string across =
        "across: [{id: SIZE, check: derived.body_area_change, op: at_most, value: 20 %, severity: query, "
        "why: w, "
        "advice: a}]";
    const auto pack = packFromYaml(smallPack("", across));
    InventedStudy study;
    study.series("2.25.1", 10, 5, {{"StudyDate", "20260401"}});
    const auto of = [&](double now, const std::vector<std::pair<std::string, std::string>>& before) {
        auto context = enrolled("W");
        context.images = {{"2.25.1", {{"image.body_area", just(now)}}, {}, ""}};
        for (const auto& [date, area] : before)
            context.earlier.push_back({"2.25.7", "V", date, {{"s", {{"image.body_area", {area}}}}}});
        return finding(qc::judge(pack, study.facts(), context), "SIZE");
    };
    CHECK(of(96000, {{"20260101", "80000"}}).result == RuleResult::Pass);
    CHECK(of(64000, {{"20260101", "80000"}}).result == RuleResult::Pass);
    CHECK(of(97000, {{"20260101", "80000"}}).result == RuleResult::Fail);
    CHECK(of(97000, {{"20260101", "80000"}}).found == "21.25 %");
    CHECK(of(97000, {{"20260301", "97000"}, {"20260101", "80000"}}).result == RuleResult::Pass);
    CHECK(of(97000, {{"20260501", "60000"}, {"20260101", "97000"}}).result == RuleResult::Pass);
    CHECK(of(97000, {}).result == RuleResult::CannotTell);
}
