#include <algorithm>
#include <catch2/catch.hpp>

#include "gantry/qc/answers.hpp"
#include "pack_kit.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

std::string line(const std::string& id, const std::string& rest) {
    return "      - {id: " + id + ", " + rest + ", severity: rescan, why: w, advice: a}\n";
}

Verdict judged(const std::string& rules, const Facts& facts,
               const std::vector<qc::ConsoleAnswer>& answers = {}, const std::string& more = "") {
    InventedStudy study;
    study.series("2.25.1", 3, 5, facts);
    auto context = enrolled();
    context.answers = answers;
    return qc::judge(packFromYaml(smallPack(rules, more)), study.facts(), context);
}

const std::string kConsole =
    "console:\n"
    "  - {id: glucose, ask: Blood glucose, unit: mmol/l, also: mg/dl, needed: before_release}\n"
    "  - {id: leaked, ask: 'Beside the vein?', type: yes_no}\n"
    "  - {id: injected, ask: Time of injection, type: time}\n"
    "  - {id: remark, ask: Remark}";

Question glucose() {
    return {"glucose", "Blood glucose", "number", "mmol/l", {"mg/dl"}, "before_release", "", ""};
}
Question ofType(const std::string& type) {
    return {"q", "Question", type, "", {}, "optional", "", ""};
}

}  // namespace

TEST_CASE("an answer may come in another unit of the question and is compared in the limit's",
          "[questions]") {
    // One mmol/l of glucose is 18.016 mg/dl: 199 mg/dl are 11.05, 201 mg/dl are 11.16.
    const auto [answer, result] = GENERATE(table<std::string, RuleResult>({{"11.1 mmol/l", RuleResult::Pass},
                                                                           {"11.2 mmol/l", RuleResult::Fail},
                                                                           {"199 mg/dl", RuleResult::Pass},
                                                                           {"201 mg/dl", RuleResult::Fail},
                                                                           {"high", RuleResult::CannotTell},
                                                                           {"", RuleResult::CannotTell}}));
    CAPTURE(answer);
    const std::string rule = line("G", "check: console.glucose, op: at_most, value: 11.1 mmol/l");
    CHECK(finding(judged(rule, {}, {{"glucose", answer, "anna"}}, kConsole), "G").result == result);
}

TEST_CASE("answers are checked before they are kept", "[questions]") {
    CHECK(must(qc::normalAnswer(glucose(), " 5.4 ")) == "5.4 mmol/l");
    CHECK(must(qc::normalAnswer(glucose(), "99 mg/dl")) == "99 mg/dl");
    const auto wrong = qc::normalAnswer(glucose(), "5 kg");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().context == "got the unit 'kg'; allowed: mmol/l, mg/dl");
    CHECK_FALSE(qc::normalAnswer(glucose(), "high"));
    CHECK_FALSE(qc::normalAnswer(glucose(), "  "));
    CHECK(must(qc::normalAnswer(ofType("number"), "3")) == "3");
    CHECK_FALSE(qc::normalAnswer(ofType("number"), "3 mm"));
    CHECK(must(qc::normalAnswer(ofType("yes_no"), "true")) == "true");
    CHECK_FALSE(qc::normalAnswer(ofType("yes_no"), "yes"));
    CHECK(must(qc::normalAnswer(ofType("text"), " beside the vein ")) == "beside the vein");
}

TEST_CASE("a time of day is kept as DICOM writes it", "[questions]") {
    const auto time = ofType("time");
    CHECK(must(qc::normalAnswer(time, "14:30")) == "143000");
    CHECK(must(qc::normalAnswer(time, "1430")) == "143000");
    CHECK(must(qc::normalAnswer(time, "14:30:05")) == "143005");
    for (const auto* wrong :
         {"24:00", "14:60", "2:30", "14", "143", "1430051", "143005xyz", "noon", "14:30.5"})
        CHECK_FALSE(qc::normalAnswer(time, wrong));
}

