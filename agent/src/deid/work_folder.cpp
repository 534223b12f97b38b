#include "deid/work_folder.hpp"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;

bool onOneFileSystem(const fs::path& a, const fs::path& b) {
    struct stat one {
    }, other{};
    return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &other) == 0 && one.st_dev == other.st_dev;
}

Result<UniqueFd> lockFolder(const fs::path& folder) {
    auto fd = GANTRY_TRY(openFile(folder, OpenMode::Read));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return fail(Errc::Busy, "another run works there");
    return fd;
}

/// Folders of runs that were killed; those of runs at work are locked.
void removeLeftBehind(const fs::path& parent) {
    std::error_code ec;
    std::vector<fs::path> left;
    for (auto entry = fs::directory_iterator(parent, ec); !ec && entry != fs::directory_iterator();
         entry.increment(ec))
        if (entry->path().filename().string().starts_with(kWorkFolderPrefix)) left.push_back(entry->path());
    for (const auto& folder : left)
        if (const auto lock = lockFolder(folder)) fs::remove_all(folder, ec);
}

Result<fs::path> parentFor(const fs::path& out) {
    std::error_code ec;
    if (out.empty()) return fs::temp_directory_path(ec);
    GANTRY_CHECK(makeDirectory(out));
    auto beside = fs::weakly_canonical(out, ec).parent_path();
    const bool fits = !ec && onOneFileSystem(beside, out) && ::access(beside.c_str(), W_OK | X_OK) == 0;
    return fits ? beside : out;
}

}  // namespace

Result<WorkFolder> WorkFolder::create(const fs::path& out) {
    const auto parent = GANTRY_TRY(parentFor(out));
    removeLeftBehind(parent);
    auto folder = GANTRY_TRY(TemporaryDirectory::create(parent, kWorkFolderPrefix));
    auto lock = GANTRY_TRY(lockFolder(folder.path()));
    return WorkFolder(std::move(folder), std::move(lock));
}

}  // namespace gantry::agent
