// bench_ingest: how fast instances are received, beside DCMTK's storescp in the same run, from the same
// sender.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>

#include "gantry/core/files.hpp"
#include "ingest_receivers.hpp"
#include "wait.hpp"

namespace {

using namespace gantry;
using namespace gantry::test;
using namespace gantry::scanner;

struct Load {
    int instances = 200;
    int associations = 1;
    bool nagle = false;
};

struct Measured {
    double per_second = 0;
    double mb_per_second = 0;
    double cpu_ms_each = 0;
    double memory_mb = 0;
};

/// Instances whose bytes are there already: the sender does nothing but send.
std::vector<Instance> prepared(std::uint64_t seed, int count, std::uint64_t& bytes) {
    SeriesSpec spec;
    spec.seed = seed;
    spec.slices = count;
    auto series = makeSeries(spec);
    if (!series) return {};
    for (auto& instance : series->instances) {
        auto made = instance.file();
        if (!made) return {};
        bytes += made->size();
        instance.file = [kept = std::make_shared<const std::string>(std::move(*made))] {
            return Result<std::string>(*kept);
        };
    }
    return std::move(series->instances);
}

/// storescp counts the time of a child once it has reaped it, which it does after each accept: only the child
/// of the last echo may be left.
Result<> settle(Receiver& receiver, const SendOptions& options) {
    Result<> answered;
    const auto settled = [&] {
        answered = echo(receiver.destination(), options);
        return !answered || receiver.process().children() <= 1;
    };
    if (!waitUntil(settled, std::chrono::seconds(5)))
        return fail(Errc::Timeout, "waiting for a receiver to be idle");
    return answered;
}

Result<Measured> measure(Receiver& receiver, const Load& load) {
    static std::uint64_t seed =
        1000;  // each load brings new instances: none is a duplicate of an earlier one
    std::uint64_t bytes = 0;
    const auto instances = prepared(++seed, load.instances, bytes);
    SendOptions options;
    options.associations = load.associations;
    options.nagle = load.nagle;
    GANTRY_CHECK(settle(receiver, options));
    const auto cpu_before = receiver.process().cpuTime();
    const auto begin = std::chrono::steady_clock::now();
    const auto statuses = sendAll(receiver.destination(), instances, options);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    for (const auto& status : statuses)
        if (!status.stored()) return fail(Errc::PeerRefused, "an instance was not stored: " + status.problem);
    GANTRY_CHECK(settle(receiver, options));
    const auto cpu = receiver.process().cpuTime() - cpu_before;
    const auto count = static_cast<double>(load.instances);
    return Measured{count / took.count(), static_cast<double>(bytes) / 1e6 / took.count(),
                    static_cast<double>(cpu.count()) / count,
                    static_cast<double>(receiver.process().memory().peak_bytes) / 1e6};
}

void printHeading() {
    std::printf("CT instances of 512x512x16 bit (0.53 MB each), one sender on the same machine\n");
    std::printf("%-26s %-8s %5s %6s %9s %8s %12s %9s %8s\n", "receiver", "sender", "assoc", "count", "inst/s",
                "MB/s", "CPU ms/inst", "peak MB", "ratio");
}

void printRow(const std::string& name, const Load& load, const Measured& m, double ratio) {
    std::printf("%-26s %-8s %5d %6d %9.1f %8.1f %12.2f %9.0f %8.2f\n", name.c_str(),
                load.nagle ? "nagle" : "nodelay", load.associations, load.instances, m.per_second,
                m.mb_per_second, m.cpu_ms_each, m.memory_mb, ratio);
    std::fflush(stdout);
}

/// Every receiver under one load; the first is what the ratios are to.
int compare(const std::vector<std::unique_ptr<Receiver>>& receivers, const Load& load) {
    double reference = 0;
    for (const auto& receiver : receivers) {
        const auto measured = measure(*receiver, load);
        if (!measured) {
            std::cerr << "bench_ingest: " << receiver->name() << ": " << measured.error().message() << '\n';
            return 1;
        }
        if (reference == 0) reference = measured->per_second;
        printRow(receiver->name(), load, *measured, measured->per_second / reference);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    int instances = 300;
    int stock_instances = 40;
    int rounds = 1;
    std::string folder = ".";
    CLI::App app("Receive rates beside storescp.");
    app.add_option("--instances", instances, "Instances of a load")->check(CLI::Range(8, 5000));
    app.add_option("--nagle-instances", stock_instances,
                   "Instances of a load sent with Nagle's algorithm on, slow to stock receivers")
        ->check(CLI::Range(8, 5000));
    app.add_option("--rounds", rounds, "How often everything is measured")->check(CLI::PositiveNumber);
    app.add_option("--folder", folder, "Where receivers keep what they receive: a folder on a real disk");
    CLI11_PARSE(app, argc, argv);

    const auto work = TemporaryDirectory::create(folder, "bench-ingest-");
    if (!work) return std::cerr << "bench_ingest: " << work.error().message() << '\n', 1;
    auto receivers = startReceivers(work->path());
    if (!receivers) return std::cerr << "bench_ingest: " << receivers.error().message() << '\n', 1;
    printHeading();
    for (int round = 0; round < rounds; ++round)
        for (const bool nagle : {false, true})
            for (const int associations : {1, 4})
                if (compare(*receivers, {nagle ? stock_instances : instances, associations, nagle}) != 0)
                    return 1;
    return 0;
}
