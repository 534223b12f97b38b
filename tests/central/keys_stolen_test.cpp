// docs/central/keys-stolen.md, tried: after each recovery the site follows on, and the former key says nothing.
#include <boost/json.hpp>

#include "gantry/uplink/receipt.hpp"
#include "trial_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

bool fails(const CommandOutcome& outcome, Errc code) {
    INFO(outcome.output);
    return outcome.exit_code == describe(code).exit_code;
}

void signAndPublish(const Trial& trial, const std::string& first, const std::string& second) {
    trial.run("sign " + trial.directory() + first);
    trial.run("sign " + trial.directory() + second);
    trial.run("publish " + trial.directory());
}

std::string settings(const Trial& trial, int minutes) {
    const auto file = trial.folder.path() / "settings.json";
    must(writeFileDurably(file, asBytes("{\"poll_minutes\":" + std::to_string(minutes) + "}")));
    return "settings " + trial.directory() + " " + file.string() + " --passphrase-file " +
           (trial.folder.path() / "desk.pass").string() + " ";
}

std::string settingsAt(const Trial& trial, const EnrolledSite& site) {
    auto inbox = trial.inboxOf(site);
    return must(inbox.read(must(inbox.target("settings.json"))));
}

}  // namespace

TEST_CASE("the online key is replaced under a running hub", "[keys-stolen]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    const auto follows = [&] { return trial.inboxOf(site).target("trial.json").has_value(); };
    REQUIRE(follows());
    const auto stolen = must(readFile(trial.sponsor.onlineKey()));
    trial.run("replace-key " + trial.directory() + " online --by 'R. Eader'");
    CHECK(fails(trial.command("publish " + trial.directory()), Errc::BadSignature));
    CHECK(must(readFile(trial.sponsor.onlineKey())) == stolen);  // until people have signed
    signAndPublish(trial, trial.keyOf("alice"), trial.keyOf("bob"));
    CHECK(must(readFile(trial.sponsor.onlineKey())) != stolen);
    CHECK(follows());
    // The hub goes on speaking to the site, by the new key.
    trial.run("query ask " + trial.directory() + " 0417 --subject s --topic T --text X --by Y");
    CHECK(eventually([&] { return !must(trial.inboxOf(site).list("online-0417", "sites/0417/queries/")).empty(); }));
    // Who has the former one publishes nothing.
    must(writeFileDurably(trial.sponsor.onlineKey(), asBytes(stolen)));
    CHECK(fails(trial.command("publish --refresh " + trial.directory()), Errc::BadSignature));
    CHECK(trial.run("audit " + trial.directory()).find("key.replacement_drafted  all  R. Eader  online") !=
          std::string::npos);
}

TEST_CASE("an online key that is lost is replaced, too", "[keys-stolen]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    REQUIRE(trial.inboxOf(site).target("trial.json"));
    trial.hub.reset();
    std::filesystem::remove(trial.sponsor.onlineKey());
    trial.run("replace-key " + trial.directory() + " online --by 'R. Eader'");
    signAndPublish(trial, trial.keyOf("alice"), trial.keyOf("bob"));
    REQUIRE(trial.startHub());
    CHECK(trial.inboxOf(site).target("trial.json"));
}

TEST_CASE("the desk's key is replaced", "[keys-stolen]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    const auto stolen = trial.folder.path() / "stolen.key";
    std::filesystem::copy_file(trial.sponsor.deskKey(), stolen);
    std::filesystem::permissions(stolen, std::filesystem::perms(0600));
    trial.run(settings(trial, 20));
    trial.run("replace-key " + trial.directory() + " desk --by 'R. Eader' --passphrase-file " +
              (trial.folder.path() / "desk.pass").string());
    signAndPublish(trial, trial.keyOf("alice"), trial.keyOf("bob"));
    CHECK(settingsAt(trial, site).find("20") != std::string::npos);  // what it said before stays
    CHECK(fails(trial.command(settings(trial, 1440) + "--key " + stolen.string()), Errc::BadSignature));
    trial.run(settings(trial, 30));
    CHECK(settingsAt(trial, site).find("30") != std::string::npos);
}

