// Our own two ends together: the uplink's transport to a hub.
#include <csignal>

#include "fault_proxy.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/tus.hpp"
#include "hub_fixture.hpp"
#include "tus_fixture.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

uplink::PutObject objectOf(const TestParcel& parcel) {
    return {parcel.id + ".age",
            parcel.file,
            parcel.bytes.size(),
            parcel.sha256,
            {{"parcel_id", parcel.id}, {"trial", "onc-demo"}, {"site", kSite}}};
}

uplink::TusConfig configFor(const SponsorEnd& sponsor, std::uint16_t port, int connections = 1) {
    auto config = TusBench::config("http://127.0.0.1:" + std::to_string(port) + "/tus", 64 << 10);
    config.http.bearer_token = sponsor.token;
    config.connections = connections;
    return config;
}

}  // namespace

TEST_CASE("a small parcel takes two requests to the hub", "[uplink][hub]") {
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    const auto parcel = makeTestParcel(sponsor, {.instance_bytes = 20'000});
    const FaultProxy line(hub->port());
    RememberedUpload memory;
    const auto transport = must(uplink::makeTusTransport(configFor(sponsor, line.port())));
    must(transport->put(objectOf(parcel), memory, {}));
    CHECK(line.connections() == 1);
    CHECK(line.bytesUp() < parcel.bytes.size() + 1500);  // OPTIONS and one POST
    RawClient client(hub->port());
    CHECK_FALSE(waitForReceipt(client, sponsor.token, "p1").empty());
    must(transport->put(objectOf(parcel), memory, {}));
}

TEST_CASE("a parcel goes to the hub in parts", "[uplink][hub][concat]") {
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    const auto parcel = makeTestParcel(sponsor, {.instance_bytes = 3'000'000});
    RememberedUpload memory;
    const auto transport = must(uplink::makeTusTransport(configFor(sponsor, hub->port(), 4)));
    must(transport->put(objectOf(parcel), memory, {}));
    CHECK(toHex(must(sha256File(sponsor.directory / "parcels/0417/p1.age"))) == parcel.sha256);
    CHECK(eventually([&] { return std::filesystem::is_empty(sponsor.directory / "uploads"); }));
    RawClient client(hub->port());
    CHECK_FALSE(waitForReceipt(client, sponsor.token, "p1").empty());
    must(transport->put(objectOf(parcel), memory, {}));
}

TEST_CASE("a bit that flips on the way to the hub costs one chunk", "[uplink][hub][fault]") {
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    const auto parcel = makeTestParcel(sponsor, {.instance_bytes = 2'000'000});
    FaultProxy line(hub->port());
    line.arm({{LineFault::Kind::Flip, 700'000, {}}});
    RememberedUpload memory;
    const auto transport = must(uplink::makeTusTransport(configFor(sponsor, line.port(), GENERATE(1, 4))));
    must(transport->put(objectOf(parcel), memory, {}));
    CHECK(line.struck().size() == 1);
    CHECK(line.bytesUp() <= parcel.bytes.size() + (64 << 10) + 60'000);  // heads of some forty requests
    RawClient client(hub->port());
    CHECK_FALSE(waitForReceipt(client, sponsor.token, "p1").empty());
}

TEST_CASE("a hub that is killed while parcels come in parts loses none", "[uplink][hub][kill][concat]") {
    const SponsorEnd sponsor;
    HubProcess hub(sponsor);
    FaultProxy line(hub.port());
    const auto parcel = makeTestParcel(sponsor, {.instance_bytes = 40'000'000});
    auto config = configFor(sponsor, line.port(), 3);
    config.chunk_bytes = config.largest_chunk_bytes = 1 << 20;
    RememberedUpload memory;
    const auto transport = must(uplink::makeTusTransport(config));
    int kills = 0;
    // Twice while the parts come, and then as often as it puts them together.
    line.onStrike([&](const LineFault&) {
        ++kills;
        hub.kill(SIGKILL);
    });
    Result<> done;
    for (int attempt = 0; attempt < 30; ++attempt) {
        if (kills < 4) line.arm({{LineFault::Kind::LoseAnswer, kills < 2 ? 9'000'000u : 20'000'000u, {}}});
        done = transport->put(objectOf(parcel), memory, {});
        if (done) break;
        INFO(done.error().message());
        CHECK(describe(done.error().code).retry != Retry::Never);
        if (kills > 0 && !RawClient::tryConnect(hub.port())) {
            hub.start();
            line.setServerPort(hub.port());
        }
    }
    must(done);
    CHECK(kills >= 2);
    RawClient client(hub.port());
    CHECK_FALSE(waitForReceipt(client, sponsor.token, "p1").empty());
    CHECK(toHex(must(sha256File(sponsor.directory / "parcels/0417/p1.age"))) == parcel.sha256);
}
