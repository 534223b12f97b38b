// bench_phantom: every phantom test against reference objects whose truth is known, swept over how they lie
// and what the scanner does wrong. Prints the table of docs/phantoms.md: bias and spread of each metric, and
// the time of a set.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <random>

#include "phantom_kit.hpp"

using namespace gantry;
using namespace gantry::test;
using scanner::PhantomSetup;

namespace {

/// What one metric was off by, over all runs of a group.
struct Offs {
    std::vector<double> all;
    std::vector<double> stated;  ///< uncertainties that the analysis gave
    int missing = 0;
};

struct Group {
    std::string title;
    std::map<std::string, Offs> metrics;
    std::vector<double> seconds;
    int runs = 0;
};

/// How far a metric may be off.
struct Asked {
    std::string_view prefix;
    double most;
    std::string_view unit;
};
constexpr Asked kAsked[] = {
    {"acr_mri.diameter", 0.3, "mm"},
    {"acr_mri.length", 0.3, "mm"},
    {"acr_mri.slice_thickness", 0.3, "mm"},
    {"acr_mri.bar_difference", 0.3, "mm"},
    {"acr_mri.piu", 0.5, "%"},
    {"acr_mri.psg", 0.1, "%"},
    {"acr464.hu.", 0.5, "HU"},
    {"acr464.slice_thickness", 0.3, "mm"},
    {"acr464.bead_distance", 0.3, "mm"},
    {"acr464.uniformity", 0.5, "HU"},
    {"ct.water_mean", 0.5, "HU"},
    {"ct.edge_minus_centre_max", 0.5, "HU"},
    {"pet.suv_mean", 0.01, ""},
    {"pet.rc_", 0.02, ""},
};

const Asked* askedOf(const std::string& metric) {
    for (const auto& one : kAsked)
        if (metric.starts_with(one.prefix)) return &one;
    return nullptr;
}

void add(Group& group, const ReadPhantom& read) {
    ++group.runs;
    group.seconds.push_back(read.reading.seconds);
    for (const auto& [metric, truth] : read.truth) {
        auto& offs = group.metrics[metric];
        const double value = read.reading.value(metric);
        if (std::isnan(value)) {
            ++offs.missing;
            continue;
        }
        offs.all.push_back(value - truth);
        offs.stated.push_back(read.reading.metrics.at(metric).uncertainty);
    }
}

std::string rounded(double value, int digits) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, value == 0 ? 0.0 : value);
    return text;
}

void print(const Group& group) {
    double slowest = 0, sum = 0;
    for (const double one : group.seconds) {
        slowest = std::max(slowest, one);
        sum += one;
    }
    std::cout << "\n### " << group.title << "\n\n"
              << group.runs << " sets, " << rounded(sum / group.runs, 2) << " s each, the slowest "
              << rounded(slowest, 2)
              << " s\n\n| metric | asked | bias | spread | furthest | stated | not told |\n| --- | --- | --- "
                 "| --- | --- | --- | --- |\n";
    for (const auto& [metric, offs] : group.metrics) {
        const auto n = static_cast<double>(std::max<std::size_t>(1, offs.all.size()));
        double mean = 0, squares = 0, furthest = 0, stated = 0;
        for (const double off : offs.all) mean += off / n;
        for (const double off : offs.all) {
            squares += (off - mean) * (off - mean) / std::max(1.0, n - 1);
            furthest = std::max(furthest, std::abs(off));
        }
        for (const double one : offs.stated) stated += one / n;
        const auto* asked = askedOf(metric);
        const int digits = metric.starts_with("dwi.adc")                                 ? 6
                           : metric.starts_with("pet.") && (!asked || asked->most < 0.1) ? 4
                                                                                         : 3;
        std::cout << "| " << metric << " | " << (asked ? "±" + rounded(asked->most, 2) : std::string())
                  << " | " << rounded(mean, digits) << " | " << rounded(std::sqrt(squares), digits) << " | "
                  << rounded(furthest, digits) << (asked && furthest > asked->most ? " **!**" : "") << " | "
                  << rounded(stated, digits) << " | "
                  << (offs.missing > 0 ? std::to_string(offs.missing) : "") << " |\n";
    }
    std::cout.flush();
}

/// Numbers from a seed, so that a run can be made again.
class Draw {
public:
    explicit Draw(std::uint64_t seed) : random_(seed) {}
    double between(double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(random_);
    }
    bool yes() { return between(0, 1) < 0.5; }
    std::uint64_t seed() { return random_(); }

private:
    std::mt19937_64 random_;
};

