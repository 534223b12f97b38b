#include <algorithm>

#include "catalogue/history.hpp"
#include "catalogue/scanners.hpp"
#include "catalogue/statements.hpp"
#include "gantry/qc/pack_yaml.hpp"
#include "shop.hpp"
#include "web/check_decisions.hpp"
#include "web/words.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

constexpr std::string_view kPack = R"(
pack: 1
id: ask
version: 1.0.0
title: Asks, compares and waives
sources: {TRIAL: {cite: "The trial's own decision"}}
visits:
  - {id: BL, label: Baseline, anchor: start, window: {from: -28 d, to: 0 d}, needs: [a], optional: [b]}
  - {id: FU, label: Follow-up, anchor: start, repeat: {every: 56 d, plus_minus: 7 d}, needs: [a], optional: [b]}
console:
  - {id: glucose, ask: "Blood glucose", unit: mmol/l, also: [mg/dl], needed: before_release}
slots:
  a:
    label: First place
    match:
      must: [{check: Modality, op: equals, value: CT}]
      score: [{check: SliceThickness, op: at_most, value: 9 mm, weight: 3}]
      accept: {score: 3, margin: 2}
    rules:
      - {id: KV, check: KVP, op: equals, value: 120, severity: rescan, why: w, advice: a}
      - {id: SUGAR, check: console.glucose, op: at_most, value: 11.1 mmol/l, missing: ask, severity: query, why: w, advice: a}
    baseline:
      - {id: SAME, check: derived.slice_thickness, op: same, tol: 0.1 mm, severity: query, why: w, advice: "As before: {baseline}"}
  b:
    label: Second place
    count: {min: 0, max: 1}
    match:
      must: [{check: Modality, op: equals, value: CT}, {check: SeriesDescription, op: matches, value: both}]
      score: [{check: SliceThickness, op: at_most, value: 9 mm, weight: 3}]
      accept: {score: 3, margin: 2}
scanners:
  key: [Manufacturer, ManufacturerModelName]
  unqualified: {severity: query}
  invalidate_when: [{changed: SoftwareVersions, recheck_within: 14 d, meanwhile: query}]
phantoms:
  - {id: water, kind: ct_water_cylinder, every: 7 d, tests: []}
)";

struct Trialled {
    explicit Trialled(const std::string& visit = "BL")
        : shop("0417-001,HN1,," + visit + ",20240110\n", must(qc::packYamlToJson(std::string(kPack))),
               ",anchor:start") {}

    scanner::SeriesSpec spec(std::uint64_t seed = 1, const std::string& date = "20240105") const {
        auto spec = demoSeries(seed, "HN1");
        spec.study_date = date;
        return spec;
    }
    StudyId deliver(const scanner::SeriesSpec& spec) {
        const auto study = shop.deliver(must(scanner::makeSeries(spec)));
        shop.settle();
        return study;
    }
    Verdict verdict(StudyId study) {
        return must(shop.box.catalogue->read([&](Database& db) { return latestVerdict(db, study); }))
            ->verdict;
    }
    UnixMillis now() const { return shop.box.clock.nowMillis(); }
    Result<> answer(StudyId study, const std::string& value) {
        return answerQuestion(*shop.box.catalogue, study,
                              {{"question", "glucose"}, {"value", value}, {"who", "A. Smith"}}, now());
    }
    /// Answered, judged again, sent and signed for.
    void accept(StudyId study) {
        must(answer(study, "5.4"));
        shop.settle();
        REQUIRE(shop.dispatch());
        shop.confirmParcels();
        REQUIRE(shop.state(study) == "confirmed");
    }

    Shop shop;
};

const Finding& findingOf(const Verdict& verdict, const std::string& rule) {
    const auto found = std::ranges::find(verdict.findings, rule, &Finding::rule_id);
    REQUIRE(found != verdict.findings.end());
    return *found;
}

std::size_t countOf(const Verdict& verdict, const std::string& rule) {
    return static_cast<std::size_t>(std::ranges::count(verdict.findings, rule, &Finding::rule_id));
}

}  // namespace

