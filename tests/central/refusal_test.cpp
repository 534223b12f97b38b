// What a sponsor tells a site of a parcel that it cannot open (docs/formats/inbox.md, refusals).
#include <array>
#include <boost/json.hpp>

#include "gantry/uplink/statement.hpp"
#include "hub_fixture.hpp"
#include "statements.hpp"

using namespace gantry;
using namespace gantry::central;
using namespace gantry::test;
namespace fs = std::filesystem;

namespace {

constexpr auto kParcel = "parcels/0417/p1.age";

/// A parcel that came to a hub without keys, so that something can happen to it before it is opened.
struct Waiting {
    explicit Waiting(TestParcel made) : parcel(std::move(made)) { deliverTo(*closed()); }
    Waiting() : parcel(makeTestParcel(sponsor)) { deliverTo(*closed()); }

    std::unique_ptr<Hub> closed() {
        return sponsor.start([](auto& config) { config.identity.reset(), config.receipt_key.reset(); });
    }
    void deliverTo(const Hub& hub) const {
        RawClient client(hub.port());
        REQUIRE(deliver(client, sponsor.token, parcel) == 204);
    }
    fs::path file() const { return sponsor.directory / kParcel; }
    /// What was said to the site: one refusal, signed by the key for receipts.
    boost::json::value told() const {
        const auto statements = must(Statements::open(sponsor.directory, sponsor.clock));
        std::vector<SiteStatement> said;
        REQUIRE(eventually([&] { return !(said = must(statements->waiting())).empty(); }));
        REQUIRE(said.size() == 1);
        CHECK(said.front().site == kSite);
        CHECK(said.front().name.starts_with("refusals/"));
        const std::array<Ed25519PublicKey, 1> keys = {ed25519PublicKey(sponsor.seed)};
        return boost::json::parse(must(uplink::verifyStatement(said.front().text, keys, "refusal")));
    }
    /// Files below opened/, half unpacked ones too.
    std::size_t unpacked() const {
        std::size_t files = 0;
        for (const auto& one : fs::recursive_directory_iterator(sponsor.directory / "opened"))
            files += one.is_directory() ? 0 : 1;
        return files;
    }

    SponsorEnd sponsor;
    TestParcel parcel;
};

void checkDamaged(const Waiting& waiting) {
    const auto told = waiting.told();
    CHECK(told.at("reason") == "damaged");
    CHECK(told.at("object_id") == "p1");
    CHECK(std::string(told.at("sha256").as_string()) == waiting.parcel.sha256);
    CHECK(waiting.unpacked() == 0);
    CHECK(eventually([&] { return !fs::exists(waiting.file()); }));
}

}  // namespace

TEST_CASE("a parcel that is damaged where it lies is told as that, and taken when it is sent again",
          "[hub][refusal]") {
    // age v1 with one X25519 recipient: version to 22, stanza to 76, its body to 120, MAC to 168, nonce to
    // 184.
    const std::size_t at = GENERATE(0, 20, 24, 40, 90, 130, 170, 50'000, std::string::npos);
    CAPTURE(at);
    Waiting waiting;
    auto bytes = must(readFile(waiting.file()));
    REQUIRE(bytes == waiting.parcel.bytes);
    auto& one = at == std::string::npos ? bytes.back() : bytes.at(at);
    one = static_cast<char>(one ^ 1);
    must(writeFileDurably(waiting.file(), asBytes(bytes)));

    const auto hub = waiting.sponsor.start();
    checkDamaged(waiting);
    waiting.deliverTo(*hub);
    RawClient client(hub->port());
    CHECK_FALSE(waitForReceipt(client, waiting.sponsor.token, "p1").empty());
}

TEST_CASE("a whole parcel in place of the one that came is not unpacked", "[hub][refusal]") {
    Waiting waiting;
    // The same identifier and site, as who can write to the disk may make it: recipients are public.
    fs::copy_file(makeTestParcel(waiting.sponsor).file, waiting.file(), fs::copy_options::overwrite_existing);
    const auto hub = waiting.sponsor.start();
    checkDamaged(waiting);
}

TEST_CASE("a parcel for keys that the sponsor has not is told as that, and opened when the key is there",
          "[hub][refusal]") {
    const SponsorEnd stranger;
    Waiting waiting(makeTestParcel(stranger));
    {
        const auto hub = waiting.sponsor.start();
        const auto told = waiting.told();
        CHECK(told.at("reason") == "no-key");
        CHECK(std::string(told.at("sha256").as_string()) == waiting.parcel.sha256);
    }
    CHECK(waiting.unpacked() == 0);
    CHECK(fs::exists(waiting.file()));
    const auto open = "'" GANTRY_BIN_DIR "/gantry-central' open " + waiting.sponsor.directory.string() +
                      " --receipt-key " + (waiting.sponsor.directory / "receipt.key").string() +
                      " --identity " + (stranger.directory / "identity.txt").string() + " 2>&1";
    const auto opened = runCommand(open);
    INFO(opened.output);
    CHECK(opened.exit_code == 0);
    CHECK(waiting.unpacked() == 2);  // the manifest and one instance
}
