// gantry-central and gantry-hub as people call them.
#include <sys/stat.h>

#include <boost/json.hpp>

#include "hub_fixture.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

CommandOutcome gantryCentral(const std::string& arguments) {
    return runCommand(std::string(GANTRY_BIN_DIR) + "/gantry-central " + arguments + " 2>&1");
}

mode_t modeOf(const std::filesystem::path& file) {
    struct stat info {};
    REQUIRE(::stat(file.c_str(), &info) == 0);
    return info.st_mode & 07777;
}

/// A hub's directory with one parcel that nobody could open yet.
struct ClosedHub {
    SponsorEnd sponsor;
    TestParcel parcel = makeTestParcel(sponsor);
    std::filesystem::path keys = sponsor.folder.path() / "keys";
    ClosedHub() {
        const auto hub =
            sponsor.start([](auto& config) { config.identity.reset(), config.receipt_key.reset(); });
        RawClient client(hub->port());
        REQUIRE(deliver(client, sponsor.token, parcel) == 204);
        must(makeDirectory(keys));
        for (const auto* key : {"identity.txt", "receipt.key"})
            std::filesystem::rename(sponsor.directory / key, keys / key);
    }
    std::string open(const std::string& what, const std::string& more = "") const {
        const auto out = gantryCentral("open " + what + " --identity " + (keys / "identity.txt").string() +
                                 " --receipt-key " + (keys / "receipt.key").string() + more);
        CAPTURE(out.output);
        CHECK(out.exit_code == 0);
        return out.output;
    }
    uplink::Receipt receiptIn(const std::filesystem::path& inbox) const {
        const std::array<Ed25519PublicKey, 1> keys_known = {ed25519PublicKey(sponsor.seed)};
        return must(uplink::verifyReceipt(must(readFile(inbox / "0417/receipts/p1.json")), keys_known));
    }
};

}  // namespace

TEST_CASE("init makes keys once, for their owner alone", "[commands]") {
    const auto folder = temporaryDirectory();
    const auto hub = folder.path() / "hub";
    const auto made = gantryCentral("init " + hub.string());
    REQUIRE(made.exit_code == 0);
    CHECK(made.output.find("recipient: age1") != std::string::npos);
    CHECK(made.output.find("receipt key: gantry-ed25519-public:") != std::string::npos);
    CHECK(made.output.find("AGE-SECRET") == std::string::npos);
    CHECK(made.output.find("ed25519-secret") == std::string::npos);
    CHECK(modeOf(hub / "identity.txt") == 0600);
    CHECK(modeOf(hub / "receipt.key") == 0600);
    CHECK(modeOf(hub) == 0700);
    const auto before = must(readFile(hub / "identity.txt"));
    CHECK(gantryCentral("init " + hub.string()).exit_code == describe(Errc::AlreadyExists).exit_code);
    CHECK(must(readFile(hub / "identity.txt")) == before);
    // age-keygen agrees on who the recipient is.
    const auto recipient = runCommand("age-keygen -y " + (hub / "identity.txt").string()).output;
    CHECK(made.output.find(recipient) != std::string::npos);
}

TEST_CASE("site add writes the token into a file of mode 0600 and keeps its hash", "[commands]") {
    const auto folder = temporaryDirectory();
    const auto hub = (folder.path() / "hub").string();
    const auto token_file = folder.path() / "token";
    REQUIRE(gantryCentral("init " + hub).exit_code == 0);
    REQUIRE(gantryCentral("site add " + hub + " 0417 --token-file " + token_file.string()).exit_code == 0);
    CHECK(modeOf(token_file) == 0600);
    CHECK(modeOf(folder.path() / "hub/index.sqlite") == 0600);
    const auto token = must(readFile(token_file));
    CHECK(token.size() == 65);
    for (const auto* file : {"hub/index.sqlite", "hub/index.sqlite-wal"})
        if (const auto text = readFile(folder.path() / file))
            CHECK(text->find(token.substr(0, 64)) == std::string::npos);
    CHECK(gantryCentral("site list " + hub).output.find("0417") == 0);
    CHECK(gantryCentral("site add " + hub + " 0417 --token-file " + token_file.string() + "2").exit_code != 0);
    CHECK_FALSE(std::filesystem::exists(token_file.string() + "2"));
    CHECK(gantryCentral("site add " + hub + " 0500 --token-file " + token_file.string()).exit_code != 0);
    CHECK(must(readFile(token_file)) == token);
    CHECK(gantryCentral("site add " + hub + " ../x --token-file " + token_file.string() + "3").exit_code != 0);
}

TEST_CASE("open a hub's parcels by hand", "[commands]") {
    const ClosedHub closed;
    const auto hub = closed.sponsor.directory;
    CHECK(closed.open(hub.string()).find("/p1\n") != std::string::npos);
    CHECK(closed.receiptIn(hub / "inbox").sha256 == closed.parcel.sha256);
    CHECK(closed.open(hub.string()).empty());  // nothing is left to open
    const auto listed = boost::json::parse(gantryCentral("list --json " + hub.string()).output).as_array();
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].at("state").as_string() == "opened");
    CHECK(std::filesystem::exists(hub / std::string(listed[0].at("folder").as_string()) / "manifest.json"));
}

TEST_CASE("open single parcels by hand, again and again", "[commands]") {
    const ClosedHub closed;
    const auto out = closed.sponsor.folder.path() / "out";
    const auto inbox = closed.sponsor.folder.path() / "inbox";
    const auto parcel = (closed.sponsor.directory / "parcels/0417/p1.age").string();
    const auto more = " --out " + out.string() + " --inbox " + inbox.string();
    const auto first = closed.open(parcel, more);
    CHECK(first == (out / "onc-demo/0417-001/2.25.1234/p1").string() + "\n");
    const auto receipt = closed.receiptIn(inbox);
    CHECK(receipt.sha256 == closed.parcel.sha256);
    CHECK(receipt.issuer == "gantry-central");
    CHECK(closed.open(parcel, more) == first);
    CHECK(closed.receiptIn(inbox) == receipt);
    CHECK(gantryCentral("open " + parcel + " --identity " + (closed.keys / "identity.txt").string()).exit_code ==
          describe(Errc::InvalidArgument).exit_code);
}

TEST_CASE("the hub says what is wrong with its configuration", "[commands]") {
    const SponsorEnd sponsor;
    const auto file = sponsor.folder.path() / "hub.yaml";
    const auto check = [&](const std::string& yaml) {
        must(writeFileDurably(file, asBytes(yaml)));
        return runCommand(std::string(GANTRY_BIN_DIR) + "/gantry-hub --check-config --config " +
                          file.string() + " 2>&1");
    };
    CHECK(check("directory: hub\n").exit_code == 0);
    const auto wrong = check("directory: hub\nlisten: {port: x}\nunknown: 1\n");
    CHECK(wrong.exit_code == describe(Errc::ConfigInvalid).exit_code);
    CHECK(wrong.output.find("listen.port") != std::string::npos);
    CHECK(wrong.output.find("unknown") != std::string::npos);
}
