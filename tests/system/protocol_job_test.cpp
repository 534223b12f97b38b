// What the site is asked beside the images, with real programs: a question, a series that could be two
// things, visits compared with each other, the register of scanners. All of it is said and read by gantryctl.
#include <chrono>
#include <ctime>
#include <iostream>

#include "gantry/scanner/scenario.hpp"
#include "installation.hpp"
#include "support.hpp"
#include "wait.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;
namespace json = boost::json;

namespace {

constexpr auto kSoon = std::chrono::seconds(60);
constexpr std::string_view kPng = "\x89PNG\r\n\x1a\n";  // ISO/IEC 15948 5.2

/// YYYYMMDD so many days from today, in UTC: windows below leave a day on either side of it.
std::string dayFromToday(int days) {
    const auto at = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()) + days * 86400;
    std::tm day{};
    ::gmtime_r(&at, &day);
    char text[16];
    return {text, std::strftime(text, sizeof text, "%Y%m%d", &day)};
}

/// One visit of the same person to the same machine; its description fits both slots of the pack.
Delivery visit(int number, const std::string& date, double thickness_mm, const std::string& software) {
    ScenarioSpec spec;
    spec.series.seed = 401;
    spec.series.study_number = number;
    spec.series.study_date = date;
    spec.series.scanner.software = software;
    spec.series.technique.series_description = "Body Br40";
    spec.series.slices = 40;
    spec.series.thickness_mm = thickness_mm;
    spec.series.rows = spec.series.columns = 256;
    return must(makeDelivery(spec));
}

void send(Site& site, const Delivery& delivery) {
    for (const auto& status : sendAll(site.destination(), delivery.waves.front().instances))
        REQUIRE(status.stored());
}

auto in(const char* state) {
    return [=](const StudyView& study) { return study.state == state; };
}

json::value asJson(Site& site, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "--json");
    return json::parse(must(site.ctl(std::move(arguments))));
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

std::string memberOf(const json::value& object, std::string_view key) {
    return std::string(object.at(key).as_string());
}

/// The first entry of the array `list` whose `key` is `value`.
const json::object& entry(const json::value& list, std::string_view key, std::string_view value) {
    for (const auto& one : list.as_array())
        if (memberOf(one, key) == value) return one.as_object();
    FAIL("no entry with " << key << " " << value << " in " << json::serialize(list));
    std::abort();
}

/// The state of the visits that gantryctl lists for the subject, in their order, as "BL received".
std::vector<std::string> visitStates(Site& site) {
    std::vector<std::string> states;
    const auto subjects = asJson(site, {"visits"});
    for (const auto& one : subjects.at(0).at("visits").as_array())
        states.push_back(memberOf(one, "id") + " " + memberOf(one, "state"));
    return states;
}

/// Waits for the verdict after the pixels were measured.
StudyView measured(Site& site, const Delivery& delivery) {
    return must(site.waitForStudy(
        delivery.study_instance_uid,
        [](const StudyView& study) {
            const auto noise = study.findings.find("CT-NOISE");
            return noise != study.findings.end() && noise->second != "cannot_tell";
        },
        kSoon));
}

void checkQuestionIsPut(Site& site, const StudyView& held) {
    CHECK(held.card == "needs_you");
    const auto& question = entry(held.json.at("questions"), "id", "glucose");
    CHECK(question.at("answer") == "");
    const auto& series = held.json.at("series").at(0);
    CHECK(series.at("slot_id") == "");
    CHECK(series.at("candidates") == json::array({"cap", "late"}));
    const auto printed = must(site.ctl({"study", std::to_string(held.id)}));
    INFO(printed);
    CHECK(has(printed, "glucose: Blood glucose before the injection in mmol/l or mg/dl"));
    CHECK(has(printed, "WHICH ONE IS IT? cap, late"));
}

void checkWrongWordsAreRefused(Site& site, const std::string& id, const std::string& uid) {
    const auto inches = site.ctl({"answer", id, "glucose", "5.4 mm", "--who", "A. Smith"});
    REQUIRE(inches.has_error());
    CHECK(has(inches.error().message(), "mmol/l"));
    const auto nowhere = site.ctl({"place", id, uid, "--slot", "knee", "--who", "A. Smith"});
    REQUIRE(nowhere.has_error());
    CHECK(has(nowhere.error().message(), "no slot 'knee'"));
    CHECK(site.ctl({"place", id, uid, "--who", "A. Smith"}).has_error());
    const auto study = must(site.study(std::stoll(id)));
    CHECK(entry(study.json.at("questions"), "id", "glucose").at("answer") == "");
}

