#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "gantry/core/crypto.hpp"
#include "gantry/uplink/object_store.hpp"

namespace gantry::uplink {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = 1 << 20;
constexpr int kTimes = 5;  // a folder that was made may be removed before it is used
constexpr auto kLeftoverAge = std::chrono::hours(24);  // nobody writes one object for so long
constexpr std::string_view kIncoming = ".incoming";    // no object's name begins with a dot

struct DirClose {
    void operator()(DIR* d) const noexcept { ::closedir(d); }
};

ObjectInfo infoOf(std::string name, const struct stat& status) {
    const auto nanos =
        static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
    return {
        std::move(name), static_cast<std::uint64_t>(status.st_size),
        std::to_string(status.st_ino) + "-" + std::to_string(nanos) + "-" + std::to_string(status.st_size),
        nanos / 1'000'000};
}

// Names in a folder; those of folders end with '/'. In the order of the objects' names below them.
std::vector<std::string> entriesOf(const fs::path& folder) {
    std::vector<std::string> out;
    const std::unique_ptr<DIR, DirClose> dir(::opendir(folder.c_str()));
    while (const auto* entry = dir ? ::readdir(dir.get()) : nullptr) {
        std::string name(entry->d_name);
        if (name.starts_with('.')) continue;
        struct stat status {};
        if (::stat((folder / name).c_str(), &status) != 0) continue;  // removed since
        if (S_ISDIR(status.st_mode)) name += '/';
        out.push_back(std::move(name));
    }
    std::sort(out.begin(), out.end());
    return out;
}

class DirectoryStore final : public ObjectStore {
public:
    explicit DirectoryStore(fs::path root) : root_(std::move(root)) {}

    Result<> open() {
        GANTRY_CHECK(makeDirectory(root_ / kIncoming));
        std::error_code ignored;
        for (const auto& entry : fs::directory_iterator(root_ / kIncoming, ignored))
            if (fs::file_time_type::clock::now() - entry.last_write_time(ignored) > kLeftoverAge)
                fs::remove(entry.path(), ignored);
        return {};
    }

    Result<> put(const std::string& name, Bytes content, Existing existing, std::stop_token) override {
        GANTRY_CHECK(checkObjectName(name));
        return putFrom(name, existing, [&](int fd) { return writeAll(fd, content); });
    }

    Result<> putFile(const std::string& name, const fs::path& file, Existing existing,
                     std::stop_token stop) override {
        GANTRY_CHECK(checkObjectName(name));
        const auto source = GANTRY_TRY(openFile(file, OpenMode::Read));
        const auto total = GANTRY_TRY(fileSize(source.get()));
        return putFrom(name, existing, [&](int fd) -> Result<> {
            const auto copy = [fd](Bytes piece) { return writeAll(fd, piece); };
            return copyRange(source.get(), 0, total, copy, stop);
        });
    }

    Result<> get(const std::string& name, ByteRange range, const ByteSink& sink,
                 std::stop_token stop) override {
        GANTRY_CHECK(checkObjectName(name));
        const UniqueFd fd(::open((root_ / name).c_str(), O_RDONLY | O_CLOEXEC));
        struct stat status {};
        if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return absent(name, errno);
        const auto total = static_cast<std::uint64_t>(status.st_size);
        const auto from = std::min(range.offset, total);
        return copyRange(fd.get(), from, std::min(range.length.value_or(total), total - from), sink, stop);
    }

    Result<ObjectInfo> head(const std::string& name, std::stop_token) override {
        GANTRY_CHECK(checkObjectName(name));
        struct stat status {};
        if (::stat((root_ / name).c_str(), &status) != 0 || !S_ISREG(status.st_mode))
            return absent(name, errno);
        return infoOf(name, status);
    }

    Result<ObjectPage> list(const std::string& prefix, const std::string& after, int most,
                            std::stop_token) override {
        ObjectPage page;
        walk("", prefix, after, static_cast<std::size_t>(std::clamp(most, 1, 1000)), page);
        return page;
    }

