// A site whose sponsor has a bucket and no server: parcels arrive in Ceph, and open with stock tools.
#include "ceph.hpp"
#include "demo_pack.hpp"
#include "gantry/scanner/scenario.hpp"
#include "installation.hpp"
#include "wait.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;

namespace {

namespace fs = std::filesystem;
constexpr auto kSoon = std::chrono::seconds(60);

Ceph* startedOrSkip() {
    if (!findProgram("gantryd") || !findProgram("gantry-central")) {
        skipLoudly("gantryd and gantry-central are not built");
        return nullptr;
    }
    static const auto ceph = Ceph::start();
    if (ceph) return ceph->get();
    skipLoudly("no Ceph (" + ceph.error().message() + "); packaging/install-build-deps --tests installs it");
    return nullptr;
}

Delivery goodStudy(std::uint64_t seed) {
    ScenarioSpec spec;
    spec.scenario = Scenario::Good;
    spec.series.seed = seed;
    spec.series.rows = spec.series.columns = 128;
    return must(makeDelivery(spec));
}

SiteSetup siteFor(const fs::path& folder, const Delivery& delivery) {
    SiteSetup setup;
    setup.folder = folder / "site";
    setup.roster = {{"0417-001", delivery.patient.patient_id, delivery.patient.sex, "BL"}};
    setup.pack = must(writeDemoPack(folder, {}));
    return setup;
}

/// Sends it, and waits until the site calls it delivered: there are no receipts from a bucket alone.
void deliver(Site& site, const Delivery& delivery) {
    for (const auto& wave : delivery.waves)
        for (const auto& status : sendAll(site.destination(), wave.instances)) REQUIRE(status.stored());
    must(site.waitForStudy(
        delivery.study_instance_uid, [](const StudyView& study) { return study.state == "delivered"; },
        kSoon));
}

/// Names in the bucket.
std::vector<std::string> keysIn(const Ceph& ceph, const std::string& bucket) {
    const auto list = must(ceph.ask({"GET", "/" + bucket})).body;
    std::vector<std::string> keys;
    for (auto at = list.find("<Key>"); at != std::string::npos; at = list.find("<Key>", at + 1))
        keys.push_back(list.substr(at + 5, list.find("</Key>", at) - at - 5));
    return keys;
}

/// What stock age and tar list in the parcel.
std::string contentOf(const Ceph& ceph, const std::string& bucket, const std::string& key,
                      const fs::path& folder) {
    const auto parcel = must(ceph.ask({"GET", "/" + bucket + "/" + key}));
    REQUIRE(parcel.status == 200);
    must(writeFileDurably(folder / "parcel.age", asBytes(parcel.body)));
    const auto list = folder / "list";
    const auto script = "age -d -i '" + (folder / "sponsor/hub/identity.txt").string() + "' '" +
                        (folder / "parcel.age").string() + "' | tar t";
    REQUIRE(must(runToEnd({"bash", {"-o", "pipefail", "-c", script}, list, {}})) == 0);
    return must(readFile(list));
}

std::size_t linesWith(const std::string& text, const std::string& what) {
    std::size_t count = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
    return count;
}

}  // namespace

TEST_CASE("a site delivers into a bucket with its credentials", "[system][s3][ceph]") {
    auto* ceph = startedOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    const auto good = goodStudy(301);
    const auto folder = temporaryDirectory();
    const auto sponsor = must(Sponsor::prepare(folder.path() / "sponsor", "0417"));
    auto setup = siteFor(folder.path(), good);
    setup.endpoint = Ceph::url(ceph->port(), bucket);
    setup.trial_keys = {"credentials: " + ceph->sponsorCredentials().string()};
    auto site = must(Site::prepare(setup, sponsor));
    must(site.start());
    deliver(site, good);
    const auto keys = keysIn(*ceph, bucket);
    REQUIRE(keys.size() == 1);
    CHECK(keys[0].starts_with("in/"));
    CHECK(keys[0].ends_with(".age"));
    const auto content = contentOf(*ceph, bucket, keys[0], folder.path());
    CHECK(linesWith(content, "manifest.json") == 1);
    CHECK(linesWith(content, "instances/") == good.instances());
    const auto head = must(ceph->ask({"HEAD", "/" + bucket + "/" + keys[0]}));
    CHECK(head.headers.at("x-amz-meta-trial") == "onc-demo");
    CHECK(head.headers.at("x-amz-meta-site") == "0417");
}

TEST_CASE("a site without a secret delivers by permissions that the sponsor made",
          "[system][s3][ceph][presigned]") {
    auto* ceph = startedOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    const auto good = goodStudy(302);
    const auto folder = temporaryDirectory();
    const auto sponsor = must(Sponsor::prepare(folder.path() / "sponsor", "0417"));
    auto setup = siteFor(folder.path(), good);
    setup.endpoint = "presigned";
    auto site = must(Site::prepare(setup, sponsor));
    must(site.start());
    for (const auto& wave : good.waves)
        for (const auto& status : sendAll(site.destination(), wave.instances)) REQUIRE(status.stored());
    // It waits, and says for what.
    const auto waits = [](const StudyView& study) {
        return boost::json::serialize(study.json).find("No permission to upload is left") !=
               std::string::npos;
    };
    must(site.waitForStudy(good.study_instance_uid, waits, kSoon));
    const auto made = must(runToEnd({"gantry-central",
                                     {"grant", "make", "--to", Ceph::url(ceph->port(), bucket),
                                      "--credentials", ceph->sponsorCredentials(), "--name", "site-0417",
                                      "--count", "2", "--out", site.dataFolder() / "grants/onc-demo"},
                                     folder.path() / "grant.log",
                                     {}}));
    INFO(must(readFile(folder.path() / "grant.log")));
    REQUIRE(made == 0);
    must(site.waitForStudy(
        good.study_instance_uid, [](const StudyView& study) { return study.state == "delivered"; }, kSoon));
    const auto keys = keysIn(*ceph, bucket);
    REQUIRE(keys.size() == 1);
    CHECK(keys[0].starts_with("in/site-0417-"));
    CHECK(linesWith(contentOf(*ceph, bucket, keys[0], folder.path()), "instances/") == good.instances());
}
