// docs/central/s3-and-cdn.md, tried on Ceph: no hub, no server of ours. The inbox and what sites deliver lie in one bucket.
#include <boost/json.hpp>

#include "ceph_tests.hpp"
#include "gantry/uplink/certificates.hpp"
#include "gantry/uplink/enrolment.hpp"
#include "gantry/uplink/receipt.hpp"
#include "trial_kit.hpp"

using namespace gantry;
using namespace gantry::test;
namespace json = boost::json;

namespace {

/// A trial whose inbox is in a bucket that everybody may read below "inbox/", as a CDN would.
struct BucketTrial {
    explicit BucketTrial(Ceph& ceph_)
        : ceph(ceph_),
          bucket(must(ceph.makeBucket())),
          base("http://127.0.0.1:" + std::to_string(ceph.port()) + "/" + bucket),
          trial(" --outbox s3+" + base + "/outbox --inbox " + base + "/inbox --store s3+" + base +
                "/inbox --store-credentials " + ceph.sponsorCredentials().string()) {
        const auto policy = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",)"
                            R"("Action":["s3:GetObject"],"Resource":["arn:aws:s3:::)" +
                            bucket + R"(/inbox/*"]}]})";
        REQUIRE(must(ceph.ask({"PUT", "/" + bucket + "?policy", policy})).status / 100 == 2);
    }
    /// By files that are sent by hand.
    EnrolledSite enrol(const std::string& name) const {
        auto site = trial.prepareSite(name);
        const auto request = site.folder / "request.json";
        must(writeFileDurably(request, asBytes(site.request)));
        trial.run("accept " + trial.directory() + " " + request.string() + " --by 'Dr Who' --out " +
                  (site.folder / "answer.json").string());
        return site;
    }
    void put(const std::string& site, const std::filesystem::path& file, const std::string& name) const {
        REQUIRE(must(ceph.ask({"PUT", "/" + bucket + "/outbox/" + site + "/" + name, must(readFile(file))})).status == 200);
    }
    std::string collect(const std::string& more = "") const {
        return trial.run("collect " + trial.directory() + " --from s3+" + base + "/outbox --credentials " +
                         ceph.sponsorCredentials().string() + more);
    }
    void open() const {
        trial.run("open " + trial.directory() + " --identity " + trial.sponsor.identity().string() +
                  " --receipt-key " + trial.sponsor.receiptKey().string());
    }
    uplink::tuf::Client inboxOf(const EnrolledSite& site) const {
        uplink::tuf::ClientConfig config;
        config.metadata_dir = site.folder / "metadata";
        config.metadata_url = base + "/inbox/metadata";
        config.target_url = base + "/inbox/targets";
        uplink::tuf::Client client(config, must(uplink::tuf::makeHttpFetcher({})));
        must(client.refresh(trial.clock.nowMillis()));
        return client;
    }

    Ceph& ceph;
    std::string bucket, base;
    Trial trial;
};

}  // namespace

TEST_CASE("what sites put into a bucket is collected, opened, and answered by receipts in the bucket",
          "[system][s3][ceph]") {
    auto* ceph = cephOrSkip();
    if (ceph == nullptr) return;
    const BucketTrial there(*ceph);
    const auto site = there.enrol("0417");
    REQUIRE(there.inboxOf(site).target("trial.json"));
    SponsorEnd maker;  // makes parcels for the trial's key
    maker.identity = must(uplink::loadAgeIdentities(there.trial.sponsor.identity())).front();
    const auto parcel = makeTestParcel(maker);
    there.put("0417", parcel.file, parcel.id + ".age");
    there.put("0417", makeTestParcel(maker, {.id = "p2"}).file, "0417-0a1b2c3d.age");  // as a grant names it
    const auto& trial = there.trial;
    there.put("0417", trial.makeMessage(site, "h1", {{"kind", "heartbeat"}, {"software", "1.2.3"}}, site.statement_key).file,
              "h1.age");
    CHECK(there.collect().find("0417  3 taken in, 0 known") != std::string::npos);
    CHECK(there.collect().find("0417  0 taken in, 3 known") != std::string::npos);
    there.open();
    const auto listed = json::parse(trial.run("list --json " + trial.directory())).as_array();
    REQUIRE(listed.size() == 2);
    for (const auto& one : listed) CHECK(one.at("state") == "opened");
    const auto fleet = json::parse(trial.run("fleet --json " + trial.directory()));
    CHECK(fleet.at(0).at("heartbeat").at("software") == "1.2.3");
    auto inbox = there.inboxOf(site);
    const std::array<Ed25519PublicKey, 1> keys = {must(uplink::loadPublicKey(trial.sponsor.receiptPublic()))};
    for (const auto& id : {parcel.id, std::string("p2")}) {
        const auto text = must(inbox.read(must(inbox.target("sites/0417/receipts/" + id + ".json"))));
        CHECK(must(uplink::verifyReceipt(text, keys)).parcel_id == id);
    }
}

TEST_CASE("an object never takes the place of another, and what is safe here can be removed there",
          "[system][s3][ceph]") {
    auto* ceph = cephOrSkip();
    if (ceph == nullptr) return;
    const BucketTrial there(*ceph);
    there.enrol("0417");
    SponsorEnd maker;
    maker.identity = must(uplink::loadAgeIdentities(there.trial.sponsor.identity())).front();
    const auto parcel = makeTestParcel(maker);
    there.put("0417", parcel.file, "p1.age");
    there.collect(" --remove");
    CHECK(must(ceph->ask({"GET", "/" + there.bucket + "/outbox/0417/p1.age"})).status == 404);
    there.put("0417", makeTestParcel(maker).file, "p1.age");
    CHECK(there.collect(" --remove").find("would replace another") != std::string::npos);
    CHECK(must(ceph->ask({"GET", "/" + there.bucket + "/outbox/0417/p1.age"})).status == 200);
    there.open();
    const auto listed = json::parse(there.trial.run("list --json " + there.trial.directory()));
    CHECK(listed.at(0).at("sha256").as_string() == parcel.sha256);
    CHECK(listed.at(0).at("state") == "opened");
}
