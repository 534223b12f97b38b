// The S3 transport, its grants and the store against a real S3: Ceph's gateway. What arrived is looked at by
// a client that is not ours (s3.py).
#include <algorithm>
#include <thread>

#include "ceph.hpp"
#include "child_process.hpp"
#include "fault_proxy.hpp"
#include "gantry/uplink/s3_presigned.hpp"
#include "object_store_contract.hpp"
#include "s3_fixture.hpp"
#include "wait.hpp"

namespace gantry::uplink {
namespace {

using namespace gantry::test;

constexpr std::size_t kMiB = 1 << 20;
constexpr std::size_t kPart = 5 * kMiB;
constexpr std::uint64_t kHeads = 200'000;  // bytes of requests' heads and lists, at most

/// One for all cases. nullptr, said loudly, where Ceph is not installed or does not start.
Ceph* startedOrSkip() {
    static const auto ceph = Ceph::start();
    if (ceph) return ceph->get();
    skipLoudly("no Ceph (" + ceph.error().message() + "); packaging/install-build-deps --tests installs it");
    return nullptr;
}

struct OffClock final : Clock {
    explicit OffClock(std::chrono::seconds off) : off_ms(std::chrono::milliseconds(off).count()) {}
    UnixMillis off_ms;
    UnixMillis nowMillis() const override { return SystemClock().nowMillis() + off_ms; }
};

std::unique_ptr<Transport> transportTo(const Ceph& ceph, std::uint16_t port, const std::string& bucket,
                                       const std::function<void(S3Config&)>& change = {}) {
    auto config = must(ceph.config(port, bucket));
    if (change) change(config);
    return must(makeS3Transport(std::move(config)));
}

std::string stored(const Ceph& ceph, const std::string& bucket, const std::string& key = "in/7f0c.age") {
    const auto seen = must(ceph.ask({"GET", "/" + bucket + "/" + key}));
    CHECK(seen.status == 200);
    return seen.body;
}

std::size_t countIn(const std::string& text, const std::string& what) {
    std::size_t count = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
    return count;
}

std::size_t unfinished(const Ceph& ceph, const std::string& bucket) {
    return countIn(must(ceph.ask({"GET", "/" + bucket + "?uploads"})).body, "<UploadId>");
}

/// Attempts until the object is there, as a courier makes them; every error must allow another one.
void putUntilDone(Transport& transport, const PutObject& object, UploadMemory& memory) {
    const bool arrived = waitUntil(
        [&] {
            const auto done = transport.put(object, memory, {});
            if (done) return true;
            INFO(done.error().message());
            REQUIRE(describe(done.error().code).retry != Retry::Never);
            return false;
        },
        std::chrono::seconds(60));
    REQUIRE(arrived);
}

}  // namespace

TEST_CASE("objects of any size arrive at Ceph whole, once", "[s3][ceph]") {
    auto* ceph = startedOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    const auto transport = transportTo(*ceph, ceph->port(), bucket);
    int number = 0;
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, kPart, kPart + 1, 3 * kPart, 3 * kPart + 17}) {
        CAPTURE(size);
        TestObject o(size);
        o.object.name = "parcel " + std::to_string(++number) + "+%ü.age";
        RememberedUpload memory;
        must(transport->put(o.object, memory, {}));
        must(transport->put(o.object, memory, {}));
        const auto seen = must(ceph->ask({"GET", "/" + bucket + "/in/" + o.object.name}));
        CHECK(seen.status == 200);
        CHECK((seen.body == o.content));
        CHECK(seen.headers.at("x-amz-meta-sha256") == o.object.sha256_hex);
        CHECK(seen.headers.at("x-amz-meta-trial") == "ONC-1");
        RememberedUpload fresh;
        TestObject other(size + 1);
        other.object.name = o.object.name;
        CHECK(transport->put(other.object, fresh, {}).error().code == Errc::Conflict);
    }
    CHECK(countIn(must(ceph->ask({"GET", "/" + bucket})).body, "<Key>") == 6);
    CHECK(unfinished(*ceph, bucket) == 0);
}

