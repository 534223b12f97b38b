#include "enrolled_kit.hpp"

#include "enrolment/enrolment.hpp"
#include "gantry/scanner/send.hpp"
#include "gantry/uplink/http_client.hpp"
#include "network.hpp"
#include "people/console_token.hpp"
#include "process.hpp"
#include "shop.hpp"
#include "sponsor_inbox.hpp"
#include "tls_kit.hpp"

namespace gantry::test {
namespace {

namespace json = boost::json;
namespace tuf = uplink::tuf;

constexpr auto kPassphrase = "a long passphrase";

std::vector<std::string> initArguments(const SponsorSide& side, const std::vector<std::string>& addresses) {
    const auto hub = "https://localhost:" + std::to_string(side.port);
    std::vector<std::string> out{"init",     side.directory(),
                                 "--trial",  side.trial,
                                 "--title",  "A trial",
                                 "--person", "alice",
                                 "--person", "bob",
                                 "--hub",    hub,
                                 "--ca",     (side.folder.path() / "ca.pem").string()};
    for (const auto* name : {"alice", "bob", "desk"}) {
        out.emplace_back("--passphrase-file");
        out.push_back(std::string(name) + "=" + (side.folder.path() / "pass").string());
    }
    auto all = addresses;
    if (!all.empty()) all.push_back(hub + "/tus/");
    for (const auto& address : all) {
        out.emplace_back("--outbox");
        out.push_back(address);
    }
    return out;
}

}  // namespace

SiteSide::SiteSide(const std::string& id) {
    config.site_id = id;
    config.data_directory = folder.path() / "data";
    config.disk_reserve_bytes = 1 << 20;
    config.dicom.port = 0;
    config.dicom.allow = {{"CT1", ""}};
    config.web.port = 0;
    config.completion.settle = std::chrono::seconds(1);
    start();
}

void SiteSide::start() {
    daemon.reset();
    daemon = must(agent::Daemon::start(config));
}

json::value SiteSide::call(const std::string& method, const std::string& path, const json::object& body) {
    auto client = must(uplink::HttpClient::open({}));
    uplink::HttpRequest request{method,
                                "http://127.0.0.1:" + std::to_string(daemon->webPort()) + "/api/v1" + path,
                                {{"X-Gantry-Request", "1"}, {"Authorization", "Bearer " + token()}},
                                method == "GET" ? "" : json::serialize(body)};
    const auto answer = must(client.send(request));
    INFO(path << ": " << answer.body);
    REQUIRE(answer.status == 200);
    return json::parse(answer.body);
}

std::string SiteSide::token() const {
    auto text = must(readFile(agent::consoleTokenFile(config.data_directory)));
    while (text.back() == '\n') text.pop_back();
    return text;
}

json::object SiteSide::inbox(const std::string& trial) {
    const auto all = call("GET", "/inbox").as_array();
    for (const auto& one : all)
        if (one.at("trial") == json::value(trial)) return one.as_object();
    FAIL("no inbox of " << trial);
    return {};
}

void SiteSide::scan(const std::string& ae_title, std::uint64_t seed, const std::string& subject) {
    const auto series = must(scanner::makeSeries(demoSeries(seed, subject)));
    for (const auto& status :
         scanner::sendAll({ae_title, "CT1", "127.0.0.1", daemon->dicomPort(), {}}, series.instances))
        REQUIRE(status.stored());
}

SponsorSide::SponsorSide(std::string trial_id, const std::vector<std::string>& addresses)
    : trial(std::move(trial_id)), port(freePort()), sponsor(folder.path() / "sponsor") {
    has_openssl = makeCertificate(folder.path(), "DNS:localhost");
    if (!has_openssl) return;
    must(writeFileDurably(folder.path() / "pass", asBytes(std::string(kPassphrase) + "\n")));
    run(initArguments(*this, addresses));
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

std::string SponsorSide::run(const std::vector<std::string>& arguments) const {
    const auto log = folder.path() / "central.log";
    std::filesystem::remove(log);
    const auto code =
        must(runToEnd({std::filesystem::path(GANTRY_BIN_DIR) / "gantry-central", arguments, log, {}}));
    auto said = must(readFile(log));
    INFO(said);
    REQUIRE(code == 0);
    return said;
}

json::array SponsorSide::list(std::vector<std::string> arguments) const {
    arguments.emplace_back("--json");
    return json::parse(run(arguments)).as_array();
}

void SponsorSide::publish(const std::string& role, const std::string& path, const std::string& content) {
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

void SponsorSide::enrol(SiteSide& site, const std::string& number, const std::string& ae_title) const {
    const auto file = folder.path() / "enrolment.json";
    run({"enrol-file", directory(), number, "--out", file.string()});
    site.call("POST", "/enrolments",
              {{"file", must(readFile(file))}, {"ae_title", ae_title}, {"who", "T. Est"}});
    const agent::EnrolmentFolder enrolled(site.config.data_directory, trial);
    REQUIRE(site.comesTrue([&] { return !must(enrolled.read()).request_id.empty(); }));
    run({"accept", directory(), must(enrolled.read()).request_id, "--by", "Dr Who"});
    REQUIRE(site.comesTrue([&] { return site.inbox(trial).at("state") == "accepted"; }));
}

void SponsorSide::bringIntoForce(SiteSide& site, const std::string& number, const std::string& subject) {
    const auto text = demoPackJson();
    const auto pack = json::parse(text);
    const auto version = std::string(pack.at("version").as_string());
    publish("packs", "packs/" + std::string(pack.at("id").as_string()) + "/" + version + ".json", text);
    const agent::EnrolmentFolder enrolled(site.config.data_directory, trial);
    const auto recipient =
        must(uplink::enrolmentRequestFromJson(must(readFile(enrolled.request())))).recipient;
    const json::object roster{{"format", 1}, {"subjects", json::array{json::object{{"subject", subject}}}}};
    publish("desk", "sites/" + number + "/roster.age",
            SponsorInbox::encryptedFor(recipient, json::serialize(roster)));
    REQUIRE(site.comesTrue(
        [&] { return site.inbox(trial).at("missing") == "" && site.inbox(trial).at("trouble") == ""; }));
}

}  // namespace gantry::test