/// The middle image arrives as a picture of the size docs/formats/api.md gives it.
void checkThumbnail(Site& site, const StudyView& study) {
    const auto path = "/api/v1/studies/" + std::to_string(study.id) + "/series/" +
                      memberOf(study.json.at("series").at(0), "series_instance_uid") + "/thumbnail.png";
    HttpAnswer last;
    const auto arrived = [&] {
        last = must(site.api().get(path));
        return last.status == 200;
    };
    REQUIRE(waitUntil(arrived, kSoon));
    CHECK(last.body.substr(0, kPng.size()) == kPng);
    // Width and height stand big endian in the first chunk, IHDR (ISO/IEC 15948 11.2.2).
    CHECK(last.body.substr(16, 8) == std::string("\0\0\1\0\0\0\1\0", 8));
}

}  // namespace

TEST_CASE("a question and a series that could be two things are settled, visits and scanners are kept",
          "[system]") {
    // First dose 20 days ago: the baseline was due until then, the first follow-up from 13 days ago to
    // tomorrow.
    const auto baseline = visit(1, dayFromToday(-24), 5.0, "syngo CT VA48A");
    const auto follow_up = visit(2, dayFromToday(-4), 4.0, "syngo CT VB20A");
    REQUIRE(baseline.patient.patient_id == follow_up.patient.patient_id);
    const std::vector<RosterEntry> roster{
        {"0417-001", baseline.patient.patient_id, baseline.patient.sex, "", dayFromToday(-16)}};
    auto installation = installOrSkip(
        roster, std::filesystem::path(GANTRY_SOURCE_DIR) / "tests" / "system" / "visits_pack.yaml");
    if (!installation) return;
    auto& [folder, sponsor, site] = *installation;
    CHECK(has(must(site.ctl({"scanners"})), "No scanner"));

    send(site, baseline);
    auto held = must(site.waitForStudy(baseline.study_instance_uid, in("held"), kSoon));
    const auto id = std::to_string(held.id);
    const auto uid = memberOf(held.json.at("series").at(0), "series_instance_uid");
    must(site.ctl({"assign", id, "--subject", "0417-001", "--visit", "BL", "--who", "A. Smith"}));
    held = must(site.waitForStudy(
        baseline.study_instance_uid,
        [](const StudyView& s) { return s.state == "held" && s.json.at("visit") == "BL"; }, kSoon));
    checkQuestionIsPut(site, held);
    checkWrongWordsAreRefused(site, id, uid);

    // 97.2 mg/dl of glucose are 5.4 mmol/l (180.16 g/mol).
    must(site.ctl({"answer", id, "glucose", "97.2 mg/dl", "--who", "A. Smith"}));
    must(site.ctl({"place", id, uid, "--slot", "cap", "--remember", "--who", "A. Smith"}));
    const auto sent = must(site.waitForStudy(baseline.study_instance_uid, in("confirmed"), kSoon));
    CHECK(sent.findings.at("GLUCOSE") == "pass");
    CHECK(sent.json.at("series").at(0).at("placed_by") == "person");
    CHECK(sent.findings.at("CT-BL-THICK") == "not_applicable");
    CHECK(has(must(site.ctl({"study", id})), "97.2 mg/dl, says A. Smith"));
    must(site.ctl({"answer", id, "glucose", "5.5 mmol/l", "--who", "A. Smith"}));
    const auto told = must(site.waitForStudy(
        baseline.study_instance_uid,
        [](const StudyView& s) { return s.state == "confirmed" && s.parcels.size() == 2; }, kSoon));
    CHECK(entry(told.json.at("parcels"), "content", "verdict").at("state") == "confirmed");
    // The builder adds noise of 11 HU to the body, so that the pack's 5 to 25 HU hold.
    CHECK(measured(site, baseline).findings.at("CT-NOISE") == "pass");
    checkThumbnail(site, sent);
    CHECK(visitStates(site) == std::vector<std::string>{"BL received", "FU due", "FU coming"});
    CHECK(has(must(site.ctl({"visits"})), "received  BL, Baseline"));

    const auto scanners = asJson(site, {"scanners"});
    REQUIRE(scanners.as_array().size() == 1);
    CHECK(scanners.at(0).at("label") == "SIEMENS SOMATOM Definition AS+");
    CHECK(scanners.at(0).at("qualified").is_null());
    const auto scanner = json::serialize(scanners.at(0).at("id"));
    must(site.ctl({"qualify", scanner, "--who", "B. Jones", "--why", "phantom passed"}));
    must(site.ctl({"phantom-passed", scanner, "ct-water", "--on", dayFromToday(-2), "--who", "B. Jones"}));
    CHECK(site.ctl({"phantom-passed", scanner, "knee", "--on", dayFromToday(-2), "--who", "B. Jones"})
              .has_error());
    CHECK(has(must(site.ctl({"scanners"})), "by B. Jones"));
    CHECK(has(must(site.ctl({"scanners"})), "phantom ct-water passed"));

    send(site, follow_up);
    const auto second = must(site.waitForStudy(follow_up.study_instance_uid, in("held"), kSoon));
    const auto second_id = std::to_string(second.id);
    CHECK(entry(second.json.at("suggested_visits"), "id", "FU").at("label") == "Follow-up");
    must(site.ctl({"assign", second_id, "--subject", "0417-001", "--visit", "FU", "--who", "A. Smith"}));
    must(site.ctl({"answer", second_id, "glucose", "5.4 mmol/l", "--who", "A. Smith"}));
    const auto compared = must(site.waitForStudy(follow_up.study_instance_uid, in("confirmed"), kSoon));
    CHECK(compared.json.at("series").at(0).at("placed_by") == "memory");
    CHECK(compared.findings.at("CT-BL-KVP") == "pass");
    const auto& thickness = entry(compared.json.at("findings"), "rule", "CT-BL-THICK");
    CHECK(thickness.at("result") == "fail");
    CHECK(thickness.at("found") == "4 mm");
    CHECK(has(memberOf(thickness, "expected"), "5 mm"));
    CHECK(compared.findings.at("SCANNER-CHANGED") == "fail");

    const auto changed = asJson(site, {"scanners"}).at(0);
    const auto& software = entry(changed.at("watched"), "name", "SoftwareVersions");
    CHECK(software.at("now") == "syngo CT VB20A");
    CHECK(software.at("at_qualification") == "syngo CT VA48A");
    CHECK(changed.at("changes").as_array().size() == 1);
    CHECK(has(must(site.ctl({"scanners"})), "SoftwareVersions: syngo CT VA48A -> syngo CT VB20A"));
    CHECK(visitStates(site) == std::vector<std::string>{"BL received", "FU received", "FU coming"});

    const auto places = asJson(site, {"placements"});
    REQUIRE(places.as_array().size() == 1);
    CHECK(places.at(0).at("slot_id") == "cap");
    must(site.ctl({"forget", json::serialize(places.at(0).at("id")), "--who", "A. Smith"}));
    CHECK(has(must(site.ctl({"placements"})), "No choice"));
    CHECK(has(must(site.ctl({"audit"})), "whole"));
}