TEST_CASE("a rule that asks raises one question, of the kind its check has", "[questions]") {
    const std::string rules =
        line("KV", "check: KVP, op: at_most, value: 120, missing: ask") +
        line("LOSSY", "check: derived.ever_lossy, op: equals, value: false, missing: ask") +
        line("KERNEL", "check: ConvolutionKernel, op: equals, value: B31f, missing: ask") +
        line("AGENT", "check: ContrastBolusAgent, op: present, missing: ask") +
        line("ROWS", "check: Rows, op: equals, value: 512");
    const Facts unsaid{{"TransferSyntaxUID", ""}};
    const Verdict open = judged(rules, unsaid);
    const auto asked = [&](const std::string& id) {
        const auto found = std::ranges::find(open.questions, id, &Question::id);
        REQUIRE(found != open.questions.end());
        return *found;
    };
    CHECK(asked("ask.KV").type == "number");
    CHECK(asked("ask.KV").unit == "kV");
    CHECK(asked("ask.LOSSY").type == "yes_no");
    CHECK(asked("ask.KERNEL").type == "text");
    CHECK(finding(open, "KV").question == "ask.KV");
    CHECK(finding(open, "KV").repair == Repair::Enter);
    CHECK(finding(open, "KV").severity == Severity::Query);
    CHECK(finding(open, "ROWS").result == RuleResult::CannotTell);
    CHECK(finding(open, "ROWS").question.empty());
    CHECK(std::ranges::none_of(open.questions, [](const Question& q) { return q.id == "ask.ROWS"; }));
}

TEST_CASE("an answer settles the rule that asked, and stays listed", "[questions]") {
    const std::string rule = line("KV", "check: KVP, op: at_most, value: 120, missing: ask");
    const Verdict passed = judged(rule, {}, {{"ask.KV", "100 kV", "anna"}});
    CHECK(finding(passed, "KV").result == RuleResult::Pass);
    REQUIRE(passed.questions.size() == 1);
    CHECK(passed.questions.front().answer == "100 kV");
    CHECK(passed.questions.front().answered_by == "anna");
    CHECK(finding(judged(rule, {}, {{"ask.KV", "140 kV", "anna"}}), "KV").result == RuleResult::Fail);
    // What the header says is not talked away.
    const Verdict told = judged(rule, {{"KVP", "140"}}, {{"ask.KV", "100 kV", "anna"}});
    CHECK(finding(told, "KV").result == RuleResult::Fail);
    CHECK(judged(rule, {{"KVP", "120"}}).questions.empty());
}

TEST_CASE("no to the question whether something is there fails the rule that wants it", "[questions]") {
    const std::string rule = line("PREP", "check: console.prepared, op: present");
    CHECK(finding(judged(rule, {}), "PREP").result == RuleResult::CannotTell);
    CHECK(finding(judged(rule, {}, {{"prepared", "true", "anna"}}), "PREP").result == RuleResult::Pass);
    CHECK(finding(judged(rule, {}, {{"prepared", "false", "anna"}}), "PREP").result == RuleResult::Fail);
    CHECK(judged(rule, {}).questions.front().type == "yes_no");
}

TEST_CASE("a question before release stays open until it is answered", "[questions]") {
    const std::string rule = line("KV", "check: KVP, op: at_most, value: 120");
    const Verdict open = judged(rule, {{"KVP", "100"}}, {}, kConsole);
    const Finding& unanswered = finding(open, "ask.glucose");
    CHECK(unanswered.result == RuleResult::CannotTell);
    CHECK(unanswered.severity == Severity::Query);
    CHECK(unanswered.question == "glucose");
    CHECK(open.outcome == Outcome::Attention);
    CHECK(findings(open, "ask.leaked") == 0);
    CHECK(open.questions.size() == 4);
    const Verdict done = judged(rule, {{"KVP", "100"}}, {{"glucose", "5.4 mmol/l", "anna"}}, kConsole);
    CHECK(findings(done, "ask.glucose") == 0);
    CHECK(done.outcome == Outcome::Pass);
}

