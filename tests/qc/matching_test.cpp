#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "assignment.hpp"
#include "pack_kit.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::test;
using qc::assignLargest;

namespace {

double total(const std::vector<std::vector<double>>& gain, const std::vector<int>& columns) {
    double sum = 0;
    for (std::size_t row = 0; row < columns.size(); ++row)
        if (columns[row] >= 0) sum += gain[row][static_cast<std::size_t>(columns[row])];
    return sum;
}

/// Every way of filling the rows from `row` on.
double bestByTrying(const std::vector<std::vector<double>>& gain, std::size_t row, std::vector<bool>& used) {
    if (row == gain.size()) return 0;
    double best = bestByTrying(gain, row + 1, used);
    for (std::size_t column = 0; column < gain[row].size(); ++column) {
        if (used[column] || gain[row][column] <= 0) continue;
        used[column] = true;
        best = std::max(best, gain[row][column] + bestByTrying(gain, row + 1, used));
        used[column] = false;
    }
    return best;
}

/// Two slots that both like soft chest scans; `thin` likes thin ones more.
const char* const kTwoSlots = R"(
pack: 1
id: two
version: 1.0.0
title: Two
sources: {S: {cite: decided here}}
visits: [{id: V, label: Visit, needs: [body], optional: [thin]}]
slots:
  body:
    label: Body
    count: {min: 1, max: 2}
    merge: by_frame_of_reference
    match:
      must: [{check: Modality, op: equals, value: CT}, {check: ImageType, op: contains_none, value: [LOCALIZER]}]
      score:
        - {check: SeriesDescription, op: matches, value: body, weight: 4}
        - {check: ConvolutionKernel, op: equals, value: soft, weight: 2}
      accept: {score: 4, margin: 2}
    choose: {when_many: most_slices, then: latest}
    rules: [{id: B, check: derived.slice_thickness, op: at_most, value: 5 mm, severity: rescan, why: w, advice: a},
            {id: U, check: derived.coverage, op: at_least, value: 200 mm, over: union, severity: rescan, why: w, advice: a}]
  thin:
    label: Thin
    match:
      must: [{check: Modality, op: equals, value: CT}]
      score:
        - {check: SeriesDescription, op: matches, value: thin, weight: 4}
        - {check: derived.slice_thickness, op: at_most, value: 2 mm, weight: 1}
      accept: {score: 4, margin: 2}
)";

std::string slotOf(const Verdict& verdict, const std::string& uid) {
    for (const auto& series : verdict.series)
        if (series.series_instance_uid == uid) return series.slot_id;
    return "no such series";
}

}  // namespace

TEST_CASE("the assignment is the best of all", "[matching]") {
    CHECK(assignLargest({}).empty());
    CHECK(assignLargest({{5}}) == std::vector<int>{0});
    CHECK(assignLargest({{0}}) == std::vector<int>{-1});
    CHECK(assignLargest({{}, {}}) == std::vector<int>{-1, -1});
    // Greedy would take 9 first and end with 9 + 0; the best is 8 + 7.
    CHECK(assignLargest({{9, 8}, {7, 0}}) == std::vector<int>{1, 0});
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        const std::size_t rows = 1 + random() % 5, columns = random() % 6;
        std::vector<std::vector<double>> gain(rows, std::vector<double>(columns));
        for (auto& row : gain)
            for (double& cell : row) cell = random() % 3 == 0 ? 0 : static_cast<double>(random() % 20);
        std::vector<bool> used(columns, false);
        const auto chosen = assignLargest(gain);
        CHECK(total(gain, chosen) == Approx(bestByTrying(gain, 0, used)));
        auto taken = chosen;
        std::erase(taken, -1);
        std::ranges::sort(taken);
        CHECK(std::ranges::adjacent_find(taken) == taken.end());
    }
}

TEST_CASE("each series goes to the slot it fits; others are listed, not dropped", "[matching]") {
    const auto pack = packFromYaml(kTwoSlots);
    InventedStudy study;
    study.series("2.25.1", 50, 5, {{"SeriesDescription", "body"}, {"SliceThickness", "5"}})
        .series("2.25.2", 50, 1, {{"SeriesDescription", "thin"}, {"SliceThickness", "1"}})
        .series("2.25.3", 2, 1,
                {{"SeriesDescription", "body scout"}, {"ImageType", "ORIGINAL\\PRIMARY\\LOCALIZER"}})
        .instance("2.25.4", {{"Modality", "SR"}, {"PatientID", "0417-001"}});
    const Verdict verdict = qc::judge(pack, study.facts(), enrolled());
    CHECK(verdict.outcome == Outcome::Pass);
    CHECK(verdict.series.size() == 4);
    CHECK(slotOf(verdict, "2.25.1") == "body");
    CHECK(slotOf(verdict, "2.25.2") == "thin");
    CHECK(slotOf(verdict, "2.25.3").empty());
    CHECK(slotOf(verdict, "2.25.4").empty());
}

