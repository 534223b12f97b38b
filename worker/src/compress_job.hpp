#pragma once
/// The request to compress pixels without loss and the answer to it, docs/formats/worker.md.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/imaging/image_file.hpp"

namespace gantry::imaging {

struct CompressTask {
    FileRange original;
    std::filesystem::path out;  ///< the compressed file, when there is one
};

/// @errors BadFormat
Result<std::vector<CompressTask>> parseCompressJob(std::string_view json);
/// One answer for each task, in order, in JSON.
std::string runCompressJob(const std::vector<CompressTask>& tasks);

}  // namespace gantry::imaging
