#pragma once
/// A site that is enrolled at a sponsor's inbox, driven step by step.

#include <boost/json.hpp>

#include "catalogue/outbox.hpp"
#include "inbox/follower.hpp"
#include "inbox/queries.hpp"
#include "shop.hpp"
#include "sponsor_inbox.hpp"

namespace gantry::test {

namespace json = boost::json;

inline constexpr auto kTrial = "onc-demo";
inline constexpr auto kHere = "0417";
inline constexpr UnixMillis kHour = 3'600'000;

inline std::string rosterOf(const std::vector<std::string>& subjects) {
    json::array list;
    for (const auto& subject : subjects)
        list.push_back({{"subject", subject}, {"sex", "F"}, {"birth_year", 1961}});
    return json::serialize(json::object{{"format", 1}, {"subjects", std::move(list)}});
}

/// The demonstration pack as another version, with one thing in it replaced.
inline std::string packAs(const std::string& version, const std::string& what = "",
                          const std::string& by = "") {
    auto pack = json::parse(demoPackJson()).as_object();
    pack["version"] = version;
    auto text = json::serialize(pack);
    if (what.empty()) return text;
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

inline std::string packPath(const std::string& version) {
    const auto id = std::string(json::parse(demoPackJson()).at("id").as_string());
    return "packs/" + id + "/" + version + ".json";
}

struct FollowedInbox {
    FollowedInbox() : folder(shop.box.folder, kTrial) {
        const auto enrolment =
            must(agent::beginEnrolment(shop.box.folder, {sponsor.enrolmentFile(), "TRIAL1", "test", "T. Est"},
                                       shop.box.clock.nowMillis()));
        CHECK(enrolment.state == "requested");
        must(agent::takeAnswer(folder, sponsor.answerTo(must(readFile(folder.request())))));
        identity = must(uplink::loadAgeIdentities(folder.ageIdentity())).front().recipient().toString();
        follower = must(agent::Follower::start(parts(), folder, false));
    }
    agent::FollowerParts parts() {
        agent::FollowerParts out{{shop.config, *shop.box.catalogue, shop.box.clock, shop.trials,
                                  [this](agent::StudyId study) { changed.push_back(study); }},
                                 {},
                                 [this] { ++trials_changed; },
                                 {},
                                 {}};
        return out;
    }
    /// The trial's document and a first pack, taken.
    void begin(const std::string& version = "1.0.0") {
        sponsor.publishTrial();
        sponsor.publish("packs", {{packPath(version), {packAs(version)}}});
        follower->step();
        REQUIRE(poll().trouble == "");
    }
    agent::InboxPoll poll() {
        return must(shop.box.catalogue->read([](Database& db) { return agent::inboxPoll(db, kTrial); }));
    }
    std::vector<std::string> reasonsAgainst(const std::string& name) {
        const auto item =
            must(shop.box.catalogue->read([&](Database& db) { return agent::inboxItem(db, kTrial, name); }));
        REQUIRE(item);
        return item->reasons;
    }
    /// "version state" of each pack, highest first.
    std::vector<std::string> packs() {
        std::vector<std::string> out;
        for (const auto& pack :
             must(shop.box.catalogue->read([](Database& db) { return agent::packsOf(db, kTrial); })))
            out.push_back(pack.version + " " + pack.state);
        return out;
    }
    std::string inForce() { return shop.trials.of(kTrial)->pack.version(); }
    /// Messages that are to be told, of one kind.
    std::vector<json::object> due(const std::string& kind) {
        std::vector<json::object> out;
        for (const auto& message :
             must(shop.box.catalogue->read([](Database& db) { return agent::dueMessages(db, kTrial); })))
            if (message.kind == kind) out.push_back(message.fields);
        return out;
    }
    std::int64_t audited(const std::string& event) {
        return numberOf(*shop.box.catalogue, "SELECT count(*) FROM audit WHERE event = '" + event + "'");
    }
    std::string mine(const std::string& name) const { return std::string("sites/") + kHere + "/" + name; }

    Shop shop{"0417-001,PAT-1,F,V1\n"};
    SponsorInbox sponsor{shop.box.clock};
    agent::EnrolmentFolder folder;
    std::string identity;
    std::vector<agent::StudyId> changed;
    int trials_changed = 0;
    std::unique_ptr<agent::Follower> follower;
};

/// A site with one study of subject 0417-001 whose parcel lies in the outbox.
struct SentInbox : FollowedInbox {
    SentInbox() {
        begin();
        sponsor.publish("desk", {{mine("roster.age"),
                                  {SponsorInbox::encryptedFor(
                                      identity, R"({"format":1,"subjects":[{"subject":"0417-001"}]})")}}});
        follower->step();
        study = shop.deliver(must(scanner::makeSeries(demoSeries(1, "0417-001"))));
        shop.settle();
        shop.settle();
        REQUIRE(shop.dispatch());
        parcel = textOf(*shop.box.catalogue, "SELECT id FROM parcel");
    }
    void deliver() {
        must(shop.box.catalogue->write([&](Database& db) -> Result<> {
            GANTRY_CHECK(agent::markUploading(db, parcel, now()));
            return agent::markDelivered(db, parcel, now());
        }));
    }
    agent::OutboxRow object() {
        return must(shop.box.catalogue->read([&](Database& db) { return agent::outboxObject(db, parcel); }));
    }
    std::string receipt(const std::string& sha256) {
        const auto row = object();
        return must(uplink::signReceipt(
            sponsor.receipt_seed, {parcel, sha256, row.bytes, row.content_sha256, 24, isoUtc(now()), "hub"}));
    }
    void publishReceipt(const std::string& text) {
        sponsor.publish("online-0417", {{mine("receipts/" + parcel + ".json"), {text}}});
        follower->step();
    }
    void refuse(const std::string& reason) {
        const json::object content{{"format", 1},
                                   {"kind", "refusal"},
                                   {"refusal_id", "f1"},
                                   {"object_id", parcel},
                                   {"sha256", object().sha256},
                                   {"bytes", 1},
                                   {"reason", reason},
                                   {"detail", "It has no manifest."},
                                   {"issued_at", isoUtc(now())},
                                   {"issuer", "hub"}};
        sponsor.publish("online-0417", {{mine("refusals/f1.json"), {sponsor.statement(content)}}});
        follower->step();
    }
    UnixMillis now() const { return shop.box.clock.nowMillis(); }

    agent::StudyId study = 0;
    std::string parcel;
};

}  // namespace gantry::test
