// Upload beside peers: curl -T to the same sink, on loopback and on a line with a rate; tus-js-client to
// @tus/server. What is compared runs in turns, so that whatever else the machine does meets all alike;
// medians of the rates and their ratios are printed. And the memory of both our ends with a large object.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>

#include "child_process.hpp"
#include "gantry/central/sites.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/tus.hpp"
#include "network_namespace.hpp"
#include "upload_sink.hpp"

namespace {

namespace fs = std::filesystem;
using namespace gantry;
using namespace gantry::uplink;
using bench::UploadSink;
using test::ChildProcess;

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::cerr << result.error().message() << '\n';
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

struct NoMemory final : UploadMemory {
    std::string state;
    std::string resumeState() override { return state; }
    Result<> saveResumeState(std::string value) override {
        state = std::move(value);
        return {};
    }
    void progress(std::uint64_t, std::uint64_t) override {}
};

std::uint64_t peakKib(const std::string& process) {
    std::ifstream status("/proc/" + process + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6));
    return 0;
}

struct Job {
    std::string name;
    std::function<void()> run;
    double budget = 0;  ///< ratio to the first job; 0: none
    std::vector<double> rates = {};
    double median() {
        std::sort(rates.begin(), rates.end());
        return rates[rates.size() / 2];
    }
};

struct Bench {
    fs::path folder;
    std::uint64_t bytes = 0;
    int rounds = 5;
    std::uint64_t chunk = 0;
    std::string sha256;
    int names = 0;

    void makeObject(std::uint64_t size) {
        bytes = size;
        std::string block(1 << 20, '\0');
        randomBytes(std::as_writable_bytes(std::span(block)));
        const auto out = must(openFile(folder / "object", OpenMode::CreateOrTruncate));
        for (std::uint64_t at = 0; at < size; at += block.size()) must(writeAll(out.get(), asBytes(block)));
        sha256 = toHex(must(sha256File(folder / "object")));
    }

    void compare(const std::string& title, std::vector<Job> jobs) const {
        for (int round = 0; round < rounds; ++round)
            for (auto& job : jobs) {
                const auto begin = std::chrono::steady_clock::now();
                job.run();
                const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
                job.rates.push_back(static_cast<double>(bytes) / took.count() / 1e6);
            }
        std::printf("%s, %.0f MB, medians of %d\n", title.c_str(), static_cast<double>(bytes) / 1e6, rounds);
        const auto peer = jobs.front().median();
        for (auto& job : jobs) {
            std::printf("  %-46s %7.1f MB/s", job.name.c_str(), job.median());
            if (&job != &jobs.front()) std::printf("   ratio %.2f", job.median() / peer);
            if (job.budget > 0) std::printf(" (budget %.2f)", job.budget);
            std::puts("");
        }
        std::fflush(stdout);
    }

    PutObject object(const std::string& id) const {
        return {id + ".age",
                folder / "object",
                bytes,
                sha256,
                {{"parcel_id", id}, {"trial", "t"}, {"site", "s1"}}};
    }

    void put(const std::string& endpoint, const std::string& token = {}, int connections = 1) {
        TusConfig config;
        config.endpoint = endpoint;
        config.http.bearer_token = token;
        config.chunk_bytes = chunk;
        config.connections = connections;
        config.verify_by_reading_back = ReadBack::Never;  // the peer does not
        const auto transport = must(makeTusTransport(config));
        NoMemory memory;
        must(transport->put(object("bench-" + std::to_string(++names)), memory, {}));
    }

    static void must0(ChildProcess& process) {
        if (process.wait() != 0) std::exit(1);
    }
    void curl(const std::string& url) const {
        ChildProcess process({"curl", "-sf", "-T", folder / "object", url});
        must0(process);
    }
    void tusJs(const std::string& endpoint) const {
        must(writeFileDurably(folder / "endpoint", asBytes(endpoint)));
        const auto script = fs::path(GANTRY_SOURCE_DIR) / "tests/central/tus_client/upload.js";
        ChildProcess process({"node", script, folder / "object", folder / "endpoint", "{}", "0"});
        while (!process.readLine().empty()) {
        }
        must0(process);
    }

    std::vector<Job> besideCurl(const UploadSink& sink) {
        return {{"curl -T", [this, &sink] { curl(sink.url("/put")); }},
                {"put by tus", [this, &sink] { put(sink.url("/files")); }, 0.95}};
    }

    void sink() {
        const UploadSink sink;
        compare("to a sink on loopback", besideCurl(sink));
    }

    void line(std::uint64_t bytes_per_second) {
        const auto network = test::NetworkNamespace::make();
        if (!network) return;
        network->run([&] {
            network->setRate(bytes_per_second);
            const UploadSink sink;
            auto jobs = besideCurl(sink);
            auto limiter = std::make_shared<RateLimiter>(bytes_per_second / 2);
            jobs.push_back({"put by tus, its own limit at half the rate", [&] {
                                TusConfig config;
                                config.endpoint = sink.url("/files");
                                config.chunk_bytes = chunk;
                                config.http.limiter = limiter;
                                NoMemory memory;
                                must(must(makeTusTransport(config))->put(object("x"), memory, {}));
                            }});
            compare("to a sink on a line of " + std::to_string(bytes_per_second / 1'000'000) + " MB/s",
                    std::move(jobs));
        });
    }

