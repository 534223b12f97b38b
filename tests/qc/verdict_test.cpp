#include <catch2/catch.hpp>
#include <set>

#include "pack_kit.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

std::string ruleLine(const std::string& id, const std::string& rest, const std::string& severity) {
    return "      - {id: " + id + ", " + rest + ", severity: " + severity + ", why: why " + id +
           ", advice: do " + id + "}\n";
}

Verdict judged(const std::string& rules, const Facts& facts, const std::string& more = "",
               const qc::JudgeContext& context = enrolled()) {
    InventedStudy study;
    study.series("2.25.1", 3, 5, facts);
    return qc::judge(packFromYaml(smallPack(rules, more)), study.facts(), context);
}

const std::string kKvp = "check: KVP, op: equals, value: 120";

}  // namespace

TEST_CASE("the outcome follows the worst finding", "[verdict]") {
    const auto [severity, kvp, outcome] = GENERATE(table<std::string, std::string, Outcome>({
        {"rescan", "120", Outcome::Pass},
        {"rescan", "100", Outcome::Fail},
        {"stop", "100", Outcome::Fail},
        {"stop_suv", "100", Outcome::Attention},
        {"query", "100", Outcome::Attention},
        {"note", "100", Outcome::Pass},
        {"note", "120", Outcome::Pass},
    }));
    CAPTURE(severity, kvp);
    const std::string also = ruleLine("ROWS", "check: Rows, op: equals, value: 512", "query");
    CHECK(judged(ruleLine("R", kKvp, severity) + also, {{"KVP", kvp}, {"Rows", "512"}}).outcome == outcome);
}

TEST_CASE("a rule that cannot tell asks for attention; nothing judged is not judged", "[verdict]") {
    const std::string rows = ruleLine("ROWS", "check: Rows, op: equals, value: 512", "query");
    const Verdict partly = judged(ruleLine("R", kKvp, "rescan") + rows, {{"Rows", "512"}});
    CHECK(partly.outcome == Outcome::Attention);
    CHECK(partly.headline == "Slot: tube voltage is not in the header.");
    CHECK(partly.advice == "do R");
    CHECK(judged(ruleLine("R", kKvp, "rescan"), {}).outcome == Outcome::CannotTell);
    CHECK(judged("", {}).outcome == Outcome::CannotTell);
}

TEST_CASE("findings come worst first, and what needs the patient before what needs a click", "[verdict]") {
    const Verdict verdict = judged(ruleLine("OK", "check: Rows, op: equals, value: 512", "stop") +
                                       ruleLine("ASK", "check: Columns, op: equals, value: 1", "stop") +
                                       ruleLine("NOTE", kKvp, "note") + ruleLine("QUERY", kKvp, "query") +
                                       ruleLine("SEND", kKvp + ", repair: resend", "rescan") +
                                       ruleLine("SCAN", kKvp + ", repair: reacquire", "rescan"),
                                   {{"KVP", "100"}, {"Rows", "512"}});
    std::vector<std::string> order;
    for (const Finding& one : verdict.findings) order.push_back(one.rule_id);
    CHECK(order == std::vector<std::string>{"SCAN", "SEND", "QUERY", "NOTE", "ASK", "SERIES", "OK"});
    CHECK(verdict.headline == "Slot: the tube voltage is 100 kV, 120 kV allowed (and 1 more).");
    CHECK(verdict.advice == "do SCAN");
    CHECK(verdict.pack_id == "small");
    CHECK(verdict.pack_version == "1.0.0");
}

TEST_CASE("placeholders in advice are filled in", "[verdict]") {
    const Verdict verdict = judged(
        "      - {id: R, check: derived.slice_thickness, op: at_most, value: $limit, severity: rescan, why: "
        "w, "
        "advice: 'At {limit}, not {found}.'}",
        {{"SliceThickness", "7.5"}}, "params: {limit: 5 mm}");
    CHECK(finding(verdict, "R").advice == "At 5 mm, not 7.5 mm.");
}