TEST_CASE("a put that is killed costs at most a part of each connection", "[s3][ceph][fault]") {
    auto* ceph = startedOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    FaultProxy proxy(ceph->port());
    const TestObject o(40 * kMiB);
    const int connections = GENERATE(1, 3);
    CAPTURE(connections);
    const auto memory = o.folder.path() / "memory";
    const std::vector<std::string> command{std::string(GANTRY_BIN_DIR) + "/put_object",
                                           "--endpoint",
                                           Ceph::url(proxy.port(), bucket),
                                           "--credentials",
                                           ceph->sponsorCredentials(),
                                           "--name",
                                           "killed-" + std::to_string(connections),
                                           "--file",
                                           o.object.file,
                                           "--memory",
                                           memory,
                                           "--chunk-bytes",
                                           std::to_string(kPart),
                                           "--connections",
                                           std::to_string(connections)};
    for (const std::uint64_t until : {12 * kMiB, 28 * kMiB}) {
        proxy.setRate(60 * kMiB, {});
        ChildProcess put(command);
        REQUIRE(waitUntil([&] { return proxy.bytesUp() > until; }, std::chrono::seconds(30)));
        put.kill();
    }
    proxy.setRate({}, {});
    ChildProcess put(command);
    std::string last;
    for (auto line = put.readLine(); !line.empty(); line = put.readLine()) last = line;
    CHECK(put.wait() == 0);
    CHECK(last == "done");
    CHECK((stored(*ceph, bucket, "in/killed-" + std::to_string(connections)) == o.content));
    const auto again = static_cast<std::uint64_t>(2 * connections) * kPart;
    CHECK(proxy.bytesUp() <= o.content.size() + again + kHeads);
    CHECK(unfinished(*ceph, bucket) == 0);
}

TEST_CASE("a line that is cut, stalls, damages and loses answers costs no person's time",
          "[s3][ceph][fault]") {
    auto* ceph = startedOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    FaultProxy proxy(ceph->port());
    const TestObject o(60 * kMiB);
    using Kind = LineFault::Kind;
    const auto kinds =
        GENERATE(std::vector<Kind>{Kind::Flip}, std::vector<Kind>{Kind::LoseAnswer, Kind::Cut},
                 std::vector<Kind>{Kind::Cut, Kind::Flip, Kind::LoseAnswer, Kind::Stall, Kind::Down});
    const int connections = GENERATE(1, 4);
    const auto seed = faultSeed();
    CAPTURE(seed, connections, kinds.size());
    const auto transport =
        transportTo(*ceph, proxy.port(), bucket, [&](S3Config& config) { config.connections = connections; });
    constexpr std::size_t kFaults = 6;
    proxy.arm(drawFaults({seed, kFaults, 50 * kMiB, kinds}));
    RememberedUpload memory;
    putUntilDone(*transport, o.object, memory);
    CHECK((stored(*ceph, bucket) == o.content));
    const auto faults = proxy.struck().size();
    CHECK(faults >= 1);
    const auto again = faults * static_cast<std::uint64_t>(connections) * kPart;
    CHECK(proxy.bytesUp() <= o.content.size() + again + kHeads);
    CHECK(unfinished(*ceph, bucket) == 0);
}

TEST_CASE("an answer to the completion that is lost is no second object", "[s3][ceph][fault]") {
    auto* ceph = startedOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    FaultProxy proxy(ceph->port());
    const TestObject o(3 * kPart);
    const auto transport = transportTo(*ceph, proxy.port(), bucket);
    RememberedUpload memory;
    int lost = 0;
    memory.on_progress = [&](std::uint64_t sent) {
        if (sent == o.content.size() && ++lost == 1) proxy.loseNextAnswer();
    };
    putUntilDone(*transport, o.object, memory);
    CHECK(lost > 0);
    CHECK((stored(*ceph, bucket) == o.content));
    CHECK(proxy.bytesUp() <= o.content.size() + kHeads);
    CHECK(unfinished(*ceph, bucket) == 0);
}

