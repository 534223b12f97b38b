// The sponsor's word about what was sent.
#include <algorithm>

#include "inbox_fixture.hpp"
#include "workflow/dispatch_step.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

TEST_CASE("a receipt of the inbox confirms its parcel", "[agent][inbox]") {
    SentInbox site;
    const bool was_told_delivered = GENERATE(true, false);  // the answer to the last byte may have been lost
    if (was_told_delivered) site.deliver();
    const auto file = site.shop.box.folder / kOutboxFolder / site.object().file_name;
    REQUIRE(std::filesystem::exists(file));
    site.publishReceipt(site.receipt(site.object().sha256));
    CHECK(site.object().state == "confirmed");
    CHECK(site.shop.state(site.study) == "confirmed");
    CHECK_FALSE(std::filesystem::exists(file));
    CHECK(std::ranges::find(site.changed, site.study) != site.changed.end());
}

TEST_CASE("a receipt for other bytes, or by another key, confirms nothing", "[agent][inbox]") {
    SentInbox site;
    site.deliver();
    auto text = site.receipt(std::string(64, 'a'));
    if (GENERATE(true, false)) {
        site.sponsor.receipt_seed = uplink::generateSigningKey();  // not one of trial.json
        text = site.receipt(site.object().sha256);
    }
    site.publishReceipt(text);
    CHECK(site.object().state == "delivered");
    CHECK_FALSE(site.reasonsAgainst(site.mine("receipts/" + site.parcel + ".json")).empty());
    CHECK(site.due("item-refused").size() == 1);
}

TEST_CASE("a receipt for what is not known here changes nothing, and holds up nothing", "[agent][inbox]") {
    SentInbox site;
    site.deliver();
    const auto good = site.receipt(site.object().sha256);
    auto other = must(uplink::signReceipt(
        site.sponsor.receipt_seed,
        {"0000", std::string(64, 'a'), 1, std::string(64, 'b'), 1, "2025-11-24T10:00:00Z", "hub"}));
    site.sponsor.publish("online-0417", {{site.mine("receipts/0000.json"), {other}},
                                         {site.mine("receipts/" + site.parcel + ".json"), {good}}});
    site.follower->step();
    CHECK(site.object().state == "confirmed");
    CHECK(site.due("item-refused").empty());
    CHECK(site.poll().trouble == "");
}

TEST_CASE("what arrived damaged is sent again without a person", "[agent][inbox]") {
    SentInbox site;
    site.deliver();
    site.refuse("damaged");
    CHECK(site.object().state == "made");
    CHECK(site.shop.state(site.study) == "ready");
}

TEST_CASE("a parcel that no key opens is made again for the recipients of now", "[agent][inbox]") {
    SentInbox site;
    site.deliver();
    const auto fresh = uplink::AgeIdentity::generate();
    site.sponsor.recipients = {fresh.recipient().toString()};
    site.sponsor.publishTrial();
    site.refuse("no-key");
    CHECK(site.object().cancelled);
    REQUIRE(site.shop.dispatch());
    const auto again = textOf(*site.shop.box.catalogue, "SELECT id FROM parcel ORDER BY number DESC LIMIT 1");
    REQUIRE(again != site.parcel);
    const auto out = temporaryDirectory();
    CHECK(uplink::openParcel(site.shop.box.folder / kOutboxFolder / (again + ".age"), std::span(&fresh, 1),
                             out.path()));
}

TEST_CASE("a parcel that the sponsor cannot use waits for a person, with the sponsor's words",
          "[agent][inbox]") {
    SentInbox site;
    site.deliver();
    site.refuse("unusable");
    CHECK(site.object().state == "delivered");
    CHECK(site.object().waits.find("It has no manifest.") != std::string::npos);
    CHECK(site.audited("outbox.refused") == 1);
}

TEST_CASE("what waits for a key that is not safe any more is made again, and for it no more",
          "[agent][inbox]") {
    SentInbox site;
    const auto fresh = uplink::AgeIdentity::generate();
    site.sponsor.compromised = site.sponsor.recipients;
    site.sponsor.recipients.push_back(fresh.recipient().toString());
    site.sponsor.publishTrial();
    site.follower->step();
    CHECK(site.object().cancelled);
    CHECK(site.shop.trials.of(kTrial)->recipients == std::vector{fresh.recipient()});
    REQUIRE(site.shop.dispatch());
    const auto again = textOf(*site.shop.box.catalogue, "SELECT id FROM parcel ORDER BY number DESC LIMIT 1");
    const auto out = temporaryDirectory();
    const auto file = site.shop.box.folder / kOutboxFolder / (again + ".age");
    CHECK_FALSE(uplink::openParcel(file, std::span(&site.sponsor.identity, 1), out.path()));
    CHECK(uplink::openParcel(file, std::span(&fresh, 1), out.path()));
}
