#pragma once
/// One process at a time in a folder (flock). The lock goes with its holder, however that ends.

#include <chrono>
#include <filesystem>
#include <stop_token>

#include "gantry/core/files.hpp"

namespace gantry::uplink {

class FolderLock {
public:
    /// Waits while another holds it. The file is made, and stays.
    /// @errors Busy: still held after `patience`; Stopped; Io, NotFound (no such folder)
    static Result<FolderLock> take(const std::filesystem::path& file, std::chrono::milliseconds patience,
                                   std::stop_token stop);

private:
    explicit FolderLock(UniqueFd fd) : fd_(std::move(fd)) {}
    UniqueFd fd_;
};

}  // namespace gantry::uplink
