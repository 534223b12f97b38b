// Upload to a real S3 on loopback (Ceph's gateway, objects in memory) beside curl -T by a presigned URL to
// the same one. Prints MB/s and ratios.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>

#include "ceph.hpp"
#include "child_process.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/s3.hpp"
#include "s3/requests.hpp"

namespace {

namespace fs = std::filesystem;
using namespace gantry;
using namespace gantry::uplink;
using test::ChildProcess;

template <class T>
T done(Result<T> result) {
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

struct Bench {
    test::Ceph& ceph;
    std::string bucket;
    fs::path object;
    std::uint64_t bytes = 0;
    int rounds = 3;
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

    // The same key again and again: the cluster keeps all of it in memory.
    void clear() { done(ceph.ask({"DELETE", "/" + bucket + "/in/object"})); }

    double put(int connections, std::uint64_t part_bytes) {
        auto config = done(ceph.config(ceph.port(), bucket));
        config.connections = connections;
        config.part_bytes = part_bytes;
        const auto transport = done(makeS3Transport(config));
        const auto best = rate([&] {
            clear();
            NoMemory memory;
            done(transport->put({"object", object, bytes, sha256, {}}, memory, {}));
        });
        clear();
        return best;
    }

    double curl() {
        const auto config = done(ceph.config(ceph.port(), bucket));
        const SystemClock clock;
        const s3::Requests requests(config.location, config.addressing,
                                    done(loadS3Credentials(config.credentials_file)), clock);
        const auto url = requests.presigned({.method = "PUT", .key = "in/object"}, std::chrono::hours(1));
        const auto best = rate([&] {
            clear();
            ChildProcess process({"curl", "-sf", "-T", object, url});
            if (process.wait() != 0) std::exit(1);
        });
        clear();
        return best;
    }
};

int run(const std::string& parent, std::uint64_t megabytes, int rounds) {
    const auto ceph = done(test::Ceph::start());
    const auto folder = done(TemporaryDirectory::create(parent, "gantry-bench-"));
    const auto object = folder.path() / "object";
    {
        std::string block(1 << 20, '\0');
        randomBytes(std::as_writable_bytes(std::span(block)));
        const auto out = done(openFile(object, OpenMode::CreateNew));
        for (std::uint64_t i = 0; i < megabytes; ++i) done(writeAll(out.get(), asBytes(block)));
    }
    Bench bench{*ceph,  done(ceph->makeBucket()),       object, megabytes << 20,
                rounds, toHex(done(sha256File(object)))};
    const auto plain = bench.curl();
    std::printf("to Ceph's gateway, %.0f MB, best of %d\n", static_cast<double>(bench.bytes) / 1e6, rounds);
    std::printf("  curl -T, presigned, one request          %6.0f MB/s\n", plain);
    for (const auto& [connections, part_mib] :
         {std::pair(1, 8), std::pair(1, 64), std::pair(2, 16), std::pair(4, 8)}) {
        const auto ours = bench.put(connections, static_cast<std::uint64_t>(part_mib) << 20);
        std::printf("  put by S3, parts of %2d MiB, %d connections %6.0f MB/s   ratio %.2f\n", part_mib,
                    connections, ours, ours / plain);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::string parent = fs::temp_directory_path();
    std::uint64_t megabytes = 256;
    int rounds = 3;
    CLI::App app("Upload to a real S3 beside curl");
    app.add_option("--folder", parent,
                   "where the object lies; a memory file system shows the code, a disk the disk");
    app.add_option("--megabytes", megabytes, "size of the object");
    app.add_option("--rounds", rounds, "runs of each, of which the best counts")->check(CLI::Range(1, 99));
    CLI11_PARSE(app, argc, argv);
    return run(parent, megabytes, rounds);
}
