// What a pack asks of phantoms: schedule, limits, control charts. Expected values are worked out by hand.
#include <catch2/catch.hpp>

#include "gantry/qc/phantom_plan.hpp"
#include "gantry/qc/phantom_trend.hpp"
#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::qc;
using namespace gantry::test;

namespace {

Pack packWith(const std::string& tests) {
    return packFromYaml(smallPack("", R"(phantoms:
  - id: acr
    kind: acr_mri_large
    criteria: ACR-MR-2022
    every: 30 d
    grace: 7 d
    also_after: [software_change]
    overdue: {severity: query, stop_after: 60 d}
    tests:
)" + tests));
}

PhantomMetric metric(const std::string& name, const std::string& unit, double value) {
    PhantomMetric out;
    out.name = name;
    out.unit = unit;
    out.value = value;
    return out;
}

PhantomVerdict verdictOf(const Pack& pack, const PhantomMetric& one, double field = 1.5,
                         std::optional<double> baseline = {}) {
    const auto judged = judgeByPack(pack, "acr", one, {"acr_mri", "large", field, {}}, {{"dwi.repeats", 4}}, baseline);
    REQUIRE(judged);
    return judged->verdict;
}

std::vector<TrendPoint> weekly(const std::vector<double>& values) {
    constexpr const char* kDays[] = {"20260101", "20260108", "20260115", "20260122", "20260129",
                                     "20260205", "20260212", "20260219", "20260226"};
    std::vector<TrendPoint> out;
    for (const double value : values) out.push_back({kDays[out.size()], value, 0.05});
    return out;
}

bool flagged(const Trend& trend, std::string_view part) {
    for (const auto& flag : trend.flags)
        if (flag.find(part) != flag.npos) return true;
    return false;
}

}  // namespace

TEST_CASE("limits of a pack are met to the last digit, in the metric's unit", "[qc][phantom]") {
    const auto pack = packWith(R"(
      - {id: a, metric: m.most, op: at_most, value: 0.3 cm, warn: 2 mm, source: [S]}
      - {id: b, metric: m.within, op: within, value: 1 HU, tol: 5 HU, source: [S]}
      - {id: c, metric: m.field, op: at_least, value: {"<3T": 85 %, "3T": 80 %}, source: [S]}
      - {id: d, metric: m.seen, op: at_least, value: 30, review: human, source: [S]}
      - {id: e, metric: m.ratio, op: ratio_to_baseline, value: [0.8, 1.2], source: [S]}
      - {id: f, metric: m.query, op: between, value: [9, 11], severity: query, source: [S]}
      - {id: g, metric: m.failing, op: at_most, value: 5 HU, fail: 7 HU, source: [S]}
      - {id: h, metric: dwi.few, op: at_most, value: 1 %, when: "repeats >= 5", source: [S]}
)");
    CHECK(verdictOf(pack, metric("m.most", "mm", 3)) == PhantomVerdict::Warn);
    CHECK(verdictOf(pack, metric("m.most", "mm", 1.9)) == PhantomVerdict::Pass);
    CHECK(verdictOf(pack, metric("m.most", "mm", 3.01)) == PhantomVerdict::Fail);
    CHECK(verdictOf(pack, metric("m.within", "HU", 6)) == PhantomVerdict::Pass);
    CHECK(verdictOf(pack, metric("m.within", "HU", -4.1)) == PhantomVerdict::Fail);
    CHECK(verdictOf(pack, metric("m.field", "%", 82), 1.5) == PhantomVerdict::Fail);
    CHECK(verdictOf(pack, metric("m.field", "%", 82), 3.0) == PhantomVerdict::Pass);
    CHECK(verdictOf(pack, metric("m.seen", "", 40)) == PhantomVerdict::Review);
    CHECK(verdictOf(pack, metric("m.ratio", "", 130), 1.5, 100) == PhantomVerdict::Fail);
    CHECK(verdictOf(pack, metric("m.ratio", "", 119), 1.5, 100) == PhantomVerdict::Pass);
    CHECK(verdictOf(pack, metric("m.ratio", "", 130)) == PhantomVerdict::NoLimit);
    CHECK(verdictOf(pack, metric("m.query", "", 12)) == PhantomVerdict::Warn);
    CHECK(verdictOf(pack, metric("m.failing", "HU", 6)) == PhantomVerdict::Warn);
    CHECK(verdictOf(pack, metric("m.failing", "HU", 7.5)) == PhantomVerdict::Fail);
    CHECK(verdictOf(pack, metric("dwi.few", "%", 9)) == PhantomVerdict::NoLimit);
    CHECK_FALSE(judgeByPack(pack, "acr", metric("m.other", "", 1), {}, {}, {}));
}

TEST_CASE("a phantom is due, overdue and lapsed on the days that the pack says", "[qc][phantom]") {
    const auto plan = phantomPlans(packWith("      - {id: a, metric: m, op: at_most, value: 1, source: [S]}\n")).at(0);
    CHECK(plan.kind == "acr_mri");
    const auto on = [&](const std::string& today, const std::string& changed = "") {
        return standingOf(plan, "20260101", changed, today).due;
    };
    CHECK(on("20260130") == PhantomDue::Current);
    CHECK(on("20260131") == PhantomDue::Due);      // 30 days
    CHECK(on("20260207") == PhantomDue::Due);      // 37 days: the last of the grace
    CHECK(on("20260208") == PhantomDue::Overdue);
    CHECK(on("20260302") == PhantomDue::Overdue);  // 60 days
    CHECK(on("20260303") == PhantomDue::Lapsed);
    CHECK(on("20260110", "20260105") == PhantomDue::Asked);
    CHECK(on("20260110", "20260101") == PhantomDue::Current);  // scanned on the day of the change
    CHECK(standingOf(plan, "", "", "20260110").due == PhantomDue::Never);
    CHECK(standingOf(plan, "20260101", "", "20260102").due_on == "20260131");
}

TEST_CASE("a control chart flags drift before the limit, and noise alone does not", "[qc][phantom]") {
    CHECK_FALSE(trendOf(weekly({0, 1, 0, 1, 0, 1, 0}), {}, 5.0, 30).told);
    const auto quiet = trendOf(weekly({0.1, -0.2, 0.3, -0.1, 0.2, -0.3, 0.1, 0}), -5.0, 5.0, 30);
    CHECK(quiet.told);
    CHECK(quiet.flags.empty());
    // Mean moving range 0.4 + ... by hand: |d| = .3 .5 .4 .3 .5 .4 .1, mean 2.5/7, over 1.128.
    CHECK(quiet.sigma == Approx(2.5 / 7 / 1.128));
    const auto jump = trendOf(weekly({0.1, -0.2, 0.3, -0.1, 0.2, -0.3, 0.1, 0, 3}), -5.0, 5.0, 30);
    CHECK(flagged(jump, "3 sigma"));
    const auto rising = trendOf(weekly({0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4}), -5.0, 5.0, 30);
    CHECK(flagged(rising, "rise"));
    // Half a unit a week: from 4 on the 26th of February two weeks to 5.
    CHECK(flagged(rising, "2026-03-12"));
    CHECK_FALSE(flagged(trendOf(weekly({0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4}), -5.0, 50.0, 30), "crossed"));
}
