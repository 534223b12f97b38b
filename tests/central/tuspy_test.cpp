// A client that is not ours: tuspy, as Debian has it.
#include "hub_fixture.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

bool installed() {
    if (runCommand("/usr/bin/python3 -c 'import tusclient' 2>&1").exit_code == 0) return true;
    skipLoudly("python3-tuspy is not installed; packaging/install-build-deps --tests does it");
    return false;
}

std::string upload(const SponsorEnd& sponsor, const central::Hub& hub, const TestParcel& parcel,
                   const std::string& rest) {
    return "GANTRY_TOKEN=" + sponsor.token + " timeout 60 /usr/bin/python3 " + GANTRY_SOURCE_DIR +
           "/tests/central/tus_client/upload.py " + parcel.file.string() +
           " http://127.0.0.1:" + std::to_string(hub.port()) + "/tus/ '{\"filename\":\"" + parcel.id +
           ".age\",\"sha256\":\"" + parcel.sha256 + "\"}' 300000 " + rest + " 2>&1";
}

}  // namespace

TEST_CASE("tuspy delivers a parcel, with checksums and without", "[tuspy]") {
    if (!installed()) return;
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    const auto parcel = makeTestParcel(sponsor, {.instance_bytes = 1'000'000});
    const auto outcome = runCommand(upload(sponsor, *hub, parcel, GENERATE("0", "1")));
    CAPTURE(outcome.output);
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.output == std::to_string(parcel.bytes.size()) + "\n");
    RawClient client(hub->port());
    CHECK_FALSE(waitForReceipt(client, sponsor.token, "p1").empty());
}

TEST_CASE("tuspy goes on with an upload that another run of it began", "[tuspy]") {
    if (!installed()) return;
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    const auto parcel = makeTestParcel(sponsor, {.instance_bytes = 1'000'000});
    const auto url = (sponsor.folder.path() / "url").string();
    CHECK(runCommand(upload(sponsor, *hub, parcel, "0 2 " + url)).output == "600000\n");
    const auto outcome = runCommand(upload(sponsor, *hub, parcel, "0 0 " + url));
    CAPTURE(outcome.output);
    CHECK(outcome.exit_code == 0);
    RawClient client(hub->port());
    CHECK_FALSE(waitForReceipt(client, sponsor.token, "p1").empty());
}
