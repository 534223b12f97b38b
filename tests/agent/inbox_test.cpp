// What docs/formats/inbox.md promises of a site that follows an inbox: against a repository of the TUF writer, over
// HTTP.
#include "inbox_fixture.hpp"

#include <algorithm>

#include "catalogue/outbox.hpp"
#include "inbox/pack_life.hpp"
#include "inbox/site_inbox.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

constexpr UnixMillis kHour = 3'600'000;

std::string rosterOf(const std::vector<std::string>& subjects) {
    json::array list;
    for (const auto& subject : subjects)
        list.push_back({{"subject", subject}, {"sex", "F"}, {"birth_year", 1961}});
    return json::serialize(json::object{{"format", 1}, {"subjects", std::move(list)}});
}

}  // namespace

TEST_CASE("a trial by enrolment receives when its addresses and a pack have come", "[agent][inbox]") {
    FollowedInbox site;
    site.follower->step();
    CHECK(site.shop.trials.of(kTrial)->config.ae_title == "GANTRY");  // still the one of the configuration
    site.sponsor.publish("desk", {{site.mine("roster.age"),
                                   {SponsorInbox::encryptedFor(site.identity, rosterOf({"0417-001", "0417-009"}))}}});
    site.begin("1.0.0");
    const auto trial = site.shop.trials.of(kTrial);
    CHECK(trial->config.ae_title == "TRIAL1");
    CHECK(trial->pack.version() == "1.0.0");
    REQUIRE(trial->subject("0417-009"));
    CHECK(trial->subject("0417-009")->birth_year == 1961);
    CHECK(trial->recipients == std::vector{site.sponsor.identity.recipient()});
    CHECK(site.trials_changed == 1);
    REQUIRE(site.due("pack-in-force").size() == 1);
    CHECK(site.due("pack-in-force").front().at("version") == "1.0.0");
}

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

TEST_CASE("a pack waits for its time, and the former one is kept", "[agent][inbox]") {
    FollowedInbox site;
    site.begin("1.9.0");
    const auto when = site.shop.box.clock.nowMillis() + 48 * kHour;
    site.sponsor.publish(
        "packs", {{packPath("1.10.0"),
                   {packAs("1.10.0", "100 mm", "120 mm"), R"({"in_force_at":")" + isoUtc(when) + "\"}"}}});
    site.follower->step();
    CHECK(site.inForce() == "1.9.0");
    CHECK(site.packs() == std::vector<std::string>{"1.10.0 scheduled", "1.9.0 in-force"});
    const auto packs =
        must(site.shop.box.catalogue->read([](Database& db) { return packsOf(db, kTrial); }));
    // In words of people, not of the format.
    CHECK(packs.front().changes.find("100 mm") != std::string::npos);
    CHECK(packs.front().changes.find("120 mm") != std::string::npos);
    site.shop.box.clock.advance(48 * kHour - 1);
    site.follower->step();
    CHECK(site.inForce() == "1.9.0");
    site.shop.box.clock.advance(1);
    site.sponsor.down = true;  // what waits for its time does not wait for the line
    site.follower->step();
    CHECK(site.inForce() == "1.10.0");
    CHECK(site.packs() == std::vector<std::string>{"1.10.0 in-force", "1.9.0 former"});
    CHECK(site.due("pack-in-force").size() == 2);
}

TEST_CASE("a pack that cannot be used is refused with every reason, and all others are taken", "[agent][inbox]") {
    FollowedInbox site;
    site.begin("2.0.0");
    auto broken = json::parse(packAs("2.1.0")).as_object();
    broken.erase("title");
    broken["nonsense"] = 1;
    site.sponsor.publish("packs", {{packPath("2.1.0"), {json::serialize(broken)}},
                                   {packPath("1.5.0"), {packAs("1.5.0")}},
                                   {"packs/other/3.0.json", {packAs("3.0.0")}},
                                   {packPath("2.2.0"), {packAs("2.2.0")}}});
    site.sponsor.publish("desk", {{"settings.json", {R"({"poll_minutes":5})"}}});
    site.follower->step();
    CHECK(site.inForce() == "2.2.0");
    CHECK(site.reasonsAgainst(packPath("2.1.0")).size() >= 2);
    REQUIRE(site.reasonsAgainst(packPath("1.5.0")).size() == 1);
    CHECK(site.reasonsAgainst(packPath("1.5.0")).front() ==
          "version 1.5.0 is not above 2.0.0, the highest known here");
    CHECK(site.reasonsAgainst("packs/other/3.0.json").size() == 1);
    const auto told = site.due("pack-refused");
    CHECK(told.size() == 3);
    CHECK(std::ranges::any_of(told, [](const auto& one) {
        return one.at("version") == "2.1.0" && one.at("reasons").as_array().size() >= 2;
    }));
    CHECK(site.reasonsAgainst("settings.json").empty());
    site.follower->step();  // refused once
    CHECK(site.due("pack-refused").size() == 3);
}

TEST_CASE("a withdrawn pack stops sending until a newer one is in force", "[agent][inbox]") {
    FollowedInbox site;
    site.begin("1.0.0");
    CHECK(site.shop.trials.of(kTrial)->sending_stopped == "");
    site.sponsor.publish("packs", {{packPath("1.0.0"), {packAs("1.0.0"), R"({"withdrawn":"wrong thickness"})"}}});
    site.follower->step();
    CHECK(site.inForce() == "1.0.0");
    CHECK(site.shop.trials.of(kTrial)->sending_stopped.find("wrong thickness") != std::string::npos);
    site.sponsor.publish("packs", {{packPath("1.1.0"), {packAs("1.1.0")}}});
    site.follower->step();
    CHECK(site.inForce() == "1.1.0");
    CHECK(site.shop.trials.of(kTrial)->sending_stopped == "");
}

