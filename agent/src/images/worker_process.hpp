#pragma once
/// gantry-worker on series of the spool.

#include <filesystem>
#include <stop_token>

#include "gantry/worker/client.hpp"
#include "images/images.hpp"

namespace gantry::agent {

class WorkerProcess {
public:
    /// @param scratch  an existing folder for request and answer
    WorkerProcess(std::filesystem::path program, std::filesystem::path scratch)
        : program_(std::move(program)), scratch_(std::move(scratch)) {}

    /// As worker::measureSeries().
    Result<SeriesMeasured> measure(const SeriesToMeasure& series, const std::filesystem::path& spool_folder,
                                   const std::filesystem::path& pictures, const std::stop_token& stop) const;

    static std::filesystem::path defaultProgram() { return worker::defaultWorker(); }

private:
    std::filesystem::path program_;
    std::filesystem::path scratch_;
};

using worker::runWorker;

}  // namespace gantry::agent
