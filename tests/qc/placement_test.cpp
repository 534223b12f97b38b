#include "gantry/qc/placement.hpp"

#include <catch2/catch.hpp>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

/// `body` and `chest` are told by the description; a series without one may be either.
const std::string kPack = R"(
pack: 1
id: two
version: 1.0.0
title: Two
sources: {S: {cite: decided here}}
visits: [{id: V, label: Visit, needs: [body], optional: [chest]}]
scanners: {key: [Manufacturer, DeviceSerialNumber]}
slots:
  body:
    label: Body
    match:
      must: [{check: Modality, op: equals, value: CT}]
      score: [{check: SeriesDescription, op: matches, value: body, weight: 4}]
      accept: {score: 4, margin: 2}
    rules: [{id: B, check: KVP, op: at_most, value: 120, severity: rescan, why: w, advice: a}]
  chest:
    label: Chest
    match:
      must: [{check: Modality, op: equals, value: CT}]
      score: [{check: SeriesDescription, op: matches, value: chest, weight: 4}]
      accept: {score: 4, margin: 2}
)";

InventedStudy oneSeries(const std::string& description, const std::string& modality = "CT") {
    InventedStudy study;
    return std::move(study.series(
        "2.25.1", 10, 5, {{"SeriesDescription", description}, {"Modality", modality}, {"KVP", "100"}}));
}

Verdict judged(const InventedStudy& study, const std::vector<qc::Placement>& placements) {
    auto context = enrolled();
    context.placements = placements;
    return qc::judge(packFromYaml(kPack), study.facts(), context);
}

const SeriesSummary& only(const Verdict& verdict) {
    REQUIRE(verdict.series.size() == 1);
    return verdict.series.front();
}

}  // namespace

TEST_CASE("what a person says of a series counts", "[placement]") {
    const auto strange = oneSeries("head");
    const Verdict before = judged(strange, {});
    CHECK(only(before).placed_by == PlacedBy::Nobody);
    CHECK(finding(before, "SERIES").result == RuleResult::Fail);
    const Verdict after = judged(strange, {{"2.25.1", "body"}});
    CHECK(only(after).slot_id == "body");
    CHECK(only(after).placed_by == PlacedBy::Person);
    CHECK(finding(after, "B").result == RuleResult::Pass);
    CHECK(finding(after, "SERIES").result == RuleResult::Pass);
    // Also against what the pack would have taken it for.
    const Verdict moved = judged(oneSeries("chest"), {{"2.25.1", "body"}});
    CHECK(only(moved).slot_id == "body");
}

TEST_CASE("a person may say that a series is none of the slots", "[placement]") {
    const Verdict verdict = judged(oneSeries("body"), {{"2.25.1", ""}});
    CHECK(only(verdict).slot_id.empty());
    CHECK(only(verdict).placed_by == PlacedBy::Person);
    CHECK(finding(verdict, "SERIES").result == RuleResult::Fail);
}

TEST_CASE("a series two slots would take is left to a person, with both named", "[placement]") {
    const Verdict verdict = judged(oneSeries("body chest"), {});
    CHECK(only(verdict).slot_id.empty());
    CHECK(only(verdict).candidates == std::vector<std::string>{"body", "chest"});
    CHECK(finding(verdict, "SERIES").result == RuleResult::CannotTell);
    const Verdict unsaid = judged(oneSeries(""), {});
    CHECK(only(unsaid).candidates == std::vector<std::string>{"body", "chest"});
    CHECK(finding(unsaid, "SERIES").result == RuleResult::CannotTell);
}

TEST_CASE("a remembered choice settles what the pack leaves open", "[placement]") {
    const std::vector<qc::Placement> remembered{{"2.25.1", "body", PlacedBy::Memory}};
    for (const auto* description : {"body chest", ""}) {
        CAPTURE(description);
        const Verdict verdict = judged(oneSeries(description), remembered);
        CHECK(only(verdict).slot_id == "body");
        CHECK(only(verdict).placed_by == PlacedBy::Memory);
        CHECK(only(verdict).candidates.empty());
        CHECK(finding(verdict, "SERIES").result == RuleResult::Pass);
    }
}

