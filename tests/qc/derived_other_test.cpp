#include <catch2/catch.hpp>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

Finding judged(const std::string& rest, const Facts& facts, const qc::JudgeContext& context = enrolled()) {
    InventedStudy study;
    study.series("2.25.1", 3, 5, facts);
    const auto pack =
        packFromYaml(smallPack("      - {id: R, " + rest + ", severity: query, why: w, advice: a}"));
    return finding(qc::judge(pack, study.facts(), context), "R");
}

Finding judgedImages(const std::string& rest, const std::vector<Facts>& images) {
    InventedStudy study;
    for (Facts facts : images) {
        facts["Modality"] = "CT";
        facts["PatientID"] = "0417-001";
        study.instance("2.25.1", facts);
    }
    const auto pack = packFromYaml(
        smallPack("      - {id: R, " + rest + ", severity: query, why: w, advice: 'no {missing}'}"));
    return finding(qc::judge(pack, study.facts(), enrolled()), "R");
}

Facts times(const std::string& study, const std::string& series, const std::string& acquired) {
    return {{"StudyDate", "20260401"},       {"StudyTime", study},
            {"SeriesDate", "20260401"},      {"SeriesTime", series},
            {"AcquisitionDate", "20260401"}, {"AcquisitionTime", acquired}};
}

}  // namespace

TEST_CASE("study, series and acquisition follow each other", "[derived][identity]") {
    const auto of = [](const Facts& facts) {
        return judged("check: derived.dates_ordered, op: equals, value: true", facts).result;
    };
    CHECK(of(times("100000", "100500", "100600")) == RuleResult::Pass);
    CHECK(of(times("100500", "100000", "100600")) == RuleResult::Fail);  // the series is before its study
    CHECK(of(times("110000", "110500", "100000")) == RuleResult::Fail);  // scanned before the study began
    CHECK(of(times("100000", "130000", "100600")) == RuleResult::Fail);  // filed hours after the scan
    auto tomorrow = times("100000", "100500", "100600");
    tomorrow["AcquisitionDate"] = "20260331";
    CHECK(of(tomorrow) == RuleResult::Fail);
    CHECK(of(times("", "100500", "100600")) == RuleResult::CannotTell);
    auto derived = times("100000", "130000", "100600");
    derived["ImageType"] = "DERIVED\\PRIMARY\\AXIAL";
    CHECK(of(derived) == RuleResult::Pass);
}

TEST_CASE("the order of dates holds over midnight and between time zones", "[derived][identity]") {
    // Study and series stand on the clock of TimezoneOffsetFromUTC, a DT in the zone it names itself.
    const auto of = [](const std::string& study, const std::string& zone, const std::string& acquired) {
        const Facts facts{{"StudyDate", study.substr(0, 8)},
                          {"StudyTime", study.substr(8)},
                          {"TimezoneOffsetFromUTC", zone},
                          {"AcquisitionDateTime", acquired}};
        return judged("check: derived.dates_ordered, op: equals, value: true", facts).result;
    };
    CHECK(of("20260401235500", "+0100", "20260402000500") == RuleResult::Pass);
    CHECK(of("20260401235500", "+0100", "20260401230500+0000") == RuleResult::Pass);  // 00:05 on the next day
    CHECK(of("20260402000500", "+0200", "20260401221000+0000") == RuleResult::Pass);  // 00:10 of the same day
    CHECK(of("20260401190000", "-0500", "20260402001000.000+0000") == RuleResult::Pass);  // 19:10
    CHECK(of("20260401190000", "-0500", "20260401235000+0000") == RuleResult::Fail);      // 18:50
    CHECK(of("20260401223000", "+0000", "20260402001000+0200") == RuleResult::Fail);      // 22:10
    // Without the zone of the dates an acquisition that seems too early may be right, unless no zone explains
    // it.
    CHECK(of("20260402000500", "", "20260402001000+0200") == RuleResult::Pass);
    CHECK(of("20260402000500", "", "20260401221000+0000") == RuleResult::CannotTell);
    CHECK(of("20260402000500", "", "20260401090000+0000") == RuleResult::Fail);  // 23:00 even at +1400
    CHECK(of("20260402000500", "", "20260401221000") == RuleResult::Fail);
}