TEST_CASE("one question for the injection serves every rule on contrast", "[questions]") {
    const std::string rules =
        line("DELAY", "check: derived.contrast_delay, op: between, value: [60 s, 80 s], missing: ask") +
        line("PRE", "check: derived.before_contrast, op: equals, value: false, missing: ask");
    const std::string across =
        "across: [{id: ORDER, check: derived.order, op: sequence, value: [injection, s], missing: ask, "
        "severity: "
        "query, why: w, advice: a}]";
    const Facts facts{{"AcquisitionDate", "20260401"}, {"AcquisitionTime", "101510"}};
    const Verdict open = judged(rules, facts, {}, across);
    REQUIRE(open.questions.size() == 1);
    CHECK(open.questions.front().type == "time");
    const std::string id = open.questions.front().id;
    for (const auto* rule : {"DELAY", "PRE", "ORDER"}) {
        CHECK(finding(open, rule).result == RuleResult::CannotTell);
        CHECK(finding(open, rule).question == id);
    }
    const Verdict early = judged(rules, facts, {{id, "101400", "anna"}}, across);
    CHECK(finding(early, "DELAY").found == "70 s");
    CHECK(finding(early, "DELAY").result == RuleResult::Pass);
    CHECK(finding(early, "PRE").result == RuleResult::Pass);
    CHECK(finding(early, "ORDER").result == RuleResult::Pass);
    const Verdict late = judged(rules, facts, {{id, "102000", "anna"}}, across);
    CHECK(finding(late, "DELAY").result == RuleResult::CannotTell);
    CHECK(finding(late, "PRE").result == RuleResult::Fail);
    CHECK(finding(late, "ORDER").result == RuleResult::Fail);
}

TEST_CASE("an injection before midnight belongs to the scan after it", "[questions]") {
    const std::string rule =
        line("DELAY", "check: derived.contrast_delay, op: between, value: [60 s, 120 s]");
    const Facts undated{{"AcquisitionTime", "000100"}, {"ContrastBolusStartTime", "235930"}};
    CHECK(finding(judged(rule, undated), "DELAY").found == "90 s");
    Facts dated = undated;
    dated["AcquisitionDate"] = "20260402";
    CHECK(finding(judged(rule, dated), "DELAY").found == "90 s");
    CHECK(finding(judged(rule, dated), "DELAY").result == RuleResult::Pass);
}

TEST_CASE("before an injection a failed rule may mean something else", "[questions]") {
    const std::string rule =
        line("KIDNEY",
             "check: console.egfr, op: at_least, value: 30, before_injection: {severity: "
             "stop, advice: Do not inject}");
    const std::string console = "console: [{id: egfr, ask: eGFR, type: number}]";
    const auto severity = [&](const Facts& facts, std::vector<qc::ConsoleAnswer> answers = {}) {
        answers.push_back({"egfr", "25", "anna"});
        return finding(judged(rule, facts, answers, console), "KIDNEY").severity;
    };
    const Finding open = finding(judged(rule, {}, {{"egfr", "25", "anna"}}, console), "KIDNEY");
    CHECK(open.result == RuleResult::Fail);
    CHECK(open.severity == Severity::Stop);
    CHECK(open.advice == "Do not inject");
    CHECK(finding(judged(rule, {}, {{"egfr", "30", "anna"}}, console), "KIDNEY").result == RuleResult::Pass);
    CHECK(severity({{"ContrastBolusAgent", "NONE"}}) == Severity::Stop);
    CHECK(severity({{"ContrastBolusAgent", "Iomeprol"}}) == Severity::Rescan);
    CHECK(severity({{"ContrastBolusStartTime", "101400"}}) == Severity::Rescan);
    CHECK(severity({}, {{"contrast_time", "101400", "anna"}}) == Severity::Rescan);
    CHECK(severity({}, {{"contrast_time", "later", "anna"}}) == Severity::Stop);
}

TEST_CASE("a series after the injection tells of it for the whole study", "[questions]") {
    InventedStudy study;
    study.series("2.25.1", 3, 5).series("2.25.2", 3, 5, {{"Modality", "PT"}});
    auto context = enrolled();
    context.answers = {{"egfr", "25", "anna"}};
    const auto pack = packFromYaml(
        smallPack(line("KIDNEY",
                       "check: console.egfr, op: at_least, value: 30, before_injection: {severity: stop, "
                       "advice: Do not inject}")));
    CHECK(finding(qc::judge(pack, study.facts(), context), "KIDNEY").severity == Severity::Rescan);
}

TEST_CASE("a measure that may only warn cannot block by way of before_injection", "[questions]") {
    const auto mistakes = mistakesOf(smallPack(
        "      - {id: R, check: image.snr, op: at_least, value: 10, severity: query, why: w, advice: a, "
        "before_injection: {severity: rescan, advice: a}}"));
    REQUIRE(mistakes.size() == 1);
    CHECK(mistakes.front().find("not certain enough to block") != std::string::npos);
}
