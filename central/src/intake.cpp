#include "intake.hpp"

#include <unistd.h>

#include <set>

#include "gantry/core/crypto.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/log.hpp"

namespace gantry::central {

void removeFile(const std::filesystem::path& file) {
    ::unlink(file.c_str());
}

Intake::Intake(std::filesystem::path directory, Index& index, std::function<void()> on_parcel,
               SharedObjects* shared)
    : directory_(std::move(directory)), index_(index), on_parcel_(std::move(on_parcel)), shared_(shared) {}

Result<> Intake::prepare() {
    for (const auto* folder : {"uploads", "parcels", "opened", "inbox"})
        GANTRY_CHECK(makeDirectory(directory_ / folder));
    return {};
}

std::filesystem::path Intake::partFile(const std::string& upload_id) const {
    return directory_ / "uploads" / (upload_id + ".part");
}

std::filesystem::path Intake::parcelFile(const std::string& site, const std::string& parcel_id) const {
    return directory_ / "parcels" / site / (parcel_id + ".age");
}

Result<> Intake::discard(const UploadRow& upload, const std::string& reason, Incident incident) {
    log::warning("parcel.discarded", {{"site", upload.site},
                                      {"parcel", upload.parcel_id},
                                      {"kind", incident.kind},
                                      {"detail", incident.detail}});
    GANTRY_CHECK(index_.discard(upload.id, reason, std::move(incident)));
    removeFile(partFile(upload.id));
    return shared_ ? shared_->forgetUpload(upload.id) : Result<>();
}

Result<Intake::Outcome> Intake::complete(UploadRow upload, UploadFile& file) {
    const auto bytes = shared_ ? file.offset() : GANTRY_TRY(file.syncedOffset());
    const auto digest = toHex(GANTRY_TRY(file.digest()));
    if (upload.sha256 && *upload.sha256 != digest) {
        GANTRY_CHECK(discard(upload, "mismatch",
                             {upload.site, "digest-mismatch", upload.parcel_id,
                              "announced " + *upload.sha256 + ", received " + digest}));
        return Outcome::Mismatch;
    }
    upload.sha256 = digest;
    const auto outcome = GANTRY_TRY(shared_ ? storeShared(upload, bytes) : storeAlone(upload, bytes));
    if (outcome == Outcome::Stored) on_parcel_();
    return outcome;
}

Result<Intake::Outcome> Intake::storeAlone(const UploadRow& upload, std::uint64_t bytes) {
    const std::lock_guard lock(storing_);
    return store(upload, bytes);
}

Result<Intake::Outcome> Intake::store(const UploadRow& upload, std::uint64_t bytes) {
    const auto known = GANTRY_TRY(index_.parcel(upload.site, upload.parcel_id));
    if (known && known->sha256 != *upload.sha256) return refuse(upload, known->sha256);
    if (known) {
        GANTRY_CHECK(index_.setDone(upload, bytes));
        removeFile(partFile(upload.id));
        return Outcome::Stored;
    }
    GANTRY_CHECK(index_.setFinishing(upload.id, *upload.sha256));
    const auto target = parcelFile(upload.site, upload.parcel_id);
    GANTRY_CHECK(makeDirectory(target.parent_path()));
    GANTRY_CHECK(renameDurably(partFile(upload.id), target));
    GANTRY_CHECK(index_.setDone(upload, bytes));
    log::info("parcel.received", {{"site", upload.site}, {"parcel", upload.parcel_id}, {"bytes", bytes}});
    return Outcome::Stored;
}

Result<Intake::Outcome> Intake::refuse(const UploadRow& upload, const std::string& known_sha256) {
    GANTRY_CHECK(discard(upload, "conflict",
                         {upload.site, "parcel-conflict", upload.parcel_id,
                          "have " + known_sha256 + ", received " + *upload.sha256}));
    return Outcome::Conflict;
}

Result<Intake::Outcome> Intake::storeShared(const UploadRow& upload, std::uint64_t bytes) {
    GANTRY_CHECK(shared_->keepParcel(upload.site, upload.parcel_id, *upload.sha256, partFile(upload.id)));
    const auto done = index_.setDone(upload, bytes);
    if (!done && done.error().code == Errc::Conflict) {
        GANTRY_CHECK(shared_->forgetParcel(upload.site, upload.parcel_id, *upload.sha256));
        return refuse(upload, "another content");
    }
    if (!done) return done.error();
    GANTRY_CHECK(shared_->forgetUpload(upload.id));
    log::info("parcel.received", {{"site", upload.site}, {"parcel", upload.parcel_id}, {"bytes", bytes}});
    return Outcome::Stored;
}

Result<> Intake::finish(const std::string& upload_id) {
    const std::lock_guard lock(storing_);
    const auto upload = GANTRY_TRY(index_.upload(upload_id));
    if (upload.state != UploadState::Finishing) return {};
    std::error_code ec;
    const auto left = std::filesystem::file_size(partFile(upload.id), ec);
    if (!ec) {
        GANTRY_TRY(store(upload, left));
        return {};
    }
    const auto moved = std::filesystem::file_size(parcelFile(upload.site, upload.parcel_id), ec);
    if (!ec) return index_.setDone(upload, moved);
    return discard(upload, "lost", {upload.site, "upload-lost", upload.parcel_id, "its file is gone"});
}

Result<> Intake::removeStrays() {
    std::set<std::string> wanted;
    if (!shared_)
        for (const auto& row : GANTRY_TRY(index_.uploads(UploadState::Receiving)))
            wanted.insert(row.id + ".part");
    std::error_code ec;
    for (const auto& entry : std::filesystem::directory_iterator(directory_ / "uploads", ec))
        if (!wanted.contains(entry.path().filename())) removeFile(entry.path());
    return {};
}

Result<> Intake::recover() {
    for (const auto& row : GANTRY_TRY(index_.uploads(UploadState::Finishing))) GANTRY_CHECK(finish(row.id));
    return removeStrays();
}

}  // namespace gantry::central
