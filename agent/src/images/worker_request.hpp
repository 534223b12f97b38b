#pragma once
/// One question to gantry-worker and what it said (docs/formats/worker.md).

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>

#include "gantry/core/result.hpp"

namespace gantry::agent {

struct PixelWorker {
    std::filesystem::path program;  ///< gantry-worker; WorkerProcess::defaultProgram()
    std::filesystem::path scratch;  ///< an existing folder of the caller's, for request and answer
};

struct WorkerAnswer {
    std::string failure;  ///< a sentence when it was not asked well, died, hung or could not be read; else ""
    std::string text;     ///< what it wrote; JSON, if it was not taken over
};

/// @param task  its argument: "--clean", "--compress"
/// @errors Stopped; Io, DiskFull when it could not even be asked
Result<WorkerAnswer> askWorker(const PixelWorker& worker, const std::string& task, const std::string& request,
                               std::chrono::milliseconds longest, const std::stop_token& stop);

}  // namespace gantry::agent
