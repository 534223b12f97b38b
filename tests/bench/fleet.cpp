// A fleet of simulated sites that poll their inbox and say how they are: at one gantry-hub, and at a static
// server. Each site has its own trusted metadata and its own certificate, and makes a connection of its own
// for each poll, as real ones do. Told: the server's CPU for a poll, what goes over the line, and what that
// means at a poll every 15 minutes.
//
//     [GANTRY_FLEET=2000] bench_fleet
#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

#include "child_process.hpp"
#include "enrolling.hpp"
#include "gantry/uplink/enrolment.hpp"
#include "gantry/uplink/statement.hpp"
#include "gantry/uplink/tus.hpp"
#include "site_voice.hpp"
#include "sockets.hpp"
#include "statements.hpp"
#include "tls_kit.hpp"
#include "trial_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

namespace fs = std::filesystem;
namespace tuf = uplink::tuf;
using Clock = std::chrono::steady_clock;

constexpr unsigned kWorkers = 4;
constexpr double kPollEverySeconds = 15 * 60;

double cpuSeconds(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 3; i < 14; ++i) fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// Bytes that loopback carried so far.
double lineBytes() {
    std::ifstream file("/sys/class/net/lo/statistics/tx_bytes");
    double bytes = 0;
    file >> bytes;
    return bytes;
}

struct Cost {
    double per_second = 0, cpu_ms = 0, kib = 0;
};

/// `work` once for each site, by a few workers.
Cost measure(const std::string& what, std::size_t sites, const std::vector<pid_t>& servers,
             const std::function<Result<>(std::size_t)>& work) {
    const auto cpu = [&] {
        double all = 0;
        for (const auto pid : servers) all += cpuSeconds(pid);
        return all;
    };
    std::atomic<std::size_t> next = 0, failed = 0;
    const auto cpu_before = cpu();
    const auto bytes_before = lineBytes();
    const auto begin = Clock::now();
    {
        std::vector<std::jthread> workers;
        for (unsigned i = 0; i < kWorkers; ++i)
            workers.emplace_back([&] {
                for (auto site = next++; site < sites; site = next++)
                    if (const auto done = work(site); !done && failed++ == 0)
                        std::fprintf(stderr, "%s\n", done.error().message().c_str());
            });
    }
    const auto seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    const auto each = static_cast<double>(sites);
    const Cost cost{each / seconds, (cpu() - cpu_before) * 1000 / each,
                    (lineBytes() - bytes_before) / 1024 / each};
    std::printf("%-52s %7.0f /s  %6.2f ms CPU each  %8.1f KiB each  %zu failed\n", what.c_str(),
                cost.per_second, cost.cpu_ms, cost.kib, failed.load());
    std::fflush(stdout);
    CHECK(failed == 0);
    return cost;
}

void tellReach(const std::string& what, const Cost& cost) {
    std::printf(
        "  %s: one core answers %.0f sites that poll every 15 minutes; they need %.2f Mbit/s for 2,000\n",
        what.c_str(), kPollEverySeconds * 1000 / cost.cpu_ms, cost.kib * 8 * 2000 / 1024 / kPollEverySeconds);
}

struct FleetSite {
    std::string name;
    fs::path folder;
    Ed25519Seed statement_key = uplink::generateSigningKey();
};

