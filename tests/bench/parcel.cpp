// Parcels by kind of image: what each way of compression leaves, how fast it is, and how much memory two
// gigabytes take. Real scans come from --data or ../shared/data and are de-identified first; without them
// there is an invented CT.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>

#include "gantry/anonymizer/engine.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/core/dicom.hpp"
#include "gantry/qc/pack.hpp"
#include "gantry/scanner/series.hpp"
#include "gantry/uplink/parcel.hpp"
#include "images/pixel_compression.hpp"
#include "images/worker_process.hpp"

namespace {

namespace fs = std::filesystem;
using namespace gantry;
using namespace gantry::uplink;

template <class T>
T must(Result<T> result) {
    if (!result) {
        std::cerr << result.error().message() << '\n';
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

rusage usageOf(int who) {
    rusage usage{};
    ::getrusage(who, &usage);
    return usage;
}

double cpuSeconds() {
    double out = 0;
    for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        const auto usage = usageOf(who);
        for (const auto& time : {usage.ru_utime, usage.ru_stime})
            out += static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    }
    return out;
}

struct Spent {
    double wall = 0, cpu = 0;
};
Spent spentOn(const std::function<void()>& job) {
    const auto begin = std::chrono::steady_clock::now();
    const auto cpu = cpuSeconds();
    job();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    return {took.count(), cpuSeconds() - cpu};
}

/// De-identified files of one kind, as a parcel holds them.
struct Set {
    std::vector<fs::path> files;
    ParcelManifest manifest;
    std::uint64_t bytes = 0;

    void add(const fs::path& file, const std::string& uid) {
        const auto size = fs::file_size(file);
        manifest.files.push_back({instanceName(files.size() + 1), uid, size, toHex(must(sha256File(file)))});
        files.push_back(file);
        bytes += size;
    }
};

class Bench {
public:
    Bench(fs::path folder, fs::path data) : folder_(std::move(folder)), data_(std::move(data)) {}

    void byKind() {
        const auto sets = data_.empty() ? invented() : real();
        std::printf("what is left of each, and MB/s of one core; age and digests included\n");
        std::printf("%-14s %6s %8s", "", "files", "MB");
        for (const auto& name : qc::compressionNames()) std::printf("   %-14s", name.c_str());
        std::printf("\n");
        for (const auto& [kind, set] : sets) {
            std::printf("%-14s %6zu %8.1f", kind.c_str(), set.files.size(),
                        static_cast<double>(set.bytes) / 1e6);
            for (const auto& name : qc::compressionNames()) make(set, *qc::parseCompression(name));
            std::printf("\n");
        }
    }

    void inventedCt(int slices) {
        const auto set = invented(slices).begin()->second;
        std::printf("invented CT, %d slices of 512 x 512, %.0f MB: wall MB/s on all cores\n", slices,
                    static_cast<double>(set.bytes) / 1e6);
        for (const auto& name : qc::compressionNames()) {
            Made made;
            const auto spent = spentOn([&] { made = makeOne(set, *qc::parseCompression(name)); });
            const auto out = folder_ / "out";
            const auto open = spentOn([&] { must(openParcel(parcel(), std::span(&identity_, 1), out)); });
            fs::remove_all(out);
            const auto megabytes = static_cast<double>(set.bytes) / 1e6;
            std::printf("  %-8s make %7.0f   open %7.0f   left %.3f\n", name.c_str(), megabytes / spent.wall,
                        megabytes / open.wall,
                        static_cast<double>(made.bytes) / static_cast<double>(set.bytes));
        }
    }

    // Each in a process of its own, which tells what it needed.
    void memory() {
        constexpr std::uint64_t kBytes = 2ull << 30;
        const auto file = folder_ / "2gb.dcm";
        writeHollow(file, kBytes);
        Set set;
        set.add(file, "2.25.1");
        set.manifest.parcel_id = "bench";
        set.manifest.created_at = "2026-01-01T00:00:00Z";
        std::printf("a multi-frame of 2 GB: most memory, MB\n");
        peak("compress its pixels, gantry-worker", [&] {
            const agent::CompressRequest request{file, folder_ / "2gb-out.dcm"};
            const agent::PixelWorker worker{agent::WorkerProcess::defaultProgram(), folder_};
            if (!must(agent::compressPixels(std::span(&request, 1), worker)).front()) std::exit(1);
        });
        for (const auto tar : {TarCompression::None, TarCompression::Zstd}) {
            const auto* how = tar == TarCompression::None ? "" : ", zstd";
            const std::vector<ParcelFile> files{{file, set.manifest.files[0].name}};
            peak(std::string("make a parcel") + how,
                 [&] { must(makeParcel(set.manifest, files, std::span(&recipient_, 1), parcel(), tar)); });
            peak(std::string("open it") + how,
                 [&] { must(openParcel(parcel(), std::span(&identity_, 1), folder_ / "out")); });
            fs::remove_all(folder_ / "out");
        }
        fs::remove(file);
    }

private:
    struct Made {
        std::uint64_t bytes = 0;
    };
    fs::path parcel() const { return folder_ / "bench.age"; }

    Made makeOne(const Set& set, const qc::PackCompression& how) {
        auto manifest = set.manifest;
        auto files = set.files;
        const auto work = must(TemporaryDirectory::create(folder_, "compressed-"));
        if (how.pixels) {
            std::vector<agent::CompressRequest> requests;
            for (std::size_t i = 0; i < files.size(); ++i)
                requests.push_back({files[i], work.path() / std::to_string(i)});
            const auto answers =
                must(agent::compressPixels(requests, {agent::WorkerProcess::defaultProgram(), work.path()}));
            for (std::size_t i = 0; i < files.size(); ++i) {
                if (!answers[i]) continue;
                files[i] = requests[i].out;
                manifest.files[i].bytes = answers[i]->bytes;
                manifest.files[i].sha256 = answers[i]->sha256;
            }
        }
        std::vector<ParcelFile> entries;
        for (std::size_t i = 0; i < files.size(); ++i) entries.push_back({files[i], manifest.files[i].name});
        manifest.parcel_id = "bench";
        manifest.created_at = "2026-01-01T00:00:00Z";
        const auto tar = how.parcel ? TarCompression::Zstd : TarCompression::None;
        return {must(makeParcel(manifest, entries, std::span(&recipient_, 1), parcel(), tar)).bytes};
    }

    void make(const Set& set, const qc::PackCompression& how) {
        Made made;
        const auto spent = spentOn([&] { made = makeOne(set, how); });
        std::printf("   %.3f %8.0f", static_cast<double>(made.bytes) / static_cast<double>(set.bytes),
                    static_cast<double>(set.bytes) / 1e6 / spent.cpu);
        std::fflush(stdout);
    }

    std::map<std::string, Set> invented(int slices = 60) {
        scanner::SeriesSpec spec;
        spec.slices = slices;
        std::map<std::string, Set> out;
        const auto folder = folder_ / "invented";
        fs::create_directories(folder);
        for (const auto& instance : must(scanner::makeSeries(spec)).instances) {
            const auto path = folder / (std::to_string(instance.instance_number) + ".dcm");
            must(writeFileDurably(path, asBytes(must(instance.file()))));
            out["CT (invented)"].add(path, instance.sop_instance_uid);
        }
        return out;
    }

    /// Every file below the data that can be de-identified and says its modality.
    std::map<std::string, Set> real() {
        const auto policy = anonymizer::DeidPolicy()
                                .add(anonymizer::DeidOption::RetainLongitudinalModifiedDates)
                                .add(anonymizer::DeidOption::RetainPatientCharacteristics)
                                .add(anonymizer::DeidOption::CleanStructuredContent);
        const auto keys =
            must(anonymizer::DeidKeys::fromTrialKey(asBytes("a key of the bench, 32 bytes of it")));
        const anonymizer::SubjectIdentity subject{"BENCH", "1", "S-1", "", ""};
        std::map<std::string, Set> out;
        std::map<std::string, int> seen;  // by digest: some sets hold the same images
        int number = 0;
        fs::create_directories(folder_ / "real");
        for (const auto& entry : fs::recursive_directory_iterator(data_)) {
            if (!entry.is_regular_file()) continue;
            const auto kind = kindOf(entry.path());
            const auto path = folder_ / "real" / (std::to_string(++number) + ".dcm");
            if (kind.empty() || seen[toHex(must(sha256File(entry.path())))]++ > 0) continue;
            const auto report = anonymizer::deidentify(
                {entry.path(), 0, std::nullopt, anonymizer::PixelState::Clean}, policy, keys, subject, path);
            if (report) out[kind].add(path, report->sop_instance_uid);
        }
        return out;
    }

    /// "MR", "MR multi-frame"; "" for what is none, or came compressed.
    static std::string kindOf(const fs::path& path) {
        const auto map = MappedFile::open(path);
        if (!map) return "";
        const auto file = dicom::readFile(map->bytes());
        if (!file || file->dataset.find({0x00080060}) == nullptr) return "";
        const auto* pixels = file->dataset.find(dicom::tags::kPixelData);
        if (pixels && pixels->encapsulated) return "";
        const auto frames = dicom::parseDecimals(file->dataset.text({0x00280008}));
        const bool many = frames.size() == 1 && frames[0].value_or(1) > 1;
        return std::string(file->dataset.text({0x00080060})) + (many ? " frames" : "");
    }

    /// Two gigabytes of frames that are a hole in the file.
    static void writeHollow(const fs::path& path, std::uint64_t bytes) {
        scanner::SeriesSpec spec;
        spec.slices = 1;
        const auto file = must(must(scanner::makeSeries(spec)).instances.front().file());
        const auto read = must(dicom::readFile(asBytes(file)));
        const auto& pixels = *read.dataset.find(dicom::tags::kPixelData);
        const auto frames = bytes / pixels.value.size();
        auto head = std::string(file, 0, file.size() - read.dataset_bytes.size());
        dicom::Writer writer(head, dicom::Encoding::ExplicitLittle);
        const auto at = [&](Bytes value, std::size_t header) {
            return static_cast<std::size_t>(value.data() - read.dataset_bytes.data()) - header;
        };
        const auto rows = at(read.dataset.find({0x00280010})->value, 8), end = at(pixels.value, 12);
        head += asText(read.dataset_bytes.first(rows));
        writer.text({0x00280008}, "IS", std::to_string(frames));
        head += asText(read.dataset_bytes.subspan(rows, end - rows));
        writer.header(dicom::tags::kPixelData, "OW",
                      static_cast<std::uint32_t>(frames * pixels.value.size()));
        must(writeFileDurably(path, asBytes(head)));
        fs::resize_file(path, head.size() + frames * pixels.value.size());
    }

    static void peak(const std::string& what, const std::function<void()>& job) {
        const auto begin = std::chrono::steady_clock::now();
        const pid_t child = ::fork();
        if (child == 0) {
            job();
            const auto own = usageOf(RUSAGE_SELF).ru_maxrss, workers = usageOf(RUSAGE_CHILDREN).ru_maxrss;
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
            std::printf("  %-38s %5ld  (a worker %ld), %.1f s\n", what.c_str(), own / 1024, workers / 1024,
                        took.count());
            std::fflush(stdout);
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        if (status != 0) std::exit(1);
    }

    fs::path folder_, data_;
    AgeIdentity identity_ = AgeIdentity::generate();
    AgeRecipient recipient_ = identity_.recipient();
};

}  // namespace

int main(int argc, char** argv) {
    std::string parent = fs::temp_directory_path();
    std::string data;
    int slices = 200;
    bool no_memory = false;
    CLI::App app("Parcels by kind of image, compression and size");
    app.add_option("--folder", parent, "where files are written");
    app.add_option("--data", data,
                   "folder with real scans; ../shared/data beside the source when it is there");
    app.add_option("--slices", slices, "of the invented CT");
    app.add_flag("--no-memory", no_memory, "leave out the 2 GB");
    CLI11_PARSE(app, argc, argv);
    const fs::path beside = fs::path(GANTRY_SOURCE_DIR).parent_path() / "shared" / "data";
    if (data.empty() && fs::is_directory(beside)) data = beside;
    const auto folder = must(TemporaryDirectory::create(parent, "gantry-bench-"));
    Bench bench(folder.path(), data);
    if (!no_memory) bench.memory();
    bench.byKind();
    bench.inventedCt(slices);
    return 0;
}
