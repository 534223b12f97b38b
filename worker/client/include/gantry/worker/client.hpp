#pragma once
/// Starts gantry-worker and reads its answer (docs/formats/worker.md). Nothing that it does can harm the
/// caller: it is another process, its answer is bounded and checked, and it is ended when it takes too long.
/// Links nothing that decodes.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/result.hpp"

namespace gantry::worker {

/// The checks that gantry-worker measures. A test holds them against the worker's own list.
inline constexpr std::array<std::string_view, 20> kMeasureNames = {
    "image.undecodable",     "image.blank_frames",  "image.saturated", "image.stack_discontinuity",
    "image.slice_drop",      "image.air_hu",        "image.gnl_hu",    "image.body_truncation",
    "image.metal_ppm",       "image.ghost_percent", "image.snr",       "image.snr_ratio",
    "image.edge_truncation", "image.frame_motion",  "image.body_area", "image.head_size",
    "image.end_slices_body", "image.liver_mean",    "image.liver_cov", "image.liver_dome"};

inline bool isMeasureName(std::string_view name) {
    return std::ranges::find(kMeasureNames, name) != kMeasureNames.end();
}

/// A PS3.10 file, or a stretch of a file that holds one.
struct WorkerFile {
    std::filesystem::path path;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;  ///< 0: the file as a whole
};

/// What gantry-worker is asked of one series.
struct MeasureRequest {
    std::string modality;
    std::vector<WorkerFile> files;
    std::filesystem::path pictures;  ///< an existing folder
};

/// What gantry-worker found on one series.
struct SeriesMeasured {
    struct Value {
        std::optional<double> value;  ///< nullopt: see `reason`
        std::string reason;
        bool has_picture = false;
    };
    std::map<std::string, Value> values;  ///< by check name
    int frames = 0;
    std::string pixels_sha256;
    bool has_thumbnail = false;
    std::string failure;  ///< sentence; "" when the series could be measured
};

/// Beside the running program.
std::filesystem::path defaultWorker();

/// @param scratch  an existing folder for request and answer
/// What is in the request's folder of pictures afterwards is regular files with names that we know.
/// @errors Stopped; Io and DiskFull when it could not even be asked. A worker that is missing, dies, hangs or
/// talks nonsense gives SeriesMeasured::failure.
Result<SeriesMeasured> measureSeries(const std::filesystem::path& program, const MeasureRequest& request,
                                     const std::filesystem::path& scratch, const std::stop_token& stop);

/// Starts `program` with one argument (none when empty), its input and output at these descriptors, and
/// waits.
/// @return "" when it ended well, else a sentence that says how not
/// @errors Stopped; Io when it could not be started
Result<std::string> runWorker(const std::filesystem::path& program, const std::string& argument, int request,
                              int answer, std::chrono::milliseconds longest, const std::stop_token& stop);

/// @errors BadFormat for what is not an answer of the worker
Result<SeriesMeasured> parseWorkerAnswer(std::string_view json);

}  // namespace gantry::worker
