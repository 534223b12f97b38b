// The whole of it with a real sponsor end: gantry-central makes the trial, a hub with TLS serves it, the site
// enrols, a person accepts, two people publish the pack, a scanner sends, and the receipt comes by the inbox.
#include <boost/json.hpp>

#include "enrolment/enrolment.hpp"
#include "gantry/agent/daemon.hpp"
#include "gantry/central/hub.hpp"
#include "gantry/scanner/send.hpp"
#include "network.hpp"
#include "office.hpp"
#include "people/console_token.hpp"
#include "raw_http.hpp"
#include "process.hpp"
#include "shop.hpp"
#include "sponsor_inbox.hpp"
#include "tls_kit.hpp"
#include "wait.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

namespace json = boost::json;
namespace tuf = uplink::tuf;

constexpr auto kSoon = std::chrono::seconds(60);
constexpr auto kPassphrase = "a long passphrase";

/// A trial's sponsor end with a hub at https://localhost.
struct SponsorSide {
    SponsorSide() : port(freePort()), sponsor(folder.path() / "sponsor") {
        has_openssl = makeCertificate(folder.path(), "DNS:localhost");
        if (!has_openssl) return;
        must(writeFileDurably(folder.path() / "pass", asBytes(std::string(kPassphrase) + "\n")));
        std::vector<std::string> arguments{"init",     sponsor.directory().string(),
                                           "--trial",  "onc-demo",
                                           "--title",  "A trial",
                                           "--person", "alice",
                                           "--person", "bob",
                                           "--hub",    "https://localhost:" + std::to_string(port),
                                           "--ca",     (folder.path() / "ca.pem").string()};
        for (const auto* name : {"alice", "bob", "desk"}) {
            arguments.emplace_back("--passphrase-file");
            arguments.push_back(std::string(name) + "=" + (folder.path() / "pass").string());
        }
        central_run(arguments);
        central::HubConfig config;
        config.port = port;
        config.directory = sponsor.directory();
        config.identity = sponsor.identity();
        config.receipt_key = sponsor.receiptKey();
        config.reserve_bytes = 0;
        config.certificate = folder.path() / "hub.pem";
        config.private_key = folder.path() / "hub.key";
        hub = must(central::Hub::start(config, clock));
    }
    std::string central_run(const std::vector<std::string>& arguments) const {
        const auto log = folder.path() / "central.log";
        std::filesystem::remove(log);
        const auto code =
            must(runToEnd({std::filesystem::path(GANTRY_BIN_DIR) / "gantry-central", arguments, log, {}}));
        auto said = must(readFile(log));
        INFO(said);
        REQUIRE(code == 0);
        return said;
    }
    json::object question() const {
        return json::parse(central_run({"query", "list", sponsor.directory().string(), "--json"}))
            .as_array()
            .at(0)
            .as_object();
    }
    /// Lists one file in a role, signed by those who speak for it.
    void publish(const std::string& role, const std::string& path, const std::string& content) {
        auto office = must(central::Office::open(sponsor));
        auto targets = must(office->next(role, clock.nowMillis()));
        targets.targets[path] = tuf::targetInfoOf(asBytes(content));
        if (role == "desk") {
            const std::vector seed{must(tuf::loadEncryptedKey(sponsor.deskKey(), kPassphrase))};
            must(office->publish({{role, must(tuf::signedText(targets, seed))}}, {{path, content}},
                                 clock.nowMillis()));
            return;
        }
        must(office->propose(role, must(tuf::toText(targets)), {{path, content}}));
        for (const auto* person : {"alice", "bob"})
            must(office->signDrafts(must(tuf::loadEncryptedKey(sponsor.offlineKey(person), kPassphrase))));
        must(office->publishDrafts(clock.nowMillis()));
    }

    TemporaryDirectory folder = temporaryDirectory();
    SystemClock clock;
    std::uint16_t port;
    central::SponsorFolder sponsor;
    bool has_openssl = false;
    std::unique_ptr<central::Hub> hub;
};

