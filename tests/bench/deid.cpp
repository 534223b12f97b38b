/// bench_deid [INSTANCES] [FOLDER]: de-identifies a CT series of 0.5 MB instances, gate included, output
/// synced in groups, beside a raw copy and beside gdcmanon -e (package libgdcm-tools) where that is
/// installed.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <random>
#include <thread>

#include "gantry/anonymizer/engine.hpp"
#include "gantry/anonymizer/leak_gate.hpp"
#include "synthetic.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kGroup = 100;  // outputs synced together

struct Spent {
    double wall = 0;
    double cpu = 0;  ///< of this process and of the peers it waited for
};

double cpuSeconds() {
    double seconds = 0;
    for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage{};
        getrusage(who, &usage);
        for (const auto& time : {usage.ru_utime, usage.ru_stime})
            seconds += static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    }
    return seconds;
}

Spent spentOn(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    const auto cpu = cpuSeconds();
    work();
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
            cpuSeconds() - cpu};
}

[[noreturn]] void die(const std::string& message) {
    std::fprintf(stderr, "bench_deid: %s\n", message.c_str());
    std::exit(1);
}
template <class T>
T must(Result<T> result) {
    if (!result) die(result.error().message());
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// Noise of 12 bits, as an image has it: the gate's automaton leaves its first state as often as in real
/// pixels.
std::string noisyPixels(unsigned seed) {
    std::mt19937 random(seed);
    std::string pixels;
    for (unsigned i = 0; i < 512 * 512; ++i) {
        const auto value = 1000 + random() % 256;
        pixels += static_cast<char>(value & 0xFF);
        pixels += static_cast<char>(value >> 8);
    }
    return pixels;
}

std::vector<fs::path> makeSeries(const fs::path& folder, int instances) {
    fs::create_directories(folder);
    const auto pixels = noisyPixels(1);
    std::vector<fs::path> paths;
    for (int i = 1; i <= instances; ++i) {
        auto image = test::ctImage({.instance = i, .rows = 512, .columns = 512});
        image.bytes(dicom::tags::kPixelData, "OW", pixels);
        paths.push_back(folder / (std::to_string(i) + ".dcm"));
        std::ofstream(paths.back(), std::ios::binary) << test::fileOf(image, test::kExplicitLittle);
    }
    return paths;
}

IdentifyingValues valuesOf(const std::vector<fs::path>& paths) {
    IdentifyingValues values;
    for (const auto& path : paths) {
        const auto map = must(MappedFile::open(path));
        values.merge(collect(must(dicom::readFile(map.bytes()))));
    }
    values.options.device_retained = true;
    for (const auto* own : {"TRIAL-1", "0417", "SUBJ-001", "BL", "SPONSOR"}) values.allow(own);
    return values;
}

struct Job {
    DeidPolicy policy =
        DeidPolicy().add(DeidOption::RetainLongitudinalModifiedDates).add(DeidOption::RetainDeviceIdentity);
    DeidKeys keys = must(DeidKeys::fromTrialKey(asBytes("an invented trial key of 32 byte")));
    SubjectIdentity subject{"TRIAL-1", "0417", "SUBJ-001", "BL", ""};
};

/// Every `threads`-th instance from `first` on, gated and synced.
void deidentifyShare(const Job& job, const LeakGate& gate, const std::vector<fs::path>& paths,
                     const fs::path& out, std::size_t first, std::size_t threads, bool synced) {
    std::vector<fs::path> group;
    std::future<Result<>> syncing;  // one group behind the work
    const auto sync = [&] {
        if (syncing.valid()) must(syncing.get());
        syncing =
            std::async(std::launch::async, [paths = std::exchange(group, {})] { return syncOutputs(paths); });
    };
    for (std::size_t i = first; i < paths.size(); i += threads) {
        const auto target = out / paths[i].filename();
        must(deidentify({paths[i]}, job.policy, job.keys, job.subject, target));
        if (const auto checked = gate.check(target); !checked) die(checked.error().message());
        group.push_back(target);
        if (synced && group.size() == kGroup) sync();
    }
    if (!synced) return;
    sync();
    must(syncing.get());
}

Spent ours(const std::vector<fs::path>& paths, const fs::path& out, std::size_t threads, bool synced) {
    fs::create_directories(out);
    const Job job;
    return spentOn([&] {
        const auto gate = LeakGate::build(valuesOf(paths));
        std::vector<std::jthread> workers;
        for (std::size_t i = 0; i < threads; ++i)
            workers.emplace_back([&, i] { deidentifyShare(job, gate, paths, out, i, threads, synced); });
    });
}

Spent rawCopy(const std::vector<fs::path>& paths, const fs::path& out) {
    fs::create_directories(out);
    return spentOn([&] {
        for (const auto& path : paths) fs::copy_file(path, out / path.filename());
    });
}

/// The peer encrypts the removed attributes into each file, for which it wants a certificate.
Spent gdcmanon(const fs::path& in, const fs::path& folder) {
    const auto key = (folder / "key.pem").string();
    const auto certificate = (folder / "certificate.pem").string();
    const auto make = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=bench -keyout '" + key +
                      "' -out '" + certificate + "' >/dev/null 2>&1";
    if (std::system("command -v gdcmanon >/dev/null 2>&1") != 0 || std::system(make.c_str()) != 0) return {};
    const auto out = folder / "gdcm";
    fs::create_directories(out);
    const auto run = "gdcmanon -e -r -c '" + certificate + "' -i '" + in.string() + "' -o '" + out.string() +
                     "' >/dev/null 2>&1";
    int status = 0;
    const auto spent = spentOn([&] { status = std::system(run.c_str()); });
    return status == 0 ? spent : Spent{};
}

void print(const char* what, Spent spent, std::size_t instances, Spent reference) {
    if (spent.wall <= 0) {
        std::printf("%-43s not here\n", what);
        return;
    }
    const auto count = static_cast<double>(instances);
    std::printf("%-43s %6.0f instances/s, %5.2f ms of CPU each", what, count / spent.wall,
                1e3 * spent.cpu / count);
    if (reference.wall > 0)
        std::printf("; %.2f of gdcmanon's rate, %.2f by CPU", reference.wall / spent.wall,
                    reference.cpu / spent.cpu);
    std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
    const int instances = argc > 1 ? std::atoi(argv[1]) : 1000;
    const auto parent = argc > 2 ? fs::path(argv[2]) : fs::temp_directory_path();
    if (instances < 1) die("usage: bench_deid [INSTANCES] [FOLDER]");
    const auto folder = must(TemporaryDirectory::create(parent, "bench-deid-"));
    const auto paths = makeSeries(folder.path() / "in", instances);
    std::printf("%d CT instances of %.2f MB, %u cores\n", instances,
                static_cast<double>(fs::file_size(paths[0])) / 1e6, std::thread::hardware_concurrency());

    const auto copy = rawCopy(paths, folder.path() / "copy");
    const auto peer = gdcmanon(folder.path() / "in", folder.path());
    const auto unsynced = ours(paths, folder.path() / "unsynced", 1, false);
    const auto one = ours(paths, folder.path() / "one", 1, true);
    const auto two = ours(paths, folder.path() / "two", 2, true);
    print("raw copy, not synced", copy, paths.size(), peer);
    print("gdcmanon -e, not synced", peer, paths.size(), peer);
    print("gantry, gate included, not synced", unsynced, paths.size(), peer);
    print("gantry, gate included, synced, one thread", one, paths.size(), peer);
    print("gantry, gate included, synced, two threads", two, paths.size(), peer);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("memory at most %ld MB\n", usage.ru_maxrss / 1024);
    return 0;
}