    /// gantry-hub as a process, with a site s1.
    struct Hub {
        std::string token;
        std::unique_ptr<ChildProcess> process;
        std::string url;
        explicit Hub(const fs::path& folder) {
            const SystemClock clock;
            must(makeDirectory(folder / "hub"));
            token = must(central::addSite(folder / "hub", "s1", clock));
            const std::string yaml =
                "version: 1\nlisten: {port: 0}\ndirectory: hub\nlimits: {reserve_bytes: 0}\n";
            must(writeFileDurably(folder / "hub.yaml", asBytes(yaml)));
            process = std::make_unique<ChildProcess>(std::vector<std::string>{
                std::string(GANTRY_BIN_DIR) + "/gantry-hub", "--config", folder / "hub.yaml"});
            const auto ready = process->readLine();
            url =
                "http://127.0.0.1:" + std::to_string(std::stoi(ready.substr(ready.rfind(':') + 1))) + "/tus";
        }
    };

    void servers() {
        const auto scripts = fs::path(GANTRY_SOURCE_DIR) / "tests/uplink/tus_server";
        if (!fs::exists(scripts / "node_modules") ||
            !fs::exists(scripts / "../../central/tus_client/node_modules"))
            return (void)std::puts("SKIPPED: no node_modules; tests/run installs them");
        fs::create_directory(folder / "foreign");
        ChildProcess server({"node", scripts / "server.mjs", folder / "foreign"});
        const auto foreign = "http://127.0.0.1:" + server.readLine().substr(10) + "/files";
        const Hub hub(folder);
        const auto tidy = [&] {  // what lies on a memory file system is memory
            for (const auto& entry : fs::directory_iterator(folder / "foreign")) fs::remove(entry.path());
            for (const auto& entry : fs::recursive_directory_iterator(folder / "hub/parcels"))
                if (entry.path().extension() == ".age") fs::resize_file(entry.path(), 0);
        };
        compare("to servers that store",
                {{"tus-js-client to @tus/server, one request", [&] { tidy(), tusJs(foreign); }},
                 {"put to @tus/server", [&] { tidy(), put(foreign); }, 1.3},
                 {"put to gantry-hub, digest checked", [&] { tidy(), put(hub.url, hub.token); }, 1.3},
                 {"put to gantry-hub, four connections", [&] { tidy(), put(hub.url, hub.token, 4); }}});
    }

    void memory(std::uint64_t large, const std::string& self) {
        const Hub hub(folder);
        const auto peaks = [&](std::uint64_t size, int connections) {
            makeObject(size);
            ChildProcess client({self, "--put", hub.url, "--token", hub.token, "--object", folder / "object",
                                 "--digest", sha256, "--connections", std::to_string(connections), "--name",
                                 "m" + std::to_string(++names)});
            const auto peak = std::stoull(client.readLine());
            must0(client);
            std::printf("  %5.0f MB, %d connection%s: client %4.1f MB, hub so far %4.1f MB\n",
                        static_cast<double>(size) / 1e6, connections, connections == 1 ? " " : "s",
                        static_cast<double>(peak) / 1024,
                        static_cast<double>(peakKib(std::to_string(hub.process->pid()))) / 1024);
            std::fflush(stdout);
        };
        std::puts("peak resident memory");
        peaks(16 << 20, 1);
        peaks(large, 1);
        peaks(16 << 20, 4);
        peaks(large, 4);
    }
};

/// The client alone, for its memory.
int putAndTell(const std::string& url, const std::string& token, const std::string& file,
               const std::string& digest, int connections, const std::string& name) {
    TusConfig config;
    config.endpoint = url;
    config.http.bearer_token = token;
    config.connections = connections;
    const PutObject object{
        name + ".age", file, fs::file_size(file), digest, {{"parcel_id", name}, {"site", "s1"}}};
    NoMemory memory;
    must(must(makeTusTransport(config))->put(object, memory, {}));
    std::cout << peakKib("self") << std::endl;
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::string parent = fs::temp_directory_path(), put, token, object, digest, name;
    std::vector<std::string> only = {"sink", "line", "servers", "memory"};
    std::uint64_t megabytes = 512, chunk_megabytes = 8, rate_megabytes = 20, large_megabytes = 2048;
    int connections = 1;
    Bench bench;
    CLI::App app("Upload beside peers");
    app.add_option("--folder", parent,
                   "where object and copies lie; a memory file system shows the code, a disk the disk");
    app.add_option("--megabytes", megabytes, "size of the object");
    app.add_option("--chunk-megabytes", chunk_megabytes, "of our client");
    app.add_option("--rate-megabytes", rate_megabytes, "a second, of the line with a rate");
    app.add_option("--large-megabytes", large_megabytes, "size of the object for which memory is told");
    app.add_option("--rounds", bench.rounds, "runs of each")->check(CLI::Range(1, 99));
    app.add_option("--only", only, "sink line servers memory");
    app.add_option("--put", put)->group("");
    app.add_option("--token", token)->group("");
    app.add_option("--object", object)->group("");
    app.add_option("--digest", digest)->group("");
    app.add_option("--name", name)->group("");
    app.add_option("--connections", connections)->group("");
    CLI11_PARSE(app, argc, argv);
    if (!put.empty()) return putAndTell(put, token, object, digest, connections, name);
    const auto folder = must(TemporaryDirectory::create(parent, "gantry-bench-"));
    bench.folder = folder.path();
    bench.chunk = chunk_megabytes << 20;
    const auto wanted = [&only](const char* part) {
        return std::find(only.begin(), only.end(), part) != only.end();
    };
    bench.makeObject(megabytes << 20);
    if (wanted("sink")) bench.sink();
    if (wanted("servers")) bench.servers();
    if (wanted("line")) {
        bench.makeObject(rate_megabytes * 5 << 20);
        bench.line(rate_megabytes * 1'000'000);
    }
    if (wanted("memory")) bench.memory(large_megabytes << 20, fs::read_symlink("/proc/self/exe"));
    return 0;
}
