#include "gantry/core/files.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "gantry/core/log.hpp"

namespace gantry {
namespace fs = std::filesystem;

void UniqueFd::reset(int fd) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
}

Result<UniqueFd> openFile(const fs::path& path, OpenMode mode) {
    int flags = O_CLOEXEC;
    switch (mode) {
        case OpenMode::Read:
            flags |= O_RDONLY;
            break;
        case OpenMode::CreateNew:
            flags |= O_RDWR | O_CREAT | O_EXCL;
            break;
        case OpenMode::CreateOrTruncate:
            flags |= O_RDWR | O_CREAT | O_TRUNC;
            break;
        case OpenMode::ReadWriteCreate:
            flags |= O_RDWR | O_CREAT;
            break;
    }
    const int fd = ::open(path.c_str(), flags, 0600);
    if (fd < 0) return failErrno("opening " + path.filename().string(), errno);
    return UniqueFd(fd);
}

Result<> writeAllAt(int fd, Bytes bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        const auto n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failErrno("writing", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
    return {};
}

Result<> writeAll(int fd, Bytes bytes) {
    while (!bytes.empty()) {
        const auto n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failErrno("writing", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return {};
}

Result<std::string> readAt(int fd, std::uint64_t offset, std::size_t length) {
    std::string out(length, '\0');
    std::size_t done = 0;
    while (done < length) {
        const auto n = ::pread(fd, out.data() + done, length - done, static_cast<off_t>(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failErrno("reading", errno);
        if (n == 0) return fail(Errc::Io, "reading: the file ends early");
        done += static_cast<std::size_t>(n);
    }
    return out;
}

Result<std::uint64_t> fileSize(int fd) {
    struct stat info {};
    if (::fstat(fd, &info) != 0) return failErrno("fstat", errno);
    return static_cast<std::uint64_t>(info.st_size);
}

Result<> syncData(int fd) {
    if (::fdatasync(fd) != 0) return failErrno("fdatasync", errno);
    return {};
}

Result<> syncDirectory(const fs::path& directory) {
    // The parent of a bare file name is the empty path: the current folder.
    const auto* path = directory.empty() ? "." : directory.c_str();
    const UniqueFd fd(::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return failErrno("opening folder", errno);
    if (::fsync(fd.get()) != 0) return failErrno("fsync of folder", errno);
    return {};
}

Result<std::string> readFile(const fs::path& path, std::uint64_t limit) {
    const auto fd = GANTRY_TRY(openFile(path, OpenMode::Read));
    const auto size = GANTRY_TRY(fileSize(fd.get()));
    if (size > limit) return fail(Errc::BadFormat, path.filename().string() + " is larger than allowed");
    return readAt(fd.get(), 0, size);
}

Result<> writeFileDurably(const fs::path& path, Bytes bytes, mode_t mode) {
    auto beside = path;
    beside += ".part";
    {
        const auto fd = GANTRY_TRY(openFile(beside, OpenMode::CreateOrTruncate));
        if (::fchmod(fd.get(), mode) != 0) return failErrno("chmod", errno);
        GANTRY_CHECK(writeAll(fd.get(), bytes));
        GANTRY_CHECK(syncData(fd.get()));
    }
    return renameDurably(beside, path);
}

Result<> renameDurably(const fs::path& from, const fs::path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) return failErrno("renaming", errno);
    GANTRY_CHECK(syncDirectory(to.parent_path()));
    if (from.parent_path() != to.parent_path()) GANTRY_CHECK(syncDirectory(from.parent_path()));
    return {};
}

Result<> makeDirectory(const fs::path& path) {
    std::error_code ec;
    if (fs::is_directory(path, ec)) return {};
    const auto parent = path.parent_path();
    if (!parent.empty() && parent != path) GANTRY_CHECK(makeDirectory(parent));
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
        return failErrno("making folder " + path.filename().string(), errno);
    if (!parent.empty()) GANTRY_CHECK(syncDirectory(parent));
    return {};
}

Result<std::uint64_t> freeBytes(const fs::path& path) {
    struct statvfs info {};
    if (::statvfs(path.c_str(), &info) != 0) return failErrno("statvfs", errno);
    return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

Result<MappedFile> MappedFile::open(const fs::path& path, std::uint64_t offset,
                                    std::optional<std::uint64_t> length) {
    MappedFile file;
    file.fd_ = GANTRY_TRY(openFile(path, OpenMode::Read));
    const auto size = GANTRY_TRY(fileSize(file.fd_.get()));
    if (offset > size || (length && *length > size - offset))
        return fail(Errc::Io, "mapping: the file is shorter than expected");
    const auto wanted = length.value_or(size - offset);
    file.offset_ = offset;
    if (wanted == 0) return file;
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const auto start = offset - offset % page;
    file.mapped_length_ = static_cast<std::size_t>(wanted + (offset - start));
    void* base = ::mmap(nullptr, file.mapped_length_, PROT_READ, MAP_SHARED, file.fd_.get(),
                        static_cast<off_t>(start));
    if (base == MAP_FAILED) return failErrno("mmap", errno);
    file.base_ = base;
    file.view_ =
        Bytes(static_cast<const std::byte*>(base) + (offset - start), static_cast<std::size_t>(wanted));
    return file;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : fd_(std::move(other.fd_)),
      base_(std::exchange(other.base_, nullptr)),
      mapped_length_(std::exchange(other.mapped_length_, 0)),
      offset_(other.offset_),
      view_(std::exchange(other.view_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    if (this != &other) {
        unmap();
        fd_ = std::move(other.fd_);
        base_ = std::exchange(other.base_, nullptr);
        mapped_length_ = std::exchange(other.mapped_length_, 0);
        offset_ = other.offset_;
        view_ = std::exchange(other.view_, {});
    }
    return *this;
}

MappedFile::~MappedFile() {
    unmap();
}

void MappedFile::unmap() noexcept {
    if (base_) ::munmap(base_, mapped_length_);
    base_ = nullptr;
}

namespace {

std::uintptr_t pageSize() {
    static const auto size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    return size;
}

}  // namespace

void bringInPages(Bytes mapped) {
    if (mapped.empty()) return;
    const auto begin = reinterpret_cast<std::uintptr_t>(mapped.data()) / pageSize() * pageSize();
    const auto end = reinterpret_cast<std::uintptr_t>(mapped.data() + mapped.size());
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_POPULATE_READ);  // older kernels say no
}

void releasePages(Bytes mapped) {
    const auto page = pageSize();
    const auto begin = (reinterpret_cast<std::uintptr_t>(mapped.data()) + page - 1) / page * page;
    const auto end = reinterpret_cast<std::uintptr_t>(mapped.data() + mapped.size()) / page * page;
    if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

Result<TemporaryDirectory> TemporaryDirectory::create(const fs::path& parent, std::string_view prefix) {
    auto name = (parent / (std::string(prefix) + "XXXXXX")).string();
    if (!::mkdtemp(name.data())) return failErrno("making a temporary folder", errno);
    return TemporaryDirectory(name);
}

TemporaryDirectory::~TemporaryDirectory() {
    if (path_.empty()) return;
    std::error_code ec;
    fs::remove_all(path_, ec);
    if (ec) log::warning("files.temporary_left", {{"reason", ec.message()}});
}

}  // namespace gantry