TEST_CASE("a study is held by the severities the pack names", "[verdict]") {
    const auto holds = [](const std::string& severity, const std::string& more) {
        const auto pack = packFromYaml(smallPack(ruleLine("R", kKvp, severity), more));
        InventedStudy study;
        study.series("2.25.1", 3, 5, {{"KVP", "100"}});
        return pack.holds(qc::judge(pack, study.facts(), enrolled()));
    };
    CHECK(holds("rescan", ""));
    CHECK(holds("stop", ""));
    CHECK_FALSE(holds("query", ""));
    CHECK(holds("query", "hold: {on: [stop, rescan, query]}"));
    CHECK_FALSE(holds("rescan", "hold: {on: [stop]}"));
}

TEST_CASE("identity is judged over the whole study", "[verdict]") {
    const std::string identity =
        "identity:\n"
        "  - {id: ONE, check: [PatientID, PatientBirthDate, PatientSex], op: constant, over: study, "
        "severity: stop, "
        "why: w, advice: a}\n"
        "  - {id: SUBJECT, check: PatientID, op: in, value: enrolment.subject_ids, severity: stop, why: w, "
        "advice: a}\n"
        "  - {id: SEX, check: PatientSex, op: equals, value: enrolment.sex, severity: stop, missing: ask, "
        "why: w, advice: a}";
    const auto pack = packFromYaml(smallPack("", identity));
    const auto of = [&](const std::vector<Facts>& series, const qc::JudgeContext& context = enrolled()) {
        InventedStudy study;
        for (std::size_t i = 0; i < series.size(); ++i)
            study.series("2.25." + std::to_string(i), 3, 5, series[i]);
        return qc::judge(pack, study.facts(), context);
    };
    const Verdict good = of({{{"PatientSex", "F"}}, {{"PatientSex", "F"}}});
    CHECK(finding(good, "ONE").result == RuleResult::Pass);
    CHECK(finding(good, "SUBJECT").result == RuleResult::Pass);
    CHECK(finding(good, "SEX").result == RuleResult::Pass);

    const Verdict mixed = of({{{"PatientID", "A-SECRET"}}, {{"PatientID", "B-SECRET"}}});
    CHECK(finding(mixed, "ONE").result == RuleResult::Fail);
    CHECK(finding(mixed, "ONE").found == "2 different values");
    CHECK(mixed.outcome == Outcome::Fail);
    CHECK(toJson(mixed).find("SECRET") == std::string::npos);

    CHECK(finding(of({{{"PatientSex", "M"}}}), "SEX").result == RuleResult::Fail);
    auto unknown_sex = enrolled();
    unknown_sex.enrolment->sex.reset();
    CHECK(finding(of({{{"PatientSex", "M"}}}, unknown_sex), "SEX").result == RuleResult::CannotTell);
}

TEST_CASE("the subject is the one assigned, and never another one of the trial", "[verdict]") {
    const auto pack = packFromYaml(smallPack("",
                                             "identity: [{id: SUBJECT, check: PatientID, op: in, value: "
                                             "enrolment.subject_ids, severity: stop, why: w, "
                                             "advice: a}]"));
    const auto of = [&](const std::string& patient_id, const qc::JudgeContext& context) {
        InventedStudy study;
        study.series("2.25.1", 3, 5, {{"PatientID", patient_id}});
        return finding(qc::judge(pack, study.facts(), context), "SUBJECT").result;
    };
    auto unassigned = enrolled();
    unassigned.enrolment.reset();
    auto nobody = unassigned;
    nobody.enrolled_subject_ids.clear();
    auto stranger = enrolled();
    stranger.enrolment->subject_id = "0417-099";
    CHECK(of("0417-001", enrolled()) == RuleResult::Pass);
    CHECK(of("HOSPITAL-7", enrolled()) == RuleResult::Pass);  // the crosswalk has assigned it
    CHECK(of("0417-002", enrolled()) == RuleResult::Fail);    // assigned to 0417-001
    CHECK(of("0417-002", unassigned) == RuleResult::Pass);
    CHECK(of("HOSPITAL-7", unassigned) == RuleResult::Fail);
    CHECK(of("", unassigned) == RuleResult::CannotTell);
    CHECK(of("0417-001", nobody) == RuleResult::CannotTell);
    CHECK(of("HOSPITAL-7", stranger) == RuleResult::Fail);
}

