// Prints how long the verdict on a study takes: facts of N instances in, findings out. No file is read.
// verdict_judge PACK.json

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "gantry/core/files.hpp"
#include "gantry/qc/judge.hpp"

using namespace gantry;

namespace {

/// A CT header of usual size: what is judged, and as much again that is not.
Facts header(int instance) {
    Facts facts{{"AcquisitionDate", "20260105"},
                {"AcquisitionTime", "10" + std::to_string(1000 + instance % 5000)},
                {"Columns", "512"},
                {"ContrastBolusAgent", "given"},
                {"ConvolutionKernel", "Br40d\\3"},
                {"FrameOfReferenceUID", "2.25.7"},
                {"ImageOrientationPatient", "1\\0\\0\\0\\1\\0"},
                {"ImagePositionPatient", "-250\\-250\\" + std::to_string(0.5 * instance)},
                {"ImageType", "ORIGINAL\\PRIMARY\\AXIAL"},
                {"InstanceNumber", std::to_string(instance)},
                {"KVP", "120"},
                {"Manufacturer", "SIEMENS"},
                {"ManufacturerModelName", "Edge"},
                {"Modality", "CT"},
                {"PatientBirthDate", "19500101"},
                {"PatientID", "BENCH"},
                {"PatientSex", "O"},
                {"PixelSpacing", "0.8\\0.8"},
                {"Rows", "512"},
                {"SeriesDescription", "CAP 0.5 Br40"},
                {"SliceThickness", "0.5"},
                {"TransferSyntaxUID", "1.2.840.10008.1.2.1"}};
    for (int i = 0; i < 100; ++i) facts["Unjudged" + std::to_string(i)] = "value " + std::to_string(i);
    return facts;
}

struct Study {
    std::vector<std::unique_ptr<Facts>> owned;
    qc::StudyFacts facts;
};

Study study(int instances, int series) {
    Study made;
    for (int s = 0; s < series; ++s) made.facts.series.push_back({"2.25.1." + std::to_string(s), {}});
    for (int i = 0; i < instances; ++i) {
        made.owned.push_back(std::make_unique<Facts>(header(i / series)));
        made.facts.series[static_cast<std::size_t>(i % series)].instances.push_back(
            {"2.25.2." + std::to_string(i), made.owned.back().get()});
    }
    return made;
}

void measure(const qc::Pack& pack, int instances, int series) {
    const Study made = study(instances, series);
    qc::JudgeContext context;
    context.visit_id = "BL";
    context.enrolled_subject_ids = {"BENCH"};
    context.enrolment = qc::Enrolment{"BENCH", std::nullopt};
    std::vector<double> times_ms;
    Outcome outcome = Outcome::CannotTell;
    constexpr int kRuns = 15;
    for (int run = 0; run < kRuns; ++run) {
        const auto start = std::chrono::steady_clock::now();
        outcome = qc::judge(pack, made.facts, context).outcome;
        times_ms.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::ranges::sort(times_ms);
    std::printf(
        "verdict_judge  %6d instances in %3d series  median %7.1f ms  worst %7.1f ms  %5.1f us/instance  "
        "(%s)\n",
        instances, series, times_ms[kRuns / 2], times_ms.back(), 1000 * times_ms[kRuns / 2] / instances,
        std::string(toString(outcome)).c_str());
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "verdict_judge PACK.json\n");
        return 2;
    }
    const auto json = readFile(argv[1]);
    if (!json) {
        std::fprintf(stderr, "%s\n", json.error().message().c_str());
        return 1;
    }
    const auto pack = qc::Pack::fromJson(*json);
    if (!pack) {
        std::fprintf(stderr, "%s\n", pack.error().message().c_str());
        return 1;
    }
    measure(*pack, 200, 1);
    measure(*pack, 2000, 1);
    measure(*pack, 2000, 40);
    measure(*pack, 10000, 1);
    measure(*pack, 10000, 100);
    return 0;
}
