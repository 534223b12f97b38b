// Upload on loopback beside peers: curl -T to the same sink, tus-js-client to @tus/server. Prints MB/s and
// ratios.
#include <sys/socket.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>

#include "child_process.hpp"
#include "gantry/central/hub.hpp"
#include "gantry/central/sites.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/tus.hpp"
#include "sockets.hpp"

namespace {

namespace fs = std::filesystem;
using namespace gantry;
using namespace gantry::uplink;
using test::ChildProcess;

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::cerr << result.error().message() << '\n';
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// Takes PUT and tus, throws the bytes away: what is left is the client and the line.
class Sink {
public:
    std::string url(const char* path) const {
        return "http://127.0.0.1:" + std::to_string(listener_.port()) + path;
    }

private:
    static std::uint64_t number(const std::string& head, std::string_view name) {
        const auto at = head.find(name);
        return at == std::string::npos ? 0 : std::stoull(head.substr(at + name.size()));
    }
    static std::string answer(const std::string& head, std::uint64_t length) {
        if (head.starts_with("POST")) return "HTTP/1.1 201 x\r\nLocation: /u\r\nContent-Length: 0\r\n\r\n";
        if (head.starts_with("PUT")) return "HTTP/1.1 201 x\r\nContent-Length: 0\r\n\r\n";
        return "HTTP/1.1 204 x\r\nUpload-Offset: " +
               std::to_string(number(head, "Upload-Offset: ") + length) + "\r\n\r\n";
    }
    static void serve(int fd) {
        std::vector<char> buffer(1 << 20);
        std::string head;
        for (;;) {
            auto end = head.find("\r\n\r\n");
            while (end == std::string::npos) {
                const auto got = ::recv(fd, buffer.data(), buffer.size(), 0);
                if (got <= 0) return;
                head.append(buffer.data(), static_cast<std::size_t>(got));
                end = head.find("\r\n\r\n");
            }
            const auto length = number(head.substr(0, end), "Content-Length: ");
            if (head.find("100-continue") < end) test::sendAll(fd, "HTTP/1.1 100 Continue\r\n\r\n");
            auto left = length - std::min<std::uint64_t>(length, head.size() - end - 4);
            while (left > 0) {
                const auto got = ::recv(fd, buffer.data(), std::min<std::uint64_t>(left, buffer.size()), 0);
                if (got <= 0) return;
                left -= static_cast<std::uint64_t>(got);
            }
            test::sendAll(fd, answer(head.substr(0, end), length));
            head.clear();
        }
    }
    test::Listener listener_{serve};
};

struct NoMemory final : UploadMemory {
    std::string url;
    std::string resumeState() override { return url; }
    Result<> saveResumeState(std::string value) override {
        url = std::move(value);
        return {};
    }
    void progress(std::uint64_t, std::uint64_t) override {}
};

struct Bench {
    fs::path folder;
    std::uint64_t bytes = 0;
    int rounds = 3;
    std::uint64_t chunk = 0;
    std::string sha256;
    int names = 0;

    // Best rate in MB/s (10^6): what else runs on the machine only ever makes it slower.
    double rate(const std::function<void()>& job) const {
        double best = 0;
        for (int i = 0; i < rounds; ++i) {
            const auto begin = std::chrono::steady_clock::now();
            job();
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
            best = std::max(best, static_cast<double>(bytes) / took.count() / 1e6);
        }
        return best;
    }

    double put(const std::string& endpoint, const std::string& token = {}) {
        TusConfig config;
        config.endpoint = endpoint;
        config.http.bearer_token = token;
        config.chunk_bytes = chunk;
        const auto transport = must(makeTusTransport(config));
        return rate([&] {
            const auto id = "bench-" + std::to_string(++names);
            const PutObject object{id + ".age",
                                   folder / "object",
                                   bytes,
                                   sha256,
                                   {{"parcel_id", id}, {"trial", "t"}, {"site", "s1"}}};
            NoMemory memory;
            must(transport->put(object, memory, {}));
        });
    }

    double curl(const std::string& url) const {
        return rate([&] {
            ChildProcess process({"curl", "-sf", "-T", folder / "object", url});
            if (process.wait() != 0) std::exit(1);
        });
    }

