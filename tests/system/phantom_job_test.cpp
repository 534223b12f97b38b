// Phantoms with real programs: a scanner sends one, the site recognises and measures it, a person confirms
// and signs, the schedule knows it, and nothing of it is sent as a patient's.
#include <algorithm>
#include <fstream>
#include <iostream>

#include "gantry/core/files.hpp"
#include "gantry/scanner/phantoms.hpp"
#include "installation.hpp"
#include "support.hpp"
#include "wait.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;
namespace json = boost::json;

namespace {

constexpr auto kSoon = std::chrono::seconds(120);
constexpr std::string_view kPng = "\x89PNG\r\n\x1a\n";  // ISO/IEC 15948 5.2

/// The demonstration trial, with a register of scanners and a phantom.
std::filesystem::path packWithPhantom(const std::filesystem::path& folder) {
    const std::filesystem::path shipped = std::filesystem::path(GANTRY_SOURCE_DIR) / "packs/onc-demo-ct.yaml";
    const auto file = folder / "with-phantom.yaml";
    std::ofstream(file) << must(readFile(shipped, 1 << 20)) << R"(
scanners:
  key: [Manufacturer, ManufacturerModelName, DeviceSerialNumber]
  invalidate_when:
    - {changed: SoftwareVersions, recheck_within: 14 d, meanwhile: query}
phantoms:
  - id: acr-mri
    kind: acr_mri_large
    every: 30 d
    grace: 7 d
    also_after: [software_change]
    overdue: {severity: query, stop_after: 60 d}
    tests:
      - {id: geo, metric: acr_mri.diameter_error_max, op: at_most, value: 3.0 mm, source: [TRIAL]}
      - {id: thick, metric: acr_mri.slice_thickness_error, op: within, value: 0 mm, tol: 0.7 mm, source: [TRIAL]}
      - {id: piu, metric: acr_mri.piu, op: at_least, value: {"<3T": 85 %, "3T": 80 %}, source: [TRIAL]}
      - {id: hires, metric: acr_mri.resolved_mm, op: at_most, value: 1.0 mm, review: human, source: [TRIAL]}
      - {id: lcod, metric: acr_mri.spokes, op: at_least, value: 30, review: human, source: [TRIAL]}
)";
    return file;
}

struct Sent {
    std::string study_instance_uid;
    PhantomStudy study;
};

Sent send(Site& site, Examination examination, const PhantomSetup& setup, std::string_view kind = "acr-mri") {
    Sent out;
    out.study = phantomKindNamed(kind)->make(std::move(examination), setup);
    for (const auto& series : out.study.series) {
        for (const auto& status : sendAll(site.destination(), instancesOf(series))) REQUIRE(status.stored());
        out.study_instance_uid = series.images.front().text("StudyInstanceUID");
    }
    return out;
}

json::object valueOf(const json::value& scan, std::string_view metric) {
    for (const auto& value : scan.at("values").as_array())
        if (value.at("metric").as_string() == metric) return value.as_object();
    return {};
}

std::string pathOf(const StudyView& study) {
    return "/api/v1/phantoms/" + std::to_string(study.id);
}

long statusOf(Site& site, const std::string& path, const json::value& body) {
    return must(site.api().post(path, json::serialize(body))).status;
}

auto in(const char* state) {
    return [=](const StudyView& study) { return study.state == state; };
}

}  // namespace

