// A trial's inbox: who must sign it, what a site reads from the hub.
#include <boost/json.hpp>

#include "gantry/uplink/receipt.hpp"
#include "trial_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

boost::json::value draftsOf(const Trial& trial, const std::string& directory) {
    return boost::json::parse(trial.run("drafts --json " + directory));
}

Errc errorOf(const CommandOutcome& outcome) {
    for (const auto& row : errcTable())
        if (row.exit_code == outcome.exit_code) return row.code;
    return Errc::Internal;
}

}  // namespace

TEST_CASE("init publishes an inbox that a site can follow", "[inbox]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    auto inbox = trial.inboxOf(site);
    const auto target = must(inbox.target("trial.json"));
    CHECK(target.role == "targets");
    const auto text = boost::json::parse(must(inbox.read(target)));
    CHECK(text.at("trial") == "onc-demo");
    CHECK(text.at("title") == "A trial");
    CHECK(boost::json::serialize(text.at("outbox")) == R"(["https://localhost:1/tus/"])");
    CHECK(boost::json::serialize(text.at("inbox")) == R"(["https://localhost:1/inbox"])");
    const auto recipient = runCommand("age-keygen -y " + trial.sponsor.identity().string()).output;
    CHECK(std::string(text.at("recipients").at(0).as_string()) + "\n" == recipient);
    CHECK(must(inbox.list("online-0417", "sites/0417/")).empty());
    CHECK(must(inbox.read(must(inbox.target("settings.json")))) == R"({"format":1})");
}

TEST_CASE("keys of people and of the desk open by their passphrase alone", "[inbox]") {
    const Trial trial;
    const auto opens = [&](const std::filesystem::path& key, const std::string& pass) {
        return runCommand("openssl pkey -noout -in " + key.string() + " -passin file:" +
                          (trial.folder.path() / (pass + ".pass")).string() + " 2>/dev/null; echo $?")
                   .output == "0\n";
    };
    CHECK(opens(trial.sponsor.offlineKey("alice"), "alice"));
    CHECK_FALSE(opens(trial.sponsor.offlineKey("alice"), "bob"));
    CHECK(opens(trial.sponsor.deskKey(), "desk"));
    for (const auto* name : {"identity.txt", "receipt.key", "keys/online.key", "keys/authority.key", "keys/desk.key",
                             "offline/alice.key", "offline/bob.key"})
        CHECK(std::filesystem::status(trial.sponsor.directory() / name).permissions() ==
              std::filesystem::perms(0600));
    CHECK(errorOf(trial.command("init " + trial.directory() + " --trial x --person a --person b")) !=
          Errc::Internal);
    std::filesystem::permissions(trial.folder.path() / "bob.pass", std::filesystem::perms(0644));
    CHECK(errorOf(trial.command("sign " + trial.directory() + trial.keyOf("bob"))) == Errc::NotAllowed);
}

TEST_CASE("nothing is published before two people have signed it", "[inbox]") {
    const Trial trial;
    const auto path = [&](const std::string& name) { return (trial.folder.path() / name).string(); };
    const auto pass = [&](const std::string& name) { return " --passphrase-file " + path(name + ".pass"); };
    trial.run("key " + path("carol") + pass("alice"));
    trial.run("key " + path("dave") + pass("bob"));
    const auto directory = path("second");
    trial.run("init " + directory + " --trial second --person-key carol=" + path("carol.pub") +
              " --person-key dave=" + path("dave.pub") + " --passphrase-file desk=" + path("desk.pass"));
    CHECK_FALSE(std::filesystem::exists(directory + "/repository/metadata/timestamp.json"));
    CHECK(errorOf(trial.command("publish " + directory)) == Errc::BadSignature);
    const auto carol = "sign " + directory + " --key " + path("carol.key") + pass("alice");
    trial.run(carol);
    trial.run(carol);  // twice by one person is once
    const auto drafts = draftsOf(trial, directory);
    for (const auto& state : drafts.as_array()) {
        const auto role = std::string(state.at("role").as_string());
        const bool by_people = role != "desk" && role != "online";
        CAPTURE(role);
        CHECK(state.at("complete").as_bool() == !by_people);
        if (by_people) CHECK(boost::json::serialize(state.at("signed_by")) == R"(["carol"])");
        if (by_people) CHECK(boost::json::serialize(state.at("missing")) == R"(["dave"])");
    }
    CHECK(errorOf(trial.command("publish " + directory)) == Errc::BadSignature);
    // Somebody who has no say.
    CHECK(errorOf(trial.command("sign " + directory + trial.keyOf("alice"))) == Errc::NotFound);
    trial.run("sign " + directory + " --key " + path("dave.key") + pass("bob"));
    trial.run("publish " + directory);
    CHECK(std::filesystem::exists(directory + "/repository/metadata/timestamp.json"));
    CHECK(boost::json::serialize(draftsOf(trial, directory)) == "[]");
    CHECK(errorOf(trial.command("publish " + directory)) == Errc::NotFound);
}

TEST_CASE("the hub serves the inbox with ETags, to everybody", "[inbox]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    // The hub renews the timestamp when it starts; after that it stays.
    std::string last;
    REQUIRE(eventually([&] {
        const auto now = trial.curl("-o /dev/null -D -", "/inbox/metadata/timestamp.json");
        return !last.empty() && now == last ? true : (last = now, false);
    }));
    const auto begin = last.find("ETag: ");
    REQUIRE(begin != std::string::npos);
    const auto tag = last.substr(begin + 6, last.find('\r', begin) - begin - 6);
    CHECK(trial.curl("-o /dev/null -H 'If-None-Match: " + tag + "'", "/inbox/metadata/timestamp.json") == "\n304");
    trial.run("publish --refresh " + trial.directory());
    CHECK(trial.curl("-o /dev/null -H 'If-None-Match: " + tag + "'", "/inbox/metadata/timestamp.json") == "\n200");
    CHECK(trial.curl("-o /dev/null", "/inbox/metadata/1.root.json") == "\n200");
    CHECK(trial.curl("-o /dev/null", "/inbox/metadata/99.root.json") == "\n404");
    CHECK(trial.curl("-o /dev/null", "/inbox/metadata/.hidden") == "\n404");
    CHECK(trial.curl("-o /dev/null --path-as-is", "/inbox/metadata/../../receipt.key") != "\n200");
    CHECK(trial.curl("-o /dev/null -X PUT -d x", "/inbox/metadata/1.root.json") == "\n405");
}

TEST_CASE("a delivered parcel's receipt is a target that the site's role signs", "[inbox]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    trial.enrol("0900");
    SponsorEnd maker;  // makes parcels for its own key
    maker.identity = must(uplink::loadAgeIdentities(trial.sponsor.identity())).front();
    const auto parcel = makeTestParcel(maker);
    const auto created =
        trial.curl(trial.as(site) + "-X POST -D - -o /dev/null -H 'Tus-Resumable: 1.0.0' -H 'Content-Type: "
                                    "application/offset+octet-stream' -H 'Upload-Length: " +
                       std::to_string(parcel.bytes.size()) + "' -H 'Upload-Metadata: " + parcel.metadata +
                       "' --data-binary @" + parcel.file.string(),
                   "/tus/");
    INFO(created);
    REQUIRE(created.ends_with("\n201"));
    std::string text;
    REQUIRE(eventually([&] {
        auto inbox = trial.inboxOf(site);
        const auto target = inbox.target("sites/0417/receipts/p1.json");
        if (!target) return false;
        CHECK(target->role == "online-0417");
        text = must(inbox.read(*target));
        return true;
    }));
    const std::array<Ed25519PublicKey, 1> keys = {must(uplink::loadPublicKey(trial.sponsor.receiptPublic()))};
    CHECK(must(uplink::verifyReceipt(text, keys)).sha256 == parcel.sha256);
}