TEST_CASE("a localizer inside a series does not disturb it", "[matching]") {
    const auto pack = packFromYaml(kTwoSlots);
    InventedStudy study;
    study.series("2.25.1", 50, 5, {{"SeriesDescription", "body"}, {"SliceThickness", "5"}})
        .instance("2.25.1", {{"Modality", "CT"},
                             {"ImageType", "ORIGINAL\\PRIMARY\\LOCALIZER"},
                             {"ImagePositionPatient", "0\\0\\0"},
                             {"ImageOrientationPatient", "1\\0\\0\\0\\0\\-1"}});
    const Verdict verdict = qc::judge(pack, study.facts(), enrolled());
    CHECK(verdict.outcome == Outcome::Pass);
    REQUIRE(verdict.series.size() == 1);
    CHECK(verdict.series.front().instances == 51);
}

TEST_CASE("a required series that is not there is a finding that says what came nearest", "[matching]") {
    const auto pack = packFromYaml(kTwoSlots);
    InventedStudy study;
    study.series("2.25.1", 50, 5,
                 {{"SeriesDescription", "head"}, {"ConvolutionKernel", "soft"}, {"SeriesNumber", "3"}});
    const Verdict verdict = qc::judge(pack, study.facts(), enrolled());
    CHECK(verdict.outcome == Outcome::Fail);
    const Finding& missing = finding(verdict, "SERIES");
    CHECK(missing.result == RuleResult::Fail);
    CHECK(missing.severity == Severity::Rescan);
    CHECK(missing.repair == Repair::Resend);
    CHECK(missing.found ==
          "no series that fits (nearest: series 3, 2 of 4 points, none for series description)");
    CHECK(verdict.headline == "The series \"Body\" is missing.");
    CHECK(qc::judge(pack, InventedStudy().facts(), enrolled()).outcome == Outcome::Fail);
}

TEST_CASE("a series that may be the one when more were known waits for a person", "[matching]") {
    const auto pack = packFromYaml(kTwoSlots);
    InventedStudy study;
    study.series("2.25.1", 50, 5, {{"SliceThickness", "5"}});  // no description at all
    const Verdict verdict = qc::judge(pack, study.facts(), enrolled());
    const Finding& unsure = finding(verdict, "SERIES");
    CHECK(unsure.result == RuleResult::CannotTell);
    CHECK(unsure.repair == Repair::Enter);
    CHECK(verdict.outcome == Outcome::CannotTell);
    CHECK(verdict.headline == "Which series is \"Body\" cannot be told.");
}

TEST_CASE("a series that fits two slots about equally well waits for a person", "[matching]") {
    const auto pack = packFromYaml(kTwoSlots);
    InventedStudy study;
    study.series("2.25.1", 50, 5, {{"SeriesDescription", "body thin"}, {"SliceThickness", "1"}});
    const Verdict verdict = qc::judge(pack, study.facts(), enrolled());
    CHECK(finding(verdict, "SERIES").result == RuleResult::CannotTell);
    CHECK(slotOf(verdict, "2.25.1").empty());
    CHECK(findings(verdict, "B") == 0);
    // With a series that is clearly thin, the other one is clearly the body.
    study.series("2.25.2", 50, 5, {{"SeriesDescription", "thin body"}, {"SliceThickness", "1"}});
    InventedStudy clear;
    clear
        .series("2.25.1", 50, 5,
                {{"SeriesDescription", "body thin"}, {"ConvolutionKernel", "soft"}, {"SliceThickness", "3"}})
        .series("2.25.2", 50, 5, {{"SeriesDescription", "thin"}, {"SliceThickness", "1"}});
    const Verdict sure = qc::judge(pack, clear.facts(), enrolled());
    CHECK(slotOf(sure, "2.25.1") == "body");
    CHECK(slotOf(sure, "2.25.2") == "thin");
}

TEST_CASE("of repeats the pack's choice is judged and all are kept", "[matching]") {
    const auto pack = packFromYaml(kTwoSlots);
    InventedStudy study;
    study.series("2.25.1", 30, 7.5, {{"SeriesDescription", "body"}, {"SliceThickness", "7.5"}})
        .series("2.25.2", 45, 5, {{"SeriesDescription", "body"}, {"SliceThickness", "5"}});
    const Verdict verdict = qc::judge(pack, study.facts(), enrolled());
    CHECK(verdict.outcome == Outcome::Pass);
    CHECK(slotOf(verdict, "2.25.1") == "body");
    CHECK(slotOf(verdict, "2.25.2") == "body");
    REQUIRE(findings(verdict, "B") == 1);
    CHECK(finding(verdict, "B").series_instance_uid == "2.25.2");
    CHECK(finding(verdict, "SERIES-REPEAT").series_instance_uid == "2.25.1");
    CHECK(finding(verdict, "SERIES-REPEAT").severity == Severity::Note);
    InventedStudy equal;
    equal
        .series("2.25.1", 50, 5,
                {{"SeriesDescription", "body"}, {"AcquisitionTime", "101500"}, {"SliceThickness", "5"}})
        .series("2.25.2", 50, 5,
                {{"SeriesDescription", "body"}, {"AcquisitionTime", "101000"}, {"SliceThickness", "5"}});
    CHECK(finding(qc::judge(pack, equal.facts(), enrolled()), "B").series_instance_uid == "2.25.1");
}

