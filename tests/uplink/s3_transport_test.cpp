// The S3 transport against a small server of ours: what AWS does and Ceph does not, and what servers do
// wrong.
#include <algorithm>

#include "s3_fixture.hpp"

namespace gantry::uplink {
namespace {

using namespace gantry::test;

constexpr std::size_t kMiB = 1 << 20;
constexpr std::size_t kThreeParts = 12 * kMiB;  // of 5, 5 and 2 MiB

ScriptedRequest requestOf(const FakeS3& fake, const std::string& what) {
    const auto found = std::find(fake.seen.begin(), fake.seen.end(), what);
    REQUIRE(found != fake.seen.end());
    return fake.requests[static_cast<std::size_t>(found - fake.seen.begin())];
}

}  // namespace

TEST_CASE("a small object goes in one request", "[uplink][s3]") {
    S3Bench bench;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, 5 * kMiB}) {
        CAPTURE(size);
        bench.fake = {};
        const TestObject o(size);
        must(bench.put(o));
        CHECK(bench.fake.seen == std::vector<std::string>{"HEAD", "PUT"});
        const auto& object = bench.fake.objects.at("in/7f0c.age");
        CHECK((object.bytes == o.content));
        CHECK(object.headers.at("x-amz-meta-sha256") == o.object.sha256_hex);
        CHECK(object.headers.at("x-amz-meta-parcel-id") == "7f0c");
        CHECK(object.headers.at("x-amz-meta-trial") == "ONC-1");
        CHECK(object.headers.at("x-amz-checksum-sha256") == toBase64(sha256(asBytes(o.content))));
        CHECK(object.headers.at("x-amz-content-sha256") == o.object.sha256_hex);
        CHECK(bench.memory.last == size);
        must(bench.put(o));
        CHECK(bench.fake.seen.back() == "HEAD");
    }
}

TEST_CASE("a large object goes in parts, each with its checksum where the server keeps them",
          "[uplink][s3]") {
    S3Bench bench;
    const TestObject o(kThreeParts);
    must(bench.put(o));
    const auto& object = bench.fake.objects.at("in/7f0c.age");
    CHECK((object.bytes == o.content));
    CHECK(object.headers.at("x-amz-meta-sha256") == o.object.sha256_hex);
    CHECK(requestOf(bench.fake, "CREATE").target == "/trial/in/7f0c.age?uploads=");
    CHECK(requestOf(bench.fake, "CREATE").header("x-amz-checksum-algorithm") == "SHA256");
    const auto part = requestOf(bench.fake, "PART 3");
    CHECK(part.body.size() == 2 * kMiB);
    CHECK(part.header("x-amz-checksum-sha256") == toBase64(sha256(asBytes(o.content.substr(10 * kMiB)))));
    CHECK(part.header("content-md5").empty());
    CHECK(bench.fake.uploads.empty());
    CHECK(bench.memory.last == o.content.size());
    for (const auto& request : bench.fake.requests)
        CHECK(request.header("authorization").find("hub-token") == std::string::npos);
}

TEST_CASE("a server without checksums gets Content-MD5", "[uplink][s3]") {
    S3Bench bench;
    const TestObject o(kThreeParts);
    SECTION("one that ignores what it does not know") {
        bench.fake.keeps_checksums = false;
    }
    SECTION("one that refuses it") {
        bench.fake.refuses_checksums = true;
    }
    must(bench.put(o));
    CHECK((bench.fake.objects.at("in/7f0c.age").bytes == o.content));
    const auto part = requestOf(bench.fake, "PART 1");
    CHECK(part.header("x-amz-checksum-sha256").empty());
    CHECK(part.header("content-md5") == toBase64(asBytes(md5Of(o.content.substr(0, 5 * kMiB)))));
    const TestObject small(1000);
    must(bench.transport->put(
        [&] {
            auto other = small.object;
            other.name = "small";
            return other;
        }(),
        bench.memory, {}));
    CHECK((bench.fake.objects.at("in/small").bytes == small.content));
}

