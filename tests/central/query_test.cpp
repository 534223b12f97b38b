// Questions to a site and its answers, over a real hub: read as a site reads them, answered as it does.
#include <boost/json.hpp>

#include "gantry/core/sqlite.hpp"
#include "gantry/uplink/receipt.hpp"
#include "gantry/uplink/statement.hpp"
#include "trial_kit.hpp"

using namespace gantry;
using namespace gantry::test;
namespace json = boost::json;

namespace {

std::string field(const json::value& value, const char* key) {
    return std::string(value.at(key).as_string());
}

/// Those that are listed for the site now, decrypted by age, their signature verified; by the names they lie under.
std::map<std::string, json::value> questionsOf(const Trial& trial, const EnrolledSite& site) {
    auto inbox = trial.inboxOf(site);
    const std::array<Ed25519PublicKey, 1> keys = {must(uplink::loadPublicKey(trial.sponsor.receiptPublic()))};
    std::map<std::string, json::value> out;
    const auto identity = site.folder / "site.age";
    if (!std::filesystem::exists(identity)) must(uplink::saveAgeIdentity(identity, site.identity));
    for (const auto& target : must(inbox.list("online-" + site.name, "sites/" + site.name + "/queries/"))) {
        const auto closed = must(inbox.download(target));
        const auto text = runCommand("age -d -i " + identity.string() + " '" + closed.string() + "'").output;
        out[target.path] = json::parse(must(uplink::verifyStatement(text, keys, "query")));
    }
    return out;
}

json::value threadsOf(const Trial& trial) { return json::parse(trial.run("query list --json " + trial.directory())); }

std::vector<std::string> eventsOf(const Trial& trial) {
    std::vector<std::string> out;
    const auto lines = json::parse(trial.run("audit --json --site 0417 " + trial.directory()));
    for (const auto& line : lines.as_array())
        if (field(line, "event").starts_with("query.")) out.push_back(field(line, "event") + " by " + field(line, "who"));
    return out;
}

std::string ask(const Trial& trial, const std::string& more = "") {
    const auto out = trial.run("query ask " + trial.directory() +
                               " 0417 --subject 0417-001 --visit BL --topic Contrast --text 'Which phase?' --by 'R. Eader'" +
                               more);
    return out.substr(out.find('q'), 17);  // the number; what else is printed goes to standard error
}

int exitCodeOf(Errc code) { return describe(code).exit_code; }

}  // namespace

TEST_CASE("a question goes out, is answered, and is closed by who asked it", "[queries]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    const auto id = ask(trial, " --wants decision --choice portal --choice arterial --due 2099-12-24");
    REQUIRE(eventually([&] { return questionsOf(trial, site).size() == 1; }));
    const auto [path, asked] = *questionsOf(trial, site).begin();
    CHECK(field(asked, "query_id") == id);
    CHECK(field(asked, "subject") == "0417-001");
    CHECK(field(asked, "due") == "2099-12-24T23:59:59Z");
    CHECK(json::serialize(asked.at("choices")) == R"(["portal","arterial"])");
    CHECK(field(asked.at("entries").at(0), "text") == "Which phase?");
    CHECK(threadsOf(trial).at(0).at("standing") == "open");

    REQUIRE(trial.sendMessage(site, "m1",
                              {{"kind", "answer"}, {"query_id", id}, {"answer_id", "a1"}, {"who", "A. Smith"},
                               {"at", isoUtc(trial.clock.nowMillis())}, {"text", "By protocol."},
                               {"decision", "portal"},
                               {"series", json::array{{{"study_instance_uid", "2.25.1"}, {"series_instance_uid", "2.25.2"}}}}},
                              site.statement_key)
                .taken);
    REQUIRE(eventually([&] { return threadsOf(trial).at(0).at("standing") == "answered"; }));
    const auto answer = threadsOf(trial).at(0).at("answers").at(0);
    CHECK(field(answer, "decision") == "portal");
    CHECK(field(answer, "text") == "By protocol.");
    CHECK(field(answer.at("series").at(0), "series_instance_uid") == "2.25.2");
    CHECK(trial.run("query list " + trial.directory()).find("A. Smith: portal  By protocol.  series 2.25.2") !=
          std::string::npos);

    const auto close = "query close " + trial.directory() + " " + id + " --why Thanks --by ";
    CHECK(trial.command(close + "'S. Omebody'").exit_code == exitCodeOf(Errc::NotAllowed));
    trial.run(close + "'R. Eader'");
    CHECK(trial.command(close + "'R. Eader'").exit_code == exitCodeOf(Errc::Conflict));
    REQUIRE(eventually([&] {
        const auto now = questionsOf(trial, site);
        return now.size() == 1 && field(now.begin()->second, "state") == "closed";
    }));
    const auto closed = questionsOf(trial, site);
    CHECK(closed.begin()->first > path);  // read after the former one, and taken on its own account
    CHECK(field(closed.begin()->second, "closed_by") == "R. Eader");
    CHECK(field(closed.begin()->second, "closed_why") == "Thanks");
    CHECK(threadsOf(trial).at(0).at("standing") == "closed");
    CHECK(eventsOf(trial) == std::vector<std::string>{"query.asked by R. Eader", "query.answered by A. Smith",
                                                      "query.closed by R. Eader"});
}

