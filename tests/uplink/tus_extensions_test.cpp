// What servers may offer beyond the core: creation with content, termination, expiration; and reading back.
#include <algorithm>
#include <catch2/catch.hpp>
#include <ctime>

#include "tus_fixture.hpp"

namespace gantry::uplink {
namespace {

using namespace gantry::test;
using Seen = std::vector<std::string>;

// RFC 9110 5.6.7
std::string httpDate(std::int64_t seconds_from_now) {
    const std::time_t then = ::time(nullptr) + seconds_from_now;
    std::tm utc{};
    gmtime_r(&then, &utc);
    std::array<char, 64> text{};
    std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    return text.data();
}

/// Changes one bit of the upload the first `times` times that all of its bytes are there.
void damage(FakeTus& fake, const TestObject& o, int times) {
    fake.interfere = [&fake, &o,
                      left = times](const ScriptedRequest& r) mutable -> std::optional<ScriptedAnswer> {
        if (r.method != "GET" || left == 0) return std::nullopt;
        auto& bytes = fake.uploads.at(r.target);
        if (bytes.size() != o.content.size()) return std::nullopt;
        bytes[bytes.size() / 2] ^= 1;
        --left;
        return std::nullopt;
    };
}

/// A server whose uploads are read back.
struct ReadBackBench : TusBench {
    ReadBackBench() {
        fake.readable = true;
        remake([](TusConfig& c) { c.verify_by_reading_back = ReadBack::Auto; });
    }
};

}  // namespace

TEST_CASE("a creation brings the first chunk along where that is offered", "[uplink][tus]") {
    TusBench bench;
    bench.fake.extensions = "creation,creation-with-upload,gantry-objects";
    const std::size_t size = GENERATE(0, 1, 65'536, 150'000);
    CAPTURE(size);
    const TestObject o(size);
    must(bench.put(o));
    CHECK((bench.fake.last() == o.content));
    CHECK(bench.fake.body_bytes == size);
    CHECK(bench.fake.last_create.header("content-type") ==
          (size > 0 ? "application/offset+octet-stream" : ""));
    if (size == 1) CHECK(bench.fake.seen == Seen{"OPTIONS", "POST 1"});
    if (size == 150'000)
        CHECK(bench.fake.seen == Seen{"OPTIONS", "POST 65536", "PATCH 65536", "PATCH 18928"});
}

TEST_CASE("a creation brings no whole object to a server that could have it twice", "[uplink][tus]") {
    TusBench bench;
    bench.fake.extensions = "creation,creation-with-upload";
    must(bench.put(TestObject(65'536)));
    CHECK(bench.fake.seen == Seen{"OPTIONS", "POST", "PATCH 65536"});
    bench.memory.state.clear();
    must(bench.put(TestObject(65'537)));
    CHECK(bench.fake.seen.back() == "PATCH 1");
}

TEST_CASE("the content of a creation has its checksum", "[uplink][tus]") {
    TusBench bench;
    bench.fake.extensions = "creation,creation-with-upload,checksum,gantry-objects";
    bench.fake.checksum_algorithms = "sha256";
    const TestObject o(1000);
    must(bench.put(o));
    CHECK(bench.fake.last_create.header("upload-checksum") ==
          "sha256 " + toBase64(sha256(asBytes(o.content))));
}

TEST_CASE("what is forgotten is taken away where that is offered", "[uplink][tus]") {
    TusBench bench;
    const TestObject o(300'000);
    SECTION("offered") {
        bench.fake.extensions = "creation,termination";
        bench.putSome(o, 100'000);
        must(bench.transport->forget(bench.memory, {}));
        CHECK(bench.fake.deleted == Seen{"/files/u1"});
        CHECK(bench.fake.uploads.empty());
    }
    SECTION("offered, said by another transport than the one that put it") {
        bench.fake.extensions = "creation,termination";
        bench.putSome(o, 100'000);
        bench.remake([](TusConfig&) {});
        must(bench.transport->forget(bench.memory, {}));
        CHECK(bench.fake.deleted == Seen{"/files/u1"});
    }
    SECTION("not offered: it is left to expire") {
        bench.putSome(o, 100'000);
        must(bench.transport->forget(bench.memory, {}));
        CHECK(std::count(bench.fake.seen.begin(), bench.fake.seen.end(), "DELETE") == 0);
    }
    SECTION("nothing is remembered") {
        must(bench.transport->forget(bench.memory, {}));
        CHECK(bench.fake.seen.empty());
    }
    CHECK(bench.memory.state.empty());
    must(bench.put(o));
    CHECK((bench.fake.last() == o.content));
}

TEST_CASE("what cannot be written down is not forgotten", "[uplink][tus]") {
    TusBench bench;
    bench.fake.extensions = "creation,termination";
    const TestObject o(300'000);
    bench.putSome(o, 100'000);
    bench.memory.refuse_to_save = true;
    CHECK(bench.transport->forget(bench.memory, {}).error().code == Errc::DiskFull);
    CHECK(bench.fake.deleted.empty());
}

TEST_CASE("an upload that goes elsewhere when the server cannot be reached is forgotten here",
          "[uplink][tus]") {
    RememberedUpload memory;
    auto transport = TusBench::make("http://127.0.0.1:" + std::to_string(freePort()) + "/files/");
    memory.state = R"({"tus":1,"url":"http://127.0.0.1:1/files/u"})";
    must(transport->forget(memory, {}));
    CHECK(memory.state.empty());
}

TEST_CASE("when an upload expires is remembered", "[uplink][tus]") {
    TusBench bench;
    bench.fake.expires = httpDate(86400);
    const TestObject o(300'000);
    bench.putSome(o, 100'000);
    const auto kept = boost::json::parse(bench.memory.state).at("expires").as_int64();
    CHECK(std::abs(kept - ::time(nullptr) - 86400) < 60);
    const auto writes = bench.memory.saved.size();
    must(bench.put(o));
    CHECK(bench.memory.saved.size() <= writes + 1);  // not once for each chunk
    CHECK(bench.fake.patch_bytes == o.content.size());
}

TEST_CASE("an upload that is about to expire is created anew", "[uplink][tus]") {
    TusBench bench;
    bench.fake.extensions = "creation,termination";
    bench.fake.expires = httpDate(20);
    const TestObject o(300'000);
    bench.putSome(o, 100'000);
    must(bench.put(o));
    CHECK(bench.fake.deleted == Seen{"/files/u1"});
    CHECK((bench.fake.uploads.at("/files/u2") == o.content));
}

TEST_CASE("an upload that has expired is created anew, whatever the server says of it", "[uplink][tus]") {
    const int status = GENERATE(400, 403, 404, 410);
    CAPTURE(status);
    TusBench bench;
    bench.fake.expires = httpDate(-10);
    const TestObject o(300'000);
    bench.putSome(o, 100'000);
    bench.fake.expires.clear();
    bench.fake.interfere = [&](const ScriptedRequest& r) -> std::optional<ScriptedAnswer> {
        if (r.target != "/files/u1") return std::nullopt;
        return ScriptedAnswer{status, {}, "", false};
    };
    must(bench.put(o));
    CHECK((bench.fake.uploads.at("/files/u2") == o.content));
}

TEST_CASE("an upload that lives longer than was said is gone on with", "[uplink][tus]") {
    TusBench bench;
    bench.fake.expires = httpDate(-10);
    const TestObject o(300'000);
    bench.putSome(o, 100'000);
    must(bench.put(o));
    CHECK((bench.fake.uploads.at("/files/u1") == o.content));
    CHECK(bench.fake.patch_bytes == o.content.size());
}

TEST_CASE("an expiry by a clock that is wrong is none", "[uplink][tus]") {
    TusBench bench;
    bench.fake.date = httpDate(-40 * 86400);  // the server lives in the past
    bench.fake.expires = httpDate(-39 * 86400);
    const TestObject o(300'000);
    bench.putSome(o, 100'000);
    const auto kept = boost::json::parse(bench.memory.state).at("expires").as_int64();
    CHECK(std::abs(kept - ::time(nullptr) - 86400) < 60);
}

TEST_CASE("a bit that flipped is found by reading back, and sent again without a person",
          "[uplink][tus][read-back]") {
    ReadBackBench bench;
    bench.fake.extensions = GENERATE("creation", "creation,termination");
    const TestObject o(150'000);
    damage(bench.fake, o, 1);
    must(bench.put(o));
    CHECK((bench.fake.uploads.at("/files/u2") == o.content));
    CHECK(bench.fake.body_bytes == 2 * o.content.size());
    CHECK(bench.fake.deleted == (bench.fake.extensions == "creation" ? Seen{} : Seen{"/files/u1"}));
    bench.fake.seen.clear();
    must(bench.put(o));
    CHECK(bench.fake.seen == Seen{"HEAD"});  // it is known to be right
}

TEST_CASE("a server that keeps other bytes again and again is left alone for a while",
          "[uplink][tus][read-back]") {
    ReadBackBench bench;
    const TestObject o(150'000);
    damage(bench.fake, o, 100);
    CHECK(bench.put(o).error().code == Errc::PeerBusy);
    CHECK(bench.fake.body_bytes == 2 * o.content.size());
    CHECK(bench.memory.state.empty());
}

TEST_CASE("a file that has changed is found out, and not sent for ever", "[uplink][tus][read-back]") {
    ReadBackBench bench;
    TestObject o(150'000);
    o.object.sha256_hex = toHex(sha256(asBytes("something else")));
    CHECK(bench.put(o).error().code == Errc::InvalidArgument);
}

TEST_CASE("what is not read back", "[uplink][tus][read-back]") {
    ReadBackBench bench;
    const TestObject o(150'000);
    SECTION("where the server compares checksums") {
        bench.fake.extensions = "creation,checksum";
        bench.fake.checksum_algorithms = "sha256";
        must(bench.put(o));
    }
    SECTION("where it is not wanted") {
        bench.remake([](TusConfig& c) { c.verify_by_reading_back = ReadBack::Never; });
        must(bench.put(o));
    }
    CHECK(std::count(bench.fake.seen.begin(), bench.fake.seen.end(), "GET") == 0);
}

TEST_CASE("a server that gives nothing out, or something else, is believed", "[uplink][tus][read-back]") {
    ReadBackBench bench;
    const TestObject o(150'000);
    const auto answer = GENERATE(values<ScriptedAnswer>({{404, {}, "", false},
                                                         {405, {}, "", false},
                                                         {403, {}, "", false},
                                                         {501, {}, "", false},
                                                         {204, {}, "", false},
                                                         {200, {}, "a page of words", false},
                                                         {200, {}, std::string(200'000, 'x'), false}}));
    CAPTURE(answer.status, answer.body.size());
    bench.fake.interfere = [&](const ScriptedRequest& r) -> std::optional<ScriptedAnswer> {
        if (r.method != "GET") return std::nullopt;
        return answer;
    };
    must(bench.put(o));
    CHECK(bench.fake.body_bytes == o.content.size());
    RememberedUpload other;
    must(bench.transport->put(TestObject(10, "8e1d").object, other, {}));
    CHECK(std::count(bench.fake.seen.begin(), bench.fake.seen.end(), "GET") == 1);  // it is not asked again
}

TEST_CASE("a line that breaks while reading back is an interruption, and sends nothing again",
          "[uplink][tus][read-back]") {
    ReadBackBench bench;
    const TestObject o(150'000);
    const bool busy = GENERATE(false, true);
    // A kept connection that breaks before an answer is tried anew by the client of HTTP itself.
    bench.fake.interfere =
        [&, left = busy ? 1 : 2](const ScriptedRequest& r) mutable -> std::optional<ScriptedAnswer> {
        if (r.method != "GET" || left-- <= 0) return std::nullopt;
        if (busy) return ScriptedAnswer{503, {}, "", false};
        return ScriptedAnswer{200, {}, "", true};
    };
    CHECK(bench.put(o).error().code == (busy ? Errc::PeerBusy : Errc::NetworkDown));
    must(bench.put(o));
    CHECK(bench.fake.body_bytes == o.content.size());
}

TEST_CASE("a digest that the server finds wrong at the end is sent again from the start", "[uplink][tus]") {
    TusBench bench;
    const TestObject o(150'000);
    const int times = GENERATE(1, 100);
    // As gantry-hub does: 460 to the last chunk, and the upload is gone.
    bench.fake.interfere = [&,
                            left = times](const ScriptedRequest& r) mutable -> std::optional<ScriptedAnswer> {
        if (r.method != "PATCH" || r.body.size() != 18'928 || left-- <= 0) return std::nullopt;
        bench.fake.uploads.erase(r.target);
        return ScriptedAnswer{460, {}, "digest mismatch", false};
    };
    const auto done = bench.put(o);
    if (times == 1) {
        CHECK(done);
        CHECK((bench.fake.last() == o.content));
        CHECK(bench.fake.patch_bytes == 2 * o.content.size());
    } else {
        CHECK(done.error().code == Errc::Gone);
        CHECK(bench.fake.patch_bytes == 2 * o.content.size());
    }
}

TEST_CASE("the token does not go to a server that was in use before", "[uplink][tus]") {
    TusBench bench, before;
    const TestObject o(1000);
    before.fake.uploads["/files/u1"] = "x";
    bench.memory.state = before.http.url("/files/u1");
    must(bench.put(o));
    CHECK(before.fake.seen.empty());
    bench.memory.state = R"({"tus":1,"url":")" + before.http.url("/files/u1") + "\"}";
    must(bench.put(o));
    CHECK(before.fake.seen.empty());
}

}  // namespace gantry::uplink