    Result<> remove(const std::string& name, std::stop_token) override {
        GANTRY_CHECK(checkObjectName(name));
        const auto path = root_ / name;
        if (::unlink(path.c_str()) != 0) {
            if (errno == ENOENT || errno == EISDIR || errno == ENOTDIR || errno == EPERM) return {};
            return failErrno("removing " + name, errno);
        }
        GANTRY_CHECK(syncDirectory(path.parent_path()));
        for (auto folder = path.parent_path(); folder != root_ && ::rmdir(folder.c_str()) == 0;)
            folder = folder.parent_path();
        return {};
    }

private:
    // A folder of that name is no object.
    static Error absent(const std::string& name, int error) {
        if (error == 0 || error == ENOENT || error == ENOTDIR || error == EISDIR)
            return fail(Errc::NotFound, "object " + name);
        return failErrno("object " + name, error);
    }

    static Result<> copyRange(int fd, std::uint64_t offset, std::uint64_t length, const ByteSink& sink,
                              const std::stop_token& stop) {
        while (length > 0) {
            if (stop.stop_requested()) return fail(Errc::Stopped, "stopped between two pieces");
            const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length, kPieceBytes));
            const auto piece = GANTRY_TRY(readAt(fd, offset, wanted));
            GANTRY_CHECK(sink(asBytes(piece)));
            offset += wanted;
            length -= wanted;
        }
        return {};
    }

    Result<> putFrom(const std::string& name, Existing existing, const std::function<Result<>(int)>& write) {
        const auto beside = root_ / kIncoming / randomHex(16);
        auto done = writeBeside(beside, write);
        if (done) done = place(beside, name, existing);
        ::unlink(beside.c_str());  // gone already when it was renamed
        return done;
    }

    static Result<> writeBeside(const fs::path& beside, const std::function<Result<>(int)>& write) {
        const auto fd = GANTRY_TRY(openFile(beside, OpenMode::CreateNew));
        GANTRY_CHECK(write(fd.get()));
        return syncData(fd.get());
    }

    Result<> place(const fs::path& beside, const std::string& name, Existing existing) {
        const auto path = root_ / name;
        for (int time = 0; time < kTimes; ++time) {
            if (auto made = makeDirectory(path.parent_path()); !made) {
                if (made.error().code == Errc::NotFound) continue;  // its parent was removed at once
                if (!fs::is_directory(path.parent_path())) return isFolder(name);
                return made;
            }
            const int failed = existing == Existing::Replace ? ::rename(beside.c_str(), path.c_str())
                                                             : ::link(beside.c_str(), path.c_str());
            if (failed == 0) return syncDirectory(path.parent_path());
            if (errno == ENOENT) continue;
            if (errno == EISDIR || errno == ENOTDIR) return isFolder(name);
            if (errno != EEXIST) return failErrno("putting " + name, errno);
            if (fs::is_directory(path)) return isFolder(name);
            return fail(Errc::AlreadyExists, "object " + name);
        }
        return fail(Errc::Busy, "folders of " + name + " are removed as soon as they are made");
    }

    static Error isFolder(const std::string& name) {
        return fail(Errc::Conflict, name + ": its name is another object's folder, or the other way round");
    }

    // Fills the page; false when it is full and there is more.
    bool walk(const std::string& base, const std::string& prefix, const std::string& after, std::size_t most,
              ObjectPage& page) const {
        for (const auto& entry : entriesOf(root_ / base)) {
            const auto name = base + entry;
            const bool folder = name.ends_with('/');
            const bool matches = name.starts_with(prefix) || (folder && prefix.starts_with(name));
            const bool behind = name > after || (folder && after.starts_with(name));
            if (!matches || !behind) continue;
            if (folder) {
                if (!walk(name, prefix, after, most, page)) return false;
                continue;
            }
            struct stat status {};
            if (::stat((root_ / name).c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
            if (page.objects.size() == most) {
                page.more = true;
                return false;
            }
            page.objects.push_back(infoOf(name, status));
        }
        return true;
    }

    fs::path root_;
};

}  // namespace

Result<std::unique_ptr<ObjectStore>> openDirectoryStore(const fs::path& directory) {
    auto store = std::make_unique<DirectoryStore>(fs::absolute(directory));
    GANTRY_CHECK(store->open());
    return std::unique_ptr<ObjectStore>(std::move(store));
}

}  // namespace gantry::uplink