TEST_CASE("leftovers at Ceph are aborted", "[s3][ceph]") {
    auto* ceph = startedOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    for (int i = 0; i < 2; ++i)
        REQUIRE(must(ceph->ask({"POST", "/" + bucket + "/in/7f0c.age?uploads"})).status == 200);
    REQUIRE(must(ceph->ask({"POST", "/" + bucket + "/in/7f0c.age.other?uploads"})).status == 200);
    REQUIRE(unfinished(*ceph, bucket) == 3);
    RememberedUpload memory;
    must(transportTo(*ceph, ceph->port(), bucket)->put(TestObject(2 * kPart).object, memory, {}));
    CHECK(unfinished(*ceph, bucket) == 1);
}

TEST_CASE("an upload that was aborted at Ceph begins anew", "[s3][ceph]") {
    auto* ceph = startedOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    const TestObject o(6 * kPart);
    const auto transport =
        transportTo(*ceph, ceph->port(), bucket, [](S3Config& config) { config.connections = 1; });
    RememberedUpload memory;
    std::stop_source stop;
    memory.on_progress = [&](std::uint64_t sent) {
        if (sent >= 2 * kPart) stop.request_stop();
    };
    CHECK(transport->put(o.object, memory, stop.get_token()).error().code == Errc::Stopped);
    const auto uploads = must(ceph->ask({"GET", "/" + bucket + "?uploads"})).body;
    const auto from = uploads.find("<UploadId>") + 10;
    const auto id = uploads.substr(from, uploads.find("</UploadId>") - from);
    REQUIRE(must(ceph->ask({"DELETE", "/" + bucket + "/in/7f0c.age?uploadId=" + id})).status == 204);
    memory.on_progress = {};
    must(transport->put(o.object, memory, {}));
    CHECK((stored(*ceph, bucket) == o.content));
}

TEST_CASE("a bucket before the host, TLS, and an authority of the house", "[s3][ceph]") {
    auto* ceph = startedOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket(Ceph::kBucketInHost));
    const auto size = GENERATE(std::size_t{1000}, 2 * kPart);
    TestObject o(size);
    o.object.name = std::to_string(size) + ".age";
    const auto transport = transportTo(*ceph, ceph->port(), bucket, [&](S3Config& config) {
        config.location = must(parseS3Url("s3+https://localhost:" + std::to_string(ceph->tlsPort()) + "/" +
                                          bucket + "/a%20b/%C3%BC"));
        config.addressing = S3Addressing::Host;
        config.http.ca_file = ceph->ca();
    });
    RememberedUpload memory;
    must(transport->put(o.object, memory, {}));
    CHECK((stored(*ceph, bucket, "a b/ü/" + o.object.name) == o.content));
    const auto by_host = must(ceph->ask({"GET", "/a b/ü/" + o.object.name, "", {}, bucket + ".localhost"}));
    CHECK((by_host.body == o.content));
    const auto untrusted = transportTo(*ceph, ceph->port(), bucket, [&](S3Config& config) {
        config.location =
            must(parseS3Url("s3+https://localhost:" + std::to_string(ceph->tlsPort()) + "/" + bucket));
    });
    RememberedUpload other;
    CHECK(untrusted->put(o.object, other, {}).error().code == Errc::NotAllowed);
}

