#include <unistd.h>

#include <cerrno>

#include "upload_file.hpp"

namespace gantry::central {
namespace {

constexpr std::uint64_t kShareStep = 16u << 20;

}  // namespace

Result<std::shared_ptr<UploadFile>> UploadFile::openShared(const std::filesystem::path& path,
                                                           SharedObjects& shared, std::string id) {
    auto file = std::make_shared<UploadFile>(path);
    file->fd_ = GANTRY_TRY(openFile(path, OpenMode::ReadWriteCreate));
    if (::ftruncate(file->fd_.get(), 0) != 0) return failErrno("emptying an upload's file", errno);
    file->shared_ = &shared;
    file->id_ = std::move(id);
    return file;
}

/// What it is of a shared upload lies in the bucket.
UploadFile::~UploadFile() {
    if (shared_) ::unlink(path_.c_str());
}

Result<> UploadFile::catchUp() {
    const std::lock_guard lock(mutex_);
    if (!shared_ || (held_ && std::chrono::steady_clock::now() - last_activity_ < kSilence)) return {};
    const auto end = GANTRY_TRY(shared_->uploadEnd(id_));
    if (end <= kept_) return {};
    ++newest_;  // who held it was silent, and another hub went on
    held_ = false;
    if (::ftruncate(fd_.get(), static_cast<off_t>(kept_)) != 0) return failErrno("cutting an upload", errno);
    if (running_.bytes() > kept_) running_ = RunningDigest();
    offset_ = kept_;
    GANTRY_CHECK(shared_->readUpload(id_, offset_, end, [this](Bytes piece) -> Result<> {
        GANTRY_CHECK(writeAllAt(fd_.get(), piece, offset_));
        if (running_.bytes() == offset_) running_.update(piece);
        offset_ += piece.size();
        kept_ = offset_;
        return {};
    }));
    last_activity_ = std::chrono::steady_clock::now();
    return {};
}

Result<> UploadFile::shareHeld() {
    if (!shared_ || kept_ >= offset_) return {};
    GANTRY_CHECK(shared_->keepUpload(id_, fd_.get(), kept_, offset_));
    kept_ = offset_;
    last_activity_ = std::chrono::steady_clock::now();
    return {};
}

Result<> UploadFile::share() {
    const std::lock_guard lock(mutex_);
    return shareHeld();
}

Result<> UploadFile::shareInSteps() {
    const std::lock_guard lock(mutex_);
    return offset_ - kept_ < kShareStep ? Result<>() : shareHeld();
}

}  // namespace gantry::central
