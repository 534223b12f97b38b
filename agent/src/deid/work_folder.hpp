#pragma once
/// Where outputs are made before they may be seen: a folder on the same file system, gone at the end. What a
/// killed run left behind goes at the start of the next.

#include <filesystem>
#include <string_view>

#include "gantry/core/files.hpp"

namespace gantry::agent {

inline constexpr std::string_view kWorkFolderPrefix = ".gantry-deid-";

class WorkFolder {
public:
    /// Beside `out` where that is the same file system and may be written, so that `out` never holds anything
    /// unfinished, not even after a kill; else in it. In the system's temporary folder when `out` is empty.
    static Result<WorkFolder> create(const std::filesystem::path& out);
    const std::filesystem::path& path() const { return folder_.path(); }

private:
    WorkFolder(TemporaryDirectory folder, UniqueFd lock)
        : folder_(std::move(folder)), lock_(std::move(lock)) {}
    TemporaryDirectory folder_;
    UniqueFd lock_;  // held while we live: other runs leave the folder alone
};

}  // namespace gantry::agent
