#pragma once
/// One request of gantryd and the answer to it, docs/formats/worker.md.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/imaging/series_source.hpp"

namespace gantry::imaging {

struct Job {
    std::string modality;
    std::filesystem::path out;  ///< folder for pictures; it is there
    std::vector<FileRange> files;
};

/// @errors BadFormat
Result<Job> parseJob(std::string_view json);
/// Measures the series, writes the pictures, and says in JSON what was found.
std::string runJob(const Job& job);

}  // namespace gantry::imaging
