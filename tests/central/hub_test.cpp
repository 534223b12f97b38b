// From the last byte of an upload to its receipt.
#include <boost/json.hpp>

#include "gantry/core/crypto.hpp"
#include "hub_fixture.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

std::filesystem::path openedFolder(const SponsorEnd& sponsor, const std::string& parcel_id) {
    return sponsor.directory / "opened" / "onc-demo" / "0417-001" / "2.25.1234" / parcel_id;
}

uplink::Receipt verified(const SponsorEnd& sponsor, const std::string& text) {
    const std::array<Ed25519PublicKey, 1> keys = {ed25519PublicKey(sponsor.seed)};
    return must(uplink::verifyReceipt(text, keys));
}

/// What `gantry-central list --json` says of the parcels.
boost::json::array listed(const SponsorEnd& sponsor) {
    const auto out =
        runCommand(std::string(GANTRY_BIN_DIR) + "/gantry-central list --json " + sponsor.directory.string());
    REQUIRE(out.exit_code == 0);
    return boost::json::parse(out.output).as_array();
}

std::string stateOf(const SponsorEnd& sponsor, const std::string& parcel_id) {
    for (const auto& row : listed(sponsor))
        if (row.at("parcel_id").as_string() == parcel_id) return std::string(row.at("state").as_string());
    return "";
}

}  // namespace

TEST_CASE("a delivered parcel is opened and its receipt given to its site alone", "[hub]") {
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    RawClient client(hub->port());
    const auto parcel = makeTestParcel(sponsor);
    REQUIRE(deliver(client, sponsor.token, parcel) == 204);
    const auto text = waitForReceipt(client, sponsor.token, "p1");
    const auto receipt = verified(sponsor, text);
    CHECK(receipt.parcel_id == "p1");
    CHECK(receipt.sha256 == parcel.sha256);
    CHECK(receipt.bytes == parcel.bytes.size());
    CHECK(receipt.instances == 1);
    CHECK(receipt.issuer == "gantry-hub");
    CHECK(std::filesystem::exists(openedFolder(sponsor, "p1") / "instances" / "000001.dcm"));
    CHECK(toHex(must(sha256File(openedFolder(sponsor, "p1") / "manifest.json"))) == receipt.manifest_sha256);
    CHECK(getReceipt(client, sponsor.other_token, "p1").status == 404);
    CHECK(getReceipt(client, "nobody's", "p1").status == 401);
    CHECK(getReceipt(client, sponsor.token, "p2").status == 404);
    const auto tag = getReceipt(client, sponsor.token, "p1").headers.at("etag");
    CHECK(getReceipt(client, sponsor.token, "p1", "If-None-Match: " + tag + "\r\n").status == 304);
    CHECK(eventually([&] { return stateOf(sponsor, "p1") == "opened"; }));
}

TEST_CASE("stock tools open what the hub keeps", "[hub]") {
    SponsorEnd sponsor;
    const auto hub = sponsor.start([](auto& config) { config.identity.reset(), config.receipt_key.reset(); });
    RawClient client(hub->port());
    const auto parcel = makeTestParcel(sponsor);
    REQUIRE(deliver(client, sponsor.token, parcel) == 204);
    const auto out = sponsor.folder.path() / "by-hand";
    must(makeDirectory(out));
    const auto command = "age -d -i " + (sponsor.directory / "identity.txt").string() + " " +
                         (sponsor.directory / "parcels/0417/p1.age").string() + " | tar x -C " +
                         out.string() + " && ls " + out.string() + "/instances";
    CHECK(runCommand(command).output == "000001.dcm\n");
    CHECK(stateOf(sponsor, "p1") == "received");
}

TEST_CASE("the same parcel again is one parcel", "[hub]") {
    SponsorEnd sponsor;
    auto hub = sponsor.start();
    RawClient client(hub->port());
    const auto parcel = makeTestParcel(sponsor);
    REQUIRE(deliver(client, sponsor.token, parcel) == 204);
    const auto receipt = waitForReceipt(client, sponsor.token, "p1");
    SECTION("announced: it need not be sent") {
        const auto path = createUpload(client, sponsor.token, parcel.bytes.size(), parcel.metadata);
        CHECK(head(client, sponsor.token, path).headers.at("upload-offset") ==
              std::to_string(parcel.bytes.size()));
        CHECK(patch(client, sponsor.token, path, 0, parcel.bytes).status == 409);
    }
    SECTION("sent without digest") {
        const auto path = createUpload(client, sponsor.token, parcel.bytes.size(), "parcel_id cDE=");
        CHECK(patch(client, sponsor.token, path, 0, parcel.bytes).status == 204);
    }
    SECTION("begun twice before either was complete") {
        const auto other = makeTestParcel(sponsor, {.id = "p2"});
        const auto one = createUpload(client, sponsor.token, other.bytes.size(), other.metadata);
        const auto two = createUpload(client, sponsor.token, other.bytes.size(), other.metadata);
        CHECK(patch(client, sponsor.token, one, 0, other.bytes).status == 204);
        CHECK(patch(client, sponsor.token, two, 0, other.bytes).status == 204);
        CHECK(listed(sponsor).size() == 2);
        return;
    }
    CHECK(waitForReceipt(client, sponsor.token, "p1") == receipt);
    CHECK(listed(sponsor).size() == 1);
}