struct SiteSide {
    SiteSide() {
        config.site_id = "0417";
        config.data_directory = folder.path() / "data";
        config.disk_reserve_bytes = 1 << 20;
        config.dicom.port = 0;
        config.dicom.allow = {{"CT1", ""}};
        config.web.port = 0;
        config.completion.settle = std::chrono::seconds(1);
        start();
    }
    void start() {
        daemon.reset();
        daemon = must(Daemon::start(config));
    }
    json::value call(const std::string& method, const std::string& path, const json::object& body = {}) {
        auto client = must(uplink::HttpClient::open({}));
        uplink::HttpRequest request{
            method,
            "http://127.0.0.1:" + std::to_string(daemon->webPort()) + "/api/v1" + path,
            {{"X-Gantry-Request", "1"}, {"Authorization", "Bearer " + token()}},
            method == "GET" ? "" : json::serialize(body)};
        const auto answer = must(client.send(request));
        INFO(path << ": " << answer.body);
        REQUIRE(answer.status == 200);
        return json::parse(answer.body);
    }
    std::string token() const {
        auto text = must(readFile(agent::consoleTokenFile(config.data_directory)));
        while (text.back() == '\n') text.pop_back();
        return text;
    }
    /// Looks into the inbox until that holds.
    template <class F>
    bool comesTrue(F&& holds) {
        const auto look = [&] {
            if (holds()) return true;
            call("POST", "/inbox/pull");
            return false;
        };
        return waitUntil(look, kSoon);
    }
    json::object inbox() { return call("GET", "/inbox").as_array().at(0).as_object(); }

    TemporaryDirectory folder = temporaryDirectory();
    Config config;
    std::unique_ptr<Daemon> daemon;
};

/// Asked at the sponsor, answered on the site's page, closed at the sponsor.
void askAndAnswer(const SponsorSide& sponsor, SiteSide& site) {
    const auto directory = sponsor.sponsor.directory().string();
    const auto listed = json::parse(sponsor.central_run({"list", directory, "--json"})).as_array();
    std::string parcel;
    for (const auto& one : listed)
        if (one.as_object().contains("content") && one.at("content") == "images") parcel = one.at("parcel_id").as_string();
    sponsor.central_run({"query", "ask", directory, "0417", "--parcel", parcel, "--topic", "Contrast phase", "--text",
                         "Which series is portal?", "--wants", "series", "--by", "R. Eader"});
    const auto asked = [&] { return site.call("GET", "/queries").as_array(); };
    REQUIRE(site.comesTrue([&] { return asked().size() == 1; }));
    const auto id = std::to_string(asked().at(0).at("id").as_int64());
    const auto study = site.call("GET", "/studies").as_array().at(0).at("id").as_int64();
    CHECK(asked().at(0).at("study") == study);
    CHECK(asked().at(0).at("subject") == "0417-001");
    site.call("POST", "/queries/" + id + "/answer",
              {{"who", "A. Smith"}, {"text", "This one."}, {"study", std::to_string(study)}});
    REQUIRE(site.comesTrue([&] { return sponsor.question().at("standing") == "answered"; }));
    const auto answer = sponsor.question().at("answers").as_array().at(0);
    CHECK(answer.at("who") == "A. Smith");
    CHECK(answer.at("text") == "This one.");
    // The sponsor finds the series by what it was delivered as.
    std::string opened;
    for (const auto& one : std::filesystem::recursive_directory_iterator(sponsor.sponsor.directory() / "opened"))
        if (one.path().filename() == "manifest.json") opened += must(readFile(one.path()));
    const auto series = std::string(answer.at("series").as_array().at(0).at("series_instance_uid").as_string());
    CHECK(opened.find(series) != std::string::npos);

    const auto number = std::string(sponsor.question().at("query_id").as_string());
    sponsor.central_run({"query", "close", directory, number, "--why", "Thank you", "--by", "R. Eader"});
    REQUIRE(site.comesTrue([&] { return asked().at(0).at("state") == "closed"; }));
    CHECK(asked().at(0).at("closed_why") == "Thank you");
    CHECK(asked().at(0).at("closed_by") == "R. Eader");
    auto catalogue = must(Database::open(site.config.data_directory / "catalogue.sqlite", Database::Mode::ReadOnly));
    auto events = must(catalogue.prepare("SELECT event FROM audit WHERE event LIKE 'query.%' ORDER BY id"));
    std::string all;
    while (must(events.step())) all += events.text(0) + " ";
    CHECK(all == "query.asked query.answered query.closed ");
    const auto audit = sponsor.central_run({"audit", directory});
    for (const auto* event : {"query.asked", "query.answered", "query.closed"})
        CHECK(audit.find(event) != std::string::npos);
}

}  // namespace

