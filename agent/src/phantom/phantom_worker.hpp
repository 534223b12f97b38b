#pragma once
/// Runs gantry-worker --phantom on the files of a study. What breaks it is one file's own trouble.

#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "phantom/phantom_answer.hpp"

namespace gantry::agent {

/// A PS3.10 file, perhaps inside a larger one.
struct PhantomFile {
    std::filesystem::path path;
    std::optional<std::uint64_t> offset{}, length{};
};

struct PhantomRun {
    std::vector<PhantomFile> files;
    std::string kind;  ///< "": whatever the images show
    std::map<std::string, std::string> form;
    std::filesystem::path pictures;  ///< an existing folder
};

struct PhantomRunResult {
    PhantomReading reading;
    std::string failure;                ///< sentence; "" when the worker answered
    std::vector<std::size_t> left_out;  ///< files that broke it, and without which it answered
};

/// @param scratch  an existing folder for request and answer
/// @errors Stopped; Io and DiskFull when the worker could not even be asked
Result<PhantomRunResult> runPhantomWorker(const std::filesystem::path& program, const PhantomRun& run,
                                          const std::filesystem::path& scratch,
                                          const std::stop_token& stop = {});

}  // namespace gantry::agent
