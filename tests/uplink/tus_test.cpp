#include "gantry/uplink/tus.hpp"

#include <condition_variable>
#include <thread>

#include "fault_proxy.hpp"
#include "tus_fixture.hpp"

namespace gantry::uplink {
namespace {

using namespace gantry::test;
using Seen = std::vector<std::string>;

ScriptedAnswer status(int code, std::vector<std::pair<std::string, std::string>> headers = {},
                      std::string body = {}) {
    return {code, std::move(headers), std::move(body), false};
}

/// Answers the first `times` requests of `method` with `answer`.
std::function<std::optional<ScriptedAnswer>(const ScriptedRequest&)> first(int times, std::string method,
                                                                           ScriptedAnswer answer) {
    return [=](const ScriptedRequest& r) mutable -> std::optional<ScriptedAnswer> {
        if (r.method != method || times-- <= 0) return std::nullopt;
        return answer;
    };
}

}  // namespace

TEST_CASE("a put creates, sends chunks over one connection, and tells the metadata", "[uplink][tus]") {
    TusBench bench;
    const TestObject o(150'000);
    must(bench.put(o));
    CHECK(bench.fake.seen == Seen{"OPTIONS", "POST", "PATCH 65536", "PATCH 65536", "PATCH 18928"});
    CHECK((bench.fake.uploads.at("/files/u1") == o.content));
    CHECK(bench.memory.url() == bench.http.url("/files/u1"));
    CHECK(bench.memory.last == 150'000);
    const auto& create = bench.fake.last_create;
    CHECK(create.header("upload-length") == "150000");
    CHECK(create.header("tus-resumable") == "1.0.0");
    CHECK(create.header("authorization") == "Bearer secret-token");
    // Base64 by another hand: "7f0c.age", "7f0c", the digest, "S07", "ONC-1".
    CHECK(create.header("upload-metadata") == "filename N2YwYy5hZ2U=,parcel_id N2YwYw==,sha256 " +
                                                  toBase64(asBytes(o.object.sha256_hex)) +
                                                  ",site UzA3,trial T05DLTE=");
}

TEST_CASE("chunks grow on a line that is fast for them, to their bound", "[uplink][tus]") {
    TusBench bench;
    TusConfig config;
    config.endpoint = bench.http.url("/files/");
    config.chunk_bytes = 64 << 10;
    config.largest_chunk_bytes = 300'000;
    config.verify_by_reading_back = ReadBack::Never;
    bench.transport = must(makeTusTransport(config));
    const TestObject o(1'000'000);
    must(bench.put(o));
    CHECK(bench.fake.seen == Seen{"OPTIONS", "POST", "PATCH 65536", "PATCH 131072", "PATCH 262144",
                                  "PATCH 300000", "PATCH 241248"});
    CHECK((bench.fake.uploads.at("/files/u1") == o.content));
}

TEST_CASE("putting again sends nothing", "[uplink][tus]") {
    TusBench bench;
    const TestObject o(70'000);
    must(bench.put(o));
    bench.fake.seen.clear();
    must(bench.put(o));
    CHECK(bench.fake.seen == Seen{"HEAD"});
}

TEST_CASE("an empty object is put by creating it", "[uplink][tus]") {
    TusBench bench;
    const TestObject o(0);
    must(bench.put(o));
    CHECK(bench.fake.seen == Seen{"OPTIONS", "POST"});
}

TEST_CASE("chunks carry the best checksum that is offered", "[uplink][tus]") {
    TusBench bench;
    const TestObject o(65536 + 3);
    bench.fake.extensions = "creation,checksum";
    std::string expected;
    SECTION("sha256") {
        bench.fake.checksum_algorithms = "md5,sha1,sha256";
        expected = "sha256 " + toBase64(sha256(asBytes(std::string_view(o.content).substr(65536))));
    }
    SECTION("sha1") {
        bench.fake.checksum_algorithms = "md5, sha1";
        expected = "sha1 ";
    }
    SECTION("one we do not know") {
        bench.fake.checksum_algorithms = "md5";
    }
    SECTION("algorithms without the extension") {
        bench.fake.extensions = "creation";
        bench.fake.checksum_algorithms = "sha256";
    }
    must(bench.put(o));
    REQUIRE(bench.fake.checksums.size() == 2);
    CHECK(bench.fake.checksums[1].starts_with(expected));
    CHECK(bench.fake.checksums[1].empty() == expected.empty());
    if (expected.size() == 5) CHECK(bench.fake.checksums[1].size() == 5 + 28);  // 20 bytes in Base64
}

TEST_CASE("an upload that is gone is created anew in the same attempt", "[uplink][tus]") {
    const int code = GENERATE(404, 410);
    TusBench bench;
    const TestObject o(150'000);
    SECTION("seen at HEAD") {
        bench.memory.state = bench.http.url("/files/forgotten");
        bench.fake.interfere = first(1, "HEAD", status(code));
    }
    SECTION("seen at PATCH") {
        bench.fake.interfere = first(1, "PATCH", status(code));
    }
    must(bench.put(o));
    CHECK((bench.fake.uploads.rbegin()->second == o.content));
    CHECK(std::count(bench.memory.saved.begin(), bench.memory.saved.end(), "") == 1);
}

TEST_CASE("a server that forgets all the time is left alone for a while", "[uplink][tus]") {
    TusBench bench;
    bench.fake.interfere = first(100, "PATCH", status(404));
    const auto done = bench.put(TestObject(10));
    CHECK(done.error().code == Errc::Gone);
    CHECK(bench.memory.state.empty());
}

TEST_CASE("an upload of another length is not ours", "[uplink][tus]") {
    TusBench bench;
    const TestObject o(1000);
    bench.fake.uploads["/files/other"] = "abc";
    bench.fake.lengths["/files/other"] = 999;
    bench.memory.state = bench.http.url("/files/other");
    must(bench.put(o));
    CHECK(bench.fake.uploads["/files/other"] == "abc");
    CHECK(bench.memory.url() != bench.http.url("/files/other"));
}

TEST_CASE("a moved offset is asked for, and the put goes on", "[uplink][tus]") {
    TusBench bench;
    const TestObject o(150'000);
    bench.fake.interfere = [&,
                            done = false](const ScriptedRequest& r) mutable -> std::optional<ScriptedAnswer> {
        if (r.method != "PATCH" || done) return std::nullopt;
        done = true;
        bench.fake.uploads["/files/u1"] =
            o.content.substr(0, 40'000);  // as if an earlier request had got so far
        return status(409);
    };
    must(bench.put(o));
    CHECK((bench.fake.uploads.at("/files/u1") == o.content));
    CHECK(bench.fake.seen == Seen{"OPTIONS", "POST", "PATCH 65536", "HEAD", "PATCH 65536", "PATCH 44464"});
}

TEST_CASE("a damaged chunk is sent again, not for ever", "[uplink][tus]") {
    TusBench bench;
    const TestObject o(150'000);
    SECTION("once") {
        bench.fake.interfere = first(1, "PATCH", status(460));
        must(bench.put(o));
        CHECK(bench.fake.patch_bytes == 150'000 + 65'536);
    }
    SECTION("always") {
        bench.fake.interfere = first(100, "PATCH", status(460));
        CHECK(bench.put(o).error().code == Errc::PeerBusy);
        CHECK(bench.fake.patch_bytes == 3 * 65'536);
    }
}

TEST_CASE("each status has its meaning", "[uplink][tus]") {
    struct Row {
        int status;
        Errc code;
    };
    const auto row = GENERATE(values<Row>({{400, Errc::PeerRefused},
                                           {401, Errc::NotAllowed},
                                           {403, Errc::NotAllowed},
                                           {412, Errc::PeerRefused},
                                           {413, Errc::PeerRefused},
                                           {415, Errc::PeerRefused},
                                           {423, Errc::Busy},
                                           {429, Errc::PeerBusy},
                                           {500, Errc::PeerBusy},
                                           {502, Errc::PeerBusy},
                                           {503, Errc::PeerBusy},
                                           {307, Errc::PeerRefused}}));
    const std::string method = GENERATE("POST", "HEAD", "PATCH");
    CAPTURE(row.status, method);
    TusBench bench;
    if (method == "HEAD") bench.memory.state = bench.http.url("/files/u");
    bench.fake.interfere =
        first(1, method, status(row.status, {{"Location", "/elsewhere"}}, "because\x01 I say so"));
    const TestObject o(10);
    const auto done = bench.put(o);
    REQUIRE(!done);
    CHECK(done.error().code == row.code);
    CHECK(done.error().context.find("secret-token") == std::string::npos);
    CHECK(done.error().context.find(std::to_string(row.status)) != std::string::npos);
    if (method != "HEAD") CHECK(done.error().context.find("because  I say so") != std::string::npos);
    bench.fake.interfere = {};
    if (method == "HEAD") bench.memory.state.clear();
    must(bench.put(o));
}

TEST_CASE("Retry-After is heard", "[uplink][tus]") {
    TusBench bench;
    const TestObject o(10);
    bench.fake.interfere = first(1, "POST", status(503, {{"Retry-After", "17"}}));
    CHECK(bench.put(o).error().code == Errc::PeerBusy);
    CHECK(bench.transport->askedToWait() == std::chrono::seconds(17));
    must(bench.put(o));
    CHECK(bench.transport->askedToWait() == std::chrono::seconds(0));
}

TEST_CASE("what cannot succeed is not begun", "[uplink][tus]") {
    TusBench bench;
    TestObject o(1000);
    SECTION("larger than the server takes") {
        bench.fake.max_size = "999";
        CHECK(bench.put(o).error().code == Errc::PeerRefused);
    }
    SECTION("another size than was said") {
        o.object.bytes = 1001;
        CHECK(bench.put(o).error().code == Errc::InvalidArgument);
    }
    SECTION("no file") {
        o.object.file += "x";
        CHECK(bench.put(o).error().code == Errc::NotFound);
    }
    SECTION("a location at another host: the token stays here") {
        bench.fake.interfere = first(1, "POST", status(201, {{"Location", "http://127.0.0.2/files/x"}}));
        CHECK(bench.put(o).error().code == Errc::PeerRefused);
    }
    SECTION("the location cannot be kept") {
        bench.memory.refuse_to_save = true;
        CHECK(bench.put(o).error().code == Errc::DiskFull);
    }
    CHECK(bench.fake.patch_bytes == 0);
}

TEST_CASE("endpoints are https, or http to this machine", "[uplink][tus]") {
    TusConfig config;
    for (const auto* bad : {"", "hub.example/files", "ftp://127.0.0.1/", "https://user:pw@hub.example/"}) {
        config.endpoint = bad;
        CHECK(makeTusTransport(config).error().code == Errc::InvalidArgument);
    }
    for (const auto* bad : {"http://hub.example/files/", "http://10.0.0.1/", "http://127.0.0.1.example/",
                            "http://localhost.example/"}) {
        config.endpoint = bad;
        CHECK(makeTusTransport(config).error().code == Errc::NotAllowed);
    }
    for (const auto* good :
         {"https://hub.example/files/", "http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/"}) {
        config.endpoint = good;
        CHECK(makeTusTransport(config));
    }
    config.chunk_bytes = 1;
    CHECK(makeTusTransport(config).error().code == Errc::InvalidArgument);
}

TEST_CASE("a dead line and a dead host are told apart from a refusal", "[uplink][tus]") {
    RememberedUpload memory;
    const TestObject o(10);
    const auto transport = TusBench::make("http://127.0.0.1:" + std::to_string(freePort()) + "/files/");
    CHECK(transport->put(o.object, memory, {}).error().code == Errc::NetworkDown);

    TusBench bench;
    FaultProxy proxy(bench.http.port());
    const auto slow = TusBench::make("http://127.0.0.1:" + std::to_string(proxy.port()) + "/files/", 64 << 10,
                                     std::chrono::seconds(1));
    proxy.stall(true);
    CHECK(slow->put(o.object, memory, {}).error().code == Errc::Timeout);
}

TEST_CASE("a cut of the line costs at most one chunk", "[uplink][tus][fault]") {
    TusBench bench;
    FaultProxy proxy(bench.http.port());
    constexpr std::uint64_t kChunk = 256 << 10;
    const TestObject o(4 << 20);
    auto transport = TusBench::make("http://127.0.0.1:" + std::to_string(proxy.port()) + "/files/", kChunk);
    std::uint64_t cuts = 0;
    // At every stage: before the creation, in headers, in bodies. This server keeps nothing of a chunk that
    // was cut.
    for (std::uint64_t at = 100; at < 900'000; at += 97'001) {
        proxy.cutAfter(at);
        const auto done = transport->put(o.object, bench.memory, {});
        if (done) break;
        CHECK(done.error().code == Errc::NetworkDown);
        ++cuts;
    }
    must(transport->put(o.object, bench.memory, {}));
    CHECK(cuts >= 5);
    CHECK((bench.fake.uploads.rbegin()->second == o.content));
    constexpr std::uint64_t kHeaders = 2000;  // of one request, generously
    const auto requests = bench.fake.seen.size() + cuts;
    CHECK(proxy.bytesUp() <= o.content.size() + cuts * kChunk + requests * kHeaders);
}

TEST_CASE("a lost answer is found out by asking", "[uplink][tus][fault]") {
    TusBench bench;
    FaultProxy proxy(bench.http.port());
    const TestObject o(300'000);
    auto transport =
        TusBench::make("http://127.0.0.1:" + std::to_string(proxy.port()) + "/files/", 128 << 10);
    bench.fake.interfere = [&,
                            patches = 0](const ScriptedRequest& r) mutable -> std::optional<ScriptedAnswer> {
        if (r.method == "PATCH" && ++patches == 2) proxy.loseNextAnswer();
        return std::nullopt;
    };
    CHECK(transport->put(o.object, bench.memory, {}).error().code == Errc::NetworkDown);
    must(transport->put(o.object, bench.memory, {}));
    CHECK((bench.fake.uploads.at("/files/u1") == o.content));
    CHECK(bench.fake.patch_bytes == o.content.size());
}

TEST_CASE("a stop ends a put at once, also when the line stands still", "[uplink][tus]") {
    TusBench bench;
    FaultProxy proxy(bench.http.port());
    const TestObject o(1 << 20);
    auto transport = TusBench::make("http://127.0.0.1:" + std::to_string(proxy.port()) + "/files/", 64 << 10,
                                    std::chrono::seconds(60));
    std::stop_source stop;
    std::mutex mutex;
    std::condition_variable stalled;
    bool is_stalled = false;
    bench.fake.interfere = [&,
                            patches = 0](const ScriptedRequest& r) mutable -> std::optional<ScriptedAnswer> {
        if (r.method == "PATCH" && ++patches == 3) {
            proxy.stall(true);
            const std::lock_guard lock(mutex);
            is_stalled = true;
            stalled.notify_all();
        }
        return std::nullopt;
    };
    const std::jthread stopper([&] {
        std::unique_lock lock(mutex);
        stalled.wait(lock, [&] { return is_stalled; });
        stop.request_stop();
    });
    const auto begin = std::chrono::steady_clock::now();
    CHECK(transport->put(o.object, bench.memory, stop.get_token()).error().code == Errc::Stopped);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
    proxy.stall(false);
}

}  // namespace gantry::uplink
