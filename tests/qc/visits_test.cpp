#include "gantry/qc/visits.hpp"

#include <catch2/catch.hpp>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

std::string packOf(const std::string& rules = "") {
    return "pack: 1\n"
           "id: visits\n"
           "version: 1.0.0\n"
           "title: Visits\n"
           "sources: {S: {cite: decided here}}\n"
           "visits:\n"
           "  - {id: BL, label: Baseline, anchor: first_dose, window: {from: -28 d, to: -1 d}, needs: [s]}\n"
           "  - {id: FU, label: Follow-up, anchor: first_dose, repeat: {every: 56 d, plus_minus: 7 d}, "
           "needs: "
           "[s]}\n"
           "  - {id: EOT, label: End, anchor: event.eot, window: {from: 0 d, to: 14 d}, needs: [s]}\n"
           "  - {id: UNS, label: Unscheduled, needs: [], optional: [s]}\n"
           "slots:\n"
           "  s:\n"
           "    label: Slot\n"
           "    match: {must: [{check: Modality, op: equals, value: CT}], accept: {score: 0}}\n" +
           (rules.empty() ? std::string() : "    rules:\n" + rules + "\n");
}

/// First dose on 1 March 2026: follow-ups are due 26 April, 21 June, 16 August …
const qc::Anchors kAnchors{{"first_dose", "20260301"}};

Verdict judgedAt(const std::string& visit, const std::string& date,
                 const std::vector<qc::EarlierScan>& earlier = {}, const std::string& rules = "",
                 const qc::Anchors& anchors = kAnchors) {
    InventedStudy study;
    study.series("2.25.1", 10, 5, {{"StudyDate", date}});
    auto context = enrolled(visit);
    context.enrolment->anchors = anchors;
    context.earlier = earlier;
    return qc::judge(packFromYaml(packOf(rules)), study.facts(), context);
}

Finding window(const std::string& visit, const std::string& date, const qc::Anchors& anchors = kAnchors) {
    return finding(judgedAt(visit, date, {}, "", anchors), "VISIT-WINDOW");
}

std::vector<std::string> suggested(const std::string& date, const std::vector<std::string>& done = {},
                                   const qc::Anchors& anchors = kAnchors) {
    std::vector<std::string> ids;
    for (const auto& visit : qc::suggestVisits(packFromYaml(packOf()), anchors, date, done))
        ids.push_back(visit.id);
    return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a window includes its first and its last day", "[visits]") {
    const auto [visit, date, found] = GENERATE(table<std::string, std::string, std::string>({
        {"BL", "20260131", "1 day too early"},  // 28 days before 1 March 2026 is 1 February
        {"BL", "20260201", "inside"},
        {"BL", "20260228", "inside"},
        {"BL", "20260301", "1 day too late"},
        {"FU", "20260418", "1 day too early"},
        {"FU", "20260419", "inside"},
        {"FU", "20260503", "inside"},
        {"FU", "20260505", "2 days too late"},
        {"FU", "20260614", "inside"},  // the second one
        {"FU", "20260613", "1 day too early"},
        {"FU", "20260310", "40 days too early"},  // before the first, which it is held against
    }));
    CAPTURE(visit, date);
    const Finding judged = window(visit, date);
    CHECK(judged.found == found);
    CHECK(judged.result == (found == "inside" ? RuleResult::Pass : RuleResult::Fail));
    CHECK(judged.severity == Severity::Query);
}

TEST_CASE("without a date on one side the window cannot be told, and that is only noted", "[visits]") {
    const Finding no_anchor = window("EOT", "20260401");
    CHECK(no_anchor.result == RuleResult::CannotTell);
    CHECK(no_anchor.severity == Severity::Note);
    CHECK(window("BL", "").result == RuleResult::CannotTell);
    CHECK(window("EOT", "20260401", {{"event.eot", "20260325"}}).result == RuleResult::Pass);
    CHECK(findings(judgedAt("UNS", "20260401"), "VISIT-WINDOW") == 0);
}

TEST_CASE("a visit that was scanned already says so, a repeated one for its own window alone", "[visits]") {
    const auto before = [](const std::string& visit, const std::string& date) {
        return std::vector<qc::EarlierScan>{{"2.25.7", visit, date, {}}};
    };
    CHECK(findings(judgedAt("BL", "20260210"), "VISIT-REPEAT") == 0);
    CHECK(finding(judgedAt("BL", "20260210", before("BL", "20260205")), "VISIT-REPEAT").severity ==
          Severity::Query);
    CHECK(findings(judgedAt("BL", "20260210", before("FU", "20260205")), "VISIT-REPEAT") == 0);
    CHECK(findings(judgedAt("FU", "20260621", before("FU", "20260426")), "VISIT-REPEAT") == 0);
    CHECK(findings(judgedAt("FU", "20260621", before("FU", "20260615")), "VISIT-REPEAT") == 1);
}

