// The outbox of a running site, through the API, gantryctl and the configuration.
#include "demo_pack.hpp"
#include "gantry/scanner/scenario.hpp"
#include "opened.hpp"
#include "site.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

Delivery smallScan(std::uint64_t seed) {
    ScenarioSpec spec;
    spec.series.seed = seed;
    spec.series.slices = 25;
    spec.series.rows = spec.series.columns = 64;
    return must(makeDelivery(spec));
}

struct Running {
    Running(const Delivery& scan, const std::function<void(SiteSetup&)>& change = {})
        : sponsor(must(Sponsor::prepare(folder.path() / "sponsor", "0417"))) {
        SiteSetup setup;
        setup.folder = folder.path() / "site";
        setup.pack = must(writeDemoPack(folder.path(), 100));
        setup.roster = {{"0417-001", scan.patient.patient_id, scan.patient.sex, "BL"}};
        if (change) change(setup);
        site.emplace(must(Site::prepare(setup, sponsor)));
        must(sponsor.start());
        must(site->start());
    }
    json::array objects() {
        return must(site->api().getJson("/api/v1/outbox")).as_object().at("objects").as_array();
    }
    /// The one object, once it waits for `reason`.
    json::object waitingFor(const std::string& reason) {
        const auto end = std::chrono::steady_clock::now() + 60s;
        json::array last;
        while (std::chrono::steady_clock::now() < end) {
            last = objects();
            if (last.size() == 1 && last[0].at("waits").is_object() && last[0].at("waits").at("reason").as_string() == reason)
                return last[0].as_object();
            std::this_thread::sleep_for(100ms);
        }
        FAIL("it does not wait for " + reason + " but " + json::serialize(last));
        return {};
    }
    bool emptied() {
        const auto end = std::chrono::steady_clock::now() + 60s;
        while (!objects().empty()) {
            if (std::chrono::steady_clock::now() > end) return false;
            std::this_thread::sleep_for(100ms);
        }
        return true;
    }
    void send(const Delivery& scan) {
        for (const auto& status : sendAll(site->destination(), scan.waves.front().instances))
            REQUIRE(status.stored());
    }

    TemporaryDirectory folder = temporaryDirectory();
    Sponsor sponsor;
    std::optional<Site> site;
};

}  // namespace

TEST_CASE("uploads are paused, looked at and let go by gantryctl", "[system][outbox]") {
    const auto scan = smallScan(41);
    Running r(scan);
    must(r.site->ctl({"outbox", "pause", "--trial", "onc-demo", "--who", "A. Smith"}));
    r.send(scan);
    const auto object = r.waitingFor("paused");
    const auto id = std::string(object.at("id").as_string());
    CHECK(object.at("subject") == "0417-001");
    const auto listed = must(r.site->ctl({"outbox", "list"}));
    CHECK(listed.find(id) != std::string::npos);
    CHECK(listed.find("A. Smith paused the uploads of this trial.") != std::string::npos);
    for (const auto* verb : {"first", "last", "pause", "resume"})
        must(r.site->ctl({"outbox", verb, id, "--who", "A. Smith"}));
    CHECK_FALSE(r.site->ctl({"outbox", "first", "nothing", "--who", "A. Smith"}));
    must(r.site->ctl({"outbox", "limit", "--kib", "5000", "--who", "A. Smith"}));
    must(r.site->ctl({"outbox", "resume", "--trial", "onc-demo", "--who", "A. Smith"}));
    REQUIRE(r.emptied());
    // What was sent is found by what people know of it, and the file for others names no patient.
    const auto accession = std::string(must(r.site->api().getJson("/api/v1/transfers"))
                                           .as_array()
                                           .at(0)
                                           .at("accession_number")
                                           .as_string());
    REQUIRE_FALSE(accession.empty());
    for (const auto& word : {id, std::string("0417-001"), accession})
        CHECK(must(r.site->api().getJson("/api/v1/transfers?confirmed=1&q=" + word)).as_array().size() == 1);
    CHECK(must(r.site->api().getJson("/api/v1/transfers?q=nobody")).as_array().empty());
    const auto csv = must(r.site->api().get("/api/v1/transfers.csv"));
    CHECK(csv.status == 200);
    CHECK(csv.body.find("\"" + id + "\",\"parcel\",\"images\",\"onc-demo\",\"0417-001\",\"BL\"") !=
          std::string::npos);
    CHECK(csv.body.find(accession) == std::string::npos);
    CHECK(must(r.site->api().get("/api/v1/audit/check")).body.find("true") != std::string::npos);
}

TEST_CASE("a cancelled upload does not reach the sponsor until it is judged again", "[system][outbox]") {
    const auto scan = smallScan(42);
    Running r(scan);
    must(r.site->ctl({"outbox", "pause", "--who", "A. Smith"}));
    r.send(scan);
    const auto id = std::string(r.waitingFor("paused").at("id").as_string());
    CHECK_FALSE(r.site->ctl({"outbox", "cancel", id, "--who", "A. Smith"}));
    must(r.site->ctl({"outbox", "cancel", id, "--who", "A. Smith", "--why", "wrong arm"}));
    CHECK(r.objects().empty());
    auto study = must(r.site->studyOf(scan.study_instance_uid));
    CHECK(study.state == "quarantined");
    must(r.site->ctl({"outbox", "resume", "--who", "A. Smith"}));
    must(r.site->ctl({"judge-again", std::to_string(study.id), "--who", "A. Smith", "--why", "right after all"}));
    study = must(r.site->waitForStudy(
        scan.study_instance_uid, [](const StudyView& s) { return s.state == "confirmed"; }, 60s));
    CHECK(must(openedInstances(r.sponsor.openedFolder())).size() == 25);
    CHECK_FALSE(std::filesystem::exists(r.site->dataFolder() / "outbox" / (id + ".age")));
}

TEST_CASE("what the configuration says of the line is in force, and said", "[system][outbox]") {
    const auto scan = smallScan(43);
    SECTION("a line that is closed all day") {
        Running r(scan, [](SiteSetup& setup) {
            setup.uploads += ", schedule: [{days: daily, from: '00:00', to: '24:00', line: closed}]";
        });
        r.send(scan);
        const auto waits = r.waitingFor("line-closed").at("waits").as_object();
        CHECK(waits.at("sentence") == "Uploads are switched off in this site's configuration.");
    }
    SECTION("a rate") {
        Running r(scan, [](SiteSetup& setup) { setup.uploads += ", rate_kib_per_second: 8"; });
        const auto begin = std::chrono::steady_clock::now();
        r.send(scan);
        REQUIRE(r.waitingFor("receipt-pending").at("bytes").to_number<double>() > 0);
        const auto sent = must(r.site->api().getJson("/api/v1/transfers")).as_array().at(0);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        CHECK(took.count() > sent.at("bytes").to_number<double>() / 8192 * 0.8);
    }
    SECTION("a proxy that is not there") {
        // Nobody has this address (RFC 5737); the proxy on loopback refuses before anything is asked of it.
        Running r(scan, [](SiteSetup& setup) {
            setup.endpoint = "https://192.0.2.1/tus/";
            setup.uploads += ", proxy: {url: \"http://127.0.0.1:1\"}";
        });
        r.send(scan);
        CHECK(r.waitingFor("line-down").at("waits").at("do").as_string().find("link test") != json::string::npos);
    }
}
