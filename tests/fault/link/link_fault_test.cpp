// Many objects over a line with random faults: every one arrives once, byte for byte, and no fault costs more
// than one chunk. GANTRY_SEED=n plays a day again.
#include <map>

#include "fault_proxy.hpp"
#include "foreign_server.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/back_off.hpp"
#include "hub_fixture.hpp"
#include "network_namespace.hpp"
#include "tls_kit.hpp"
#include "tus_fixture.hpp"

using namespace gantry;
using namespace gantry::test;
using namespace std::chrono_literals;
using Kind = LineFault::Kind;

namespace {

constexpr std::uint64_t kChunk = 256 << 10;
constexpr std::uint64_t kHeads = 2'000;  // of one request and what TLS adds, generously

struct Load {
    std::vector<std::unique_ptr<TestObject>> objects;
    std::uint64_t bytes = 0;
    std::uint64_t chunks = 0;

    Load(std::size_t small, std::size_t large, std::uint64_t seed) {
        std::mt19937_64 random(seed);
        const auto between = [&random](std::size_t least, std::size_t most) {
            return std::uniform_int_distribution<std::size_t>(least, most)(random);
        };
        for (std::size_t i = 0; i < small + large; ++i) {
            const auto size = i < small ? between(1'000, 200'000) : between(3'000'000, 7'000'000);
            objects.push_back(std::make_unique<TestObject>(size, "p" + std::to_string(i)));
            objects.back()->object.metadata["site"] = kSite;
            bytes += size;
            chunks += size / kChunk + 1;
        }
        std::shuffle(objects.begin(), objects.end(), random);
    }
};

/// Puts everything, as the outbox would: again after every interruption.
struct Delivery {
    std::map<std::string, std::string> urls;  ///< object to what the transport remembers at the end
    std::uint64_t attempts = 0;

