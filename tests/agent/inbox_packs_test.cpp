// A pack's way from the inbox into force: docs/formats/inbox.md, What a site does with a pack.
#include "inbox_fixture.hpp"

#include <algorithm>

#include "inbox/pack_life.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

TEST_CASE("a trial by enrolment receives when its addresses and a pack have come", "[agent][inbox]") {
    FollowedInbox site;
    site.follower->step();
    CHECK(site.shop.trials.of(kTrial)->config.ae_title == "GANTRY");  // still the one of the configuration
    site.sponsor.publish("desk",
                         {{site.mine("roster.age"),
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
    const auto packs = must(site.shop.box.catalogue->read([](Database& db) { return packsOf(db, kTrial); }));
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

TEST_CASE("a pack that cannot be used is refused with every reason, and all others are taken",
          "[agent][inbox]") {
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

TEST_CASE("the sponsor hears why a first pack is refused, though none is in force", "[agent][inbox]") {
    FollowedInbox site;
    std::vector<json::object> told;
    auto parts = site.parts();
    parts.tell = [&](const Trial&, std::string_view kind, const json::object& fields) -> Result<> {
        if (kind == "pack-refused") told.push_back(fields);
        return {};
    };
    const auto follower = must(Follower::start(std::move(parts), site.folder, false));
    site.sponsor.publishTrial();
    auto broken = json::parse(packAs("1.0.0")).as_object();
    broken.erase("title");
    site.sponsor.publish("packs", {{packPath("1.0.0"), {json::serialize(broken)}}});
    follower->step();
    REQUIRE(told.size() == 1);
    CHECK(told.front().at("version") == "1.0.0");
    const auto trial = site.shop.trials.of(kTrial);
    REQUIRE(trial);
    CHECK_FALSE(trial->receives);  // no image is let in

    site.sponsor.publish("packs", {{packPath("1.0.1"), {packAs("1.0.1")}}});
    follower->step();
    CHECK(site.shop.trials.of(kTrial)->receives);
    CHECK(site.inForce() == "1.0.1");
}

TEST_CASE("a withdrawn pack stops sending until a newer one is in force", "[agent][inbox]") {
    FollowedInbox site;
    site.begin("1.0.0");
    CHECK(site.shop.trials.of(kTrial)->sending_stopped == "");
    site.sponsor.publish("packs",
                         {{packPath("1.0.0"), {packAs("1.0.0"), R"({"withdrawn":"wrong thickness"})"}}});
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
    site.sponsor.publish(
        "packs",
        {{packPath("1.1.0"), {packAs("1.1.0", "100 mm", "900 mm"), R"({"in_force_at":")" + later + "\"}"}}});
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
    const auto id =
        must(site.shop.box.catalogue->read([](Database& db) { return packsOf(db, kTrial); })).front().id;
    for (const auto* who : {"A. Smith", "B. Jones", "A. Smith"})
        must(site.shop.box.catalogue->write(
            [&](Database& db) { return acknowledge(db, id, who, site.shop.box.clock.nowMillis()); }));
    const auto told = site.due("pack-acknowledged");
    REQUIRE(told.size() == 2);
    CHECK(told.back().at("who") == "B. Jones");
}

TEST_CASE("versions of packs are compared by their numbers", "[agent][inbox]") {
    CHECK(isLowerVersion("1.9", "1.10"));
    CHECK(isLowerVersion("1.9.9", "2"));
    CHECK(isLowerVersion("1", "1.0.1"));
    CHECK_FALSE(isLowerVersion("1.0", "1"));
    CHECK_FALSE(isLowerVersion("1", "1.0"));
    CHECK_FALSE(isLowerVersion("10", "9"));
}