/// Sites that asked and were accepted, by the library that gantry-central and the hub do it with.
std::vector<FleetSite> enrolFleet(const Trial& trial, std::size_t count) {
    const auto office = must(central::Office::open(trial.sponsor));
    const auto sites = must(central::Sites::open(trial.sponsor.directory(), trial.clock));
    const auto authority =
        must(uplink::CertificateAuthority::load(trial.sponsor.authorityKey(), trial.sponsor.authority()));
    const auto root = must(office->rootText());
    const auto recipient = uplink::AgeIdentity::generate().recipient().toString();
    std::vector<FleetSite> fleet;
    const auto begin = Clock::now();
    for (std::size_t i = 0; i < count; ++i) {
        FleetSite site;
        site.name = "s" + std::to_string(10000 + i);
        site.folder = trial.folder.path() / site.name;
        must(makeDirectory(site.folder));
        must(tuf::Client::initialize(site.folder / "metadata", root));
        const auto now = trial.clock.nowMillis();
        const auto file = must(uplink::enrolmentFileFromJson(
            must(central::makeEnrolmentFile(*office, *sites, site.name, std::chrono::hours(24), now))));
        const auto key = uplink::generateKeyPem();
        uplink::EnrolmentRequest request;
        request.trial = file.trial;
        request.site = site.name;
        request.certificate_request = must(uplink::makeCertificateRequest(key, {file.trial, site.name}));
        request.recipient = recipient;
        request.statement_key = uplink::toText(ed25519PublicKey(site.statement_key));
        request.software = "bench";
        request.made_at = isoUtc(now);
        const auto id =
            must(central::takeRequest(*sites, file.trial, must(uplink::toJson(request, file.token)), now));
        const auto answer = must(uplink::enrolmentAnswerFromJson(
            must(central::acceptRequest(*office, *sites, authority, {id, "bench", std::nullopt}, now))));
        must(writeFileDurably(site.folder / "site.key", asBytes(key), 0600));
        must(writeFileDurably(site.folder / "site.pem", asBytes(answer.certificate)));
        fleet.push_back(std::move(site));
        if (const auto done = i + 1; done == 100 || done == count) {
            const auto took = std::chrono::duration<double>(Clock::now() - begin).count();
            std::printf("%zu sites enrolled after %.1f s\n", done, took);
            std::fflush(stdout);
        }
    }
    return fleet;
}

struct NoMemory final : uplink::UploadMemory {
    std::string state;
    std::string resumeState() override { return state; }
    Result<> saveResumeState(std::string value) override {
        state = std::move(value);
        return {};
    }
    void progress(std::uint64_t, std::uint64_t) override {}
};

class Fleet {
public:
    Fleet(const Trial& trial, std::vector<FleetSite> sites, std::string url)
        : trial_(trial), sites_(std::move(sites)), url_(std::move(url)) {}

    std::size_t size() const { return sites_.size(); }

    Result<> poll(std::size_t i, const std::string& base) const {
        tuf::ClientConfig config;
        config.metadata_dir = sites_[i].folder / "metadata";
        config.metadata_url = base + "/metadata";
        config.target_url = base + "/targets";
        tuf::Client client(config, GANTRY_TRY(tuf::makeHttpFetcher(http(i))));
        const auto refreshed = GANTRY_TRY(client.refresh(trial_.clock.nowMillis()));
        if (!refreshed.changed) return {};
        GANTRY_TRY(client.list("online-" + sites_[i].name, "sites/" + sites_[i].name + "/"));
        return {};
    }

    /// Made beforehand, so that the sites' own work is not in the measurement.
    void writeHeartbeats(const std::string& round) {
        const std::array recipients = {
            must(uplink::loadAgeIdentities(trial_.sponsor.identity())).front().recipient()};
        for (const auto& site : sites_) {
            boost::json::object content{{"format", 1},
                                        {"kind", "heartbeat"},
                                        {"message_id", "h" + round + site.name},
                                        {"trial", "onc-demo"},
                                        {"site", site.name},
                                        {"made_at", isoUtc(trial_.clock.nowMillis())},
                                        {"software", "bench"},
                                        {"taken", boost::json::array{}}};
            const auto text =
                must(uplink::signStatement(site.statement_key, boost::json::serialize(content)));
            must(writeFileDurably(site.folder / "plain", asBytes(text)));
            const auto in = must(openFile(site.folder / "plain", OpenMode::Read));
            const auto out = must(openFile(site.folder / ("h" + round), OpenMode::CreateNew));
            must(uplink::ageEncrypt(in.get(), out.get(), recipients));
        }
    }

    Result<> say(std::size_t i, const std::string& round) const {
        const auto& site = sites_[i];
        uplink::PutObject object;
        object.file = site.folder / ("h" + round);
        object.name = "h" + round + site.name + ".age";
        object.bytes = fs::file_size(object.file);
        object.sha256_hex = toHex(GANTRY_TRY(sha256File(object.file)));
        object.metadata = {
            {"kind", "message"}, {"message_id", "h" + round + site.name}, {"trial", "onc-demo"}};
        uplink::TusConfig config;
        config.endpoint = url_ + "/tus/";
        config.http = http(i);
        config.http.client_certificate = site.folder / "site.pem";
        config.http.client_key = site.folder / "site.key";
        NoMemory memory;
        return GANTRY_TRY(uplink::makeTusTransport(config))->put(object, memory, {});
    }

private:
    uplink::HttpClientConfig http(std::size_t) const {
        uplink::HttpClientConfig config;
        config.ca_file = trial_.folder.path() / "ca.pem";
        return config;
    }
    const Trial& trial_;
    const std::vector<FleetSite> sites_;
    const std::string url_;
};

