// Uploads by grants: the site holds URLs and no secret.
#include <algorithm>
#include <fstream>

#include "gantry/uplink/s3_presigned.hpp"
#include "gantry/uplink/iso_time.hpp"
#include "s3_fixture.hpp"

namespace gantry::uplink {
namespace {

using namespace gantry::test;
namespace fs = std::filesystem;

struct SetClock final : Clock {
    UnixMillis at = must(unixSeconds("2026-03-01T10:00:00Z")) * 1000;
    UnixMillis nowMillis() const override { return at; }
    void pass(std::chrono::hours hours) { at += std::chrono::milliseconds(hours).count(); }
};

/// A sponsor that makes grants and a site that uses them.
struct GrantBench : S3Bench {
    TemporaryDirectory folder = temporaryDirectory();
    SetClock clock;

    GrantBench() { restart(); }
    fs::path grants() const { return folder.path() / "grants"; }
    void restart(int connections = 1) {
        must(makeDirectory(grants()));
        PresignedConfig config;
        config.grants = grants();
        config.http.bearer_token = "hub-token";
        config.part_bytes = 5 * kMiB;
        config.connections = connections;
        config.clock = &clock;
        transport = must(makePresignedTransport(std::move(config)));
    }
    S3Config sponsor() const {
        auto made = config();
        made.clock = &clock;
        return made;
    }
    Grant grant(const std::string& object, int parts = 10,
                std::chrono::seconds valid = std::chrono::hours(24)) {
        auto made = must(makeGrant(sponsor(), {object, parts, valid}));
        give(made, object);
        return made;
    }
    void give(const Grant& grant, const std::string& name) {
        must(writeFileDurably(grants() / (name + ".json"), asBytes(writeGrant(grant))));
    }
};

std::size_t filesWith(const fs::path& folder, std::string_view extension) {
    return static_cast<std::size_t>(std::count_if(
        fs::directory_iterator(folder), fs::directory_iterator(),
        [&](const fs::directory_entry& entry) { return entry.path().extension() == extension; }));
}

}  // namespace

TEST_CASE("a grant is a document that says what it is about", "[uplink][s3][presigned]") {
    GrantBench bench;
    const auto made = bench.grant("slot-1", 3, std::chrono::hours(24));
    CHECK(made.object == "in/slot-1");
    CHECK(made.parts.size() == 3);
    CHECK(made.expires_at - made.issued_at == 24 * 3600 * 1000);
    CHECK(made.parts[2].find("partNumber=3&") != std::string::npos);
    CHECK(made.parts[2].find("X-Amz-Expires=86400&X-Amz-SignedHeaders=host&") != std::string::npos);
    CHECK(made.parts[2].find("secret") == std::string::npos);
    const auto again = must(readGrant(writeGrant(made)));
    CHECK(again.upload_id == made.upload_id);
    CHECK(again.expires_at == made.expires_at);
    CHECK(again.parts == made.parts);
    CHECK(again.complete == made.complete);
    CHECK(again.etag_is_md5);
    SECTION("and is refused when it does not") {
        const auto whole = writeGrant(made);
        const auto changed = [&](std::string_view from, std::string_view to) {
            auto text = whole;
            const auto at = text.find(from);
            REQUIRE(at != std::string::npos);
            return text.replace(at, from.size(), to);
        };
        CHECK(readGrant("").error().code == Errc::BadFormat);
        CHECK(readGrant(changed("\"format\":1", "\"format\":2")).error().code == Errc::BadFormat);
        CHECK(readGrant(changed("\"upload_id\"", "\"upload\"")).error().code == Errc::BadFormat);
        CHECK(readGrant(changed("\"complete\":\"http://127.0.0.1", "\"complete\":\"http://evil.example"))
                  .error()
                  .code == Errc::NotAllowed);
        CHECK(readGrant(changed("\"parts\":[", "\"parts\":[7,")).error().code == Errc::BadFormat);
    }
    CHECK(makeGrant(bench.sponsor(), {"x", 1001, std::chrono::hours(1)}).error().code ==
          Errc::InvalidArgument);
    CHECK(makeGrant(bench.sponsor(), {"x", 10, std::chrono::hours(169)}).error().code ==
          Errc::InvalidArgument);
    CHECK(makeGrant(bench.sponsor(), {"", 10, std::chrono::hours(1)}).error().code == Errc::InvalidArgument);
}

TEST_CASE("parcels go by grants, each by one", "[uplink][s3][presigned]") {
    GrantBench bench;
    bench.restart(GENERATE(1, 4));
    bench.grant("slot-1", 10, std::chrono::hours(24));
    bench.grant("slot-2", 10, std::chrono::hours(48));
    TestObject first(12 * kMiB), second(1000);
    second.object.name = "81ab.age";
    must(bench.put(first));
    RememberedUpload other;
    must(bench.transport->put(second.object, other, {}));
    CHECK((bench.fake.objects.at("in/slot-1").bytes == first.content));  // that which runs out first
    CHECK((bench.fake.objects.at("in/slot-2").bytes == second.content));
    CHECK(bench.fake.uploads.empty());
    for (const auto& request : bench.fake.requests)
        if (request.target.find("X-Amz-Signature") != std::string::npos) {
            CHECK(request.header("authorization").empty());
            for (const auto& [name, value] : request.headers) CHECK_FALSE(name.starts_with("x-amz-"));
        }
    SECTION("and once, unless the caller forgot") {
        const auto before = bench.fake.seen.size();
        bench.restart();
        must(bench.put(first));
        CHECK(bench.fake.seen.size() == before);
        bench.grant("slot-3");
        bench.memory.state.clear();
        must(bench.put(first));
        CHECK((bench.fake.objects.at("in/slot-3").bytes == first.content));
    }
    SECTION("and a third waits, with a sentence") {
        const auto before = bench.fake.seen.size();
        TestObject third(10);
        third.object.name = "third.age";
        RememberedUpload memory;
        const auto done = bench.transport->put(third.object, memory, {});
        CHECK(done.error().code == Errc::NoGrant);
        CHECK(done.error().context.find("central team") != std::string::npos);
        CHECK(bench.fake.seen.size() == before);
    }
    SECTION("also when a grant that has served comes in again") {
        for (const auto& entry : fs::directory_iterator(bench.grants()))
            if (entry.path().extension() == ".json")
                fs::copy(entry.path(), entry.path().string() + ".again.json");
        TestObject third(10);
        third.object.name = "third.age";
        RememberedUpload memory;
        CHECK(bench.transport->put(third.object, memory, {}).error().code == Errc::NoGrant);
    }
}

TEST_CASE("an upload by a grant goes on where it stopped", "[uplink][s3][presigned][fault]") {
    GrantBench bench;
    bench.grant("slot-1");
    const TestObject o(32 * kMiB);  // 7 parts
    bench.fake.interfere = [&](const std::string& what,
                               const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
        if (what == "PART 5" && bench.fake.count(what) == 1) return ScriptedAnswer{0, {}, "", true};
        return std::nullopt;
    };
    CHECK(bench.put(o).error().code == Errc::NetworkDown);
    bench.restart();
    SECTION("by the server's list") {}
    SECTION("by what is remembered, where the list is not allowed") {
        bench.fake.interfere = [](const std::string& what,
                                  const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
            if (what == "LIST") return ScriptedAnswer{403, {}, s3Error("AccessDenied"), false};
            return std::nullopt;
        };
    }
    SECTION("by the list alone, when nothing is remembered") {
        bench.memory.state.clear();
    }
    must(bench.put(o));
    CHECK((bench.fake.objects.at("in/slot-1").bytes == o.content));
    CHECK(bench.fake.partBytes == o.content.size() + 5 * kMiB);
}

TEST_CASE("a damaged part is sent again by its grant", "[uplink][s3][presigned][fault]") {
    GrantBench bench;
    bench.grant("slot-1");
    bench.fake.checks_digests = GENERATE(true, false);
    bool damaged = false;
    bench.fake.damage = [&](const std::string& what, std::string& body) {
        if (what != "PART 2" || damaged) return;
        damaged = true;
        body[99] = static_cast<char>(body[99] ^ 16);
    };
    const TestObject o(12 * kMiB);
    must(bench.put(o));
    CHECK(damaged);
    CHECK((bench.fake.objects.at("in/slot-1").bytes == o.content));
}

TEST_CASE("a grant that ran out is renewed, and the upload goes on", "[uplink][s3][presigned]") {
    GrantBench bench;
    const auto grant = bench.grant("slot-1", 10, std::chrono::hours(2));
    const TestObject o(12 * kMiB);
    bench.fake.interfere = [&](const std::string& what,
                               const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
        if (what == "PART 2") return ScriptedAnswer{0, {}, "", true};
        return std::nullopt;
    };
    CHECK(bench.put(o).error().code == Errc::NetworkDown);
    bench.fake.interfere = {};
    bench.clock.pass(std::chrono::hours(3));
    const auto late = bench.put(o);
    CHECK(late.error().code == Errc::NoGrant);
    CHECK(late.error().context.find("run out") != std::string::npos);
    CHECK(describe(late.error().code).retry != Retry::Never);
    SECTION("by the same upload") {
        bench.give(must(renewGrant(bench.sponsor(), grant, std::chrono::hours(2))), "renewed");
        must(bench.put(o));
        CHECK(bench.fake.count("PART 1") == 1);
        CHECK((bench.fake.objects.at("in/slot-1").bytes == o.content));
    }
    SECTION("or by another one, which begins anew") {
        bench.grant("slot-2");
        must(bench.put(o));
        CHECK(bench.fake.count("PART 1") == 2);
        CHECK((bench.fake.objects.at("in/slot-2").bytes == o.content));
    }
}

TEST_CASE("what is forgotten is aborted by its grant, and sent anew by another", "[uplink][s3][presigned]") {
    GrantBench bench;
    bench.grant("slot-1");
    bench.grant("slot-2", 10, std::chrono::hours(48));
    const TestObject o(12 * kMiB);
    bench.fake.interfere = [&](const std::string& what,
                               const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
        if (what == "PART 2") return ScriptedAnswer{0, {}, "", true};
        return std::nullopt;
    };
    CHECK(bench.put(o).error().code == Errc::NetworkDown);
    bench.fake.interfere = {};
    must(bench.transport->forget(bench.memory, {}));
    CHECK(bench.memory.state.empty());
    CHECK(bench.fake.uploads.size() == 1);  // that of slot-2
    must(bench.put(o));
    CHECK((bench.fake.objects.at("in/slot-2").bytes == o.content));
    must(bench.transport->forget(bench.memory, {}));
    CHECK(bench.put(o).error().code == Errc::NoGrant);
}

TEST_CASE("a server for which the grant ran out first is understood", "[uplink][s3][presigned]") {
    GrantBench bench;
    bench.grant("slot-1");
    bench.fake.interfere = [](const std::string&, const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
        return ScriptedAnswer{
            403, {}, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>", false};
    };
    CHECK(bench.put(TestObject(10)).error().code == Errc::NoGrant);
    bench.fake.interfere = [](const std::string&, const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
        return ScriptedAnswer{403, {}, s3Error("SignatureDoesNotMatch"), false};
    };
    CHECK(bench.put(TestObject(10)).error().code == Errc::NotAllowed);
}

TEST_CASE("a lost answer to the completion by a grant does no harm", "[uplink][s3][presigned][fault]") {
    GrantBench bench;
    bench.grant("slot-1");
    bench.grant("slot-2", 10, std::chrono::hours(48));
    const TestObject o(12 * kMiB);
    bench.fake.interfere = [&](const std::string& what,
                               const ScriptedRequest& request) -> std::optional<ScriptedAnswer> {
        if (what != "COMPLETE") return std::nullopt;
        bench.fake.interfere = {};
        (void)bench.fake.handle(request);
        return ScriptedAnswer{0, {}, "", true};
    };
    const auto first = bench.put(o);  // libcurl may have asked again by itself
    if (!first) CHECK(first.error().code == Errc::NetworkDown);
    bench.restart();
    must(bench.put(o));
    CHECK((bench.fake.objects.at("in/slot-1").bytes == o.content));
    CHECK(bench.fake.partBytes == o.content.size());
    CHECK_FALSE(bench.fake.objects.contains("in/slot-2"));
}

TEST_CASE("an upload that the sponsor aborted is begun by another grant", "[uplink][s3][presigned]") {
    GrantBench bench;
    const auto aborted = bench.grant("slot-1");
    bench.grant("slot-2", 10, std::chrono::hours(48));
    bench.fake.uploads.erase(aborted.upload_id);
    const TestObject o(6 * kMiB);
    must(bench.put(o));
    CHECK((bench.fake.objects.at("in/slot-2").bytes == o.content));
}

TEST_CASE("other content under a grant's name is a conflict", "[uplink][s3][presigned]") {
    GrantBench bench;
    const auto grant = bench.grant("slot-1");
    bench.fake.uploads.erase(grant.upload_id);
    bench.fake.objects["in/slot-1"] = {"somebody else's", "0123", {}};
    CHECK(bench.put(TestObject(6 * kMiB)).error().code == Errc::Conflict);
}

TEST_CASE("a grant with many parts is kept for what needs them", "[uplink][s3][presigned]") {
    GrantBench bench;
    bench.grant("many", 20, std::chrono::hours(1));
    bench.grant("one", 1, std::chrono::hours(3));
    bench.grant("three", 3, std::chrono::hours(2));
    TestObject small(10), large(12 * kMiB), larger(16 * kMiB);
    small.object.name = "small";
    larger.object.name = "larger";
    RememberedUpload first, second, third;
    must(bench.transport->put(small.object, first, {}));
    must(bench.transport->put(large.object, second, {}));
    must(bench.transport->put(larger.object, third, {}));
    CHECK((bench.fake.objects.at("in/one").bytes == small.content));
    CHECK((bench.fake.objects.at("in/three").bytes == large.content));
    CHECK((bench.fake.objects.at("in/many").bytes == larger.content));
}

TEST_CASE("parts grow to what a grant has", "[uplink][s3][presigned]") {
    GrantBench bench;
    bench.grant("slot-1", 2);
    const TestObject o(24 * kMiB);
    must(bench.put(o));
    CHECK((bench.fake.objects.at("in/slot-1").bytes == o.content));
    CHECK(bench.fake.count("PART") == 2);
}

TEST_CASE("old grants are removed, unreadable ones left alone", "[uplink][s3][presigned]") {
    GrantBench bench;
    bench.grant("old", 10, std::chrono::hours(1));
    must(writeFileDurably(bench.grants() / "broken.json", asBytes("{")));
    bench.clock.pass(std::chrono::hours(24 * 31 + 2));
    bench.grant("slot-1");
    must(bench.put(TestObject(10)));
    CHECK_FALSE(fs::exists(bench.grants() / "old.json"));
    CHECK(fs::exists(bench.grants() / "broken.json"));
    CHECK(filesWith(bench.grants(), ".taken") == 1);
}

}  // namespace gantry::uplink