PhantomSetup lying(Draw& draw) {
    PhantomSetup setup;
    setup.roll_deg = draw.between(-5, 5);
    setup.shift_x_mm = draw.between(-10, 10);
    setup.shift_y_mm = draw.between(-10, 10);
    setup.noise_seed = draw.seed();
    return setup;
}

PhantomSetup mrSetup(Draw& draw) {
    auto setup = lying(draw);
    setup.position_error_mm = draw.between(-2, 2);
    setup.thickness_mm = draw.between(4.2, 5.8);
    setup.softness = draw.between(0, 0.3);
    setup.scale_x = draw.between(0.985, 1.015);
    setup.scale_y = setup.scale_x;
    setup.scale_z = draw.between(0.985, 1.015);
    setup.bias = draw.between(0, 0.15);
    setup.ghost = draw.between(0, 0.02);
    return setup;
}

void sweepAcrMri(int runs, const std::string& kind) {
    for (const int matrix : {256, 512})
        for (const double snr : {20.0, 50.0, 100.0, 300.0}) {
            Draw draw(static_cast<std::uint64_t>(matrix + static_cast<int>(snr)));
            Group group{kind + ", matrix " + std::to_string(matrix) + ", SNR " +
                            std::to_string(static_cast<int>(snr)),
                        {},
                        {},
                        0};
            for (int i = 0; i < runs; ++i) {
                auto setup = mrSetup(draw);
                setup.matrix = matrix;
                setup.snr = snr;
                add(group, readPhantom(kind, setup));
            }
            print(group);
        }
}

void sweepOthers(int runs) {
    const auto sweep = [&](const std::string& kind, const std::string& title, auto change) {
        Draw draw(kind.size());
        Group group{title, {}, {}, 0};
        for (int i = 0; i < runs; ++i) {
            auto setup = lying(draw);
            change(setup, draw);
            add(group, readPhantom(kind, setup));
        }
        print(group);
    };
    sweep("acr-ct-464", "acr-ct-464, noise 3 to 12 HU", [](PhantomSetup& setup, Draw& draw) {
        setup.noise_hu = draw.between(3, 12);
        setup.hu_offset = draw.between(-6, 6);
        setup.cupping_hu = draw.between(0, 6);
        setup.blur_mm = draw.between(0.7, 1.2);
        setup.reversed = draw.yes();
    });
    sweep("ct-water", "ct-water, noise 3 to 12 HU", [](PhantomSetup& setup, Draw& draw) {
        setup.noise_hu = draw.between(3, 12);
        setup.hu_offset = draw.between(-6, 6);
        setup.cupping_hu = draw.between(0, 6);
        setup.ring_hu = draw.between(0, 8);
    });
    sweep("mr-uniform", "mr-uniform, SNR 30 to 300",
          [](PhantomSetup& setup, Draw& draw) { setup.snr = draw.between(30, 300); });
    sweep("dwi-ice", "dwi-ice, SNR 40 to 100", [](PhantomSetup& setup, Draw& draw) {
        setup.snr = draw.between(40, 100);
        setup.adc_error = draw.between(-0.05, 0.05);
    });
    sweep("pet-uniform", "pet-uniform, voxel noise 3 to 12 %", [](PhantomSetup& setup, Draw& draw) {
        setup.noise = draw.between(0.03, 0.12);
        setup.suv_error = draw.between(-0.12, 0.12);
    });
    sweep("nema-iq", "nema-iq, no noise, 5 to 8 mm resolution", [](PhantomSetup& setup, Draw& draw) {
        setup.blur_mm = draw.between(5, 8);
        setup.suv_error = draw.between(-0.1, 0.1);
    });
}

}  // namespace

int main(int argc, char** argv) {
    int runs = 12;
    std::string only;
    std::vector<std::string> folders;
    CLI::App app("Phantom tests against known truth.");
    app.add_option("--runs", runs, "Sets of each sweep")->capture_default_str();
    app.add_option("--only", only, "acr-mri, acr-mri-medium or others");
    app.add_option("--folder", folders, "Real sets whose time is told instead");
    CLI11_PARSE(app, argc, argv);
    for (const auto& folder : folders) {
        const auto reading = readFolder(folder);
        std::cout << folder << ": " << rounded(reading.seconds, 2) << " s\n";
    }
    if (!folders.empty()) return 0;
    if (only.empty() || only == "acr-mri") sweepAcrMri(runs, "acr-mri");
    if (only == "acr-mri-medium") sweepAcrMri(runs, "acr-mri-medium");
    if (only.empty() || only == "others") sweepOthers(runs);
}