/// A receipt for one site, published as the hub does it.
void tellSomething(const Trial& trial, const std::string& site) {
    const auto office = must(central::Office::open(trial.sponsor));
    const auto sites = must(central::Sites::open(trial.sponsor.directory(), trial.clock));
    const auto statements = must(central::Statements::open(trial.sponsor.directory(), trial.clock));
    must(statements->say({site, "receipts/p1.json", "{}"}));
    const auto begin = Clock::now();
    must(central::publishStatements(*office, *statements, *sites, trial.clock.nowMillis()));
    std::printf("one receipt published after %.0f ms\n",
                std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
}

/// nginx on the repository's folder alone.
std::unique_ptr<ChildProcess> startStatic(const Trial& trial, std::uint16_t port) {
    const auto& folder = trial.folder.path();
    const auto config = folder / "nginx.conf";
    must(writeFileDurably(
        config,
        asBytes(
            "daemon off;\nmaster_process off;\npid " + (folder / "nginx.pid").string() + ";\nerror_log " +
            (folder / "nginx.log").string() + ";\nuser root;\nevents { worker_connections 1024; }\nhttp {\n" +
            "access_log off;\nserver { listen 127.0.0.1:" + std::to_string(port) + " ssl;\nssl_certificate " +
            (folder / "hub.pem").string() + ";\nssl_certificate_key " + (folder / "hub.key").string() +
            ";\nlocation /inbox/ { alias " + trial.sponsor.repository().string() + "/; }\n} }\n")));
    auto server = std::make_unique<ChildProcess>(
        std::vector<std::string>{"/usr/sbin/nginx", "-p", folder.string(), "-c", config.string()});
    eventually([&] { return static_cast<bool>(connectTo(port)); });
    return server;
}

std::size_t fleetSize() {
    const auto* text = std::getenv("GANTRY_FLEET");
    return text == nullptr ? 2000 : static_cast<std::size_t>(std::atoi(text));
}

}  // namespace

TEST_CASE("what a fleet costs", "[bench]") {
    Trial trial;
    REQUIRE(makeCertificate(trial.folder.path(), "DNS:localhost,IP:127.0.0.1"));
    auto sites = enrolFleet(trial, fleetSize());
    const auto& folder = trial.folder.path();
    must(
        writeFileDurably(folder / "hub.yaml",
                         asBytes("version: 1\nlisten: {port: 0, certificate: hub.pem, private_key: hub.key}\n"
                                 "directory: sponsor\nidentity: sponsor/identity.txt\nreceipt_key: "
                                 "sponsor/receipt.key\nlimits: {reserve_bytes: 0}\n")));
    ChildProcess hub(
        {std::string(GANTRY_BIN_DIR) + "/gantry-hub", "--config", (folder / "hub.yaml").string()});
    const auto ready = boost::json::parse(hub.readLine());
    const auto url = "https://localhost:" + std::to_string(ready.at("port").to_number<int>());
    const std::vector<pid_t> at_hub{hub.pid()};
    Fleet fleet(trial, std::move(sites), url);

    const auto all = fleet.size();
    measure("first poll at the hub: all metadata", all, at_hub,
            [&](auto i) { return fleet.poll(i, url + "/inbox"); });
    tellReach("hub", measure("poll at the hub, nothing new", all, at_hub,
                             [&](auto i) { return fleet.poll(i, url + "/inbox"); }));
    fleet.writeHeartbeats("1");
    tellReach("hub", measure("heartbeat, with mutual TLS, opened and verified", all, at_hub,
                             [&](auto i) { return fleet.say(i, "1"); }));
    tellSomething(trial, "s10000");
    tellReach("hub", measure("poll at the hub, something new for one site", all, at_hub,
                             [&](auto i) { return fleet.poll(i, url + "/inbox"); }));

    const auto port = freePort();
    const auto server = startStatic(trial, port);
    const auto still = "https://localhost:" + std::to_string(port) + "/inbox";
    tellReach("static server", measure("poll at a static server, nothing new", all, {server->pid()},
                                       [&](auto i) { return fleet.poll(i, still); }));
}