    double tusJs(const std::string& endpoint, std::uint64_t chunk_bytes) const {
        must(writeFileDurably(folder / "endpoint", asBytes(endpoint)));
        const auto script = fs::path(GANTRY_SOURCE_DIR) / "tests/central/tus_client/upload.js";
        return rate([&] {
            ChildProcess process(
                {"node", script, folder / "object", folder / "endpoint", "{}", std::to_string(chunk_bytes)});
            while (!process.readLine().empty()) {
            }
            if (process.wait() != 0) std::exit(1);
        });
    }

    void sink() {
        const Sink sink;
        const auto plain = curl(sink.url("/put"));
        const auto ours = put(sink.url("/files"));
        std::printf("to a sink, %.0f MB, best of %d\n", static_cast<double>(bytes) / 1e6, rounds);
        std::printf("  curl -T                       %6.0f MB/s\n", plain);
        std::printf("  put by tus, chunks of %3.0f MiB %6.0f MB/s   ratio %.2f (budget 0.95)\n",
                    static_cast<double>(chunk) / (1 << 20), ours, ours / plain);
    }

    void foreign() {
        const auto scripts = fs::path(GANTRY_SOURCE_DIR) / "tests/uplink/tus_server";
        if (!fs::exists(scripts / "node_modules") ||
            !fs::exists(scripts / "../../central/tus_client/node_modules"))
            return (void)std::puts("SKIPPED: no node_modules; tests/run installs them");
        fs::create_directory(folder / "foreign");
        ChildProcess server({"node", scripts / "server.mjs", folder / "foreign"});
        const auto endpoint = "http://127.0.0.1:" + server.readLine().substr(10) + "/files";
        const auto peer = tusJs(endpoint, 0);
        const auto ours = put(endpoint);
        fs::remove_all(folder / "foreign");
        std::printf("to servers that store\n");
        std::printf("  tus-js-client to @tus/server  %6.0f MB/s, one request\n", peer);
        std::printf("  put to @tus/server            %6.0f MB/s   ratio %.2f\n", ours, ours / peer);
        const auto both = hub();
        std::printf("  put to gantry-hub             %6.0f MB/s   ratio %.2f (budget 1.3)\n", both,
                    both / peer);
    }

    double hub() {
        const SystemClock clock;
        central::HubConfig config;
        config.port = 0;
        config.directory = folder / "hub";
        config.reserve_bytes = 0;
        must(makeDirectory(config.directory));
        const auto token = must(central::addSite(config.directory, "s1", clock));
        const auto running = must(central::Hub::start(config, clock));
        return put("http://127.0.0.1:" + std::to_string(running->port()) + "/tus", token);
    }
};

}  // namespace

int main(int argc, char** argv) {
    std::string parent = fs::temp_directory_path();
    std::uint64_t megabytes = 512;
    std::uint64_t chunk_megabytes = 8;
    Bench bench;
    CLI::App app("Upload on loopback beside peers");
    app.add_option("--folder", parent,
                   "where object and copies lie; a memory file system shows the code, a disk the disk");
    app.add_option("--megabytes", megabytes, "size of the object");
    app.add_option("--chunk-megabytes", chunk_megabytes, "of our client");
    app.add_option("--rounds", bench.rounds, "runs of each, of which the best counts")
        ->check(CLI::Range(1, 99));
    CLI11_PARSE(app, argc, argv);
    const auto folder = must(TemporaryDirectory::create(parent, "gantry-bench-"));
    bench.folder = folder.path();
    bench.bytes = megabytes << 20;
    bench.chunk = chunk_megabytes << 20;
    {
        std::string block(1 << 20, '\0');
        randomBytes(std::as_writable_bytes(std::span(block)));
        const auto out = must(openFile(bench.folder / "object", OpenMode::CreateNew));
        for (std::uint64_t i = 0; i < megabytes; ++i) must(writeAll(out.get(), asBytes(block)));
    }
    bench.sha256 = toHex(must(sha256File(bench.folder / "object")));
    bench.sink();
    bench.foreign();
    return 0;
}