TEST_CASE("a scanner clock ahead of the time of arrival is seen, in each one's time zone",
          "[derived][identity]") {
    auto context = enrolled();
    context.received_at = "20260401120000.000+0200";
    const auto of = [&](const std::string& time, const std::string& zone) {
        Facts facts = times("100000", time, time);
        facts["TimezoneOffsetFromUTC"] = zone;
        return judged("check: derived.clock_ahead, op: at_most, value: 5 min", facts, context);
    };
    CHECK(of("120400", "").result == RuleResult::Pass);
    CHECK(of("120600", "").result == RuleResult::Fail);
    CHECK(of("120600", "").found == "6 min");
    CHECK(of("100400", "+0000").result == RuleResult::Pass);
    CHECK(of("101000", "+0000").found == "10 min");  // 10:10 in London is 12:10 here
    CHECK(of("131000", "+0300").found == "10 min");
    CHECK(of("080000", "").result == RuleResult::Pass);  // sent late
    Facts own_zone{{"AcquisitionDateTime", "20260401101000.000+0000"}};
    CHECK(judged("check: derived.clock_ahead, op: at_most, value: 5 min", own_zone, context).found ==
          "10 min");
    own_zone["TimezoneOffsetFromUTC"] = "+0100";  // of the dates and times; the DT says its own
    CHECK(judged("check: derived.clock_ahead, op: at_most, value: 5 min", own_zone, context).found ==
          "10 min");
    CHECK(judged("check: derived.clock_ahead, op: at_most, value: 5 min", times("100000", "120600", "120600"))
              .result == RuleResult::CannotTell);
}

TEST_CASE("the year of birth is held against enrolment's", "[derived][identity]") {
    auto context = enrolled();
    context.enrolment->birth_year = 1961;
    const auto of = [&](const Facts& facts) {
        return judged("check: derived.age_difference, op: at_most, value: 1 y", facts, context).result;
    };
    CHECK(of({{"PatientBirthDate", "19610823"}}) == RuleResult::Pass);
    CHECK(of({{"PatientBirthDate", "19620101"}}) == RuleResult::Pass);
    CHECK(of({{"PatientBirthDate", "19630101"}}) == RuleResult::Fail);
    CHECK(of({{"PatientAge", "064Y"}, {"StudyDate", "20260401"}}) == RuleResult::Pass);
    CHECK(of({{"PatientAge", "060Y"}, {"StudyDate", "20260401"}}) == RuleResult::Fail);
    CHECK(of({{"PatientAge", "768M"}, {"StudyDate", "20260401"}}) == RuleResult::Pass);  // 64 years
    CHECK(of({}) == RuleResult::CannotTell);
    CHECK(judged("check: derived.age_difference, op: at_most, value: 1 y", {{"PatientBirthDate", "19610823"}})
              .result == RuleResult::CannotTell);
}

TEST_CASE("a phantom filed as a patient is seen", "[derived][identity]") {
    const auto of = [](const Facts& facts) {
        return judged("check: derived.looks_like_phantom, op: equals, value: false", facts).result;
    };
    CHECK(of({{"PatientName", "DOE^JANE"}}) == RuleResult::Pass);
    CHECK(of({{"PatientName", "QA PHANTOM"}}) == RuleResult::Fail);
    CHECK(of({{"ProtocolName", "Acr_phantom_daily"}}) == RuleResult::Fail);
    CHECK(of({{"PatientSex", "O"}, {"PatientAge", "001D"}}) == RuleResult::Fail);
    CHECK(of({{"PatientSex", "O"}, {"PatientAge", "064Y"}}) == RuleResult::Pass);
}

TEST_CASE("the side is that of the trial; of a trial of both sides, either", "[derived][identity]") {
    const auto [enrolled_side, image, result] = GENERATE(table<std::string, std::string, RuleResult>({
        {"L", "L", RuleResult::Pass},
        {"L", "R", RuleResult::Fail},
        {"B", "L", RuleResult::Pass},
        {"B", "R", RuleResult::Pass},
        {"B", "B", RuleResult::Pass},
        {"B", "U", RuleResult::Fail},
        {"", "L", RuleResult::CannotTell},
        {"L", "", RuleResult::CannotTell},
    }));
    CAPTURE(enrolled_side, image);
    auto context = enrolled();
    if (!enrolled_side.empty()) context.enrolment->laterality = enrolled_side;
    CHECK(judged("check: derived.laterality, op: in, value: enrolment.laterality",
                 {{"ImageLaterality", image}}, context)
              .result == result);
}

