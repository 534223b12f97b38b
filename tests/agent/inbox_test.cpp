// What docs/formats/inbox.md promises of a site that follows an inbox: against a repository of the TUF
// writer, over HTTP.
#include "inbox_fixture.hpp"

#include <algorithm>

#include "catalogue/outbox.hpp"
#include "inbox/site_inbox.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

TEST_CASE("a look at an inbox in which nothing is new takes nothing", "[agent][inbox]") {
    FollowedInbox site;
    site.begin();
    const auto taken = site.audited("inbox.taken");
    CHECK(taken == 2);
    site.sponsor.asked();
    site.shop.box.clock.advance(kHour / 4);
    site.follower->step();
    CHECK(site.sponsor.asked() ==
          std::vector<std::string>{"/inbox/metadata/2.root.json", "/inbox/metadata/timestamp.json"});
    CHECK(site.audited("inbox.taken") == taken);
    CHECK(site.trials_changed == 1);
    CHECK(site.poll().refreshed_at == site.shop.box.clock.nowMillis());
}

TEST_CASE("a site that starts again takes nothing twice and is in force at once", "[agent][inbox]") {
    FollowedInbox site;
    site.begin();
    const auto taken = site.audited("inbox.taken");
    site.sponsor.down = true;
    site.shop.change([](Trial& trial) { trial.config.ae_title = "FORMER"; });
    site.follower = must(Follower::start(site.parts(), site.folder, false));
    CHECK(site.shop.trials.of(kTrial)->config.ae_title == "TRIAL1");
    site.follower->step();
    CHECK(site.poll().trouble.starts_with("The sponsor's inbox cannot be reached."));
    CHECK(site.inForce() == "1.0.0");
    site.sponsor.down = false;
    site.follower->step();
    CHECK(site.poll().trouble == "");
    CHECK(site.audited("inbox.taken") == taken);
}

TEST_CASE("a trial is in force again before anything works on its studies", "[agent][inbox]") {
    FollowedInbox site;
    TrialsInForce trials;
    restoreEnrolledTrials(site.shop.config, *site.shop.box.catalogue, site.shop.box.clock, trials, {});
    CHECK(trials.all()->empty());  // it cannot receive yet
    site.begin("1.0.0");
    restoreEnrolledTrials(site.shop.config, *site.shop.box.catalogue, site.shop.box.clock, trials, {});
    REQUIRE(trials.of(kTrial));
    CHECK(trials.of(kTrial)->pack.version() == "1.0.0");
    CHECK(trials.of(kTrial)->config.client_certificate == site.folder.certificate());
}

TEST_CASE("a trial whose key is gone does not begin with another one", "[agent][inbox]") {
    FollowedInbox site;
    site.begin();
    std::filesystem::remove(site.folder.trialKey());
    TrialsInForce trials;
    restoreEnrolledTrials(site.shop.config, *site.shop.box.catalogue, site.shop.box.clock, trials, {});
    CHECK(trials.all()->empty());
    site.follower->step();
    CHECK_FALSE(std::filesystem::exists(site.folder.trialKey()));
}

TEST_CASE("a role says nothing beyond its paths", "[agent][inbox]") {
    FollowedInbox site;
    site.begin("1.0.0");
    // One thief of the online key, and one of the desk's.
    site.sponsor.publish(
        "online-0417",
        {{packPath("6.6.0"), {packAs("6.6.0")}}, {site.mine("roster.age"), {"x"}}, {"trial.json", {"{}"}}});
    site.sponsor.publish("desk",
                         {{packPath("7.7.0"), {packAs("7.7.0")}}, {site.mine("queries/q.age"), {"x"}}});
    site.follower->step();
    CHECK(site.inForce() == "1.0.0");
    CHECK(site.audited("inbox.taken") == 2);
    CHECK(site.audited("inbox.refused") == 0);
}

TEST_CASE("what is for another site is refused, named and told", "[agent][inbox]") {
    FollowedInbox site;
    site.begin();
    const auto stranger = uplink::AgeIdentity::generate().recipient().toString();
    site.sponsor.publish(
        "desk", {{site.mine("roster.age"), {SponsorInbox::encryptedFor(stranger, rosterOf({"0417-001"}))}}});
    site.follower->step();
    CHECK(
        site.reasonsAgainst(site.mine("roster.age")).front().starts_with("it is encrypted for another site"));
    REQUIRE(site.due("item-refused").size() == 1);
    CHECK(site.due("item-refused").front().at("name").as_string() == site.mine("roster.age"));
    CHECK(site.poll().trouble == "");
}

TEST_CASE("settings for one site count more than those for all", "[agent][inbox]") {
    FollowedInbox site;
    site.sponsor.publish(
        "desk", {{"settings.json", {R"({"poll_minutes":60,"heartbeat_minutes":30})"}},
                 {site.mine("settings.age"),
                  {SponsorInbox::encryptedFor(site.identity,
                                              R"({"poll_minutes":2,"closed":"the trial is over."})")}}});
    site.begin();
    const auto settings =
        must(site.shop.box.catalogue->read([](Database& db) { return settingsOf(db, kTrial); }));
    CHECK(settings.poll_minutes == 2);
    CHECK(settings.heartbeat_minutes == 30);
    const auto trial = site.shop.trials.of(kTrial);
    CHECK(trial->closed);
    CHECK(trial->sending_stopped.find("the trial is over.") != std::string::npos);
    CHECK(trial->heartbeat_interval == std::chrono::minutes(30));
}

