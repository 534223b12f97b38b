#pragma once
/// What the tests of the tus client share: an object to put, the memory of a put, a small tus server with
/// knobs.

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "gantry/core/crypto.hpp"
#include "gantry/uplink/tus.hpp"
#include "scripted_http.hpp"
#include "support.hpp"

namespace gantry::test {

struct RememberedUpload final : uplink::UploadMemory {
    std::string url;
    std::uint64_t last = 0;
    std::vector<std::string> saved;
    bool refuse_to_save = false;
    std::function<void(std::uint64_t)> on_progress;

    std::string resumeUrl() override { return url; }
    Result<> saveResumeUrl(std::string value) override {
        if (refuse_to_save) return fail(Errc::DiskFull, "no room");
        saved.push_back(value);
        url = std::move(value);
        return {};
    }
    void progress(std::uint64_t sent, std::uint64_t total) override {
        CHECK(sent <= total);
        last = sent;
        if (on_progress) on_progress(sent);
    }
};

struct TestObject {
    TemporaryDirectory folder = temporaryDirectory();
    std::string content;
    uplink::PutObject object;

    explicit TestObject(std::size_t bytes) : content(bytes, '\0') {
        std::uint64_t state = 88172645463325252u;
        for (auto& c : content) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            c = static_cast<char>(state);
        }
        object.name = "7f0c.age";
        object.file = folder.path() / "object";
        object.bytes = bytes;
        object.sha256_hex = toHex(sha256(asBytes(content)));
        object.metadata = {{"parcel_id", "7f0c"}, {"trial", "ONC-1"}, {"site", "S07"}};
        must(writeFileDurably(object.file, asBytes(content)));
    }
};

/// A tus server in memory, with what servers do wrong as knobs.
struct FakeTus {
    std::map<std::string, std::string> uploads;  ///< target to the bytes so far
    std::map<std::string, std::uint64_t> lengths;
    std::vector<std::string> seen;  ///< "PATCH 65536", "HEAD", …
    ScriptedRequest last_create;
    std::vector<std::string> checksums;
    std::string options_extension = "creation", options_checksum, max_size;
    bool absolute_location = false, say_offset = true;
    int patch_success = 204;
    std::uint64_t patch_bytes = 0;  ///< of all bodies together
    /// Consulted first; answers by itself when it gives something.
    std::function<std::optional<ScriptedAnswer>(const ScriptedRequest&)> interfere;
    std::string base;  ///< of absolute locations

    ScriptedAnswer handle(const ScriptedRequest& r) {
        seen.push_back(r.method == "PATCH" ? "PATCH " + std::to_string(r.body.size()) : r.method);
        if (r.method == "PATCH") patch_bytes += r.body.size();
        if (interfere)
            if (auto answer = interfere(r)) return *answer;
        if (r.method == "OPTIONS") return options();
        if (r.method == "POST") return create(r);
        if (!uploads.contains(r.target)) return {404, {}, "", false};
        if (r.method == "HEAD") return head(r);
        return patch(r);
    }
    ScriptedAnswer options() const {
        ScriptedAnswer answer{204, {{"Tus-Extension", options_extension}}, "", false};
        if (!options_checksum.empty())
            answer.headers.emplace_back("Tus-Checksum-Algorithm", options_checksum);
        if (!max_size.empty()) answer.headers.emplace_back("Tus-Max-Size", max_size);
        return answer;
    }
    ScriptedAnswer create(const ScriptedRequest& r) {
        last_create = r;
        const auto target = "/files/u" + std::to_string(lengths.size() + 1);
        uploads[target];
        lengths[target] = std::stoull(r.header("upload-length"));
        return {201, {{"Location", (absolute_location ? base : "") + target}}, "", false};
    }
    ScriptedAnswer head(const ScriptedRequest& r) {
        return {200,
                {{"Upload-Offset", std::to_string(uploads[r.target].size())},
                 {"Upload-Length", std::to_string(lengths[r.target])}},
                "",
                false};
    }
    ScriptedAnswer patch(const ScriptedRequest& r) {
        auto& bytes = uploads[r.target];
        checksums.push_back(r.header("upload-checksum"));
        if (r.header("upload-offset") != std::to_string(bytes.size())) return {409, {}, "", false};
        bytes += r.body;
        ScriptedAnswer answer{patch_success, {}, "", false};
        if (say_offset) answer.headers.emplace_back("Upload-Offset", std::to_string(bytes.size()));
        return answer;
    }
};

/// A fake server, listening, and a transport to it.
struct TusBench {
    FakeTus fake;
    ScriptedHttp http{[this](const ScriptedRequest& r) { return fake.handle(r); }};
    RememberedUpload memory;
    std::unique_ptr<uplink::Transport> transport;

    TusBench() {
        fake.base = http.url("");
        transport = make(http.url("/files/"));
    }
    static std::unique_ptr<uplink::Transport> make(std::string endpoint, std::uint64_t chunk = 64 << 10,
                                                   std::chrono::seconds stall = std::chrono::seconds(10)) {
        uplink::TusConfig config;
        config.endpoint = std::move(endpoint);
        config.http.bearer_token = "secret-token";
        config.http.stall_timeout = stall;
        config.http.connect_timeout = std::chrono::seconds(5);
        config.chunk_bytes = config.largest_chunk_bytes = chunk;
        return must(uplink::makeTusTransport(std::move(config)));
    }
    Result<> put(const TestObject& o) { return transport->put(o.object, memory, {}); }
};

}  // namespace gantry::test
