// The S3 transport on bad days, against a small server of ours: broken off, damaged, lost.
#include <algorithm>

#include "s3_fixture.hpp"

namespace gantry::uplink {

using namespace gantry::test;

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

}  // namespace gantry::uplink
