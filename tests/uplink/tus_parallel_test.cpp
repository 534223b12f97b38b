// Objects in parts over several connections: tus' extension concatenation.
#include <catch2/catch.hpp>

#include "fault_proxy.hpp"
#include "tus_fixture.hpp"

namespace gantry::uplink {
namespace {

using namespace gantry::test;

constexpr std::uint64_t kChunk = 64 << 10;

struct ParallelBench : TusBench {
    explicit ParallelBench(int connections = 4,
                           const std::string& extensions = "creation,concatenation,termination") {
        fake.extensions = extensions;
        remake([&](TusConfig& c) { c.connections = connections; });
    }
    /// Puts until so many bytes have reached the server, and stops.
    void putSome(const TestObject& o, std::uint64_t bytes) {
        std::stop_source stop;
        fake.interfere = [&](const ScriptedRequest&) -> std::optional<ScriptedAnswer> {
            if (fake.body_bytes >= bytes) stop.request_stop();
            return std::nullopt;
        };
        CHECK(put(o, stop.get_token()).error().code == Errc::Stopped);
        fake.interfere = {};
    }
    int count(const std::string& request) const {
        return static_cast<int>(std::count(fake.seen.begin(), fake.seen.end(), request));
    }
};

}  // namespace

TEST_CASE("an object goes in parts, and is put together", "[uplink][tus][parallel]") {
    const int connections = GENERATE(2, 3, 8);
    ParallelBench bench(connections);
    const TestObject o(1'500'001);
    must(bench.put(o));
    CHECK((bench.fake.last() == o.content));
    CHECK(bench.fake.body_bytes == o.content.size());
    CHECK(bench.count("POST") == connections + 1);
    CHECK(bench.fake.last_create.header("upload-concat").starts_with("final;http://127.0.0.1:"));
    CHECK(bench.fake.last_create.header("upload-length").empty());
    CHECK(bench.fake.last_create.header("upload-metadata").find("sha256 ") != std::string::npos);
    CHECK(bench.memory.last == o.content.size());
    // The parts have served.
    CHECK(bench.fake.deleted.size() == static_cast<std::size_t>(connections));
    CHECK(bench.fake.uploads.size() == 1);
    bench.fake.seen.clear();
    must(bench.put(o));
    CHECK(bench.fake.seen.front() == "HEAD");
    CHECK(bench.fake.body_bytes == o.content.size());
}

TEST_CASE("an object goes in one where parts are not worth it, not wanted or not offered",
          "[uplink][tus][parallel]") {
    const auto [connections, extensions, size] = GENERATE(table<int, std::string, std::size_t>({
        {4, "creation,concatenation", 3 * kChunk},
        {1, "creation,concatenation", 30 * kChunk},
        {4, "creation", 30 * kChunk},
    }));
    ParallelBench bench(connections, extensions);
    const TestObject o(size);
    must(bench.put(o));
    CHECK((bench.fake.last() == o.content));
    CHECK(bench.count("POST") == 1);
}

TEST_CASE("connections are counted", "[uplink][tus][parallel]") {
    TusConfig config;
    config.endpoint = "https://hub.example/files/";
    for (const int bad : {0, -1, 9}) {
        config.connections = bad;
        CHECK(makeTusTransport(config).error().code == Errc::InvalidArgument);
    }
}

TEST_CASE("parts go on where they stopped, also after a crash", "[uplink][tus][parallel]") {
    ParallelBench bench;
    const TestObject o(40 * kChunk);
    bench.putSome(o, 12 * kChunk);
    const auto sent = bench.fake.body_bytes;
    CHECK(sent >= 8 * kChunk);
    bench.remake([&](TusConfig& c) {  // another process, told otherwise meanwhile
        c.connections = 2;
        c.chunk_bytes = c.largest_chunk_bytes = 2 * kChunk;
    });
    must(bench.put(o));
    CHECK((bench.fake.last() == o.content));
    CHECK(bench.count("POST") == 5);
    CHECK(bench.fake.body_bytes <= o.content.size() + 4 * kChunk);
}

TEST_CASE("a crash between two creations costs no part that was remembered", "[uplink][tus][parallel]") {
    ParallelBench bench;
    const TestObject o(40 * kChunk);
    bench.fake.interfere = [&, posts = 0](const ScriptedRequest& r) mutable -> std::optional<ScriptedAnswer> {
        if (r.method == "POST" && ++posts == 3) return ScriptedAnswer{503, {}, "", false};
        return std::nullopt;
    };
    CHECK(bench.put(o).error().code == Errc::PeerBusy);
    must(bench.put(o));
    CHECK((bench.fake.last() == o.content));
    CHECK(bench.fake.body_bytes == o.content.size());
    CHECK(bench.count("POST") == 6);
}

TEST_CASE("a cut of one connection costs its chunk, and the others end theirs",
          "[uplink][tus][parallel][fault]") {
    ParallelBench bench;
    FaultProxy proxy(bench.http.port());
    auto config = TusBench::config("http://127.0.0.1:" + std::to_string(proxy.port()) + "/files/", kChunk);
    config.connections = 4;
    bench.transport = must(makeTusTransport(config));
    const TestObject o(64 * kChunk);
    std::uint64_t cuts = 0;
    Result<> done;
    for (int attempt = 0; attempt < 20; ++attempt) {
        if (cuts < 5) proxy.cutAfter(400'000);
        done = bench.put(o);
        if (done) break;
        CHECK(done.error().code == Errc::NetworkDown);
        ++cuts;
    }
    must(done);
    CHECK(cuts >= 3);
    CHECK((bench.fake.last() == o.content));
    // This server keeps nothing of a chunk that was cut.
    CHECK(proxy.bytesUp() <= o.content.size() + cuts * kChunk + 1000 * (bench.fake.seen.size() + cuts));
}

TEST_CASE("a part that the server forgot is made anew, the others are kept", "[uplink][tus][parallel]") {
    ParallelBench bench;
    const TestObject o(40 * kChunk);
    bench.putSome(o, 12 * kChunk);
    bench.fake.uploads.erase("/files/u2");
    must(bench.put(o));
    CHECK((bench.fake.last() == o.content));
    CHECK(bench.count("POST") == 6);
    CHECK(bench.fake.body_bytes < o.content.size() + 11 * kChunk);
}

TEST_CASE("a whole that the server is still putting together is waited for", "[uplink][tus][parallel]") {
    ParallelBench bench;
    bench.fake.heads_per_final = 4;
    const TestObject o(20 * kChunk);
    must(bench.put(o));
    CHECK(bench.count("HEAD") == 4 + 5);  // one of each part, and then until it is there
}

TEST_CASE("waiting for the whole has an end, and goes on in the next attempt", "[uplink][tus][parallel]") {
    ParallelBench bench;
    bench.remake([](TusConfig& c) {
        c.connections = 2;
        c.http.stall_timeout = std::chrono::seconds(0);
    });
    bench.fake.heads_per_final = 3;
    const TestObject o(20 * kChunk);
    CHECK(bench.put(o).error().code == Errc::PeerBusy);
    while (bench.put(o).has_error()) {
    }
    CHECK(bench.count("POST") == 3);
    CHECK((bench.fake.last() == o.content));
}

TEST_CASE("a server that does not put together what it offered gets the object in one",
          "[uplink][tus][parallel]") {
    ParallelBench bench;
    const TestObject o(20 * kChunk);
    const bool at_the_end = GENERATE(false, true);
    bench.fake.interfere = [&](const ScriptedRequest& r) -> std::optional<ScriptedAnswer> {
        if (r.header("upload-concat").starts_with(at_the_end ? "final" : "partial"))
            return ScriptedAnswer{400, {}, "no", false};
        return std::nullopt;
    };
    must(bench.put(o));
    CHECK((bench.fake.last() == o.content));
    CHECK(bench.fake.lengths.size() == 1);
}

TEST_CASE("a whole that came out wrong is sent again", "[uplink][tus][parallel]") {
    ParallelBench bench;
    const TestObject o(20 * kChunk);
    SECTION("found by the server, which removes it") {
        bench.fake.interfere =
            [&, first = true](const ScriptedRequest& r) mutable -> std::optional<ScriptedAnswer> {
            if (r.method != "HEAD" || r.target != "/files/u5" || !std::exchange(first, false))
                return std::nullopt;
            bench.fake.uploads.erase(r.target);
            return ScriptedAnswer{410, {}, "", false};
        };
    }
    SECTION("found by reading back") {
        bench.fake.readable = true;
        bench.remake([](TusConfig& c) {
            c.connections = 4;
            c.verify_by_reading_back = ReadBack::Auto;
        });
        bench.fake.interfere =
            [&, first = true](const ScriptedRequest& r) mutable -> std::optional<ScriptedAnswer> {
            if (r.method == "GET" && std::exchange(first, false)) bench.fake.uploads.at(r.target)[7] ^= 1;
            return std::nullopt;
        };
    }
    must(bench.put(o));
    CHECK((bench.fake.last() == o.content));
    CHECK(bench.fake.body_bytes == 2 * o.content.size());
}

TEST_CASE("parts are taken away with the object", "[uplink][tus][parallel]") {
    ParallelBench bench;
    const TestObject o(40 * kChunk);
    bench.putSome(o, 12 * kChunk);
    must(bench.transport->forget(bench.memory, {}));
    CHECK(bench.fake.deleted.size() == 4);
    CHECK(bench.fake.uploads.empty());
}

TEST_CASE("parts that the server does not put together any more are begun anew in one",
          "[uplink][tus][parallel]") {
    ParallelBench bench;
    const TestObject o(40 * kChunk);
    bench.putSome(o, 12 * kChunk);
    bench.fake.extensions = "creation";
    bench.remake([](TusConfig& c) { c.connections = 4; });
    must(bench.put(o));
    CHECK((bench.fake.last() == o.content));
    CHECK(bench.count("POST") == 5);
}

}  // namespace gantry::uplink