TEST_CASE("a person's key is replaced by two who sign", "[keys-stolen]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    REQUIRE(trial.inboxOf(site).target("trial.json"));
    const auto carol = (trial.folder.path() / "carol").string();
    const auto by_carol = " --key " + carol + ".key --passphrase-file " + (trial.folder.path() / "alice.pass").string();
    trial.run("key " + carol + " --passphrase-file " + (trial.folder.path() / "alice.pass").string());
    trial.run("replace-key " + trial.directory() + " bob --by alice --name carol --with " + carol + ".pub");
    trial.run("sign " + trial.directory() + trial.keyOf("alice"));
    trial.run("sign " + trial.directory() + by_carol);
    CHECK(fails(trial.command("publish " + trial.directory()), Errc::BadSignature));  // the former root's two, too
    signAndPublish(trial, trial.keyOf("bob"), trial.keyOf("alice"));
    auto inbox = trial.inboxOf(site);
    CHECK(inbox.target("trial.json"));
    // From now on Bob has no say.
    trial.run("trial " + trial.directory() + " --title 'Another title'");
    CHECK(fails(trial.command("sign " + trial.directory() + trial.keyOf("bob")), Errc::NotFound));
    trial.run("sign " + trial.directory() + trial.keyOf("alice"));
    CHECK(fails(trial.command("publish " + trial.directory()), Errc::BadSignature));
    trial.run("sign " + trial.directory() + by_carol);
    trial.run("publish " + trial.directory());
    auto after = trial.inboxOf(site);
    CHECK(must(after.read(must(after.target("trial.json")))).find("Another title") != std::string::npos);
}

TEST_CASE("keys that open parcels and sign receipts are replaced by what two people sign", "[keys-stolen]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    const auto identity = (trial.folder.path() / "new.txt").string();
    REQUIRE(runCommand("age-keygen -o " + identity + " 2>&1").exit_code == 0);
    auto recipient = runCommand("age-keygen -y " + identity).output;
    recipient.pop_back();
    auto former = runCommand("age-keygen -y " + trial.sponsor.identity().string()).output;
    former.pop_back();
    const auto former_receipt_key = uplink::toText(must(uplink::loadPublicKey(trial.sponsor.receiptPublic())));
    const auto receipt_key = uplink::toText(ed25519PublicKey(uplink::generateSigningKey()));
    trial.run("trial " + trial.directory() + " --recipient " + recipient + " --compromised " + former);
    trial.run("trial " + trial.directory() + " --receipt-key " + receipt_key + " --compromised " + former_receipt_key);
    signAndPublish(trial, trial.keyOf("alice"), trial.keyOf("bob"));
    auto inbox = trial.inboxOf(site);
    const auto told = boost::json::parse(must(inbox.read(must(inbox.target("trial.json")))));
    CHECK(boost::json::serialize(told.at("recipients")) == "[\"" + recipient + "\"]");
    CHECK(boost::json::serialize(told.at("compromised")) == "[\"" + former + "\"]");
    CHECK(boost::json::serialize(told.at("receipt_keys")) == "[\"" + receipt_key + "\"]");
}

TEST_CASE("who has the authority's key gets in nowhere by it", "[keys-stolen]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    auto thief = site;
    thief.folder = trial.folder.path() / "thief";
    must(makeDirectory(thief.folder));
    const auto made = runCommand(
        "cd " + thief.folder.string() + " && openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout site.key "
        "-subj '/O=onc-demo/CN=0417' -out r.csr 2>&1 && chmod 600 site.key && openssl x509 -req -in r.csr -CA " +
        trial.sponsor.authority().string() + " -CAkey " + trial.sponsor.authorityKey().string() +
        " -CAcreateserial -days 30 -out site.pem 2>&1");
    INFO(made.output);
    REQUIRE(made.exit_code == 0);
    const auto status = [&](const EnrolledSite& who) {
        const auto out = trial.curl(trial.as(who) + "-X POST -o /dev/null -H 'Tus-Resumable: 1.0.0' -H 'Upload-Length: 3' "
                                                    "-H 'Upload-Metadata: parcel_id cDE=,sha256 " +
                                        toBase64(asBytes(std::string(64, 'a'))) + "'",
                                    "/tus/");
        return out.substr(out.rfind('\n') + 1);
    };
    CHECK(status(site) == "201");
    CHECK((status(thief) == "401" || status(thief) == "403"));
}
