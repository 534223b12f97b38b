#pragma once
/// Runs gantry-worker on one series (docs/formats/worker.md). Nothing that it does can harm this process: it
/// is another one, its answer is bounded and checked, and it is ended when it takes too long.

#include <chrono>
#include <filesystem>
#include <stop_token>

#include "images/images.hpp"

namespace gantry::agent {

class WorkerProcess {
public:
    /// @param scratch  an existing folder for request and answer
    WorkerProcess(std::filesystem::path program, std::filesystem::path scratch)
        : program_(std::move(program)), scratch_(std::move(scratch)) {}

    /// The worker writes pictures into `pictures`, an existing folder; what is there afterwards is regular
    /// files with names that we know.
    /// @errors Stopped; Io and DiskFull when it could not even be asked. A worker that is missing, dies,
    /// hangs or talks nonsense gives SeriesMeasured::failure.
    Result<SeriesMeasured> measure(const SeriesToMeasure& series, const std::filesystem::path& spool_folder,
                                   const std::filesystem::path& pictures, const std::stop_token& stop) const;

    /// Beside the running program.
    static std::filesystem::path defaultProgram();

private:
    std::filesystem::path program_;
    std::filesystem::path scratch_;
};

/// Starts `program` with one argument (none when empty), its input and output at these descriptors, and
/// waits.
/// @return "" when it ended well, else a sentence that says how not
/// @errors Stopped; Io when it could not be started
Result<std::string> runWorker(const std::filesystem::path& program, const std::string& argument, int request,
                              int answer, std::chrono::milliseconds longest, const std::stop_token& stop);

/// @errors BadFormat for what is not an answer of the worker
Result<SeriesMeasured> parseWorkerAnswer(std::string_view json);

}  // namespace gantry::agent
