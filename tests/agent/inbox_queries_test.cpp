// Questions of the central team, and answers of the site.
#include "inbox/answering.hpp"
#include "inbox/heartbeat_part.hpp"
#include "inbox_fixture.hpp"
#include "workflow/dispatch_step.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

json::object question(const std::string& wants = "text") {
    return {{"format", 1},
            {"kind", "query"},
            {"query_id", "q1"},
            {"subject", "0417-001"},
            {"visit", ""},
            {"study_instance_uid", ""},
            {"object_id", ""},
            {"topic", "Which contrast phase?"},
            {"entries",
             {{{"entry_id", "e1"},
               {"at", "2025-11-24T10:00:00Z"},
               {"who", "R. Eader"},
               {"text", "Please tell."}}}},
            {"wants", wants},
            {"choices", {"portal", "arterial"}},
            {"due", "2025-12-01T00:00:00Z"},
            {"state", "open"},
            {"closed_why", ""},
            {"closed_by", ""}};
}

struct AskedInbox : SentInbox {
    void ask(const json::object& content) {
        sponsor.publish(
            "online-0417",
            {{mine("queries/q1.age"), {SponsorInbox::encryptedFor(identity, sponsor.statement(content))}}});
        follower->step();
        REQUIRE(poll().trouble == "");
    }
    QueryRow query() {
        const auto all = must(shop.box.catalogue->read([](Database& db) { return queries(db); }));
        REQUIRE(all.size() == 1);
        return all.front();
    }
    Result<QueryRow> answer(const AnswerWish& wish) {
        return answerQuery(*shop.box.catalogue, shop.config, *shop.trials.of(kTrial), shop.box.spoolFolder(),
                           query().id, wish, now());
    }
};

}  // namespace

TEST_CASE("a question stands at the study that it is about", "[agent][inbox]") {
    AskedInbox site;
    auto content = question();
    SECTION("by the parcel") {
        content["object_id"] = site.parcel;
    }
    SECTION("by the UID that the sponsor knows") {
        StudyRow row =
            must(site.shop.box.catalogue->read([&](Database& db) { return studyById(db, site.study); }));
        content["study_instance_uid"] = studyUidForSponsor(*site.shop.trials.of(kTrial), row);
    }
    site.ask(content);
    const auto query = site.query();
    CHECK(query.study == site.study);
    CHECK(query.unread);
    REQUIRE(query.entries.size() == 1);
    CHECK(query.entries.front().text == "Please tell.");
    CHECK(query.due == 1'764'547'200'000);  // 2025-12-01T00:00:00Z
    CHECK(site.audited("query.asked") == 1);
}

TEST_CASE("an answer is kept, audited and told", "[agent][inbox]") {
    AskedInbox site;
    site.ask(question());
    const auto answered = must(site.answer({"A. Smith", "Portal venous, by protocol.", "", {}, {}}));
    REQUIRE(answered.entries.size() == 2);
    CHECK(answered.entries.back().side == "site");
    CHECK_FALSE(answered.unread);
    const auto told = site.due("answer");
    REQUIRE(told.size() == 1);
    CHECK(told.front().at("query_id") == "q1");
    CHECK(told.front().at("text") == "Portal venous, by protocol.");
    CHECK(told.front().at("who") == "A. Smith");
    CHECK(site.audited("query.answered") == 1);
}

TEST_CASE("an answer that names the patient does not leave", "[agent][inbox]") {
    AskedInbox site;
    auto content = question();
    content["object_id"] = site.parcel;
    site.ask(content);
    const auto label = textOf(*site.shop.box.catalogue,
                              "SELECT patient_label FROM study WHERE id = " + std::to_string(site.study));
    const auto family = label.substr(0, label.find('^'));
    REQUIRE(family.size() > 2);
    const auto refused = site.answer({"A. Smith", "Mrs " + family + " was late.", "", {}, {}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::LeakFound);
    CHECK(refused.error().context.find(family) == std::string::npos);
    CHECK(site.due("answer").empty());
    CHECK(site.query().entries.size() == 1);
}

TEST_CASE("a decision is one of the choices, and series go by the sponsor's UIDs", "[agent][inbox]") {
    AskedInbox site;
    SECTION("decision") {
        site.ask(question("decision"));
        CHECK(site.answer({"A. Smith", "text alone", "", {}, {}}).error().code == Errc::InvalidArgument);
        CHECK(site.answer({"A. Smith", "", "venous", {}, {}}).error().code == Errc::InvalidArgument);
        must(site.answer({"A. Smith", "", "portal", {}, {}}));
        CHECK(site.due("answer").front().at("decision") == "portal");
    }
    SECTION("series") {
        site.ask(question("series"));
        CHECK(site.answer({"A. Smith", "", "", {}, {"1.2.3"}}).error().code == Errc::InvalidArgument);
        must(site.answer({"A. Smith", "", "", site.study, {}}));
        const auto series = site.due("answer").front().at("series").as_array();
        REQUIRE(series.size() == 1);
        const auto original = textOf(*site.shop.box.catalogue, "SELECT series_instance_uid FROM series");
        CHECK(series.front().at("series_instance_uid").as_string() ==
              uidForSponsor(*site.shop.trials.of(kTrial), original));
        CHECK(series.front().at("series_instance_uid").as_string() != original);
    }
}

TEST_CASE("a closed question takes no answer, and says who closed it", "[agent][inbox]") {
    AskedInbox site;
    site.ask(question());
    must(site.answer({"A. Smith", "Portal.", "", {}, {}}));
    auto content = question();
    content["state"] = "closed";
    content["closed_by"] = "R. Eader";
    content["closed_why"] = "answered";
    site.ask(content);
    const auto query = site.query();
    CHECK(query.state == "closed");
    CHECK(query.closed_by == "R. Eader");
    CHECK(query.unread);
    CHECK(query.entries.size() == 2);  // what the site said stays
    CHECK(site.answer({"A. Smith", "More.", "", {}, {}}).error().code == Errc::Conflict);
}

TEST_CASE("a question that nobody trusted has signed is refused", "[agent][inbox]") {
    AskedInbox site;
    site.sponsor.receipt_seed = uplink::generateSigningKey();
    site.ask(question());
    CHECK(must(site.shop.box.catalogue->read([](Database& db) { return queries(db); })).empty());
    CHECK_FALSE(site.reasonsAgainst(site.mine("queries/q1.age")).empty());
}

TEST_CASE("a heartbeat tells what of the inbox was taken", "[agent][inbox]") {
    AskedInbox site;
    site.ask(question());
    json::object heartbeat;
    addInboxToHeartbeat(*site.shop.box.catalogue, *site.shop.trials.of(kTrial), site.now(), heartbeat);
    CHECK(heartbeat.at("pack").at("version") == "1.0.0");
    CHECK(heartbeat.at("pack").at("withdrawn") == false);
    CHECK(heartbeat.at("queries").at("open") == 1);
    CHECK(heartbeat.at("trust").at("root") == 1);
    std::vector<std::string> taken;
    for (const auto& name : heartbeat.at("taken").as_array()) taken.emplace_back(name.as_string());
    CHECK(taken == std::vector<std::string>{packPath("1.0.0"), site.mine("queries/q1.age"),
                                            site.mine("roster.age"), "trial.json"});
}