TEST_CASE("the operator is one of the trained", "[derived][identity]") {
    const std::string trained = "check: OperatorsName, op: in, value: site.trained_operators";
    auto context = enrolled();
    context.trained_operators = {"DOE^JANE", "ROE^RICHARD"};
    CHECK(judged(trained, {{"OperatorsName", "ROE^RICHARD"}}, context).result == RuleResult::Pass);
    CHECK(judged(trained, {{"OperatorsName", "POE^PAUL"}}, context).result == RuleResult::Fail);
    CHECK(judged(trained, {{"OperatorsName", "POE^PAUL"}}, context).found.find("POE") == std::string::npos);
    CHECK(judged(trained, {}, context).result == RuleResult::CannotTell);
    CHECK(judged(trained, {{"OperatorsName", "DOE^JANE"}}).result == RuleResult::CannotTell);
}

TEST_CASE("mammography has both views of both sides", "[derived]") {
    const std::string four = "check: derived.views, op: superset, value: [L CC, R CC, L MLO, R MLO]";
    const auto view = [](const std::string& side, const std::string& position) {
        return Facts{{"ImageLaterality", side}, {"ViewPosition", position}};
    };
    CHECK(judgedImages(four, {view("L", "CC"), view("R", "CC"), view("L", "MLO"), view("R", "MLO")}).result ==
          RuleResult::Pass);
    const Finding three = judgedImages(four, {view("L", "CC"), view("R", "CC"), view("L", "MLO")});
    CHECK(three.result == RuleResult::Fail);
    CHECK(three.advice == "no R MLO");
    CHECK(judgedImages(four, {view("L", "CC"), view("", "CC")}).result == RuleResult::CannotTell);
    // R-10242 is the cranio-caudal view, R-10226 the medio-lateral oblique one, PS3.16 CID 4014.
    const auto coded = [](const std::string& side, const std::string& code) {
        return Facts{{"ImageLaterality", side}, {"ViewCodeSequence[0].CodeValue", code}};
    };
    CHECK(judgedImages(four, {coded("L", "R-10242"), coded("R", "R-10242"), coded("L", "R-10226"),
                              coded("R", "R-10226")})
              .result == RuleResult::Pass);
}

TEST_CASE("a loop has a frame rate and beats", "[derived]") {
    // 120 frames of 25 ms are 3 s: 40 a second, and 3 beats at 60 a minute.
    const Facts loop{{"FrameTime", "25"}, {"NumberOfFrames", "120"}, {"HeartRate", "60"}};
    CHECK(judgedImages("check: derived.frame_rate, op: between, value: [50 Hz, 90 Hz]", {loop}).found ==
          "40 Hz");
    CHECK(judgedImages("check: derived.loop_beats, op: at_least, value: 3", {loop}).result ==
          RuleResult::Pass);
    CHECK(judgedImages("check: derived.loop_beats, op: at_least, value: 3.1", {loop}).result ==
          RuleResult::Fail);
    CHECK(judgedImages("check: derived.frame_rate, op: at_least, value: 50 Hz", {{{"CineRate", "60"}}})
              .result == RuleResult::Pass);
    CHECK(judgedImages("check: derived.frame_rate, op: at_least, value: 50 Hz", {{}}).result ==
          RuleResult::CannotTell);
}

TEST_CASE("a study lasts from its first to its last acquisition", "[derived]") {
    const auto pack = packFromYaml(smallPack("",
                                             "across: [{id: R, check: derived.study_duration, op: at_most, "
                                             "value: 60 min, severity: query, why: w, "
                                             "advice: a}]"));
    InventedStudy study;
    study.series("2.25.1", 3, 5, times("100000", "100000", "100000"))
        .series("2.25.2", 3, 5, times("100000", "104500", "104500"));
    CHECK(finding(qc::judge(pack, study.facts(), enrolled()), "R").found == "45 min");
}