TEST_CASE("encryption and storage class are asked for when the object is made", "[uplink][s3]") {
    S3Bench bench;
    const auto size = GENERATE(std::size_t{100}, kThreeParts);
    bench.remake([](S3Config& config) {
        config.objects = {"aws:kms", "arn:aws:kms:eu-central-1:1:key/k", "STANDARD_IA", "bucket-owner-read"};
        config.credentials.session_token = "tok";
    });
    bench.fake.opaque_etags = true;
    const TestObject o(size);
    must(bench.put(o));
    const auto& headers = bench.fake.objects.at("in/7f0c.age").headers;
    CHECK(headers.at("x-amz-server-side-encryption") == "aws:kms");
    CHECK(headers.at("x-amz-server-side-encryption-aws-kms-key-id") == "arn:aws:kms:eu-central-1:1:key/k");
    CHECK(headers.at("x-amz-storage-class") == "STANDARD_IA");
    CHECK(headers.at("x-amz-acl") == "bucket-owner-read");
    CHECK(headers.at("x-amz-security-token") == "tok");
}

TEST_CASE("other content under the same name is a conflict", "[uplink][s3]") {
    S3Bench bench;
    const TestObject first(1000), second(1001);
    must(bench.put(first));
    CHECK(bench.put(second).error().code == Errc::Conflict);
    auto same_size = first.object;
    same_size.sha256_hex = second.object.sha256_hex;
    CHECK(bench.transport->put(same_size, bench.memory, {}).error().code == Errc::Conflict);
    CHECK((bench.fake.objects.at("in/7f0c.age").bytes == first.content));
}

TEST_CASE("an upload that was broken off goes on where it stopped", "[uplink][s3][fault]") {
    S3Bench bench;
    bench.fake.page = 2;
    const TestObject o(42 * kMiB);  // 9 parts
    bench.remake([](S3Config& config) { config.connections = 1; });
    int parts = 0;
    bench.fake.interfere = [&](const std::string& what,
                               const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
        if (what.starts_with("PART") && ++parts == 7) return ScriptedAnswer{0, {}, "", true};
        return std::nullopt;
    };
    CHECK(bench.put(o).error().code == Errc::NetworkDown);
    const auto with_new_process = GENERATE(true, false);
    if (with_new_process) bench.remake([](S3Config& config) { config.connections = 1; });
    must(bench.put(o));
    CHECK((bench.fake.objects.at("in/7f0c.age").bytes == o.content));
    CHECK(bench.fake.count("CREATE") == 1);
    CHECK(bench.fake.count("LIST") == 1 + 3);  // nothing there; then 6 parts on pages of 2
    CHECK(bench.fake.partBytes == o.content.size() + 5 * kMiB);
}

TEST_CASE("several connections send several parts, each once", "[uplink][s3]") {
    S3Bench bench;
    bench.remake([](S3Config& config) { config.connections = 8; });
    const TestObject o(60 * kMiB);
    must(bench.put(o));
    CHECK((bench.fake.objects.at("in/7f0c.age").bytes == o.content));
    CHECK(bench.fake.count("PART") == 12);
}

TEST_CASE("bytes that were damaged on the way are sent again", "[uplink][s3][fault]") {
    S3Bench bench;
    const auto size = GENERATE(std::size_t{1000}, kThreeParts);
    // Who notices: the server by its checksum, by Content-MD5, or we by the ETag.
    const auto who = GENERATE(0, 1, 2);
    bench.fake.keeps_checksums = who == 0;
    bench.fake.checks_digests = who != 2;
    CAPTURE(size, who);
    int damaged = 0;
    bench.fake.damage = [&](const std::string& what, std::string& body) {
        if ((what == "PUT" || what == "PART 2") && damaged < 2) {
            ++damaged;
            body[body.size() / 2] = static_cast<char>(body[body.size() / 2] ^ 4);
        }
    };
    const TestObject o(size);
    must(bench.put(o));
    CHECK(damaged == 2);
    CHECK((bench.fake.objects.at("in/7f0c.age").bytes == o.content));
    SECTION("a line that damages everything is no loop") {
        bench.fake.damage = [](const std::string& what, std::string& body) {
            if (what == "PUT" || what.starts_with("PART")) body[0] = static_cast<char>(body[0] ^ 1);
        };
        bench.fake.objects.clear();
        const auto before = bench.fake.seen.size();
        const auto done = bench.put(o);
        CHECK(done.error().code == Errc::PeerBusy);
        CHECK(bench.fake.seen.size() - before <= 3 * 3 + 5);  // each part three times, and what is around it
    }
}

