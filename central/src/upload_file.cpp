#include "upload_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace gantry::central {
namespace {

/// Dirty bytes are sent to the disk in steps of this size while the line delivers the next ones, so that the
/// sync at the end has little left to do.
constexpr std::uint64_t kWritebackStep = 16u << 20;
constexpr std::uint64_t kReadAgain = 1u << 20;

void startWriteback(int fd, std::uint64_t before, std::uint64_t after) {
    const auto from = before / kWritebackStep * kWritebackStep;
    const auto to = after / kWritebackStep * kWritebackStep;
    if (to > from)
        ::sync_file_range(fd, static_cast<off64_t>(from), static_cast<off64_t>(to - from),
                          SYNC_FILE_RANGE_WRITE);
}

}  // namespace

Result<std::shared_ptr<UploadFile>> UploadFile::open(const std::filesystem::path& path,
                                                     std::optional<std::uint64_t> checked_bytes) {
    std::error_code ec;
    if (!std::filesystem::exists(path, ec)) return fail(Errc::NotFound, "the upload's file");
    auto file = std::make_shared<UploadFile>(path);
    file->fd_ = GANTRY_TRY(openFile(path, OpenMode::ReadWriteCreate));
    file->offset_ = GANTRY_TRY(fileSize(file->fd_.get()));
    if (checked_bytes && *checked_bytes < file->offset_) {
        if (::ftruncate(file->fd_.get(), static_cast<off_t>(*checked_bytes)) != 0)
            return failErrno("cutting an upload", errno);
        file->offset_ = *checked_bytes;
    }
    return file;
}

Result<UploadFile::Ticket> UploadFile::take() {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (held_ && now - last_activity_ < kSilence)
        return fail(Errc::Busy, "another request is sending this upload");
    held_ = true;
    last_activity_ = now;
    at_take_ = running_;
    return ++newest_;
}

void UploadFile::release(Ticket ticket) {
    const std::lock_guard lock(mutex_);
    if (ticket != newest_) return;
    held_ = false;
    last_activity_ = std::chrono::steady_clock::now();
}

std::uint64_t UploadFile::offset() const {
    const std::lock_guard lock(mutex_);
    return offset_;
}

Result<std::uint64_t> UploadFile::syncedOffset() {
    if (shared_) {
        const std::lock_guard lock(mutex_);
        GANTRY_CHECK(shareHeld());
        return offset_;
    }
    const auto offset = this->offset();
    GANTRY_CHECK(syncData(fd_.get()));
    return offset;
}

Result<> UploadFile::append(Ticket ticket, Bytes bytes) {
    const std::lock_guard lock(mutex_);
    if (ticket != newest_) return fail(Errc::Conflict, "another request goes on with this upload");
    GANTRY_CHECK(writeAllAt(fd_.get(), bytes, offset_));
    if (running_.bytes() == offset_) running_.update(bytes);
    startWriteback(fd_.get(), offset_, offset_ + bytes.size());
    offset_ += bytes.size();
    last_activity_ = std::chrono::steady_clock::now();
    return {};
}

Result<> UploadFile::cutTo(Ticket ticket, std::uint64_t offset) {
    const std::lock_guard lock(mutex_);
    if (ticket != newest_ || offset >= offset_) return {};
    if (::ftruncate(fd_.get(), static_cast<off_t>(offset)) != 0) return failErrno("cutting an upload", errno);
    offset_ = offset;
    kept_ = std::min(kept_, offset);
    if (running_.bytes() > offset) running_ = at_take_.bytes() <= offset ? at_take_ : RunningDigest();
    return {};
}

Result<Digest> UploadFile::digest() {
    const std::lock_guard lock(mutex_);
    while (running_.bytes() < offset_) {
        const auto piece = std::min<std::uint64_t>(offset_ - running_.bytes(), kReadAgain);
        const auto bytes = GANTRY_TRY(readAt(fd_.get(), running_.bytes(), static_cast<std::size_t>(piece)));
        running_.update(asBytes(bytes));
        last_activity_ = std::chrono::steady_clock::now();
    }
    return running_.soFar();
}

bool UploadFile::idleFor(std::chrono::seconds span) const {
    const std::lock_guard lock(mutex_);
    return !held_ && std::chrono::steady_clock::now() - last_activity_ > span;
}

}  // namespace gantry::central