TEST_CASE("objects are encrypted at Ceph as asked", "[s3][ceph]") {
    auto* ceph = startedOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    const auto encryption = GENERATE(std::string("AES256"), std::string("aws:kms"));
    const auto size = GENERATE(std::size_t{1000}, 2 * kPart + 9);
    CAPTURE(encryption, size);
    const TestObject o(size);
    const auto transport = transportTo(*ceph, ceph->port(), bucket, [&](S3Config& config) {
        config.objects.encryption = encryption;
        if (encryption == "aws:kms") config.objects.kms_key_id = "trial-key";
        config.objects.storage_class = "STANDARD";
    });
    RememberedUpload memory;
    must(transport->put(o.object, memory, {}));
    must(transport->put(o.object, memory, {}));
    const auto seen = must(ceph->ask({"GET", "/" + bucket + "/in/7f0c.age"}));
    CHECK((seen.body == o.content));
    if (encryption == "aws:kms") {
        CHECK(seen.headers.at("x-amz-server-side-encryption") == "aws:kms");
        CHECK(seen.headers.at("x-amz-server-side-encryption-aws-kms-key-id") == "trial-key");
    }
}

TEST_CASE("a key that may put only, below its site's prefix", "[s3][ceph]") {
    auto* ceph = startedOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    // The lines of docs/formats/s3.md, for the site's user.
    const std::string policy = R"({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
      "Principal": {"AWS": ["arn:aws:iam:::user/site"]},
      "Action": ["s3:PutObject", "s3:PutObjectAcl", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      "Resource": ["arn:aws:s3:::)" +
                               bucket + R"(/in/*"]}]})";
    REQUIRE(must(ceph->ask({"PUT", "/" + bucket + "?policy", policy})).status < 300);
    const auto as_site = [&](S3Config& config) {
        config.credentials_file = ceph->siteCredentials();
        config.objects.acl = "bucket-owner-full-control";
    };
    const auto transport = transportTo(*ceph, ceph->port(), bucket, as_site);
    TestObject small(1000), large(3 * kPart);
    small.object.name = "small.age";
    for (const auto* o : {&small, &large}) {
        RememberedUpload memory;
        must(transport->put(o->object, memory, {}));
        must(transport->put(o->object, memory, {}));
        CHECK((stored(*ceph, bucket, "in/" + o->object.name) == o->content));
    }
    TestObject other(1000);
    other.object.name = "small.age";
    other.object.sha256_hex = large.object.sha256_hex;
    RememberedUpload memory;
    CHECK(transport->put(other.object, memory, {}).error().code == Errc::Conflict);
    const auto elsewhere = transportTo(*ceph, ceph->port(), bucket, [&](S3Config& config) {
        as_site(config);
        config.location.prefix = "other-site/";
    });
    CHECK(elsewhere->put(small.object, memory, {}).error().code == Errc::NotAllowed);
    const auto store = [&] {
        auto config = must(ceph->config(ceph->port(), bucket));
        as_site(config);
        return must(openS3Store(std::move(config)));
    }();
    // What it put itself it may read there: it is the object's owner.
    REQUIRE(must(ceph->ask({"PUT", "/" + bucket + "/in/sponsors", "x"})).status == 200);
    CHECK(store->read("sponsors", 10).error().code == Errc::NotAllowed);
    CHECK(store->list("", "", 10).error().code == Errc::NotAllowed);
    CHECK(store->remove("small.age").error().code == Errc::NotAllowed);
}

TEST_CASE("what Ceph refuses has a sentence", "[s3][ceph]") {
    auto* ceph = startedOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    const auto size = GENERATE(std::size_t{1000}, 2 * kPart);
    const TestObject o(size);
    const auto refusal = [&](const std::string& where, const std::function<void(S3Config&)>& change) {
        RememberedUpload memory;
        return transportTo(*ceph, ceph->port(), where, change)->put(o.object, memory, {}).error();
    };
    const OffClock late(std::chrono::minutes(20));
    CHECK(refusal(bucket, [&](S3Config& c) { c.clock = &late; }).code == Errc::ClockWrong);
    const auto with_key = [](std::string key, std::string secret) {
        return [=](S3Config& c) {
            c.credentials_file.clear();
            c.credentials = {key, secret, "", "us-east-1"};
        };
    };
    const auto wrong_secret = refusal(bucket, with_key("SPONSOR", "other"));
    CHECK(wrong_secret.code == Errc::NotAllowed);
    CHECK(wrong_secret.context.find("SignatureDoesNotMatch") != std::string::npos);
    CHECK(refusal(bucket, with_key("NOBODY", "x")).code == Errc::NotAllowed);
    CHECK(refusal("no-such-bucket", {}).code == Errc::PeerRefused);
}

