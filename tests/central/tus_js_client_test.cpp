// A client that is not ours: tus-js-client on Node.
#include <csignal>
#include <thread>

#include "gantry/core/crypto.hpp"
#include "hub_fixture.hpp"

using namespace gantry;
using namespace gantry::test;
using namespace std::chrono_literals;

namespace {

const std::filesystem::path kClient = std::filesystem::path(GANTRY_SOURCE_DIR) / "tests/central/tus_client";

bool clientInstalled() {
    std::error_code ec;
    if (std::filesystem::exists(kClient / "node_modules/tus-js-client", ec)) return true;
    skipLoudly("tus-js-client is not installed: npm ci in tests/central/tus_client");
    return false;
}

void tellEndpoint(const std::filesystem::path& file, std::uint16_t port) {
    must(writeFileDurably(file, asBytes("http://127.0.0.1:" + std::to_string(port) + "/tus/")));
}

std::string clientCommand(const SponsorEnd& sponsor, const TestParcel& parcel,
                          const std::filesystem::path& endpoint, int chunk_bytes, int parallel = 1) {
    return "GANTRY_TOKEN=" + sponsor.token + " timeout 60 node " + (kClient / "upload.js").string() + " " +
           parcel.file.string() + " " + endpoint.string() + " '{\"filename\":\"" + parcel.id +
           ".age\",\"sha256\":\"" + parcel.sha256 + "\"}' " + std::to_string(chunk_bytes) + " " +
           std::to_string(parallel) + " 2>&1";
}

}  // namespace

TEST_CASE("tus-js-client delivers a parcel, in one piece and in chunks", "[tus-js]") {
    if (!clientInstalled()) return;
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    const auto endpoint = sponsor.folder.path() / "endpoint";
    tellEndpoint(endpoint, hub->port());
    const int chunk_bytes = GENERATE(0, 300'000);
    const auto parcel = makeTestParcel(sponsor, {.instance_bytes = 1'000'000});
    const auto outcome = runCommand(clientCommand(sponsor, parcel, endpoint, chunk_bytes));
    CAPTURE(outcome.output);
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.output.ends_with("done\n"));
    RawClient client(hub->port());
    CHECK_FALSE(waitForReceipt(client, sponsor.token, "p1").empty());
}

TEST_CASE("tus-js-client delivers a parcel in parts over several connections", "[tus-js][concat]") {
    if (!clientInstalled()) return;
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    const auto endpoint = sponsor.folder.path() / "endpoint";
    tellEndpoint(endpoint, hub->port());
    const auto parcel = makeTestParcel(sponsor, {.instance_bytes = 3'000'000});
    const auto outcome = runCommand(clientCommand(sponsor, parcel, endpoint, 300'000, 3));
    CAPTURE(outcome.output);
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.output.ends_with("done\n"));
    RawClient client(hub->port());
    CHECK_FALSE(waitForReceipt(client, sponsor.token, "p1").empty());
    CHECK(eventually([&] { return std::filesystem::is_empty(sponsor.directory / "uploads"); }));
}

TEST_CASE("tus-js-client is refused with a wrong token", "[tus-js]") {
    if (!clientInstalled()) return;
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    const auto endpoint = sponsor.folder.path() / "endpoint";
    tellEndpoint(endpoint, hub->port());
    const auto parcel = makeTestParcel(sponsor);
    sponsor.token = "wrong";
    CHECK(runCommand(clientCommand(sponsor, parcel, endpoint, 0)).exit_code == 1);
}

TEST_CASE("tus-js-client goes on after kill -9 of the hub", "[tus-js][kill]") {
    if (!clientInstalled()) return;
    const SponsorEnd sponsor;
    HubProcess hub(sponsor);
    const auto endpoint = sponsor.folder.path() / "endpoint";
    tellEndpoint(endpoint, hub.port());
    const auto parcel = makeTestParcel(sponsor, {.instance_bytes = 60'000'000});
    CommandOutcome outcome;
    std::jthread client([&] { outcome = runCommand(clientCommand(sponsor, parcel, endpoint, 2'000'000)); });
    // Each time some more has arrived, the hub dies.
    std::uintmax_t seen = 0;
    int kills = 0;
    const auto arrived = [&]() -> std::uintmax_t {
        std::error_code ec;
        for (const auto& entry : std::filesystem::directory_iterator(sponsor.directory / "uploads", ec))
            return std::filesystem::file_size(entry.path(), ec);
        return 0;
    };
    while (kills < 3 && eventually([&] { return arrived() > seen + 5'000'000; })) {
        seen = arrived();
        hub.kill(SIGKILL);
        hub.start();
        tellEndpoint(endpoint, hub.port());
        ++kills;
    }
    client.join();
    CAPTURE(outcome.output);
    CHECK(kills == 3);
    CHECK(outcome.exit_code == 0);
    RawClient raw(hub.port());
    CHECK_FALSE(waitForReceipt(raw, sponsor.token, "p1").empty());
    CHECK(toHex(must(sha256File(sponsor.directory / "parcels/0417/p1.age"))) == parcel.sha256);
}