TEST_CASE("a phantom is measured on arrival, confirmed, signed, and never sent", "[system][phantom]") {
    const auto folder = temporaryDirectory();
    auto installation = installOrSkip(std::vector<RosterEntry>{{"0417-001", "H-1", "F", "BL"}},
                                      packWithPhantom(folder.path()));
    if (!installation) return;
    auto& site = installation->site;
    PhantomSetup setup;
    setup.snr = 150;
    setup.thickness_mm = 5.4;
    setup.roll_deg = 2;
    const auto sent = send(site, {}, setup);
    const auto study = must(site.waitForStudy(sent.study_instance_uid, in("phantom"), kSoon));
    CHECK(study.card == "needs_you");  // two tests wait for a person's eyes

    auto scan = must(site.api().getJson(pathOf(study)));
    CHECK(scan.at("kind").as_string() == "acr_mri");
    CHECK(scan.at("phantom").as_string() == "acr-mri");
    CHECK(scan.at("verdict").as_string() == "review");
    for (const auto& [metric, most] : {std::pair("acr_mri.slice_thickness", 0.3),
                                       {"acr_mri.piu", 0.5},
                                       {"acr_mri.length", 0.3},
                                       {"acr_mri.bar_difference_1", 0.3}}) {
        CAPTURE(metric);
        const auto value = valueOf(scan, metric);
        REQUIRE(value.contains("value"));
        CHECK(std::abs(value.at("value").to_number<double>() - sent.study.truth.at(metric)) < most);
    }
    CHECK(valueOf(scan, "acr_mri.piu").at("low").to_number<double>() == Approx(85));

    std::size_t pictures = 0;
    for (const auto& analysis : scan.at("analyses").as_array())
        for (const auto& test : analysis.at("tests").as_array())
            for (const auto& picture : test.at("pictures").as_array()) {
                const auto name = std::string(picture.at("file").as_string());
                CHECK(must(site.api().get(pathOf(study) + "/pictures/" + name)).body.starts_with(kPng));
                ++pictures;
            }
    CHECK(pictures > 10);
    CHECK(must(site.api().get(pathOf(study) + "/pictures/../../gantry.db")).status == 404);

    SECTION("a person confirms what software only suggests, and then signs") {
        CHECK(statusOf(site, pathOf(study) + "/sign", {{"who", "A. Reader"}}) == 409);
        CHECK(statusOf(site, pathOf(study) + "/confirm",
                       {{"metric", "acr_mri.piu"}, {"value", "99"}, {"who", "A. Reader"}}) == 400);
        must(
            site.api().postJson(pathOf(study) + "/confirm",
                                {{"metric", "acr_mri.resolved_mm"}, {"value", "1.0"}, {"who", "A. Reader"}}));
        scan =
            must(site.api().postJson(pathOf(study) + "/confirm",
                                     {{"metric", "acr_mri.spokes"}, {"value", "36"}, {"who", "A. Reader"}}));
        CHECK(scan.at("verdict").as_string() == "pass");
        must(site.api().postJson(pathOf(study) + "/sign", {{"who", "A. Reader"}}));
        const auto report = must(site.api().getJson(pathOf(study) + "/statement"));
        CHECK(report.at("verdict").as_string() == "pass");
        CHECK(report.at("signed_by").as_string() == "A. Reader");
        const auto page = must(site.api().get(pathOf(study) + "/statement.html")).body;
        CHECK(page.find("Qualification statement") != page.npos);
        CHECK(page.find("read by A. Reader") != page.npos);
        // The sponsor is told: a message of this kind goes into the outbox.
        CHECK(waitUntil(
            [&] {
                const auto sent_ones = must(site.api().getJson("/api/v1/transfers"));
                for (const auto& one : sent_ones.as_array())
                    if (one.at("kind").as_string() == "message" &&
                        one.at("content").as_string() == "phantom-report")
                        return true;
                return false;
            },
            kSoon));
        const auto list = must(site.api().getJson("/api/v1/phantoms"));
        const auto& plan = list.as_array().at(0).at("phantoms").as_array().at(0);
        CHECK(plan.at("id").as_string() == "acr-mri");
        CHECK(plan.at("passed_on").as_string() == scan.at("acquired_on").as_string());
        // Signed is signed.
        CHECK(statusOf(site, pathOf(study) + "/confirm",
                       {{"metric", "acr_mri.spokes"}, {"value", "10"}, {"who", "A. Reader"}}) == 409);
    }
    SECTION("a reading beyond the limit fails the scan, and it is no pass") {
        scan =
            must(site.api().postJson(pathOf(study) + "/confirm",
                                     {{"metric", "acr_mri.spokes"}, {"value", "12"}, {"who", "A. Reader"}}));
        CHECK(scan.at("verdict").as_string() == "fail");
        const auto list = must(site.api().getJson("/api/v1/phantoms"));
        CHECK(list.as_array().at(0).at("phantoms").as_array().at(0).at("standing").as_string() == "never");
    }
    const auto after = must(site.study(study.id));
    CHECK(after.state == "phantom");
    CHECK(after.json.at("parcels").as_array().empty());
    CHECK(statusOf(site, "/api/v1/studies/" + std::to_string(study.id) + "/release",
                   {{"who", "A. Reader"}, {"why", "x"}}) == 409);
}

