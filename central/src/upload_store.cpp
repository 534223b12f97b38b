#include "upload_store.hpp"

#include <sys/stat.h>

#include "gantry/core/crypto.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/log.hpp"

namespace gantry::central {
namespace {

constexpr std::chrono::seconds kCloseAfter{600};

}  // namespace

UploadStore::UploadStore(std::filesystem::path directory, Index& index, Intake& intake, UploadLimits limits,
                         const Clock& clock, SharedObjects* shared)
    : directory_(std::move(directory)),
      index_(index),
      intake_(intake),
      limits_(limits),
      clock_(clock),
      shared_(shared) {}

Result<UploadRow> UploadStore::create(const NewUpload& wanted) {
    UploadRow row;
    row.id = randomHex(16);
    row.site = wanted.site;
    row.length = wanted.length;
    row.metadata = wanted.metadata;
    row.parcel_id = wanted.parcel_id.empty() ? row.id : wanted.parcel_id;
    row.sha256 = wanted.sha256;
    row.created_at = clock_.nowMillis();
    row.kind = wanted.kind;
    row.object_kind = wanted.object_kind;
    row.parts = wanted.parts;
    const auto known = GANTRY_TRY(index_.parcel(row.site, row.parcel_id));
    if (known && row.sha256 && known->sha256 != *row.sha256)
        return fail(Errc::Conflict, "this parcel was received with another content");
    if (known && row.sha256 && row.length == known->bytes) {
        row.state = UploadState::Done;
        GANTRY_CHECK(index_.addUpload(row));
        return row;
    }
    const auto room = GANTRY_TRY(freeBytes(directory_));
    if (room < limits_.reserve_bytes || row.length.value_or(0) > room - limits_.reserve_bytes)
        return fail(Errc::DiskFull, "no room for an upload of this size");
    GANTRY_TRY(openFile(intake_.partFile(row.id), OpenMode::CreateNew));
    GANTRY_CHECK(syncDirectory(directory_ / "uploads"));
    GANTRY_CHECK(index_.addUpload(row));
    return row;
}

Result<std::uint64_t> UploadStore::completeLength(const std::string& site, const std::string& id) {
    const auto row = GANTRY_TRY(find(site, id));
    if (row.state == UploadState::Discarded) return fail(Errc::NotFound, "a part of this upload");
    if (row.kind != UploadKind::Partial || !row.length)
        return fail(Errc::InvalidArgument, "Upload-Concat: a part that was not created as one");
    if (GANTRY_TRY(file(row))->offset() != *row.length)
        return fail(Errc::InvalidArgument, "Upload-Concat: a part that is not complete");
    return *row.length;
}

Result<UploadRow> UploadStore::createFinal(NewUpload wanted) {
    if (auto there = GANTRY_TRY(index_.finalOf(wanted.site, wanted.parts))) return *std::move(there);
    const auto known = GANTRY_TRY(index_.parcel(wanted.site, wanted.parcel_id));
    if (known && wanted.sha256 == known->sha256) {
        wanted.length = known->bytes;
        return create(wanted);
    }
    std::uint64_t length = 0;
    for (const auto& id : wanted.parts) length += GANTRY_TRY(completeLength(wanted.site, id));
    if (length > limits_.max_bytes) return fail(Errc::InvalidArgument, "larger than Tus-Max-Size");
    wanted.length = length;
    return create(wanted);
}

Result<UploadRow> UploadStore::find(const std::string& site, const std::string& id) {
    auto row = GANTRY_TRY(index_.upload(id));
    if (row.site != site) return fail(Errc::NotFound, "upload");
    return row;
}

Result<std::shared_ptr<UploadFile>> UploadStore::file(const UploadRow& row) {
    std::shared_ptr<UploadFile> file;
    {
        const std::lock_guard lock(mutex_);
        const auto found = open_.find(row.id);
        const auto path = intake_.partFile(row.id);
        file = found != open_.end() ? found->second
               : shared_            ? GANTRY_TRY(UploadFile::openShared(path, *shared_, row.id))
                                    : GANTRY_TRY(UploadFile::open(path, row.checked_bytes));
        open_.emplace(row.id, file);
    }
    GANTRY_CHECK(file->catchUp());
    return file;
}

Result<std::shared_ptr<UploadFile>> UploadStore::partOf(const UploadRow& final_upload,
                                                        const std::string& id) {
    const auto row = GANTRY_TRY(find(final_upload.site, id));
    auto part = GANTRY_TRY(file(row));
    if (part->offset() != row.length) return fail(Errc::NotFound, "bytes of a part");
    return part;
}

void UploadStore::forget(const std::string& id) {
    const std::lock_guard lock(mutex_);
    open_.erase(id);
}

Result<std::set<std::string>> UploadStore::idsBeingJoined() {
    std::set<std::string> ids;
    for (const auto& row : GANTRY_TRY(index_.uploads(UploadState::Receiving))) {
        if (!row.isBeingJoined()) continue;
        ids.insert(row.id);
        ids.insert(row.parts.begin(), row.parts.end());
    }
    return ids;
}

Result<> UploadStore::discard(const UploadRow& row, const std::string& reason) {
    if (GANTRY_TRY(idsBeingJoined()).contains(row.id))
        return fail(Errc::Conflict, "the upload is being put together");
    return removeUpload(row, reason);
}

Result<> UploadStore::removeUpload(const UploadRow& row, const std::string& reason) {
    GANTRY_CHECK(index_.discard(row.id, reason, std::nullopt));
    removeFile(intake_.partFile(row.id));
    forget(row.id);
    return shared_ ? shared_->forgetUpload(row.id) : Result<>();
}

Result<> UploadStore::discardParts(const UploadRow& row) {
    for (const auto& id : row.parts) {
        const auto part = index_.upload(id);
        if (part && part->state == UploadState::Receiving) GANTRY_CHECK(removeUpload(*part, "joined"));
    }
    return {};
}

Result<> UploadStore::lose(const UploadRow& row) {
    if (GANTRY_TRY(index_.upload(row.id)).state != UploadState::Receiving)
        return {};  // another hub was quicker
    log::warning("upload.lost", {{"site", row.site}, {"parcel", row.parcel_id}});
    GANTRY_CHECK(
        index_.discard(row.id, "lost", Incident{row.site, "upload-lost", row.parcel_id, "its file is gone"}));
    removeFile(intake_.partFile(row.id));
    forget(row.id);
    return {};
}

Result<> UploadStore::setLength(UploadRow& row, std::uint64_t length) {
    GANTRY_CHECK(index_.setLength(row.id, length));
    row.length = length;
    return {};
}

Result<> UploadStore::setCheckedBytes(UploadRow& row, std::optional<std::uint64_t> bytes) {
    if (row.checked_bytes == bytes) return {};
    GANTRY_CHECK(index_.setCheckedBytes(row.id, bytes));
    row.checked_bytes = bytes;
    return {};
}

Result<std::optional<Intake::Outcome>> UploadStore::settle(const UploadRow& row, UploadFile& file) {
    if (row.kind == UploadKind::Partial || row.length != file.offset())
        return std::optional<Intake::Outcome>();
    const auto outcome = GANTRY_TRY(intake_.complete(row, file));
    forget(row.id);
    return std::optional(outcome);
}

UnixMillis UploadStore::expiresAt(const UploadRow& row) const {
    struct stat info {};
    auto last = row.created_at;
    if (::stat(intake_.partFile(row.id).c_str(), &info) == 0)
        last = std::max<UnixMillis>(last, static_cast<UnixMillis>(info.st_mtime) * 1000);
    return last + std::chrono::duration_cast<std::chrono::milliseconds>(limits_.expiry).count();
}

Result<> UploadStore::recover() {
    if (shared_) return {};  // another hub may be at it; whoever is asked next settles it
    for (const auto& row : GANTRY_TRY(index_.uploads(UploadState::Receiving))) {
        if (row.isBeingJoined()) continue;  // the joiner's
        auto opened = file(row);
        if (!opened && opened.error().code == Errc::NotFound) {
            GANTRY_CHECK(lose(row));
            continue;
        }
        const auto open_file = GANTRY_TRY(std::move(opened));
        GANTRY_TRY(settle(row, *open_file));
        forget(row.id);
    }
    return {};
}

Result<bool> UploadStore::isExpired(const UploadRow& row) {
    if (expiresAt(row) > clock_.nowMillis()) return false;
    if (!shared_) return true;
    const auto last = std::max(row.created_at, GANTRY_TRY(shared_->lastChange(row.id)));
    return last + std::chrono::duration_cast<std::chrono::milliseconds>(limits_.expiry).count() <=
           clock_.nowMillis();
}

Result<> UploadStore::tidy() {
    const auto in_use = GANTRY_TRY(idsBeingJoined());
    for (const auto& row : GANTRY_TRY(index_.uploads(UploadState::Receiving))) {
        if (in_use.contains(row.id) || !GANTRY_TRY(isExpired(row))) continue;
        log::info("upload.expired", {{"site", row.site}, {"parcel", row.parcel_id}});
        GANTRY_CHECK(removeUpload(row, "expired"));
    }
    const std::lock_guard lock(mutex_);
    std::erase_if(open_, [](const auto& entry) { return entry.second->idleFor(kCloseAfter); });
    return {};
}

}  // namespace gantry::central