TEST_CASE("a site that took a question's first words still gets the next ones", "[queries]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    const auto id = ask(trial);
    REQUIRE(eventually([&] { return questionsOf(trial, site).size() == 1; }));
    const auto first = questionsOf(trial, site).begin()->first;
    trial.run("query say " + trial.directory() + " " + id + " --text 'Of the second series.' --by 'R. Eader'");
    REQUIRE(eventually([&] { return questionsOf(trial, site).begin()->first != first; }));
    // A heartbeat that was made before the site looked again.
    REQUIRE(trial.sendMessage(site, "h1", {{"kind", "heartbeat"}, {"taken", json::array{first}}}, site.statement_key).taken);
    REQUIRE(eventually([&] {
        return json::parse(trial.run("fleet --json " + trial.directory())).at(0).at("last_seen").is_string();
    }));
    trial.run("open " + trial.directory() + " --identity " + trial.sponsor.identity().string());  // publishes what waits
    const auto now = questionsOf(trial, site);
    REQUIRE(now.size() == 1);
    CHECK(now.begin()->second.at("entries").as_array().size() == 2);
}

TEST_CASE("a question that no site could answer is not asked", "[queries]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    trial.enrol("0417");
    const auto refused = [&](const std::string& more) { return trial.command("query ask " + trial.directory() + more).exit_code; };
    const std::string good = " --topic T --text X --by Y";
    CHECK(refused(" 0999 --subject s" + good) == exitCodeOf(Errc::NotFound));
    CHECK(refused(" 0417 --parcel p9" + good) == exitCodeOf(Errc::NotFound));
    CHECK(refused(" 0417" + good) == exitCodeOf(Errc::InvalidArgument));
    CHECK(refused(" 0417 --subject s --wants decision" + good) == exitCodeOf(Errc::InvalidArgument));
    CHECK(refused(" 0417 --subject s --due tomorrow" + good) == exitCodeOf(Errc::InvalidArgument));
    CHECK(threadsOf(trial).as_array().empty());
    ask(trial, " --due 2020-01-01");
    CHECK(threadsOf(trial).at(0).at("standing") == "overdue");
}

TEST_CASE("the sponsor's audit shows a line that was changed", "[queries]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    trial.enrol("0417");
    ask(trial);
    ask(trial);
    CHECK(trial.command("audit " + trial.directory()).exit_code == 0);
    auto database = must(Database::open(trial.sponsor.directory() / "index.sqlite"));
    must(database.execute("UPDATE audit SET who = 'Nobody' WHERE id = 1"));
    CHECK(trial.command("audit " + trial.directory()).exit_code == exitCodeOf(Errc::CatalogueBroken));
}