TEST_CASE("a visit the pack does not know is asked for", "[visits]") {
    const Verdict verdict = judgedAt("NOPE", "20260401");
    CHECK(finding(verdict, "VISIT").result == RuleResult::CannotTell);
    CHECK(finding(verdict, "VISIT").repair == Repair::Enter);
    CHECK(findings(judgedAt("BL", "20260210"), "VISIT") == 0);
}

TEST_CASE("what a visit needs decides whether a series is missed", "[visits]") {
    InventedStudy study;
    study.series("2.25.1", 3, 5, {{"Modality", "MR"}});
    const auto pack = packFromYaml(packOf());
    const Verdict needed = qc::judge(pack, study.facts(), enrolled("BL"));
    CHECK(finding(needed, "SERIES").result == RuleResult::Fail);
    REQUIRE(needed.checklist.size() == 1);
    CHECK(needed.checklist.front().state == ChecklistItem::State::Missing);
    const Verdict optional = qc::judge(pack, study.facts(), enrolled("UNS"));
    CHECK(findings(optional, "SERIES") == 0);
    REQUIRE(optional.checklist.size() == 1);
    CHECK(optional.checklist.front().state == ChecklistItem::State::NotNeeded);
}

TEST_CASE("rules may look at the window and at repeats", "[visits]") {
    const std::string rules =
        "      - {id: OUT, check: visit.days_outside, op: at_most, value: 3 d, severity: query, why: w, "
        "advice: a}\n"
        "      - {id: AGAIN, check: visit.repeats, op: at_most, value: 0, severity: query, why: w, advice: "
        "a}";
    const auto of = [&](const std::string& date, const std::vector<qc::EarlierScan>& earlier = {}) {
        return judgedAt("BL", date, earlier, rules);
    };
    CHECK(finding(of("20260210"), "OUT").found == "0 d");
    CHECK(finding(of("20260303"), "OUT").result == RuleResult::Pass);
    CHECK(finding(of("20260303"), "OUT").found == "3 d");
    CHECK(finding(of("20260304"), "OUT").result == RuleResult::Fail);
    CHECK(finding(of("20260210"), "AGAIN").result == RuleResult::Pass);
    CHECK(finding(of("20260210", {{"2.25.7", "BL", "20260205", {}}}), "AGAIN").result == RuleResult::Fail);
}

TEST_CASE("a scan is suggested for the visit whose window it lies in", "[visits]") {
    CHECK(suggested("20260210") == Ids{"BL", "EOT", "UNS"});
    CHECK(suggested("20260426") == Ids{"FU", "EOT", "UNS"});
    CHECK(suggested("20260310") == Ids{"EOT", "UNS"});
    CHECK(suggested("20260426", {"UNS"}) == Ids{"FU", "EOT"});
    CHECK(suggested("20260621", {"FU"}) == Ids{"FU", "EOT", "UNS"});
    CHECK(suggested("20260310", {}, {{"first_dose", "20260301"}, {"event.eot", "20260308"}}) ==
          Ids{"EOT", "UNS"});
    CHECK(suggested("", {"BL"}) == Ids{"FU", "EOT", "UNS"});
}

TEST_CASE("expected visits have their dates, repeats up to the next one", "[visits]") {
    const auto expected = qc::expectedVisits(packFromYaml(packOf()), kAnchors, "20260615");
    REQUIRE(expected.size() == 6);
    CHECK(expected[0].id == "BL");
    CHECK(expected[0].from == "20260201");
    CHECK(expected[0].to == "20260228");
    CHECK(expected[1].label == "Follow-up 1");
    CHECK(expected[1].from == "20260419");
    CHECK(expected[1].to == "20260503");
    CHECK(expected[2].from == "20260614");  // its window has begun
    CHECK(expected[3].from == "20260809");  // the next one
    CHECK(expected[3].to == "20260823");
    CHECK(expected[4].id == "EOT");
    CHECK(expected[4].from.empty());
    CHECK(expected[5].id == "UNS");
    CHECK(qc::expectedVisits(packFromYaml(packOf()), {}, "20260615").size() == 4);
}

TEST_CASE("a visit has a window or is repeated, not both", "[visits]") {
    auto yaml = packOf();
    const std::string window = "window: {from: 0 d, to: 14 d}";
    yaml.insert(yaml.find(window), "repeat: {every: 7 d}, ");
    const auto mistakes = mistakesOf(yaml);
    REQUIRE(mistakes.size() == 1);
    CHECK(mistakes.front() == "visits[2]: a visit has a window or is repeated, not both");
}