TEST_CASE("overrides change rules and parameters where they apply, and say so", "[overrides]") {
    const std::string rules =
        ruleLine("T", "check: derived.slice_thickness, op: at_most, value: $limit", "rescan") +
        ruleLine("K", kKvp, "rescan");
    const std::string more =
        "params: {limit: 5 mm}\n"
        "overrides:\n"
        "  - {when: \"Manufacturer ~ 'GE'\", set: {params.limit: 8 mm, K.severity: query}, why: because}\n"
        "  - {when: \"site.id == '9999'\", set: {K.skip: 'true'}, why: not here}";
    const Facts facts{{"SliceThickness", "7.5"}, {"KVP", "100"}};
    Facts of_ge = facts;
    of_ge["Manufacturer"] = "GE MEDICAL SYSTEMS";
    const Verdict plain = judged(rules, facts, more);
    CHECK(finding(plain, "T").result == RuleResult::Fail);
    CHECK(finding(plain, "K").severity == Severity::Rescan);
    CHECK(findings(plain, "OVERRIDE") == 0);
    const Verdict changed = judged(rules, of_ge, more);
    CHECK(finding(changed, "T").result == RuleResult::Pass);
    CHECK(finding(changed, "T").expected == "at most 8 mm");
    CHECK(finding(changed, "K").severity == Severity::Query);
    CHECK(finding(changed, "OVERRIDE").found == "changes params.limit, K.severity");
    CHECK(finding(changed, "OVERRIDE").why == "because");
    auto elsewhere = enrolled();
    elsewhere.site_id = "9999";
    CHECK(finding(judged(rules, facts, more, elsewhere), "K").result == RuleResult::NotApplicable);
}

TEST_CASE("an override may change several fields of a rule together", "[overrides]") {
    const std::string rules = ruleLine("K", "check: KVP, op: at_most, value: 140", "rescan");
    const std::string more =
        "overrides: [{when: \"Rows == 512\", set: {K.op: between, K.value: [80, 110]}, why: w}]";
    CHECK(finding(judged(rules, {{"KVP", "120"}}, more), "K").result == RuleResult::Pass);
    CHECK(finding(judged(rules, {{"KVP", "120"}, {"Rows", "512"}}, more), "K").result == RuleResult::Fail);
    CHECK(finding(judged(rules, {{"KVP", "100"}, {"Rows", "512"}}, more), "K").expected == "80 to 110 kV");
}

TEST_CASE("an override of the study's or an across rule is named though no slot has a series",
          "[overrides]") {
    const std::string more =
        "params: {ids: [0417-001]}\n"
        "identity: [{id: I, check: PatientID, op: in, value: $ids, severity: stop, why: w, advice: a}]\n"
        "across: [{id: A, check: KVP, op: at_most, value: 120, severity: query, why: w, advice: a}]\n"
        "overrides:\n"
        "  - {when: \"Manufacturer ~ 'GE'\", set: {I.severity: query}, why: identity}\n"
        "  - {when: \"Manufacturer ~ 'GE'\", set: {params.ids: [0417-002]}, why: parameter}\n"
        "  - {when: \"Manufacturer ~ 'GE'\", set: {A.severity: note}, why: across}\n"
        "  - {when: \"Manufacturer ~ 'GE'\", set: {S.severity: note}, why: of the slot}";
    const std::string rules = ruleLine("S", kKvp, "rescan");
    const auto named = [&](const Facts& facts) {
        std::set<std::string> whys;
        for (const Finding& one : judged(rules, facts, more).findings)
            if (one.rule_id == "OVERRIDE") whys.insert(one.why);
        return whys;
    };
    // The only slot takes CT: an MR series belongs to none.
    const Facts unmatched{{"Modality", "MR"}, {"Manufacturer", "GE MEDICAL SYSTEMS"}};
    CHECK(named(unmatched) == std::set<std::string>{"identity", "parameter", "across"});
    CHECK(named({{"Modality", "MR"}, {"Manufacturer", "SIEMENS"}}).empty());
    CHECK(named({{"Manufacturer", "GE MEDICAL SYSTEMS"}}) ==
          std::set<std::string>{"identity", "parameter", "across", "of the slot"});
}