TEST_CASE("a remembered choice never goes against the pack or a person", "[placement]") {
    const qc::Placement as_body{"2.25.1", "body", PlacedBy::Memory};
    CHECK(only(judged(oneSeries("chest"), {as_body})).slot_id == "chest");
    CHECK(only(judged(oneSeries("chest"), {as_body})).placed_by == PlacedBy::Pack);
    CHECK(only(judged(oneSeries("head"), {as_body})).slot_id.empty());
    CHECK(only(judged(oneSeries("", "MR"), {as_body})).slot_id.empty());  // against `must`
    CHECK(only(judged(oneSeries(""), {as_body, {"2.25.1", "chest"}})).slot_id == "chest");
    CHECK(only(judged(oneSeries(""), {as_body, {"2.25.1", ""}})).slot_id.empty());
    CHECK(only(judged(oneSeries(""), {{"2.25.1", "gone", PlacedBy::Memory}})).slot_id.empty());
}

TEST_CASE("a choice is remembered for scanner and protocol, when all images agree", "[placement]") {
    const auto pack = packFromYaml(kPack);
    const auto key = [&](const std::vector<Facts>& images) {
        InventedStudy study;
        for (const Facts& facts : images) study.instance("2.25.1", facts);
        return qc::placementMemoryKey(pack, study.facts().series.front());
    };
    const Facts image{{"Manufacturer", "ACME"}, {"DeviceSerialNumber", "77"}, {"ProtocolName", "Thorax"}};
    Facts other = image;
    other["ProtocolName"] = "Abdomen";
    Facts silent = image;
    silent.erase("ProtocolName");
    CHECK(key({image, image}) == "ACME | 77 | Thorax");
    CHECK(key({image, other}).empty());
    CHECK(key({image, silent}).empty());
    const auto plain = packFromYaml(smallPack(""));
    InventedStudy study;
    study.instance("2.25.1",
                   {{"Manufacturer", "ACME"}, {"ManufacturerModelName", "One"}, {"ProtocolName", "P"}});
    CHECK(qc::placementMemoryKey(plain, study.facts().series.front()) == "ACME | One | P");
}

TEST_CASE("the CT of a PET/CT is the one in the PET's frame of reference", "[placement]") {
    const auto pack = packFromYaml(R"(
pack: 1
id: petct
version: 1.0.0
title: PET/CT
sources: {S: {cite: decided here}}
visits: [{id: V, label: Visit, needs: [ct, pet]}]
slots:
  ct:
    label: CT
    match:
      must: [{check: Modality, op: equals, value: CT}]
      score: [{check: FrameOfReferenceUID, op: same_as, slot: pet, weight: 2}]
      accept: {score: 2}
  pet:
    label: PET
    match: {must: [{check: Modality, op: equals, value: PT}], accept: {score: 0}}
)");
    InventedStudy study;
    study.series("2.25.1", 10, 5, {{"FrameOfReferenceUID", "2.25.70"}})
        .series("2.25.2", 10, 5, {{"FrameOfReferenceUID", "2.25.71"}})
        .series("2.25.3", 10, 5, {{"FrameOfReferenceUID", "2.25.71"}, {"Modality", "PT"}});
    for (const auto& facts : {study.facts(), study.reversed()}) {
        const Verdict verdict = qc::judge(pack, facts, enrolled());
        REQUIRE(verdict.series.size() == 3);
        CHECK(verdict.series[0].slot_id.empty());
        CHECK(verdict.series[1].slot_id == "ct");
        CHECK(verdict.series[2].slot_id == "pet");
    }
}

TEST_CASE("the order in which series and images came changes nothing", "[placement]") {
    InventedStudy study;
    study.series("2.25.3", 10, 5, {{"SeriesDescription", "body"}, {"KVP", "140"}})
        .series("2.25.1", 12, 5, {{"SeriesDescription", "body"}, {"KVP", "100"}})
        .series("2.25.2", 10, 5, {{"SeriesDescription", "body chest"}})
        .series("2.25.4", 10, 5, {{"SeriesDescription", ""}, {"DeviceSerialNumber", "1"}});
    const auto pack = packFromYaml(kPack);
    CHECK(toJson(qc::judge(pack, study.facts(), enrolled())) ==
          toJson(qc::judge(pack, study.reversed(), enrolled())));
}