TEST_CASE("a question needed before release holds the study until somebody answers", "[agent][statements]") {
    Trialled trial;
    const auto study = trial.deliver(trial.spec());
    CHECK(trial.shop.state(study) == "held");
    const auto row = must(trial.shop.box.catalogue->read([&](Database& db) { return boardRow(db, study); }));
    const auto card = cardOf(row, 0, trial.now());
    CHECK(card.name == "needs_you");  // nothing is to be scanned again
    CHECK(card.advice == "Answer the question \"Blood glucose\".");
    const auto asked = trial.verdict(study);
    REQUIRE(asked.questions.size() == 1);
    CHECK(asked.questions.front().ask == "Blood glucose");
    CHECK(findingOf(asked, "SUGAR").result == RuleResult::CannotTell);
    CHECK(findingOf(asked, "SUGAR").question == "glucose");

    for (const auto* bad : {"much", "5 kg", " "}) CHECK_FALSE(trial.answer(study, bad).has_value());
    CHECK(trial.shop.state(study) == "held");

    must(trial.answer(study, "100 mg/dl"));
    trial.shop.settle();
    const auto told = trial.verdict(study);
    CHECK(findingOf(told, "SUGAR").result == RuleResult::Pass);
    CHECK(findingOf(told, "SUGAR").found == "5.551 mmol/l");  // 100 / 18.016
    CHECK(told.questions.front().answered_by == "A. Smith");
    CHECK(trial.shop.state(study) == "deidentifying");

    const auto late = trial.answer(study, "5");
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().code == Errc::Conflict);
    const auto decisions =
        must(trial.shop.box.catalogue->read([&](Database& db) { return decisionsOf(db, study); }));
    REQUIRE(decisions.size() == 1);
    CHECK(decisions.front().kind == "answer");
    CHECK(decisions.front().who == "A. Smith");
}

TEST_CASE("a person's place settles an ambiguous series, and is remembered for scanner and protocol",
          "[agent][statements]") {
    Trialled trial;
    auto spec = trial.spec();
    spec.technique.series_description = "fits both";
    const auto series = must(scanner::makeSeries(spec));
    const auto study = trial.deliver(spec);
    const auto unsure = trial.verdict(study);
    REQUIRE(unsure.series.size() == 1);
    CHECK(unsure.series.front().slot_id.empty());
    CHECK(unsure.series.front().candidates == std::vector<std::string>{"a", "b"});
    CHECK(unsure.checklist.front().state == ChecklistItem::State::Unsure);
    const auto held =
        must(trial.shop.box.catalogue->read([&](Database& db) { return studyById(db, study); }));
    CHECK(held.state == State::Held);
    CHECK(held.reason == "A person must say which series is which. Then the images are judged.");

    const auto place = [&](StudyId where, const std::string& uid, const std::string& slot,
                           const std::string& remember) {
        return placeSeries(*trial.shop.box.catalogue, *trial.shop.trials.all(), where,
                           {{"series", uid}, {"slot", slot}, {"remember", remember}, {"who", "A. Smith"}},
                           trial.now());
    };
    CHECK_FALSE(place(study, series.series_instance_uid, "c", "no").has_value());
    must(place(study, series.series_instance_uid, "a", "yes"));
    trial.shop.judge();
    const auto placed = trial.verdict(study);
    CHECK(placed.series.front().slot_id == "a");
    CHECK(placed.series.front().placed_by == PlacedBy::Person);
    CHECK(placed.checklist.front().state == ChecklistItem::State::Present);

    auto next = trial.spec(2);
    next.technique.series_description = "fits both";
    const auto remembered = trial.verdict(trial.deliver(next));
    CHECK(remembered.series.front().slot_id == "a");
    CHECK(remembered.series.front().placed_by == PlacedBy::Memory);

    must(forgetPlacement(*trial.shop.box.catalogue, 1, {{"who", "A. Smith"}}, trial.now()));
    auto third = trial.spec(3);
    third.technique.series_description = "fits both";
    CHECK(trial.verdict(trial.deliver(third)).series.front().slot_id.empty());
}

TEST_CASE("a failed rule is waived under a deviation, for one study or for the subject",
          "[agent][statements]") {
    Trialled trial;
    auto spec = trial.spec();
    spec.technique.kvp = 80;
    const auto study = trial.deliver(spec);
    CHECK(findingOf(trial.verdict(study), "KV").result == RuleResult::Fail);
    const auto waive = [&](StudyId where, const std::string& rule, const std::string& until) {
        return waiveRule(*trial.shop.box.catalogue, where,
                         {{"rule", rule},
                          {"deviation", "D-017"},
                          {"for", "subject"},
                          {"until", until},
                          {"who", "A. Smith"}},
                         trial.now());
    };
    CHECK_FALSE(waive(study, "SAME", "").has_value());  // it did not fail
    for (const auto* no_day :
         {"soon", "20260230", "20261301", "20260001", "2026011", "202601011", "2026-1-1"}) {
        const auto refused = waive(study, "KV", no_day);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().context == "'until' must be a day of the calendar, YYYYMMDD");
    }
    must(waive(study, "KV", "19990101"));
    trial.shop.judge();
    CHECK(findingOf(trial.verdict(study), "KV").result == RuleResult::Fail);  // that is over
    must(waive(study, "KV", ""));
    trial.shop.judge();
    const auto waived = trial.verdict(study);
    CHECK(findingOf(waived, "KV").result == RuleResult::Waived);
    CHECK(findingOf(waived, "KV").waiver == "D-017");
    auto next = trial.spec(2);
    next.technique.kvp = 80;
    CHECK(findingOf(trial.verdict(trial.deliver(next)), "KV").result == RuleResult::Waived);
}