TEST_CASE("a reconstruction that fits clearly worse never displaces a better one", "[matching]") {
    const auto pack = packFromYaml(kTwoSlots);
    InventedStudy study;
    study
        .series("2.25.1", 45, 5,
                {{"SeriesDescription", "body"}, {"ConvolutionKernel", "soft"}, {"SliceThickness", "5"}})
        .series("2.25.2", 225, 1,
                {{"SeriesDescription", "body"}, {"ConvolutionKernel", "sharp"}, {"SliceThickness", "9"}});
    const Verdict verdict = qc::judge(pack, study.facts(), enrolled());
    CHECK(finding(verdict, "B").series_instance_uid == "2.25.1");
    CHECK(verdict.outcome == Outcome::Pass);
}

TEST_CASE("stations are judged each, and covered together", "[matching]") {
    const auto pack = packFromYaml(kTwoSlots);
    const Facts facts{{"SeriesDescription", "body"}, {"SliceThickness", "5"}};
    InventedStudy study;
    study.series("2.25.1", 21, 5, facts).series("2.25.2", 20, 5, facts, 100);  // 0 to 100, 100 to 195 mm
    const Verdict verdict = qc::judge(pack, study.facts(), enrolled());
    CHECK(findings(verdict, "B") == 2);
    CHECK(finding(verdict, "U").found == "200 mm");  // -2.5 to 197.5
    CHECK(finding(verdict, "U").series_instance_uid.empty());
    CHECK(verdict.outcome == Outcome::Pass);
    Facts elsewhere = facts;
    elsewhere["FrameOfReferenceUID"] = "2.25.77";
    InventedStudy apart;
    apart.series("2.25.1", 21, 5, facts).series("2.25.2", 20, 5, elsewhere, 100);
    CHECK(finding(qc::judge(pack, apart.facts(), enrolled()), "U").result == RuleResult::CannotTell);
}

TEST_CASE("the order of arrival does not matter", "[matching]") {
    const auto pack = packFromYaml(kTwoSlots);
    InventedStudy study;
    study.series("2.25.2", 30, 7.5, {{"SeriesDescription", "body"}, {"SliceThickness", "7.5"}}, 0, {7, 8})
        .series("2.25.1", 30, 7.5, {{"SeriesDescription", "body"}, {"SliceThickness", "7.5"}}, 1)
        .series("2.25.3", 30, 1, {{"SeriesDescription", "thin"}, {"SliceThickness", "1"}});
    CHECK(toJson(qc::judge(pack, study.facts(), enrolled())) ==
          toJson(qc::judge(pack, study.reversed(), enrolled())));
}

TEST_CASE("a slot that extends another has its rules under its own name", "[matching]") {
    const auto pack = packFromYaml(smallPack(
        "      - {id: R, check: KVP, op: equals, value: 120, severity: rescan, why: w, advice: a}",
        "  a_second:\n"
        "    extends: s\n"
        "    label: Second\n"
        "    match: {must: [{check: Modality, op: equals, value: PT}], accept: {score: 0}}\n"
        "    rules: [{id: Q, check: Rows, op: same_as, slot: s, severity: query, why: w, advice: a}]\n"
        "overrides: [{when: \"Modality == 'PT'\", set: {R.value: 100}, why: w}]"));
    InventedStudy study;
    study.series("2.25.1", 3, 5, {{"KVP", "120"}, {"Rows", "512"}})
        .series("2.25.2", 3, 5, {{"Modality", "PT"}, {"KVP", "120"}, {"Rows", "512"}});
    const Verdict verdict = qc::judge(pack, study.facts(), enrolled());
    CHECK(finding(verdict, "R").result == RuleResult::Pass);
    CHECK(finding(verdict, "a_second/R").result == RuleResult::Fail);
    CHECK(finding(verdict, "Q").result == RuleResult::Pass);
    InventedStudy other;
    other.series("2.25.1", 3, 5, {{"KVP", "120"}, {"Rows", "512"}})
        .series("2.25.2", 3, 5, {{"Modality", "PT"}, {"KVP", "100"}, {"Rows", "128"}});
    const Verdict differs = qc::judge(pack, other.facts(), enrolled());
    CHECK(finding(differs, "a_second/R").result == RuleResult::Pass);
    CHECK(finding(differs, "Q").result == RuleResult::Fail);
    InventedStudy alone;
    alone.series("2.25.2", 3, 5, {{"Modality", "PT"}, {"KVP", "100"}, {"Rows", "128"}});
    CHECK(finding(qc::judge(pack, alone.facts(), enrolled()), "Q").result == RuleResult::CannotTell);
}
