#pragma once
/// Files that survive: descriptors with owners, durable writing, read-only maps.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "gantry/core/result.hpp"

namespace gantry {

using Bytes = std::span<const std::byte>;
inline Bytes asBytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}
inline std::string_view asText(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // char may alias anything
}

class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        if (this != &other) reset(std::exchange(other.fd_, -1));
        return *this;
    }
    ~UniqueFd() { reset(); }
    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    void reset(int fd = -1);
    /// Gives the descriptor away, not closed.
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_ = -1;
};

enum class OpenMode { Read, CreateNew, CreateOrTruncate, ReadWriteCreate };
/// O_CLOEXEC always; created files have mode 0600.
Result<UniqueFd> openFile(const std::filesystem::path& path, OpenMode mode);

/// All of `bytes` at `offset`, over short writes and EINTR. ENOSPC becomes Errc::DiskFull.
Result<> writeAllAt(int fd, Bytes bytes, std::uint64_t offset);
Result<> writeAll(int fd, Bytes bytes);
/// Exactly `length` bytes; fewer is Errc::Io.
Result<std::string> readAt(int fd, std::uint64_t offset, std::size_t length);
Result<std::uint64_t> fileSize(int fd);

Result<> syncData(int fd);
Result<> syncDirectory(const std::filesystem::path& directory);

/// Whole file as text, refused above `limit` bytes.
Result<std::string> readFile(const std::filesystem::path& path, std::uint64_t limit = 64u << 20);
/// Write beside, fsync, rename over `path`, fsync the directory. Mode 0600 unless said otherwise.
Result<> writeFileDurably(const std::filesystem::path& path, Bytes bytes, mode_t mode = 0600);
/// rename, then fsync of both directories.
Result<> renameDurably(const std::filesystem::path& from, const std::filesystem::path& to);
/// mkdir -p with mode 0700, each new directory entry made durable.
Result<> makeDirectory(const std::filesystem::path& path);

/// Bytes free for us on the file system that holds `path` (statvfs f_bavail).
Result<std::uint64_t> freeBytes(const std::filesystem::path& path);

/// Read-only map of [offset, offset + length) of a file that nobody truncates while it is mapped.
class MappedFile {
public:
    static Result<MappedFile> open(const std::filesystem::path& path, std::uint64_t offset = 0,
                                   std::optional<std::uint64_t> length = {});
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();
    Bytes bytes() const { return view_; }
    /// Descriptor of the file, for copying ranges by the kernel; owned by this object.
    int fd() const { return fd_.get(); }
    /// Where bytes()[0] lies in the file.
    std::uint64_t fileOffset() const { return offset_; }

private:
    MappedFile() = default;
    void unmap() noexcept;
    UniqueFd fd_;
    void* base_ = nullptr;
    std::size_t mapped_length_ = 0;
    std::uint64_t offset_ = 0;
    Bytes view_;
};

/// Pages of a map that are read as a whole soon: one call instead of a fault for each few of them, which cost more
/// than hashing them does. A hint.
void bringInPages(Bytes mapped);
/// Pages of a map that were read leave our memory; they come back from the page cache when asked for.
void releasePages(Bytes mapped);

/// A fresh directory under `parent`, removed with its content at the end of life.
class TemporaryDirectory {
public:
    static Result<TemporaryDirectory> create(const std::filesystem::path& parent, std::string_view prefix);
    TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
    ~TemporaryDirectory();
    const std::filesystem::path& path() const { return path_; }

private:
    explicit TemporaryDirectory(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

}  // namespace gantry
