#include <sys/stat.h>

#include <cerrno>

#include "../folder_lock.hpp"
#include "gantry/uplink/tuf_repository.hpp"

namespace gantry::uplink::tuf {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kPatience{60};
constexpr std::uint64_t kMostFile = 64u << 20;
constexpr mode_t kFolderMode = 0755;  // a web server reads it, and need not be us
constexpr mode_t kFileMode = 0644;

Result<> makeReadableFolder(const fs::path& folder) {
    std::error_code ignored;
    if (fs::is_directory(folder, ignored)) return {};
    if (folder.has_parent_path()) GANTRY_CHECK(makeReadableFolder(folder.parent_path()));
    if (::mkdir(folder.c_str(), kFolderMode) != 0 && errno != EEXIST)
        return failErrno("making folder " + folder.string(), errno);
    return folder.has_parent_path() ? syncDirectory(folder.parent_path()) : Result<>();
}

struct HeldTurn final : BlobStore::Turn {
    explicit HeldTurn(FolderLock l) : lock(std::move(l)) {}
    FolderLock lock;
};

class DirectoryStore final : public BlobStore {
public:
    explicit DirectoryStore(fs::path folder) : folder_(std::move(folder)) {}

    Result<std::string> get(const std::string& name) override { return readFile(folder_ / name, kMostFile); }
    Result<bool> has(const std::string& name) override {
        std::error_code error;
        const bool there = fs::is_regular_file(folder_ / name, error);
        if (error && error != std::errc::no_such_file_or_directory)
            return fail(Errc::Io, "looking for " + name + ": " + error.message());
        return there;
    }
    Result<> put(const std::string& name, Bytes content) override {
        const auto file = folder_ / name;
        GANTRY_CHECK(makeReadableFolder(file.parent_path()));
        return writeFileDurably(file, content, kFileMode);
    }
    Result<std::unique_ptr<Turn>> turn(std::stop_token stop) override {
        GANTRY_CHECK(makeReadableFolder(folder_));
        auto lock = GANTRY_TRY(FolderLock::take(folder_ / ".lock", kPatience, std::move(stop)));
        return std::unique_ptr<Turn>(std::make_unique<HeldTurn>(std::move(lock)));
    }

private:
    fs::path folder_;
};

}  // namespace

std::unique_ptr<BlobStore> makeDirectoryStore(fs::path folder) {
    return std::make_unique<DirectoryStore>(std::move(folder));
}

}  // namespace gantry::uplink::tuf