TEST_CASE("a damaged part that the server kept is found when the upload goes on", "[uplink][s3][fault]") {
    S3Bench bench;
    bench.fake.keeps_checksums = false;
    bench.fake.checks_digests = false;
    bench.remake([](S3Config& config) { config.connections = 1; });
    const TestObject o(kThreeParts);
    // Part 2 arrives damaged and its answer is lost: nobody could notice.
    bench.fake.interfere = [&](const std::string& what,
                               const ScriptedRequest& request) -> std::optional<ScriptedAnswer> {
        if (what != "PART 2" || bench.fake.count("PART 2") > 1) return std::nullopt;
        auto body = request.body;
        body[7] = static_cast<char>(body[7] ^ 1);
        bench.fake.uploads.begin()->second.parts[2] = body;
        return ScriptedAnswer{0, {}, "", true};
    };
    CHECK(bench.put(o).error().code == Errc::NetworkDown);
    must(bench.put(o));
    CHECK((bench.fake.objects.at("in/7f0c.age").bytes == o.content));
}

TEST_CASE("a damaged object that the server kept is put again", "[uplink][s3][fault]") {
    S3Bench bench;
    const TestObject o(1000);
    must(bench.put(o));
    auto& object = bench.fake.objects.at("in/7f0c.age");
    object.bytes[3] = static_cast<char>(object.bytes[3] ^ 1);
    object.etag = toHex(asBytes(md5Of(object.bytes)));
    must(bench.put(o));
    CHECK((bench.fake.objects.at("in/7f0c.age").bytes == o.content));
}

TEST_CASE("an error in the body of a 200 is an error", "[uplink][s3]") {
    S3Bench bench;
    const TestObject o(kThreeParts);
    bench.fake.interfere = [&](const std::string& what,
                               const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
        if (what == "COMPLETE" && bench.fake.count("COMPLETE") == 1)
            return ScriptedAnswer{200, {}, "\n \n" + s3Error("InternalError"), false};
        return std::nullopt;
    };
    CHECK(bench.put(o).error().code == Errc::PeerBusy);
    CHECK(bench.fake.objects.empty());
    must(bench.put(o));
    CHECK(bench.fake.count("PART") == 3);
    CHECK((bench.fake.objects.at("in/7f0c.age").bytes == o.content));
}

TEST_CASE("a lost answer to the completion does no harm", "[uplink][s3][fault]") {
    S3Bench bench;
    const auto may_look = GENERATE(true, false);
    const auto size = GENERATE(std::size_t{1000}, kThreeParts);
    const auto conditions = GENERATE(0, 1, 2);  // honoured, ignored, refused
    bench.fake.may_look = may_look;
    bench.fake.honours_if_none_match = conditions == 0;
    bench.fake.refuses_if_none_match = conditions == 2;
    CAPTURE(may_look, size, conditions);
    const TestObject o(size);
    const std::string last = size == kThreeParts ? "COMPLETE" : "PUT";
    bool lost = false;
    bench.fake.interfere = [&](const std::string& what,
                               const ScriptedRequest& request) -> std::optional<ScriptedAnswer> {
        const bool refuses = conditions == 2 && !request.header("if-none-match").empty();
        if (what != last || lost || refuses) return std::nullopt;
        lost = true;
        bench.fake.interfere = {};
        bench.fake.seen.pop_back();
        (void)bench.fake.handle(request);
        return ScriptedAnswer{0, {}, "", true};
    };
    // libcurl may have asked again by itself, on a connection that it knew from before.
    const auto first = bench.put(o);
    if (!first) CHECK(first.error().code == Errc::NetworkDown);
    CHECK(lost);
    CHECK(bench.fake.objects.size() == 1);
    must(bench.put(o));
    CHECK(bench.fake.objects.size() == 1);
    CHECK(bench.fake.uploads.empty());
    CHECK((bench.fake.objects.at("in/7f0c.age").bytes == o.content));
    if (may_look) CHECK(bench.fake.partBytes <= o.content.size());
}