TEST_CASE("a site enrols, receives its pack, delivers, and has the receipt by the inbox",
          "[agent][enrolment]") {
    SponsorSide sponsor;
    if (!sponsor.has_openssl) return skipLoudly("no openssl");
    SiteSide site;
    CHECK(site.call("GET", "/status").at("ae_titles").as_array().empty());

    const auto file = sponsor.folder.path() / "enrolment.json";
    sponsor.central_run({"enrol-file", sponsor.sponsor.directory().string(), "0417", "--out", file.string()});
    site.call("POST", "/enrolments",
              {{"file", must(readFile(file))}, {"ae_title", "ONCDEMO"}, {"who", "T. Est"}});
    const EnrolmentFolder enrolled(site.config.data_directory, "onc-demo");
    REQUIRE(site.comesTrue([&] { return !must(enrolled.read()).request_id.empty(); }));
    sponsor.central_run(
        {"accept", sponsor.sponsor.directory().string(), must(enrolled.read()).request_id, "--by", "Dr Who"});
    REQUIRE(site.comesTrue([&] { return site.inbox().at("state") == "accepted"; }));

    const auto pack = demoPackJson();
    const auto version = std::string(json::parse(pack).at("version").as_string());
    sponsor.publish("packs", "packs/onc-demo-ct/" + version + ".json", pack);
    const auto recipient =
        must(uplink::enrolmentRequestFromJson(must(readFile(enrolled.request())))).recipient;
    sponsor.publish(
        "desk", "sites/0417/roster.age",
        SponsorInbox::encryptedFor(recipient, R"({"format":1,"subjects":[{"subject":"0417-001"}]})"));
    REQUIRE(
        site.comesTrue([&] { return site.inbox().at("missing") == "" && site.inbox().at("trouble") == ""; }));
    CHECK(site.call("GET", "/status").at("ae_titles").as_array().at(0) == "ONCDEMO");

    // gantryctl tries the line that the sponsor told, with the certificate that it gave.
    const auto config = site.folder.path() / "gantryd.yaml";
    must(writeFileDurably(config, asBytes("site: {id: '0417'}\ndata_directory: data\n")));
    const auto line = runCommand(std::string(GANTRY_BIN_DIR) + "/gantryctl link test --config " + config.string() + " 2>&1");
    CAPTURE(line.output);
    CHECK(line.exit_code == 0);
    CHECK(line.output.find("Trial onc-demo: https://") != std::string::npos);
    CHECK(line.output.find("good     Upload") != std::string::npos);

    if (GENERATE(false, true)) site.start();  // what came stays over a restart
    const auto series = must(scanner::makeSeries(demoSeries(1, "0417-001")));
    for (const auto& status :
         scanner::sendAll({"ONCDEMO", "CT1", "127.0.0.1", site.daemon->dicomPort(), {}}, series.instances))
        REQUIRE(status.stored());
    CHECK(site.comesTrue([&] {
        const auto studies = site.call("GET", "/studies").as_array();
        return studies.size() == 1 && studies.at(0).at("state") == "confirmed";
    }));
    const auto studies = site.call("GET", "/studies").as_array();
    INFO(json::serialize(studies) << json::serialize(site.call("GET", "/outbox")));
    CHECK(studies.at(0).at("subject") == "0417-001");
    CHECK(studies.at(0).at("state") == "confirmed");
    CHECK(site.inbox().at("untold") == 0);
    askAndAnswer(sponsor, site);
}
