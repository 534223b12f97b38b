// Messages of a site (docs/formats/messages.md): encrypted by age, sent by curl.
#include <boost/json.hpp>

#include "gantry/uplink/receipt.hpp"
#include "gantry/uplink/statement.hpp"
#include "trial_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

bool lists(const Trial& trial, const EnrolledSite& site, const std::string& name) {
    return trial.inboxOf(site).target("sites/" + site.name + "/" + name).has_value();
}

}  // namespace

TEST_CASE("a message gets a receipt, and what a heartbeat says to be taken is listed no longer", "[messages]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    const auto sent = trial.sendMessage(site, "m1", {{"kind", "pack-acknowledged"}, {"pack", "x"}}, site.statement_key);
    REQUIRE(sent.taken);
    REQUIRE(eventually([&] { return lists(trial, site, "receipts/m1.json"); }));
    auto inbox = trial.inboxOf(site);
    const auto text = must(inbox.read(must(inbox.target("sites/0417/receipts/m1.json"))));
    const std::array<Ed25519PublicKey, 1> keys = {must(uplink::loadPublicKey(trial.sponsor.receiptPublic()))};
    const auto receipt = must(uplink::verifyReceipt(text, keys));
    CHECK(receipt.sha256 == sent.sha256);
    CHECK(receipt.instances == 0);
    CHECK(receipt.manifest_sha256 == toHex(sha256(asBytes(sent.text))));

    const boost::json::array taken{"sites/0417/receipts/m1.json", "sites/0900/receipts/m1.json", "trial.json"};
    REQUIRE(trial.sendMessage(site, "h1", {{"kind", "heartbeat"}, {"software", "1.2.3"}, {"taken", taken}}, site.statement_key).taken);
    CHECK(eventually([&] { return !lists(trial, site, "receipts/m1.json"); }));
    CHECK_FALSE(lists(trial, site, "receipts/h1.json"));
    const auto fleet = boost::json::parse(trial.run("fleet --json " + trial.directory()));
    CHECK(fleet.at(0).at("site") == "0417");
    CHECK(fleet.at(0).at("heartbeat").at("software") == "1.2.3");
    CHECK(fleet.at(0).at("alarms").as_array().empty());
    // Two days of silence.
    const auto late = runCommand("faketime -f +2d " + std::string(GANTRY_BIN_DIR) + "/gantry-central fleet " +
                                 trial.directory());
    CHECK(late.output.find("silent") != std::string::npos);
}

TEST_CASE("a message that another key signed is refused, and said to be", "[messages]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    REQUIRE(trial.sendMessage(site, "m1", {{"kind", "answer"}}, uplink::generateSigningKey()).taken);
    std::vector<uplink::tuf::Target> listed;
    REQUIRE(eventually([&] {
        listed = must(trial.inboxOf(site).list("online-0417", "sites/0417/refusals/"));
        return !listed.empty();
    }));
    auto inbox = trial.inboxOf(site);
    const std::array<Ed25519PublicKey, 1> keys = {must(uplink::loadPublicKey(trial.sponsor.receiptPublic()))};
    const auto refusal =
        boost::json::parse(must(uplink::verifyStatement(must(inbox.read(listed.front())), keys, "refusal")));
    CHECK(refusal.at("object_id") == "m1");
    CHECK(refusal.at("reason") == "unusable");
    CHECK_FALSE(lists(trial, site, "receipts/m1.json"));
}