TEST_CASE("overrides in force that contradict each other leave the rule unjudged", "[overrides]") {
    const std::string more =
        "params: {limit: 5 mm}\n"
        "overrides:\n"
        "  - {when: \"KVP == 100\", set: {params.limit: 8 mm}, why: a}\n"
        "  - {when: \"Rows == 512\", set: {params.limit: 9 mm}, why: b}";
    const std::string rule =
        ruleLine("T", "check: derived.slice_thickness, op: at_most, value: $limit", "rescan");
    CHECK(finding(judged(rule, {{"SliceThickness", "7"}, {"KVP", "100"}}, more), "T").result ==
          RuleResult::Pass);
    CHECK(
        finding(judged(rule, {{"SliceThickness", "7"}, {"KVP", "100"}, {"Rows", "512"}}, more), "T").result ==
        RuleResult::CannotTell);
}

TEST_CASE("rules against an earlier visit never pass without it", "[verdict]") {
    const std::string baseline =
        "    baseline:\n"
        "      - {id: SAME, check: KVP, op: same, severity: query, why: w, advice: 'Use {baseline}.'}\n"
        "      - {id: SHARE, check: derived.coverage, op: at_least, value: 95 %, of: baseline, severity: "
        "rescan, why: w, "
        "advice: a}\n"
        "      - {id: RATIO, check: CTDIvol, op: ratio, value: [0.5, 2], missing: skip, severity: note, why: "
        "w, advice: a}";
    const Verdict first = judged("", {{"KVP", "120"}}, baseline, enrolled("V"));
    const Verdict later = judged("", {{"KVP", "120"}}, baseline, enrolled("W"));
    for (const auto* id : {"SAME", "SHARE", "RATIO"})
        CHECK(finding(first, id).result == RuleResult::NotApplicable);
    CHECK(finding(later, "SAME").result == RuleResult::CannotTell);
    CHECK(finding(later, "SHARE").result == RuleResult::CannotTell);
    CHECK(finding(later, "RATIO").result == RuleResult::NotApplicable);
}

TEST_CASE("what has no source yet cannot be told", "[verdict]") {
    const Verdict verdict =
        judged(ruleLine("IMAGE", "check: image.body_truncation, op: at_most, value: 0.5 %", "rescan") +
                   ruleLine("CONSOLE", "check: console.iv_contrast, op: equals, value: 'true', missing: ask",
                            "query") +
                   ruleLine("SCANNER", "check: scanner.qualified, op: equals, value: 'true', missing: skip",
                            "query"),
               {});
    CHECK(finding(verdict, "IMAGE").result == RuleResult::CannotTell);
    CHECK(finding(verdict, "IMAGE").severity == Severity::Query);
    CHECK(finding(verdict, "CONSOLE").repair == Repair::Enter);
    CHECK(finding(verdict, "SCANNER").result == RuleResult::NotApplicable);
}

TEST_CASE("a visit the pack does not know is said", "[verdict]") {
    const Verdict verdict = judged(ruleLine("R", kKvp, "rescan"), {{"KVP", "120"}}, "", enrolled("X"));
    CHECK(finding(verdict, "VISIT").result == RuleResult::CannotTell);
    CHECK(verdict.outcome == Outcome::Attention);
    CHECK(findings(judged(ruleLine("R", kKvp, "rescan"), {{"KVP", "120"}}, "", enrolled("")), "VISIT") == 0);
}

TEST_CASE("`over` decides what one finding is about", "[verdict]") {
    const auto of = [](const std::string& over) {
        const std::string slot =
            smallPack("      - {id: R, " + kKvp + over + ", severity: rescan, why: w, advice: a}");
        std::string yaml = slot;
        yaml.replace(yaml.find("    label: Slot\n"), 16, "    label: Slot\n    count: {min: 1, max: 3}\n");
        InventedStudy study;
        study.series("2.25.1", 3, 5, {{"KVP", "120"}}).series("2.25.2", 3, 5, {{"KVP", "100"}});
        return qc::judge(packFromYaml(yaml), study.facts(), enrolled());
    };
    CHECK(findings(of(""), "R") == 2);
    CHECK(findings(of(", over: each"), "R") == 2);
    for (const auto* over : {", over: all", ", over: union", ", over: study"}) {
        CAPTURE(over);
        CHECK(findings(of(over), "R") == 1);
        CHECK(finding(of(over), "R").result == RuleResult::Fail);
    }
    CHECK(findings(of(", over: any"), "R") == 1);
    CHECK(finding(of(", over: any"), "R").result == RuleResult::Pass);
}