TEST_CASE("settings out of bounds are refused, and the former hold", "[agent][inbox]") {
    FollowedInbox site;
    site.begin();
    const auto text =
        GENERATE(R"({"poll_minutes":0})", R"({"poll_minutes":1441})", R"({"heartbeat_minutes":4})",
                 R"({"upload":{"windows":[{"from":"25:00","to":"06:00"}]}})", "[]", "{");
    site.sponsor.publish("desk", {{"settings.json", {text}}});
    site.follower->step();
    CHECK_FALSE(site.reasonsAgainst("settings.json").empty());
    CHECK(must(site.shop.box.catalogue->read([](Database& db) {
              return settingsOf(db, kTrial);
          })).poll_minutes == std::nullopt);
}

TEST_CASE("a subject that is not expected any more is kept where images are, and named", "[agent][inbox]") {
    FollowedInbox site;
    const auto roster = [&](const std::vector<std::string>& subjects) {
        site.sponsor.publish("desk", {{site.mine("roster.age"),
                                       {SponsorInbox::encryptedFor(site.identity, rosterOf(subjects))}}});
    };
    roster({"0417-001", "0417-002", "0417-003"});
    site.begin();
    site.shop.deliver(must(scanner::makeSeries(demoSeries(1, "0417-001"))));
    site.shop.settle();
    roster({"0417-003"});
    site.follower->step();
    const auto trial = site.shop.trials.of(kTrial);
    CHECK(trial->subject("0417-001"));
    CHECK_FALSE(trial->subject("0417-002"));
    CHECK(must(site.shop.box.catalogue->read([](Database& db) { return subjectsNotExpected(db, kTrial); })) ==
          std::vector<std::string>{"0417-001"});
}

TEST_CASE("a scan made after its subject left is held until the roster says otherwise", "[agent][inbox]") {
    FollowedInbox site;
    const auto roster = [&](const std::string& left) {
        const json::object subject{{"subject", "0417-001"}, {"left", left}};
        const auto text = json::serialize(json::object{{"format", 1}, {"subjects", json::array{subject}}});
        site.sponsor.publish(
            "desk", {{site.mine("roster.age"), {SponsorInbox::encryptedFor(site.identity, text)}}});
    };
    const auto series = must(scanner::makeSeries(demoSeries(1, "0417-001")));
    const auto catalogued = [&](const std::string& column) {
        return textOf(*site.shop.box.catalogue, "SELECT " + column + " FROM study");
    };
    roster("20000101");
    site.begin();
    site.shop.deliver(series);
    site.shop.settle();
    CHECK(catalogued("state") == "held");
    CHECK(catalogued("identity_trouble").find("left the trial on 20000101") != std::string::npos);
    CHECK(textOf(*site.shop.box.catalogue, "SELECT count(*) FROM parcel") == "0");
    roster("20991231");  // still to come: the scan was made before
    site.follower->step();
    const auto id = must(site.shop.box.catalogue->read([](Database& db) { return studiesIn(db, State::Held); })).at(0).id;
    must(site.shop.box.catalogue->write([&](Database& db) {
        return applyEvent(db, id, Event::JudgeAgain, {"A. Smith", "the roster was corrected", ""},
                          site.shop.box.clock.nowMillis());
    }));
    site.shop.settle();
    CHECK(catalogued("identity_trouble") == "");
    CHECK(catalogued("state") != "held");
}

TEST_CASE("software is offered, not fetched", "[agent][inbox]") {
    FollowedInbox site;
    site.begin();
    site.sponsor.publish(
        "software", {{"software/gantry_0.2.0.deb", {"bytes", R"({"version":"0.2.0","notes":"Faster."})"}}});
    site.sponsor.asked();
    site.follower->step();
    const auto offers =
        must(site.shop.box.catalogue->read([](Database& db) { return softwareOffers(db, kTrial); }));
    REQUIRE(offers.size() == 1);
    CHECK(offers.front().version == "0.2.0");
    CHECK(offers.front().bytes == 5);
    for (const auto& path : site.sponsor.asked()) CHECK(path.find("/targets/") == std::string::npos);
}

TEST_CASE("an inbox that has run out is not believed, and what is here goes on", "[agent][inbox]") {
    FollowedInbox site;
    site.begin();
    site.shop.box.clock.advance(15 * 24 * kHour);  // a timestamp is good for 14 days
    site.follower->step();
    CHECK(site.poll().trouble.starts_with("The sponsor has been silent"));
    CHECK(site.inForce() == "1.0.0");
}

TEST_CASE("a fleet does not knock at once, and each site keeps to its interval", "[agent][inbox]") {
    const auto step = std::chrono::milliseconds(std::chrono::minutes(15)).count();
    std::array<int, 10> tenths{};
    constexpr int kSites = 2000;
    for (int site = 0; site < kSites; ++site) {
        const UnixMillis now = 1'764'000'000'000;
        const auto next = nextPoll(now, std::chrono::minutes(15), "t", std::to_string(site), 0);
        CHECK(next >= now + step / 2);
        CHECK(next < now + step * 3 / 2);
        ++tenths[static_cast<std::size_t>(next % step * 10 / step)];
        const auto after = nextPoll(next, std::chrono::minutes(15), "t", std::to_string(site), 0);
        CHECK(after == next + step);
        CHECK(nextPoll(next, std::chrono::minutes(15), "t", std::to_string(site), 1) == after + step / 10);
        CHECK(nextPoll(next - step / 10, std::chrono::minutes(15), "t", std::to_string(site), -1) ==
              after - step / 10);
    }
    for (const int count : tenths) CHECK(count > kSites / 20);  // about a tenth in each tenth of the interval
}