TEST_CASE("where a site may not look, it does not replace what others put", "[uplink][s3]") {
    S3Bench bench;
    bench.fake.may_look = false;
    const auto size = GENERATE(std::size_t{1000}, kThreeParts);
    const TestObject o(size);
    bench.fake.objects["in/7f0c.age"] = {"somebody else's", "x", {}};
    CHECK(bench.put(o).error().code == Errc::Conflict);
    CHECK(bench.fake.objects.at("in/7f0c.age").bytes == "somebody else's");
    bench.fake.objects.clear();
    bench.memory.state.clear();
    must(bench.put(o));
    CHECK((bench.fake.objects.at("in/7f0c.age").bytes == o.content));
}

TEST_CASE("an upload that the server forgot begins anew", "[uplink][s3]") {
    S3Bench bench;
    const TestObject o(kThreeParts);
    bench.remake([](S3Config& config) { config.connections = 1; });
    const auto when = GENERATE("PART 2", "LIST", "COMPLETE");
    bench.fake.interfere = [&](const std::string& what,
                               const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
        if (what == when && bench.fake.count(what) == 1) bench.fake.uploads.clear();
        return std::nullopt;
    };
    must(bench.put(o));
    CHECK(bench.fake.count("CREATE") == 2);
    CHECK((bench.fake.objects.at("in/7f0c.age").bytes == o.content));
    SECTION("but not for ever") {
        bench.fake.objects.clear();
        bench.fake.interfere = [&](const std::string& what,
                                   const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
            if (what.starts_with("PART")) bench.fake.uploads.clear();
            return std::nullopt;
        };
        bench.fake.seen.clear();
        CHECK(bench.put(o).error().code == Errc::Gone);
        CHECK(bench.fake.count("CREATE") == 2);
    }
}

TEST_CASE("a part that the server lost is sent in a new upload", "[uplink][s3]") {
    S3Bench bench;
    const TestObject o(kThreeParts);
    bench.fake.interfere = [&](const std::string& what,
                               const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
        if (what == "COMPLETE" && bench.fake.count(what) == 1)
            bench.fake.uploads.begin()->second.parts[2] = "other";
        return std::nullopt;
    };
    must(bench.put(o));
    CHECK((bench.fake.objects.at("in/7f0c.age").bytes == o.content));
    CHECK(bench.fake.uploads.empty());
}

TEST_CASE("leftovers of the same name are aborted, others are not", "[uplink][s3]") {
    S3Bench bench;
    bench.fake.uploads["old"] = {"in/7f0c.age", {}, {{1, "x"}}, {}};
    bench.fake.uploads["other"] = {"in/7f0c.age.more", {}, {{1, "x"}}, {}};
    must(bench.put(TestObject(kThreeParts)));
    CHECK_FALSE(bench.fake.uploads.contains("old"));
    CHECK(bench.fake.uploads.contains("other"));
}

TEST_CASE("what the server says becomes what the caller does", "[uplink][s3]") {
    struct Case {
        int status;
        const char* code;
        Errc meaning;
    };
    const auto c = GENERATE(
        Case{403, "RequestTimeTooSkewed", Errc::ClockWrong}, Case{403, "AccessDenied", Errc::NotAllowed},
        Case{403, "SignatureDoesNotMatch", Errc::NotAllowed}, Case{404, "NoSuchBucket", Errc::PeerRefused},
        Case{503, "SlowDown", Errc::PeerBusy}, Case{400, "EntityTooLarge", Errc::PeerRefused},
        Case{400, "InvalidArgument", Errc::PeerRefused});
    const auto size = GENERATE(std::size_t{10}, kThreeParts);
    CAPTURE(c.code, size);
    S3Bench bench;
    bench.fake.interfere = [&](const std::string& what,
                               const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
        if (what == "HEAD") return std::nullopt;
        return ScriptedAnswer{c.status, {{"Retry-After", "7"}}, s3Error(c.code), false};
    };
    const auto done = bench.put(TestObject(size));
    CHECK(done.error().code == c.meaning);
    CHECK(done.error().context.find(c.code) != std::string::npos);
    CHECK(bench.transport->askedToWait() == std::chrono::seconds(7));
    CHECK(bench.fake.seen.size() <= 4);
}

