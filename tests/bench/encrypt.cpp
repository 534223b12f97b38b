// Encryption beside the stock age tool: whole files, and parcels of 0.5 MB instances. Prints MB/s and ratios.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>

#include "gantry/core/crypto.hpp"
#include "gantry/uplink/age.hpp"
#include "gantry/uplink/parcel.hpp"

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

void run(const std::string& command) {
    if (std::system(command.c_str()) != 0) {
        std::cerr << "failed: " << command << '\n';
        std::exit(1);
    }
}

// Median rate in MB/s (10^6) of `rounds` runs over `bytes`.
double rate(std::uint64_t bytes, int rounds, const std::function<void()>& job) {
    std::vector<double> rates;
    for (int i = 0; i < rounds; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        job();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        rates.push_back(static_cast<double>(bytes) / took.count() / 1e6);
    }
    std::nth_element(rates.begin(), rates.begin() + rounds / 2, rates.end());
    return rates[static_cast<std::size_t>(rounds / 2)];
}

void fill(const fs::path& path, std::uint64_t bytes) {
    std::string block(1 << 20, '\0');
    randomBytes(std::as_writable_bytes(std::span(block)));
    const auto out = must(openFile(path, OpenMode::CreateOrTruncate));
    for (std::uint64_t done = 0; done < bytes; done += block.size())
        must(writeAll(out.get(), asBytes(std::string_view(block).substr(0, bytes - done))));
}

struct Bench {
    fs::path folder;
    std::uint64_t bytes = 0;
    int rounds = 5;
    AgeIdentity identity = AgeIdentity::generate();
    AgeRecipient recipient = identity.recipient();

    fs::path path(const char* name) const { return folder / name; }

    void encryptOurs() const {
        const auto in = must(openFile(path("in"), OpenMode::Read));
        const auto out = must(openFile(path("ours"), OpenMode::CreateOrTruncate));
        must(ageEncrypt(in.get(), out.get(), std::span(&recipient, 1)));
    }
    void decryptOurs() const {
        const auto in = must(openFile(path("ours"), OpenMode::Read));
        const auto out = must(openFile(path("back"), OpenMode::CreateOrTruncate));
        must(ageDecrypt(sourceOf(in.get()), std::span(&identity, 1), sinkOf(out.get())));
    }
    // In memory to nowhere: what the cipher alone reaches here.
    void cipherAlone() const {
        const std::string block(1 << 20, 'x');
        auto encryptor = must(AgeEncryptor::start(
            std::span(&recipient, 1), [](Bytes) -> Result<> { return {}; }, AgeEncryptor::Mode::Direct));
        for (std::uint64_t done = 0; done < bytes; done += block.size())
            must(encryptor.write(asBytes(block)));
        must(encryptor.finish());
    }

    void files() const {
        const auto key = path("key");
        must(saveAgeIdentity(key, identity));
        fill(path("in"), bytes);
        const auto cipher = rate(bytes, rounds, [&] { cipherAlone(); });
        const auto stock = rate(bytes, rounds, [&] {
            run("age -r " + recipient.toString() + " -o " + path("stock").string() + " " +
                path("in").string());
        });
        const auto ours = rate(bytes, rounds, [&] { encryptOurs(); });
        const auto stock_back = rate(bytes, rounds, [&] {
            run("age -d -i " + key.string() + " -o " + path("back").string() + " " + path("stock").string());
        });
        const auto ours_back = rate(bytes, rounds, [&] { decryptOurs(); });
        std::printf("one file of %.0f MB, median of %d\n", static_cast<double>(bytes) / 1e6, rounds);
        std::printf("  cipher alone, one thread   %7.0f MB/s\n", cipher);
        std::printf("  age -r                     %7.0f MB/s\n", stock);
        std::printf("  encrypt                    %7.0f MB/s   ratio %.2f (budget 1.5)\n", ours,
                    ours / stock);
        std::printf("  age -d                     %7.0f MB/s\n", stock_back);
        std::printf("  decrypt                    %7.0f MB/s   ratio %.2f\n", ours_back,
                    ours_back / stock_back);
        for (const auto* name : {"in", "ours", "stock", "back"}) fs::remove(path(name));
    }

    void parcels() const {
        constexpr std::uint64_t kInstance = 524'288;
        ParcelManifest manifest;
        manifest.parcel_id = "bench";
        manifest.created_at = "2026-01-01T00:00:00Z";
        std::vector<ParcelFile> instances;
        fs::create_directory(path("instances"));
        const auto count = bytes / kInstance;
        for (std::size_t i = 1; i <= count; ++i) {
            const auto name = instanceName(i);
            fill(path(name.c_str()), kInstance);
            manifest.files.push_back(
                {name, "2.25." + std::to_string(i), kInstance, toHex(must(sha256File(path(name.c_str()))))});
            instances.push_back({path(name.c_str()), name});
        }
        const auto make = rate(count * kInstance, rounds, [&] {
            must(makeParcel(manifest, instances, std::span(&recipient, 1), path("p.age")));
        });
        const auto open = rate(count * kInstance, rounds, [&] {
            must(openParcel(path("p.age"), std::span(&identity, 1), path("out")));
            fs::remove_all(path("out"));
        });
        const auto stock = rate(count * kInstance, rounds, [&] {
            run("cd " + folder.string() +
                " && sha256sum instances/*.dcm > sums && tar c instances | age -r " + recipient.toString() +
                " > stock && sha256sum stock > sum && sync -d stock");
        });
        std::printf("parcel of %zu instances of 0.5 MB, digests of each and of the whole, synced\n",
                    static_cast<std::size_t>(count));
        std::printf("  sha256sum, tar, age        %7.0f MB/s\n", stock);
        std::printf("  make                       %7.0f MB/s   ratio %.2f\n", make, make / stock);
        std::printf("  open and verify            %7.0f MB/s\n", open);
    }
};

}  // namespace

int main(int argc, char** argv) {
    std::string parent = fs::temp_directory_path();
    std::uint64_t megabytes = 1024;
    Bench bench;
    CLI::App app("Encryption beside the stock age tool");
    app.add_option("--folder", parent,
                   "where the files are written; a memory file system shows the code, a disk the disk");
    app.add_option("--megabytes", megabytes, "size of the file and of the parcel");
    app.add_option("--rounds", bench.rounds, "runs of each, of which the median counts")
        ->check(CLI::Range(1, 99));
    CLI11_PARSE(app, argc, argv);
    const auto folder = must(TemporaryDirectory::create(parent, "gantry-bench-"));
    bench.folder = folder.path();
    bench.bytes = megabytes << 20;
    bench.files();
    bench.parcels();
    return 0;
}
