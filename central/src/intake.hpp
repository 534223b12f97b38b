#pragma once
/// What becomes of an upload once its last byte is there: a parcel on record, or a refusal on record.
///
/// Order on disk, each step durable before the next: bytes synced; row 'finishing'; file renamed to
/// parcels/{site}/{parcel_id}.age; row 'done' and parcel row. recover() finishes what a kill between them
/// left. Where several hubs share a bucket: bytes in the bucket as a parcel; row 'done' and parcel row. Until
/// then the upload stays 'receiving', and any hub can do this again.

#include <filesystem>
#include <functional>
#include <mutex>

#include "gantry/core/result.hpp"
#include "index.hpp"
#include "upload_file.hpp"

namespace gantry::central {

class Intake {
public:
    enum class Outcome { Stored, Mismatch, Conflict };

    /// `on_parcel` is told that a parcel waits to be opened; called without a lock held.
    /// @param shared  where several hubs take parcels in; nullptr where this is the only one
    Intake(std::filesystem::path directory, Index& index, std::function<void()> on_parcel,
           SharedObjects* shared = nullptr);
    /// Makes the folders. @errors Io
    Result<> prepare();

    std::filesystem::path partFile(const std::string& upload_id) const;
    std::filesystem::path parcelFile(const std::string& site, const std::string& parcel_id) const;

    /// All bytes of `file` are there. Safe to repeat after an error.
    Result<Outcome> complete(UploadRow upload, UploadFile& file);
    /// Goes on with an upload that an error, or a kill, left 'finishing'; nothing happens to others.
    Result<> finish(const std::string& upload_id);
    /// At start, before anything is served: ends what was 'finishing', removes files that belong to nothing.
    Result<> recover();

private:
    Result<Outcome> storeAlone(const UploadRow& upload, std::uint64_t bytes);
    Result<Outcome> store(const UploadRow& upload, std::uint64_t bytes);  // with storing_ held
    Result<Outcome> storeShared(const UploadRow& upload, std::uint64_t bytes);
    Result<Outcome> refuse(const UploadRow& upload, const std::string& known_sha256);
    Result<> removeStrays();
    Result<> discard(const UploadRow& upload, const std::string& reason, Incident incident);

    const std::filesystem::path directory_;
    Index& index_;
    const std::function<void()> on_parcel_;
    SharedObjects* const shared_;
    /// One parcel is stored at a time, so that two uploads of the same parcel meet each other's row. What is
    /// done under it is a rename and two commits.
    std::mutex storing_;
};

/// unlink; a file that is not there is no error.
void removeFile(const std::filesystem::path& file);

}  // namespace gantry::central