TEST_CASE("a failed rule is waived under a deviation, for one study or the subject", "[system]") {
    const auto thick = visit(1, dayFromToday(-24), 7.5, "syngo CT VA48A");
    const std::vector<RosterEntry> roster{
        {"0417-001", thick.patient.patient_id, thick.patient.sex, "BL", dayFromToday(-16)}};
    auto installation = installOrSkip(
        roster, std::filesystem::path(GANTRY_SOURCE_DIR) / "tests" / "system" / "visits_pack.yaml");
    if (!installation) return;
    auto& [folder, sponsor, site] = *installation;
    send(site, thick);
    const auto held = must(site.waitForStudy(thick.study_instance_uid, in("held"), kSoon));
    const auto id = std::to_string(held.id);
    const auto uid = memberOf(held.json.at("series").at(0), "series_instance_uid");
    CHECK(site.ctl({"waive", id, "CT-THICK", "--deviation", "D-017", "--who", "A. Smith"}).has_error());
    must(site.ctl({"answer", id, "glucose", "5.4 mmol/l", "--who", "A. Smith"}));
    must(site.ctl({"place", id, uid, "--slot", "cap", "--who", "A. Smith"}));
    (void)must(site.waitForStudy(
        thick.study_instance_uid,
        [](const StudyView& s) {
            return s.state == "held" && s.findings.contains("CT-THICK") &&
                   s.findings.at("CT-THICK") == "fail";
        },
        kSoon));
    must(site.ctl({"waive", id, "CT-THICK", "--deviation", "D-017", "--for-subject", "--until",
                   dayFromToday(30), "--who", "A. Smith"}));
    const auto sent = must(site.waitForStudy(thick.study_instance_uid, in("confirmed"), kSoon));
    const auto& finding = entry(sent.json.at("findings"), "rule", "CT-THICK");
    CHECK(finding.at("result") == "waived");
    CHECK(has(memberOf(finding, "waiver"), "D-017"));
    CHECK(has(must(site.ctl({"study", id})), "waived under D-017"));
}