TEST_CASE("a later visit is compared with the accepted baseline, and only with an accepted one",
          "[agent][statements]") {
    Trialled trial;
    const auto first = trial.deliver(trial.spec());
    CHECK(findingOf(trial.verdict(first), "SAME").result == RuleResult::NotApplicable);
    CHECK(findingOf(trial.verdict(first), "VISIT-WINDOW").result == RuleResult::Pass);
    auto follow = trial.spec(2, "20240306");  // 56 days after the anchor
    follow.thickness_mm = 3;
    follow.slices = 40;
    const auto assign = [&](StudyId study) {
        must(assignSubject(*trial.shop.box.catalogue, *trial.shop.trials.all(), study,
                           {{"subject", "0417-001"}, {"visit", "FU"}, {"who", "A. Smith"}}, trial.now()));
        trial.shop.judge();
        return trial.verdict(study);
    };
    const auto second = trial.deliver(follow);
    CHECK(findingOf(assign(second), "SAME").result == RuleResult::CannotTell);
    trial.accept(first);
    const auto compared = assign(second);
    CHECK(findingOf(compared, "SAME").result == RuleResult::Fail);
    CHECK(findingOf(compared, "SAME").found == "3 mm");
    CHECK(findingOf(compared, "SAME").advice == "As before: 5 mm");
    CHECK(findingOf(compared, "VISIT-WINDOW").result == RuleResult::Pass);
    CHECK(countOf(compared, "VISIT-REPEAT") == 0);
    const auto again = trial.deliver(trial.spec(3));
    CHECK(countOf(trial.verdict(again), "VISIT-REPEAT") == 1);
}

TEST_CASE("scanners are registered as they are seen, and a change since the qualification is a finding",
          "[agent][statements]") {
    Trialled trial;
    const auto first = trial.verdict(trial.deliver(trial.spec()));
    CHECK(countOf(first, "SCANNER-NEW") == 1);
    CHECK(findingOf(first, "SCANNER-UNQUALIFIED").result == RuleResult::CannotTell);
    const auto registered = [&] {
        return must(trial.shop.box.catalogue->read([](Database& db) { return scanners(db, ""); }));
    };
    REQUIRE(registered().size() == 1);
    CHECK(registered().front().key == "SIEMENS | SOMATOM Definition AS+");
    CHECK_FALSE(registered().front().qualified.has_value());
    const auto id = registered().front().id;
    must(qualifyScanner(*trial.shop.box.catalogue, *trial.shop.trials.all(), id,
                        {{"qualified", "yes"}, {"who", "P. Hysicist"}, {"why", "phantom of today"}},
                        trial.now()));
    const auto qualified = trial.verdict(trial.deliver(trial.spec(2)));
    CHECK(countOf(qualified, "SCANNER-NEW") + countOf(qualified, "SCANNER-UNQUALIFIED") == 0);
    auto updated = trial.spec(3);
    updated.scanner.software = "syngo CT VA50A";
    const auto changed = trial.verdict(trial.deliver(updated));
    CHECK(findingOf(changed, "SCANNER-CHANGED").result == RuleResult::Fail);
    CHECK(findingOf(changed, "SCANNER-CHANGED").found == "syngo CT VA50A");
    CHECK(findingOf(changed, "SCANNER-CHANGED").expected == "syngo CT VA48A");
    const auto history =
        must(trial.shop.box.catalogue->read([&](Database& db) { return changesOf(db, id); }));
    REQUIRE(history.size() == 1);
    CHECK(history.front().before == "syngo CT VA48A");

    const auto pass = [&](const std::string& phantom, const std::string& day) {
        return passPhantom(*trial.shop.box.catalogue, *trial.shop.trials.all(), id,
                           {{"phantom", phantom}, {"passed_on", day}, {"who", "P. Hysicist"}}, trial.now());
    };
    CHECK_FALSE(pass("fire", "20200101").has_value());
    CHECK_FALSE(pass("water", "29990101").has_value());
    for (const auto* no_day : {"20200230", "20190229", "20201301", "", "2020010"})
        CHECK(pass("water", no_day).error().context == "'passed_on' must be a day of the calendar, YYYYMMDD");
    must(pass("water", "20200101"));
    CHECK(registered().front().phantoms.at("water") == "20200101");
}
