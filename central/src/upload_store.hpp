#pragma once
/// All uploads of the hub, across restarts: rows in the index, bytes in uploads/. Thread-safe.

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "gantry/core/clock.hpp"
#include "index.hpp"
#include "intake.hpp"
#include "upload_file.hpp"

namespace gantry::central {

struct UploadLimits {
    std::uint64_t max_bytes = 0;
    std::uint64_t reserve_bytes = 0;
    std::chrono::hours expiry{0};
};

struct NewUpload {
    std::string site;
    std::optional<std::uint64_t> length;
    std::string metadata;   ///< as sent
    std::string parcel_id;  ///< "": the upload's own id
    std::optional<std::string> sha256;
    UploadKind kind = UploadKind::Whole;
    ObjectKind object_kind = ObjectKind::Parcel;
    std::vector<std::string> parts;  ///< of Final; `length` is left to be found out
};

class UploadStore {
public:
    /// @param shared  where several hubs take in the same uploads; nullptr where this is the only one
    UploadStore(std::filesystem::path directory, Index& index, Intake& intake, UploadLimits limits,
                const Clock& clock, SharedObjects* shared = nullptr);

    /// An upload that can take bytes; or, when this very parcel is here already, one that is done.
    /// @errors DiskFull: no room for so many bytes; Conflict: the parcel is here with other content
    Result<UploadRow> create(const NewUpload& wanted);
    /// One that is put together from parts, or the one that already is: asked for twice it is one.
    /// @errors NotFound: a part is not there; InvalidArgument: one is no part, or not complete; those of
    /// create()
    Result<UploadRow> createFinal(NewUpload wanted);
    /// @errors NotFound: none, or another site's
    Result<UploadRow> find(const std::string& site, const std::string& id);
    /// The bytes of an upload that is 'receiving'.
    Result<std::shared_ptr<UploadFile>> file(const UploadRow& row);
    /// The file with the bytes of a part that is complete. @errors NotFound
    Result<std::shared_ptr<UploadFile>> partOf(const UploadRow& final_upload, const std::string& id);
    /// The parts of a final have served.
    Result<> discardParts(const UploadRow& row);
    /// A final whose parts are gone.
    Result<> lose(const UploadRow& row);
    /// Forgets it and its bytes. @errors Conflict: it is put together, or is a part of one that is
    Result<> discard(const UploadRow& row, const std::string& reason);
    Result<> setLength(UploadRow& row, std::uint64_t length);
    Result<> setCheckedBytes(UploadRow& row, std::optional<std::uint64_t> bytes);
    /// When all its bytes are there it becomes a parcel; nullopt when not all are, or it is a part.
    Result<std::optional<Intake::Outcome>> settle(const UploadRow& row, UploadFile& file);
    /// Goes on with one that is 'finishing'.
    Result<> finish(const UploadRow& row) { return intake_.finish(row.id); }
    UnixMillis expiresAt(const UploadRow& row) const;
    const UploadLimits& limits() const { return limits_; }

    /// At start: settles what had all its bytes.
    Result<> recover();
    /// Now and then: what is too old goes, open files nobody uses are closed.
    Result<> tidy();

private:
    Result<std::uint64_t> completeLength(const std::string& site, const std::string& id);
    Result<std::set<std::string>> idsBeingJoined();
    Result<> removeUpload(const UploadRow& row, const std::string& reason);
    Result<bool> isExpired(const UploadRow& row);
    void forget(const std::string& id);
    const std::filesystem::path directory_;
    Index& index_;
    Intake& intake_;
    const UploadLimits limits_;
    const Clock& clock_;
    SharedObjects* const shared_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<UploadFile>> open_;  // guarded by mutex_
};

}  // namespace gantry::central