TEST_CASE("garbage instead of XML is a refusal, not a crash", "[uplink][s3]") {
    S3Bench bench;
    const auto what_fails = GENERATE("CREATE", "LIST", "COMPLETE");
    bench.fake.interfere = [&](const std::string& what,
                               const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
        if (what == what_fails) return ScriptedAnswer{500, {}, "<html>oops", false};
        return std::nullopt;
    };
    CHECK(bench.put(TestObject(kThreeParts)).error().code == Errc::PeerBusy);
    bench.fake.interfere = [&](const std::string& what,
                               const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
        if (what == "CREATE" || what == "LIST") return ScriptedAnswer{200, {}, "<html/>", false};
        return std::nullopt;
    };
    CHECK(bench.put(TestObject(kThreeParts)).error().code == Errc::PeerRefused);
}

TEST_CASE("stopping ends a put soon, and it goes on later", "[uplink][s3]") {
    S3Bench bench;
    const TestObject o(40 * kMiB);
    std::stop_source stop;
    bench.fake.interfere = [&](const std::string& what,
                               const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
        if (what == "PART 3") stop.request_stop();
        return std::nullopt;
    };
    CHECK(bench.put(o, stop.get_token()).error().code == Errc::Stopped);
    CHECK(bench.fake.uploads.size() == 1);
    must(bench.put(o));
    CHECK(bench.fake.count("CREATE") == 1);
    CHECK((bench.fake.objects.at("in/7f0c.age").bytes == o.content));
}

TEST_CASE("credentials are read anew for each object", "[uplink][s3]") {
    S3Bench bench;
    const auto folder = temporaryDirectory();
    const auto file = folder.path() / "credentials";
    must(writeFileDurably(file, asBytes("access_key_id: FIRST\nsecret_access_key: s\n")));
    bench.remake([&](S3Config& config) { config.credentials_file = file; });
    must(bench.put(TestObject(10)));
    must(writeFileDurably(file, asBytes("access_key_id: SECOND\nsecret_access_key: s\nregion: eu-west-3\n")));
    bench.fake.objects.clear();
    must(bench.put(TestObject(10)));
    CHECK(bench.fake.requests.front().header("authorization").find("Credential=FIRST/") != std::string::npos);
    CHECK(bench.fake.requests.back().header("authorization").find("Credential=SECOND/") != std::string::npos);
    CHECK(bench.fake.requests.back().header("authorization").find("/eu-west-3/s3/aws4_request") !=
          std::string::npos);
}

TEST_CASE("settings out of range are refused", "[uplink][s3]") {
    S3Bench bench;
    const auto refused = [&](const std::function<void(S3Config&)>& change) {
        auto config = bench.config();
        change(config);
        return makeS3Transport(std::move(config)).error().code;
    };
    CHECK(refused([](S3Config& c) { c.part_bytes = (5 << 20) - 1; }) == Errc::InvalidArgument);
    CHECK(refused([](S3Config& c) { c.connections = 0; }) == Errc::InvalidArgument);
    CHECK(refused([](S3Config& c) { c.connections = 17; }) == Errc::InvalidArgument);
    CHECK(refused([](S3Config& c) { c.objects.encryption = "DES"; }) == Errc::InvalidArgument);
    CHECK(refused([](S3Config& c) { c.objects.kms_key_id = "k"; }) == Errc::InvalidArgument);
    CHECK(refused([](S3Config& c) { c.credentials_file = "/nonexistent"; }) == Errc::NotFound);
    auto object = TestObject(10);
    object.object.bytes = 11;
    CHECK(bench.put(object).error().code == Errc::InvalidArgument);
}

}  // namespace gantry::uplink
