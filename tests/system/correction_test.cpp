// A scan under the wrong subject, delivered and signed for; two people correct it; the sponsor's index shows
// the former parcel withdrawn and the new one there, through kill -9 of either side in between.
#include <boost/json.hpp>

#include "gantry/scanner/scenario.hpp"
#include "installation.hpp"
#include "opened.hpp"
#include "search.hpp"
#include "support.hpp"
#include "wait.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;
namespace json = boost::json;

namespace {

constexpr auto kSoon = std::chrono::seconds(90);

Delivery goodScan(std::uint64_t seed) {
    ScenarioSpec spec;
    spec.series.seed = seed;
    spec.series.rows = spec.series.columns = 64;
    return must(makeDelivery(spec));
}

/// What `gantry-central list DIR --json` says of the sponsor's parcels.
json::array listed(const Sponsor& sponsor, const std::filesystem::path& folder) {
    const auto program = findProgram("gantry-central");
    REQUIRE(program);
    const auto out = folder / "list.json";
    std::filesystem::remove(out);
    const auto hub = sponsor.openedFolder().parent_path();
    REQUIRE(must(runToEnd({*program, {"list", hub.string(), "--json"}, out, {}})) == 0);
    return json::parse(must(readFile(out))).as_array();
}

std::size_t countOf(const json::array& parcels, std::string_view state, std::string_view subject,
                    std::string_view content) {
    std::size_t count = 0;
    for (const auto& parcel : parcels) {
        const auto is = [&](std::string_view key, std::string_view expected) {
            const auto* value = parcel.as_object().if_contains(key);
            return value && value->is_string() && std::string_view(value->get_string()) == expected;
        };
        count += is("state", state) && is("subject", subject) && is("content", content);
    }
    return count;
}

std::size_t openedOf(const Sponsor& sponsor, const std::string& subject) {
    std::size_t count = 0;
    for (const auto& instance : must(openedInstances(sponsor.openedFolder())))
        count += instance.patient_id == subject;
    return count;
}

auto sentAs(const std::string& subject, std::size_t parcels) {
    return [=](const StudyView& study) {
        return study.state == "confirmed" && study.subject == subject && study.parcels.size() == parcels;
    };
}

void restart(Site& site) {
    site.kill();
    must(site.start());
}
void restart(Sponsor& sponsor) {
    sponsor.kill();
    must(sponsor.start());
}

}  // namespace

TEST_CASE("a wrong assignment is taken back by two people, and the sponsor withdraws what it got",
          "[system]") {
    const auto scan = goodScan(501);
    auto installation = installOrSkip(std::vector<RosterEntry>{{"0417-001", "", scan.patient.sex, "BL"},
                                                               {"0417-002", "", scan.patient.sex, "BL"},
                                                               {"0417-003", "", "", "BL"}});
    if (!installation) return;
    auto& [folder, sponsor, site] = *installation;
    for (const auto& status : sendAll(site.destination(), scan.waves.front().instances))
        REQUIRE(status.stored());
    const auto unassigned = must(site.waitForStudy(
        scan.study_instance_uid, [](const StudyView& s) { return s.state == "unassigned"; }, kSoon));
    const auto id = std::to_string(unassigned.id);
    must(site.ctl({"assign", id, "--subject", "0417-001", "--visit", "BL", "--who", "A. Smith"}));
    (void)must(site.waitForStudy(scan.study_instance_uid, sentAs("0417-001", 1), kSoon));
    CHECK(openedOf(sponsor, "0417-001") == scan.instances());
    CHECK(
        site.ctl({"assign", id, "--subject", "0417-002", "--visit", "BL", "--who", "A. Smith"}).has_error());

    must(site.ctl({"correct", id, "--subject", "0417-002", "--who", "A. Smith", "--why", "the wrong line"}));
    restart(site);
    const auto open = json::parse(must(site.ctl({"--json", "corrections"}))).as_array();
    REQUIRE(open.size() == 1);
    CHECK(open.at(0).at("state") == "proposed");
    const auto number = json::serialize(open.at(0).at("id"));
    CHECK(site.ctl({"confirm-correction", number, "--who", "a. smith"}).has_error());
    must(site.ctl({"confirm-correction", number, "--who", "B. Jones"}));
    restart(site);
    restart(sponsor);
    restart(site);

    const auto sent = must(site.waitForStudy(scan.study_instance_uid, sentAs("0417-002", 3), kSoon));
    CHECK(waitUntil(
        [&] { return countOf(listed(sponsor, folder.path()), "withdrawn", "0417-001", "images") == 1; },
        kSoon));
    const auto parcels = listed(sponsor, folder.path());
    CHECK(parcels.size() == 3);
    CHECK(countOf(parcels, "opened", "0417-001", "withdrawal") == 1);
    CHECK(countOf(parcels, "opened", "0417-002", "images") == 1);
    CHECK(openedOf(sponsor, "0417-001") == 0);
    CHECK(openedOf(sponsor, "0417-002") == scan.instances());
    const auto kept = filesBelow(sponsor.openedFolder().parent_path() / "withdrawn");
    CHECK(kept.size() == scan.instances() + 2);  // its manifest, and the note that says why
    restart(sponsor);
    CHECK(countOf(listed(sponsor, folder.path()), "withdrawn", "0417-001", "images") == 1);

    // Somebody whom no scan has named yet: his values are in the crosswalk alone.
    const auto csv = folder.path() / "crosswalk.csv";
    must(writeFileDurably(csv, asBytes("subject_id,patient_id,issuer,name,birth_date,sex\n"
                                       "0417-003,ZQ90817,,XYLOPHONE^ZENOBIA,19530214,F\n")));
    must(site.ctl({"crosswalk", "import", csv.string(), "--trial", "onc-demo", "--who", "A. Smith"}));
    CHECK(must(site.ctl({"crosswalk", "list"})).find("0417-003") != std::string::npos);
    const auto plain = folder.path() / "plain.csv";
    must(site.ctl({"crosswalk", "export", "--trial", "onc-demo", "--who", "A. Smith", "--why", "inspection",
                   "--plain", "--out", plain.string()}));
    CHECK(must(readFile(plain)).find("0417-003,ZQ90817,,XYLOPHONE^ZENOBIA,19530214,F\n") !=
          std::string::npos);
    const std::vector<std::string> secrets = {"ZQ90817", "XYLOPHONE", "19530214"};
    for (const auto& file : filesBelow(site.dataFolder())) CHECK(must(foundIn(file, secrets)).empty());
    CHECK(must(foundIn(site.log(), secrets)).empty());
    CHECK(must(site.ctl({"audit"})).find("whole") != std::string::npos);
}
