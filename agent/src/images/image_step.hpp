#pragma once
/// From judged by its headers to measured by its pixels: runs the worker on each series, keeps what it says,
/// and has the study judged once more when the pack asks for it.

#include "images/worker_process.hpp"
#include "workflow/judge_step.hpp"

namespace gantry::agent {

inline constexpr std::string_view kPicturesFolder = "pictures";

class ImageStep {
public:
    /// Removes pictures of studies that were purged, and what a stop left half-made.
    static Result<ImageStep> open(Workshop& shop, std::filesystem::path spool_folder,
                                  std::filesystem::path worker = WorkerProcess::defaultProgram());
    /// Measures all studies that are due. @return true if the judge should look: one was measured
    bool run(const std::stop_token& stop);

private:
    ImageStep(Workshop& shop, std::filesystem::path spool_folder, WorkerProcess worker)
        : shop_(shop), spool_folder_(std::move(spool_folder)), worker_(std::move(worker)) {}
    Result<> measure(const StudyRow& study, const std::stop_token& stop);
    Result<> measureSeries(StudyId study, const SeriesToMeasure& series, const std::stop_token& stop);

    Workshop& shop_;
    std::filesystem::path spool_folder_;
    WorkerProcess worker_;
    std::map<StudyId, UnixMillis> not_before_;  // studies whose last attempt failed for a passing reason
};

}  // namespace gantry::agent