    Delivery(const Load& load, const uplink::TusConfig& config) {
        const auto transport = must(uplink::makeTusTransport(config));
        for (const auto& o : load.objects) {
            RememberedUpload memory;
            uplink::BackOff back_off(10ms, 100ms);
            for (;;) {
                ++attempts;
                const auto done = transport->put(o->object, memory, {});
                if (done) break;
                INFO(o->object.name << ": " << done.error().message());
                REQUIRE(describe(done.error().code).retry != Retry::Never);
                REQUIRE(attempts < 2'000);
                std::this_thread::sleep_for(back_off.next());
            }
            urls[o->object.name] = memory.url();
        }
    }
};

std::vector<LineFault> faultsFor(const Load& load, std::size_t count, std::uint64_t seed,
                                 std::vector<Kind> kinds) {
    auto faults = drawFaults({seed, count, load.bytes, std::move(kinds), 50ms, 400ms});
    for (const auto& fault : faults) UNSCOPED_INFO(fault);
    return faults;
}

void checkCost(const FaultProxy& line, const Load& load, const Delivery& delivery) {
    const auto faults = line.struck().size();
    const auto requests = delivery.attempts * 2 + load.chunks * 2 + load.objects.size() * 4;
    CAPTURE(faults, delivery.attempts, line.bytesUp(), load.bytes);
    CHECK(faults > 10);
    CHECK(line.bytesUp() <= load.bytes + faults * kChunk + requests * kHeads);
}

void checkHub(const SponsorEnd& sponsor, const Load& load) {
    const auto folder = sponsor.directory / "parcels" / kSite;
    for (const auto& o : load.objects)
        CHECK(toHex(must(sha256File(folder / o->object.name))) == o->object.sha256_hex);
    const auto files = std::filesystem::directory_iterator(folder);
    CHECK(static_cast<std::size_t>(std::distance(begin(files), end(files))) == load.objects.size());
}

uplink::TusConfig configFor(const std::string& endpoint, const SponsorEnd& sponsor, int connections) {
    auto config = TusBench::config(endpoint, kChunk, 2s);
    config.http.bearer_token = sponsor.token;
    config.connections = connections;
    return config;
}

}  // namespace

TEST_CASE("a bad line to the hub", "[fault][link]") {
    const auto seed = faultSeed();
    SponsorEnd sponsor;
    const auto hub = sponsor.start([](auto& config) { config.identity.reset(); });
    const Load load(60, 3, seed);
    FaultProxy line(hub->port());
    const int connections = GENERATE(1, 3);
    line.arm(faultsFor(load, 40, seed,
                       {Kind::Cut, Kind::HalfClose, Kind::LoseAnswer, Kind::Stall, Kind::Down, Kind::Flip}));
    const Delivery delivery(
        load, configFor("http://127.0.0.1:" + std::to_string(line.port()) + "/tus", sponsor, connections));
    // What is down breaks every connection.
    if (connections == 1) checkCost(line, load, delivery);
    checkHub(sponsor, load);
}

TEST_CASE("a bad line to the hub, under TLS: flips anywhere, both ways", "[fault][link]") {
    const auto seed = faultSeed();
    SponsorEnd sponsor;
    if (!makeCertificate(sponsor.folder.path(), "IP:127.0.0.1"))
        return skipLoudly("openssl is not installed");
    const auto hub = sponsor.start([&](auto& config) {
        config.identity.reset();
        config.certificate = sponsor.folder.path() / "hub.pem";
        config.private_key = sponsor.folder.path() / "hub.key";
    });
    const Load load(40, 2, seed);
    FaultProxy line(hub->port());
    line.flipAnywhere(true);
    line.arm(
        faultsFor(load, 40, seed, {Kind::Cut, Kind::LoseAnswer, Kind::Stall, Kind::Flip, Kind::FlipBack}));
    auto config = configFor("https://127.0.0.1:" + std::to_string(line.port()) + "/tus", sponsor, 1);
    config.http.ca_file = sponsor.folder.path() / "ca.pem";
    const Delivery delivery(load, config);
    checkCost(line, load, delivery);
    checkHub(sponsor, load);
}

TEST_CASE("a bad line to a server that is not ours", "[fault][link][interop]") {
    if (!ForeignServer::installed()) return;
    const auto seed = faultSeed();
    const ForeignServer server;
    const Load load(30, 2, seed);
    FaultProxy line(server.port());
    line.arm(
        faultsFor(load, 30, seed, {Kind::Cut, Kind::HalfClose, Kind::LoseAnswer, Kind::Stall, Kind::Down}));
    const auto config =
        TusBench::config("http://127.0.0.1:" + std::to_string(line.port()) + "/files", kChunk, 2s);
    const Delivery delivery(load, config);
    checkCost(line, load, delivery);
    // Every object is there once; what was created and its answer lost is empty.
    std::multimap<std::string, std::string> complete;
    for (const auto& entry : std::filesystem::directory_iterator(server.folder()))
        if (entry.path().extension() != ".json" && entry.file_size() > 0)
            complete.emplace(toHex(must(sha256File(entry.path()))), entry.path().filename());
    for (const auto& o : load.objects) {
        CHECK(complete.count(o->object.sha256_hex) == 1);
        CHECK(toHex(must(sha256File(server.fileOf(delivery.urls.at(o->object.name))))) ==
              o->object.sha256_hex);
    }
}

TEST_CASE("flips on the way to a server that is not ours are found by reading back",
          "[fault][link][interop]") {
    if (!ForeignServer::installed()) return;
    const auto seed = faultSeed();
    const ForeignServer server;
    const Load load(20, 1, seed);
    FaultProxy line(server.port());
    line.arm(faultsFor(load, 10, seed, {Kind::Flip}));
    auto config = TusBench::config("http://127.0.0.1:" + std::to_string(line.port()) + "/files", kChunk, 2s);
    config.verify_by_reading_back = uplink::ReadBack::Auto;
    const Delivery delivery(load, config);
    CHECK(line.struck().size() > 3);
    for (const auto& o : load.objects)
        CHECK(toHex(must(sha256File(server.fileOf(delivery.urls.at(o->object.name))))) ==
              o->object.sha256_hex);
}

TEST_CASE("a cable pulled for three seconds, and a line that loses packets", "[fault][link][namespace]") {
    const auto network = NetworkNamespace::make();
    if (!network) return;
    network->run([&] {
        SponsorEnd sponsor;
        const auto hub = sponsor.start([](auto& config) { config.identity.reset(); });
        const Load load(1, 1, 7);
        network->setRate(3'000'000);
        std::uint64_t pulled = 0;
        std::jthread cable;
        RememberedUpload memory;
        const auto transport = must(uplink::makeTusTransport(
            configFor("http://127.0.0.1:" + std::to_string(hub->port()) + "/tus", sponsor, 1)));
        memory.on_progress = [&](std::uint64_t sent) {
            if (sent < 1'000'000 || pulled++ > 0) return;
            network->pullCable(true);
            cable = std::jthread([&] {
                std::this_thread::sleep_for(3s);
                network->setLoss(100);  // and what is plugged in again is not the best
            });
        };
        for (const auto& o : load.objects) {
            memory.state.clear();
            Result<> done = fail(Errc::NetworkDown, "");
            for (int attempt = 0; !done && attempt < 20; ++attempt)
                done = transport->put(o->object, memory, {});
            must(done);
        }
        CHECK(pulled > 0);
        checkHub(sponsor, load);
    });
}
