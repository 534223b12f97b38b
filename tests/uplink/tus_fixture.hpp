#pragma once
/// What the tests of the tus client share: an object to put, the memory of a put, a server and a transport.

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "fake_tus.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/tus.hpp"
#include "support.hpp"

namespace gantry::test {

struct RememberedUpload final : uplink::UploadMemory {
    std::string state;
    std::uint64_t last = 0;
    std::vector<std::string> saved;
    bool refuse_to_save = false;
    std::function<void(std::uint64_t)> on_progress;

    std::string resumeState() override { return state; }
    Result<> saveResumeState(std::string value) override {
        if (refuse_to_save) return fail(Errc::DiskFull, "no room");
        saved.push_back(value);
        state = std::move(value);
        return {};
    }
    void progress(std::uint64_t sent, std::uint64_t total) override {
        CHECK(sent <= total);
        last = sent;
        if (on_progress) on_progress(sent);
    }
    /// Of the whole upload; "" when none is remembered.
    std::string url() const {
        if (state.empty()) return {};
        const auto document = boost::json::parse(state);
        const auto* found = document.as_object().if_contains("url");
        return found != nullptr ? std::string(found->as_string()) : std::string();
    }
};

struct TestObject {
    TemporaryDirectory folder = temporaryDirectory();
    std::string content;
    uplink::PutObject object;

    explicit TestObject(std::size_t bytes, const std::string& id = "7f0c") : content(bytes, '\0') {
        std::uint64_t state = 88172645463325252u + std::hash<std::string>()(id);
        for (auto& c : content) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            c = static_cast<char>(state);
        }
        object.name = id + ".age";
        object.file = folder.path() / "object";
        object.bytes = bytes;
        object.sha256_hex = toHex(sha256(asBytes(content)));
        object.metadata = {{"parcel_id", id}, {"trial", "ONC-1"}, {"site", "S07"}};
        must(writeFileDurably(object.file, asBytes(content)));
    }
};

/// A fake server, listening, and a transport to it.
struct TusBench {
    FakeTus fake;
    ScriptedHttp http{[this](const ScriptedRequest& r) { return fake.handle(r); }};
    RememberedUpload memory;
    std::unique_ptr<uplink::Transport> transport;

    TusBench() { transport = make(http.url("/files/")); }
    static uplink::TusConfig config(std::string endpoint, std::uint64_t chunk = 64 << 10,
                                    std::chrono::seconds stall = std::chrono::seconds(10)) {
        uplink::TusConfig config;
        config.endpoint = std::move(endpoint);
        config.http.bearer_token = "secret-token";
        config.http.stall_timeout = stall;
        config.http.connect_timeout = std::chrono::seconds(5);
        config.chunk_bytes = config.largest_chunk_bytes = chunk;
        config.verify_by_reading_back = uplink::ReadBack::Never;  // tests of that say so
        return config;
    }
    static std::unique_ptr<uplink::Transport> make(std::string endpoint, std::uint64_t chunk = 64 << 10,
                                                   std::chrono::seconds stall = std::chrono::seconds(10)) {
        return must(uplink::makeTusTransport(config(std::move(endpoint), chunk, stall)));
    }
    /// As the endpoint of this bench, changed.
    void remake(const std::function<void(uplink::TusConfig&)>& change) {
        auto changed = config(http.url("/files/"));
        change(changed);
        transport = must(uplink::makeTusTransport(changed));
    }
    Result<> put(const TestObject& o, std::stop_token stop = {}) {
        return transport->put(o.object, memory, std::move(stop));
    }
    /// Puts until `bytes` are there, and stops.
    void putSome(const TestObject& o, std::uint64_t bytes) {
        std::stop_source stop;
        memory.on_progress = [&](std::uint64_t sent) {
            if (sent >= bytes) stop.request_stop();
        };
        CHECK(put(o, stop.get_token()).error().code == Errc::Stopped);
        memory.on_progress = {};
    }
};

}  // namespace gantry::test