TEST_CASE("a known parcel with other content is refused, and the first one stays", "[hub]") {
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    RawClient client(hub->port());
    const auto parcel = makeTestParcel(sponsor);
    const auto other = makeTestParcel(sponsor);  // same id, fresh keys: other bytes
    REQUIRE(deliver(client, sponsor.token, parcel) == 204);
    SECTION("announced") {
        const auto fields = "Upload-Length: " + std::to_string(other.bytes.size()) +
                            "\r\nUpload-Metadata: " + other.metadata + "\r\n";
        CHECK(client.ask(tusRequest("POST", "/tus/", sponsor.token, fields)).status == 409);
    }
    SECTION("not announced") {
        const auto path = createUpload(client, sponsor.token, other.bytes.size(), "parcel_id cDE=");
        CHECK(patch(client, sponsor.token, path, 0, other.bytes).status == 422);
        CHECK(head(client, sponsor.token, path).status == 410);
    }
    CHECK(verified(sponsor, waitForReceipt(client, sponsor.token, "p1")).sha256 == parcel.sha256);
    CHECK(toHex(must(sha256File(sponsor.directory / "parcels/0417/p1.age"))) == parcel.sha256);
    CHECK(std::filesystem::is_empty(sponsor.directory / "uploads"));
}

TEST_CASE("bytes that are not the announced ones are discarded, and can be sent anew", "[hub]") {
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    RawClient client(hub->port());
    const auto parcel = makeTestParcel(sponsor);
    auto damaged = parcel.bytes;
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
    const auto path = createUpload(client, sponsor.token, parcel.bytes.size(), parcel.metadata);
    CHECK(patch(client, sponsor.token, path, 0, damaged).status == 460);
    CHECK(head(client, sponsor.token, path).status == 410);
    CHECK(std::filesystem::is_empty(sponsor.directory / "uploads"));
    CHECK(deliver(client, sponsor.token, parcel) == 204);
    CHECK_FALSE(waitForReceipt(client, sponsor.token, "p1").empty());
}

TEST_CASE("a parcel that cannot be opened is refused on record and gets no receipt", "[hub]") {
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    RawClient client(hub->port());
    std::string id = "p1";
    SECTION("not an age file") {
        const auto path = createUpload(client, sponsor.token, 4, "parcel_id cDE=");
        CHECK(patch(client, sponsor.token, path, 0, "junk").status == 204);
    }
    SECTION("for other keys") {
        const SponsorEnd stranger;
        CHECK(deliver(client, sponsor.token, makeTestParcel(stranger)) == 204);
    }
    SECTION("made by another site") {
        auto parcel = makeTestParcel(sponsor, {.site = kOtherSite});
        parcel.metadata = "parcel_id cDE=";
        CHECK(deliver(client, sponsor.token, parcel) == 204);
    }
    SECTION("with another identifier inside") {
        auto parcel = makeTestParcel(sponsor);
        parcel.metadata = "filename cDMuYWdl";  // p3.age
        id = "p3";
        CHECK(deliver(client, sponsor.token, parcel) == 204);
    }
    CHECK(eventually([&] { return stateOf(sponsor, id) == "refused"; }));
    CHECK(getReceipt(client, sponsor.token, id).status == 404);
    CHECK(std::filesystem::exists(sponsor.directory / "parcels/0417" / (id + ".age")));
}

TEST_CASE("identifiers of a manifest stay folders below the opened ones", "[hub]") {
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    RawClient client(hub->port());
    const auto parcel = makeTestParcel(sponsor, {.subject = "../../../escape/\xC3\xA4"});
    REQUIRE(deliver(client, sponsor.token, parcel) == 204);
    REQUIRE_FALSE(waitForReceipt(client, sponsor.token, "p1").empty());
    CHECK(std::filesystem::exists(sponsor.directory /
                                  "opened/onc-demo/%2e.%2f..%2f..%2fescape%2f%c3%a4/2.25.1234/p1"));
}