TEST_CASE("what a site knows of a filling gives the right uptake", "[system][phantom]") {
    const auto folder = temporaryDirectory();
    auto installation = installOrSkip(std::vector<RosterEntry>{{"0417-001", "H-1", "F", "BL"}},
                                      packWithPhantom(folder.path()));
    if (!installation) return;
    auto& site = installation->site;
    const auto sent = send(site, {}, {}, "nema-iq");
    const auto study = must(site.waitForStudy(sent.study_instance_uid, in("phantom"), kSoon));
    CHECK(statusOf(site, pathOf(study) + "/form", {{"colour", "blue"}, {"who", "A. Reader"}}) == 400);
    // Twice the activity in the spheres was typed: recovery halves.
    const auto recovery = [&] {
        const auto scan = must(site.api().getJson(pathOf(study)));
        for (const auto& value : scan.at("values").as_array())
            if (value.at("metric").as_string() == "pet.rc_max" && value.at("part").as_string() == "37")
                return value.at("value").to_number<double>();
        return 0.0;
    };
    auto form = sent.study.form;
    const double activity = std::stod(form.at("sphere_activity_mbq"));
    json::object typed{{"who", "A. Reader"}};
    for (const auto& [name, value] : form) typed[name] = value;
    typed["sphere_activity_mbq"] = std::to_string(2 * activity);
    must(site.api().postJson(pathOf(study) + "/form", typed));
    CHECK(waitUntil([&] { return std::abs(recovery() - sent.study.truth.at("pet.rc_max.37") / 2) < 0.02; },
                    kSoon));
}

TEST_CASE("a phantom under a patient's name waits for a person, and leaves as nobody's",
          "[system][phantom]") {
    const auto folder = temporaryDirectory();
    Examination examination;
    examination.seed = 77;
    examination.patient.patient_id = "H-4711";
    PhantomSetup setup;
    setup.ids = "patient";
    auto installation = installOrSkip(std::vector<RosterEntry>{{"0417-001", "H-4711", "", "BL"}},
                                      packWithPhantom(folder.path()));
    if (!installation) return;
    auto& site = installation->site;
    const auto sent = send(site, examination, setup);
    const auto waits = [](const StudyView& one) {
        return one.state == "held" &&
               one.json.at("headline").as_string().find("phantom") != std::string::npos;
    };
    const auto study = must(site.waitForStudy(sent.study_instance_uid, waits, kSoon));
    CHECK(study.subject == "0417-001");
    CHECK(study.card == "needs_you");
    const auto release = "/api/v1/studies/" + std::to_string(study.id) + "/release";
    CHECK(statusOf(site, release, {{"who", "A. Reader"}, {"why", "looks fine"}}) == 409);
    must(site.api().postJson(pathOf(study) + "/say",
                             {{"is", "phantom"}, {"who", "A. Reader"}, {"why", "the box on the table"}}));
    const auto after = must(site.waitForStudy(sent.study_instance_uid, in("phantom"), kSoon));
    CHECK(after.json.at("parcels").as_array().empty());
    CHECK(statusOf(site, release, {{"who", "A. Reader"}, {"why", "looks fine"}}) == 409);
}