TEST_CASE("a pack is tried on the scans that are here before it is in force", "[agent][inbox]") {
    FollowedInbox site;
    site.sponsor.publish("desk", {{site.mine("roster.age"),
                                   {SponsorInbox::encryptedFor(site.identity, rosterOf({"0417-001"}))}}});
    site.begin("1.0.0");
    const auto study = site.shop.deliver(must(scanner::makeSeries(demoSeries(1, "0417-001"))));
    site.shop.settle();
    const auto verdicts = site.shop.verdicts(study);
    REQUIRE(verdicts >= 1);
    const auto later = isoUtc(site.shop.box.clock.nowMillis() + kHour);
    site.sponsor.publish("packs", {{packPath("1.1.0"),
                                    {packAs("1.1.0", "100 mm", "900 mm"), R"({"in_force_at":")" + later + "\"}"}}});
    site.follower->step();
    const auto pack =
        must(site.shop.box.catalogue->read([](Database& db) { return packsOf(db, kTrial); })).front();
    const auto run = json::parse(pack.trial_run);
    CHECK(run.at("studies") == 1);
    CHECK(run.at("fail_now") == 0);
    CHECK(run.at("fail_then") == 1);
    CHECK(run.at("changed").as_array().front().at("study") == study);
    CHECK(site.shop.verdicts(study) == verdicts);  // nothing changed for the study
}

TEST_CASE("each person's reading of a pack is told once", "[agent][inbox]") {
    FollowedInbox site;
    site.begin();
    const auto id = must(site.shop.box.catalogue->read([](Database& db) { return packsOf(db, kTrial); })).front().id;
    for (const auto* who : {"A. Smith", "B. Jones", "A. Smith"})
        must(site.shop.box.catalogue->write(
            [&](Database& db) { return acknowledge(db, id, who, site.shop.box.clock.nowMillis()); }));
    const auto told = site.due("pack-acknowledged");
    REQUIRE(told.size() == 2);
    CHECK(told.back().at("who") == "B. Jones");
}

TEST_CASE("a role says nothing beyond its paths", "[agent][inbox]") {
    FollowedInbox site;
    site.begin("1.0.0");
    // One thief of the online key, and one of the desk's.
    site.sponsor.publish("online-0417", {{packPath("6.6.0"), {packAs("6.6.0")}},
                                         {site.mine("roster.age"), {"x"}},
                                         {"trial.json", {"{}"}}});
    site.sponsor.publish("desk", {{packPath("7.7.0"), {packAs("7.7.0")}},
                                  {site.mine("queries/q.age"), {"x"}}});
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
    CHECK(site.reasonsAgainst(site.mine("roster.age")).front().starts_with("it is encrypted for another site"));
    REQUIRE(site.due("item-refused").size() == 1);
    CHECK(site.due("item-refused").front().at("name").as_string() == site.mine("roster.age"));
    CHECK(site.poll().trouble == "");
}

TEST_CASE("settings for one site count more than those for all", "[agent][inbox]") {
    FollowedInbox site;
    site.sponsor.publish("desk", {{"settings.json", {R"({"poll_minutes":60,"heartbeat_minutes":30})"}},
                                  {site.mine("settings.age"),
                                   {SponsorInbox::encryptedFor(
                                       site.identity, R"({"poll_minutes":2,"closed":"the trial is over."})")}}});
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
    const auto text = GENERATE(R"({"poll_minutes":0})", R"({"poll_minutes":1441})", R"({"heartbeat_minutes":4})",
                               R"({"upload":{"windows":[{"from":"25:00","to":"06:00"}]}})", "[]", "{");
    site.sponsor.publish("desk", {{"settings.json", {text}}});
    site.follower->step();
    CHECK_FALSE(site.reasonsAgainst("settings.json").empty());
    CHECK(must(site.shop.box.catalogue->read([](Database& db) { return settingsOf(db, kTrial); })).poll_minutes ==
          std::nullopt);
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

TEST_CASE("software is offered, not fetched", "[agent][inbox]") {
    FollowedInbox site;
    site.begin();
    site.sponsor.publish("software",
                         {{"software/gantry_0.2.0.deb", {"bytes", R"({"version":"0.2.0","notes":"Faster."})"}}});
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
        CHECK(nextPoll(next - step / 10, std::chrono::minutes(15), "t", std::to_string(site), -1) == after - step / 10);
    }
    for (const int count : tenths) CHECK(count > kSites / 20);  // about a tenth in each tenth of the interval
}

TEST_CASE("versions of packs are compared by their numbers", "[agent][inbox]") {
    CHECK(isLowerVersion("1.9", "1.10"));
    CHECK(isLowerVersion("1.9.9", "2"));
    CHECK(isLowerVersion("1", "1.0.1"));
    CHECK_FALSE(isLowerVersion("1.0", "1"));
    CHECK_FALSE(isLowerVersion("1", "1.0"));
    CHECK_FALSE(isLowerVersion("10", "9"));
}
