// The tus client against a server that is not ours: @tus/server with its file store.
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "fault_proxy.hpp"
#include "foreign_server.hpp"
#include "tus_fixture.hpp"

namespace gantry::uplink {
namespace {

using namespace gantry::test;

std::string endpoint(std::uint16_t port) {
    return "http://127.0.0.1:" + std::to_string(port) + "/files";
}

}  // namespace

TEST_CASE("a server that is not ours takes an object", "[uplink][tus][interop]") {
    if (!ForeignServer::installed()) return;
    ForeignServer server;
    RememberedUpload memory;
    const auto transport = TusBench::make(endpoint(server.port()), 1 << 20);
    for (const std::size_t size : {0, 1, 1 << 20, (5 << 20) + 17}) {
        CAPTURE(size);
        memory.state.clear();
        const TestObject o(size);
        must(transport->put(o.object, memory, {}));
        CHECK((server.stored(memory.url()) == o.content));
        must(transport->put(o.object, memory, {}));
    }
}

TEST_CASE("a server that is killed in the middle is resumed", "[uplink][tus][interop][fault]") {
    if (!ForeignServer::installed()) return;
    ForeignServer server;
    RememberedUpload memory;
    const TestObject o(24 << 20);
    const auto transport = TusBench::make(endpoint(server.port()), 1 << 20);
    int kills = 0;
    memory.on_progress = [&](std::uint64_t sent) {
        if (kills < 3 && sent > static_cast<std::uint64_t>(kills + 1) * (5 << 20)) {
            ++kills;
            server.kill();
        }
    };
    Result<> done;
    for (int attempt = 0; attempt < 10; ++attempt) {
        done = transport->put(o.object, memory, {});
        if (done) break;
        CHECK(describe(done.error().code).retry != Retry::Never);
        server.start();
    }
    must(done);
    CHECK(kills == 3);
    CHECK((server.stored(memory.url()) == o.content));
    CHECK(std::count(memory.saved.begin(), memory.saved.end(), memory.state) ==
          1);  // one upload from first to last
}

TEST_CASE("a server that forgot the upload gets it anew", "[uplink][tus][interop]") {
    if (!ForeignServer::installed()) return;
    ForeignServer server;
    RememberedUpload memory;
    const TestObject o(3 << 20);
    const auto transport = TusBench::make(endpoint(server.port()), 1 << 20);
    std::stop_source stop;
    memory.on_progress = [&](std::uint64_t sent) {
        if (sent >= 1 << 20) stop.request_stop();
    };
    CHECK(transport->put(o.object, memory, stop.get_token()).error().code == Errc::Stopped);
    const auto before = memory.url();
    server.forget();
    memory.on_progress = {};
    must(transport->put(o.object, memory, {}));
    CHECK(memory.url() != before);
    CHECK((server.stored(memory.url()) == o.content));
}

TEST_CASE("a cut line to a server that is not ours costs at most one chunk",
          "[uplink][tus][interop][fault]") {
    if (!ForeignServer::installed()) return;
    ForeignServer server;
    FaultProxy proxy(server.port());
    RememberedUpload memory;
    constexpr std::uint64_t kChunk = 1 << 20;
    const TestObject o(16 << 20);
    const auto transport = TusBench::make(endpoint(proxy.port()), kChunk);
    std::uint64_t cuts = 0;
    Result<> done;
    for (int attempt = 0; attempt < 60; ++attempt) {
        if (cuts < 6) proxy.cutAfter(1'700'000 + cuts * 210'000);
        done = transport->put(o.object, memory, {});
        if (done) break;
        INFO(done.error().message());
        CHECK(describe(done.error().code).retry != Retry::Never);
        if (done.error().code == Errc::NetworkDown) ++cuts;
    }
    must(done);
    CHECK(cuts >= 6);
    CHECK((server.stored(memory.url()) == o.content));
    CHECK(proxy.bytesUp() <= o.content.size() + cuts * kChunk + 100'000);
    INFO("bytes above the object's " << o.content.size() << " after " << cuts << " cuts");
    CHECK(proxy.bytesUp() >= o.content.size());
}

TEST_CASE("a bit that flips on the way to a server that is not ours is found, and sent again",
          "[uplink][tus][interop][fault]") {
    if (!ForeignServer::installed()) return;
    ForeignServer server;
    FaultProxy proxy(server.port());
    RememberedUpload memory;
    const TestObject o(5 << 20);
    auto config = TusBench::config(endpoint(proxy.port()), 1 << 20);
    config.verify_by_reading_back = GENERATE(ReadBack::Auto, ReadBack::Never);
    const auto transport = must(makeTusTransport(config));
    proxy.arm({{LineFault::Kind::Flip, 3 << 20, {}}});
    must(transport->put(o.object, memory, {}));
    CHECK(proxy.struck().size() == 1);
    // Without looking it stays: this server has no checksums.
    CHECK((server.stored(memory.url()) == o.content) == (config.verify_by_reading_back == ReadBack::Auto));
}

TEST_CASE("what is forgotten is gone at a server that is not ours", "[uplink][tus][interop]") {
    if (!ForeignServer::installed()) return;
    ForeignServer server;
    RememberedUpload memory;
    const TestObject o(3 << 20);
    const auto transport = TusBench::make(endpoint(server.port()), 1 << 20);
    must(transport->put(o.object, memory, {}));
    const auto file = memory.url();
    must(transport->forget(memory, {}));
    CHECK_FALSE(server.has(file));
    must(transport->put(o.object, memory, {}));
    CHECK((server.stored(memory.url()) == o.content));
}

}  // namespace gantry::uplink
