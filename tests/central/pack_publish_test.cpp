// Packs, settings and what the trial says of itself, from the desk to a site's client.
#include <boost/json.hpp>
#include <regex>

#include "trial_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

const std::string kPack = std::string(GANTRY_SOURCE_DIR) + "/packs/onc-demo-ct.yaml";

/// The demonstration pack, its sources verified, as that version.
std::string packAs(const Trial& trial, const std::string& version) {
    auto text = must(readFile(kPack));
    text = std::regex_replace(text, std::regex("\nversion: *[^\n]*"), "\nversion: " + version);
    const auto file = trial.folder.path() / ("pack-" + version + ".yaml");
    must(writeFileDurably(file, asBytes(text)));
    return file.string();
}

}  // namespace

TEST_CASE("a pack reaches sites when two people have signed the same one", "[inbox]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    const auto sign = [&](const std::string& version, const std::string& who, const std::string& more = "") {
        return trial.command("pack sign " + trial.directory() + " " + packAs(trial, version) + trial.keyOf(who) + more);
    };
    const auto publish = [&] { return trial.command("pack publish " + trial.directory()).exit_code; };
    REQUIRE(sign("1.9.0", "alice").output.find("1 more must sign") != std::string::npos);
    CHECK(publish() == describe(Errc::BadSignature).exit_code);
    CHECK(sign("1.9.0", "alice").output.find("1 more must sign") != std::string::npos);
    CHECK(sign("1.9.0", "desk").exit_code == describe(Errc::NotAllowed).exit_code);
    CHECK(sign("1.9.0", "bob").output.find("Enough have signed") != std::string::npos);
    CHECK(publish() == 0);

    auto inbox = trial.inboxOf(site);
    const auto target = must(inbox.target("packs/onc-demo-ct/1.9.0.json"));
    CHECK(target.role == "packs");
    const auto built = trial.folder.path() / "built.json";
    trial.run("pack build " + packAs(trial, "1.9.0") + " --out " + built.string());
    CHECK(must(inbox.read(target)) == must(readFile(built)));

    // 1.10.0 follows 1.9.0; 1.8.0 and 1.9.0 do not. Two who sign different things have not signed together.
    CHECK(sign("1.8.0", "alice").exit_code == describe(Errc::Conflict).exit_code);
    CHECK(sign("1.9.0", "alice").exit_code == describe(Errc::Conflict).exit_code);
    REQUIRE(sign("1.10.0", "alice", " --in-force-at 2031-01-31T22:00:00Z").exit_code == 0);
    CHECK(sign("1.10.0", "bob").output.find("1 more must sign") != std::string::npos);
    CHECK(publish() == describe(Errc::BadSignature).exit_code);
    CHECK(sign("1.10.0", "bob", " --in-force-at soon").exit_code == describe(Errc::InvalidArgument).exit_code);
    REQUIRE(sign("1.10.0", "alice", " --in-force-at 2031-01-31T22:00:00Z").exit_code == 0);
    REQUIRE(sign("1.10.0", "bob", " --in-force-at 2031-01-31T22:00:00Z").exit_code == 0);
    CHECK(publish() == 0);
    for (const auto* who : {"alice", "bob"})
        trial.run("pack withdraw " + trial.directory() + " onc-demo-ct 1.9.0 --why 'Wrong slice thickness.'" +
                  trial.keyOf(who));
    CHECK(publish() == 0);
    must(inbox.refresh(trial.clock.nowMillis()));
    CHECK(boost::json::serialize(boost::json::parse(must(inbox.target("packs/onc-demo-ct/1.9.0.json")).info.custom)) ==
          R"({"withdrawn":"Wrong slice thickness."})");
    CHECK(boost::json::serialize(boost::json::parse(must(inbox.target("packs/onc-demo-ct/1.10.0.json")).info.custom)) ==
          R"({"in_force_at":"2031-01-31T22:00:00Z"})");
}

TEST_CASE("settings reach all sites, or one, and mistakes in them nobody", "[inbox]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    const auto file = trial.folder.path() / "settings.json";
    const auto tell = [&](const std::string& text, const std::string& more = "") {
        must(writeFileDurably(file, asBytes(text)));
        return trial.command("settings " + trial.directory() + " " + file.string() + more + trial.keyOf("desk"));
    };
    const auto wrong = tell(R"({"poll_minutes": 0, "heartbeat_minutes": 4, "poll": 1,
                                "upload": {"windows": [{"from": "25:00", "to": "06:00"}]}})");
    CHECK(wrong.exit_code == describe(Errc::InvalidArgument).exit_code);
    for (const auto* key : {"poll_minutes", "heartbeat_minutes", "poll: is not known", "upload.windows"})
        CHECK(wrong.output.find(key) != std::string::npos);
    CHECK(tell(R"({"poll_minutes": 60})").exit_code == 0);
    CHECK(tell(R"({"poll_minutes": 5})", " --site 0417").exit_code == 0);
    CHECK(tell(R"({"poll_minutes": 5})", " --site 0500").exit_code == describe(Errc::NotFound).exit_code);
    auto inbox = trial.inboxOf(site);
    CHECK(must(inbox.read(must(inbox.target("settings.json")))) == R"({"format":1,"poll_minutes":60})");
    must(uplink::saveAgeIdentity(site.folder / "site.age", site.identity));
    const auto own = must(inbox.download(must(inbox.target("sites/0417/settings.age"))));
    CHECK(runCommand("age -d -i " + (site.folder / "site.age").string() + " '" + own.string() + "'").output ==
          R"({"format":1,"poll_minutes":5})");
}

TEST_CASE("a stolen opening key is replaced by two people", "[inbox]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    const auto stolen = must(uplink::loadAgeIdentities(trial.sponsor.identity())).front().recipient().toString();
    const auto fresh = uplink::AgeIdentity::generate().recipient().toString();
    CHECK(trial.command("trial " + trial.directory() + " --compromised " + stolen).exit_code ==
          describe(Errc::InvalidArgument).exit_code);
    trial.run("trial " + trial.directory() + " --recipient " + fresh + " --compromised " + stolen);
    CHECK(trial.command("publish " + trial.directory()).exit_code == describe(Errc::BadSignature).exit_code);
    for (const auto* who : {"alice", "bob"}) trial.run("sign " + trial.directory() + trial.keyOf(who));
    trial.run("publish " + trial.directory());
    auto inbox = trial.inboxOf(site);
    const auto text = boost::json::parse(must(inbox.read(must(inbox.target("trial.json")))));
    CHECK(boost::json::serialize(text.at("recipients")) == "[\"" + fresh + "\"]");
    CHECK(boost::json::serialize(text.at("compromised")) == "[\"" + stolen + "\"]");
}