TEST_CASE("a hub that gets its key later opens what waited", "[hub]") {
    SponsorEnd sponsor;
    const auto parcel = makeTestParcel(sponsor);
    {
        const auto closed =
            sponsor.start([](auto& config) { config.identity.reset(), config.receipt_key.reset(); });
        RawClient client(closed->port());
        REQUIRE(deliver(client, sponsor.token, parcel) == 204);
    }
    const auto hub = sponsor.start();
    RawClient client(hub->port());
    CHECK(verified(sponsor, waitForReceipt(client, sponsor.token, "p1")).sha256 == parcel.sha256);
}

TEST_CASE("a restart keeps offsets, completed uploads and receipts", "[hub]") {
    SponsorEnd sponsor;
    const auto parcel = makeTestParcel(sponsor);
    const auto half = parcel.bytes.size() / 2;
    auto hub = sponsor.start();
    std::string path;
    {
        RawClient client(hub->port());
        path = createUpload(client, sponsor.token, parcel.bytes.size(), parcel.metadata);
        REQUIRE(patch(client, sponsor.token, path, 0, parcel.bytes.substr(0, half)).status == 204);
    }
    hub.reset();
    hub = sponsor.start();
    {
        RawClient client(hub->port());
        CHECK(head(client, sponsor.token, path).headers.at("upload-offset") == std::to_string(half));
        CHECK(patch(client, sponsor.token, path, half, parcel.bytes.substr(half)).status == 204);
    }
    hub.reset();
    hub = sponsor.start();
    RawClient client(hub->port());
    CHECK(head(client, sponsor.token, path).headers.at("upload-offset") ==
          std::to_string(parcel.bytes.size()));
    CHECK_FALSE(waitForReceipt(client, sponsor.token, "p1").empty());
}

TEST_CASE("old unfinished uploads go, others stay", "[hub]") {
    SponsorEnd sponsor;
    std::string old_path;
    std::string young_path;
    {
        const auto hub = sponsor.start();
        RawClient client(hub->port());
        old_path = createUpload(client, sponsor.token, 10);
        young_path = createUpload(client, sponsor.token, 10);
    }
    struct Later final : Clock {
        UnixMillis nowMillis() const override { return SystemClock().nowMillis() + 2 * 3'600'000; }
    } const later;
    const auto young = sponsor.directory / "uploads" / (young_path.substr(5) + ".part");
    std::filesystem::last_write_time(young,
                                     std::filesystem::file_time_type::clock::now() + std::chrono::hours(2));
    auto config = sponsor.config();
    config.unfinished_expiry = std::chrono::hours(1);
    const auto hub = must(central::Hub::start(config, later));
    RawClient client(hub->port());
    CHECK(eventually([&] { return head(client, sponsor.token, old_path).status == 410; }));
    CHECK(head(client, sponsor.token, young_path).status == 200);
}

TEST_CASE("sites come and go while the hub runs, and a second hub is refused", "[hub]") {
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    RawClient client(hub->port());
    const auto added =
        runCommand(std::string(GANTRY_BIN_DIR) + "/gantry-central site add " + sponsor.directory.string() +
                   " 0555 --token-file " + (sponsor.folder.path() / "t").string() + " 2>&1");
    REQUIRE(added.exit_code == 0);
    auto token = must(readFile(sponsor.folder.path() / "t"));
    CHECK(added.output.find(token.substr(0, 64)) == std::string::npos);
    token.pop_back();
    createUpload(client, token, 10);
    const auto revoked = runCommand(std::string(GANTRY_BIN_DIR) + "/gantry-central site revoke " +
                                    sponsor.directory.string() + " 0555 --why closed 2>&1");
    REQUIRE(revoked.exit_code == 0);
    CHECK(client.ask(tusRequest("POST", "/tus/", token, "Upload-Length: 10\r\n")).status == 401);
    createUpload(client, sponsor.token, 10);
    CHECK(central::Hub::start(sponsor.config(), sponsor.clock).error().code == Errc::Busy);
}

TEST_CASE("a hub does not start unprotected", "[hub]") {
    SponsorEnd sponsor;
    auto config = sponsor.config();
    SECTION("a key for all to read") {
        std::filesystem::permissions(sponsor.directory / "receipt.key", std::filesystem::perms(0644));
        CHECK(central::Hub::start(config, sponsor.clock).error().code == Errc::NotAllowed);
    }
    SECTION("plain HTTP off loopback") {
        config.address = "0.0.0.0";
        CHECK(central::Hub::start(config, sponsor.clock).error().code == Errc::NotAllowed);
    }
}

TEST_CASE("healthz answers anybody, the rest nobody without a token", "[hub]") {
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    RawClient client(hub->port());
    CHECK(client.ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").status == 200);
    CHECK(client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == 401);
    CHECK(client.ask("GET /index.sqlite HTTP/1.1\r\nHost: x\r\n\r\n").status == 401);
    CHECK(client.ask("GET /x HTTP/1.1\r\nHost: x\r\nAuthorization: bearer " + sponsor.token + "\r\n\r\n")
              .status == 404);
}