TEST_CASE("a site without a secret uploads by a grant", "[s3][ceph][presigned]") {
    auto* ceph = startedOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    FaultProxy proxy(ceph->port());
    const auto sponsor = must(ceph->config(proxy.port(), bucket));
    const auto folder = temporaryDirectory();
    const auto grants = folder.path() / "grants";
    must(makeDirectory(grants));
    const auto give = [&](const Grant& grant, const std::string& name) {
        must(writeFileDurably(grants / name, asBytes(writeGrant(grant))));
    };
    const auto site = [&](int connections) {
        PresignedConfig config;
        config.grants = grants;
        config.part_bytes = kPart;
        config.connections = connections;
        return must(makePresignedTransport(std::move(config)));
    };
    SECTION("whole, and once") {
        const auto grant = must(makeGrant(sponsor, {"slot-1", 20, std::chrono::hours(1)}));
        give(grant, "1.json");
        const TestObject o(3 * kPart + 5);
        RememberedUpload memory;
        must(site(3)->put(o.object, memory, {}));
        must(site(3)->put(o.object, memory, {}));
        CHECK((stored(*ceph, bucket, "in/slot-1") == o.content));
        CHECK(unfinished(*ceph, bucket) == 0);
    }
    SECTION("over a bad line, resuming, with flips caught") {
        give(must(makeGrant(sponsor, {"slot-1", 20, std::chrono::hours(1)})), "1.json");
        const TestObject o(12 * kPart);
        using Kind = LineFault::Kind;
        const auto seed = faultSeed();
        CAPTURE(seed);
        proxy.arm(drawFaults({seed, 5, 10 * kPart, {Kind::Cut, Kind::Flip, Kind::LoseAnswer}}));
        RememberedUpload memory;
        const auto transport = site(2);
        putUntilDone(*transport, o.object, memory);
        CHECK((stored(*ceph, bucket, "in/slot-1") == o.content));
        CHECK(proxy.bytesUp() <= o.content.size() + proxy.struck().size() * 2 * kPart + kHeads);
    }
    SECTION("that ran out at the server, and is renewed") {
        auto early = sponsor;
        const OffClock before(-std::chrono::minutes(10));
        early.clock = &before;
        const auto grant = must(makeGrant(early, {"slot-1", 20, std::chrono::minutes(5)}));
        auto claimed = grant;
        claimed.expires_at +=
            std::chrono::milliseconds(std::chrono::hours(1)).count();  // the site does not know
        give(claimed, "1.json");
        const TestObject o(2 * kPart);
        RememberedUpload memory;
        const auto late = site(1)->put(o.object, memory, {});
        INFO(late.error().message());
        CHECK((late.error().code == Errc::NoGrant || late.error().code == Errc::NotAllowed));
        auto renewed = must(renewGrant(sponsor, grant, std::chrono::hours(2)));
        give(renewed, "2.json");
        must(site(1)->put(o.object, memory, {}));
        CHECK((stored(*ceph, bucket, "in/slot-1") == o.content));
    }
}

TEST_CASE("a bucket of Ceph keeps the contract of a store", "[s3][ceph][contract]") {
    auto* ceph = startedOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    const auto config = must(ceph->config(ceph->port(), bucket));
    const auto store = must(openS3Store(config));
    checkObjectStore(*store, config.part_bytes);
    CHECK(countIn(must(ceph->ask({"GET", "/" + bucket})).body, "<Key>") == 0);
    CHECK(unfinished(*ceph, bucket) == 0);
}

}  // namespace gantry::uplink
