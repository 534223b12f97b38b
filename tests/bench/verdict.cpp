// bench_verdict: from the answer to a study's last image to the verdict in the page's API, with a real
// gantryd.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <thread>

#include "demo_pack.hpp"
#include "gantry/core/files.hpp"
#include "gantry/scanner/send.hpp"
#include "site.hpp"
#include "wait.hpp"

namespace {

using namespace gantry;
using namespace gantry::test;
using namespace gantry::scanner;
using SteadyClock = std::chrono::steady_clock;

Result<Site> startSite(const std::filesystem::path& folder) {
    const auto sponsor = GANTRY_TRY(Sponsor::prepare(folder / "sponsor", "0417"));
    SiteSetup setup;
    setup.folder = folder / "site";
    setup.pack = GANTRY_TRY(writeDemoPack(folder, {}));
    setup.after_release_ms = 300;  // the shipped default
    setup.settle_seconds = 3600;
    auto site = GANTRY_TRY(Site::prepare(setup, sponsor));
    GANTRY_CHECK(site.start());
    return site;
}

/// Milliseconds from the last C-STORE response to the verdict.
Result<double> measure(Site& site, std::uint64_t seed, int slices, int matrix) {
    SeriesSpec spec;
    spec.seed = seed;
    spec.slices = slices;
    spec.rows = spec.columns = matrix;
    const auto series = GANTRY_TRY(makeSeries(spec));
    SteadyClock::time_point last;
    SendOptions options;
    options.on_status = [&](const Instance&, const SendStatus&) { last = SteadyClock::now(); };
    for (const auto& status : sendAll(site.destination("BENCH"), series.instances, options))
        if (!status.stored()) return fail(Errc::PeerRefused, "an image was not stored");
    while (SteadyClock::now() - last < std::chrono::seconds(30)) {
        const auto study = site.studyOf(series.study_instance_uid);
        if (study && study->verdict_number > 0)
            return std::chrono::duration<double, std::milli>(SteadyClock::now() - last).count();
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return fail(Errc::Timeout, "waiting for the verdict");
}

/// One line for each size: the curve shows whether an image costs more in a larger study.
Result<> run(const std::vector<int>& sizes, int matrix, int runs) {
    const auto folder = GANTRY_TRY(TemporaryDirectory::create("/var/tmp", "gantry-bench-"));
    auto site = GANTRY_TRY(startSite(folder.path()));
    constexpr double kWaited = 300;  // ms, on purpose: the transfer may not have ended
    std::uint64_t seed = 1000;
    for (const int slices : sizes) {
        std::vector<double> all;
        for (int i = 0; i < runs; ++i) all.push_back(GANTRY_TRY(measure(site, seed++, slices, matrix)));
        std::sort(all.begin(), all.end());
        const double median = all[all.size() / 2];
        std::printf(
            "%6d images of %d x %d, %d studies: median %5.0f ms, worst %5.0f ms, of it %.0f ms waited on purpose; "
            "%5.1f us an image\n",
            slices, matrix, matrix, runs, median, all.back(), kWaited, 1000 * (median - kWaited) / slices);
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Time from the last image to the verdict."};
    std::vector<int> sizes = {500, 1000, 2000, 5000, 10000};
    int matrix = 64;
    int runs = 5;
    app.add_option("--slices", sizes, "Images of a study, one size after the other")->capture_default_str();
    app.add_option("--matrix", matrix, "Rows and columns")->capture_default_str();
    app.add_option("--runs", runs, "Studies")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    if (const auto done = run(sizes, matrix, runs); !done) {
        std::cerr << "bench_verdict: " << done.error().message() << '\n';
        return 1;
    }
}
