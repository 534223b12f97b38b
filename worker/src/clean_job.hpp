#pragma once
/// The request to blank burnt-in text and the answer to it, docs/formats/worker.md.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "pixel_plan.hpp"

namespace gantry::imaging {

struct CleanTask {
    FileRange original;
    std::filesystem::path out;      ///< the cleaned file, when something is blanked
    std::filesystem::path picture;  ///< PNG of what was looked at; none when empty
    PixelWish wish;
    bool clear_unused_bits = false;
};

inline constexpr int kCleanPictureSide = 1024;  ///< longest side, pixels

/// @errors BadFormat
Result<std::vector<CleanTask>> parseCleanJob(std::string_view json);
/// One answer for each task, in order, in JSON.
std::string runCleanJob(const std::vector<CleanTask>& tasks);

}  // namespace gantry::imaging
