#pragma once
/// The hub's index (index.sqlite in its directory, or a PostgreSQL database): which uploads and parcels there
/// are and how far each is. Thread-safe; each call is one short transaction, durable when it returns.

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gantry/central/index_database.hpp"
#include "gantry/core/clock.hpp"

namespace gantry::central {

enum class UploadState { Receiving, Finishing, Done, Discarded };
/// A whole object; a part of one, never a parcel; or one that is put together from parts.
enum class UploadKind { Whole, Partial, Final };

/// What an upload becomes: images, or a statement of the site (docs/formats/messages.md).
enum class ObjectKind { Parcel, Message };

struct UploadRow {
    std::string id;
    std::string site;
    std::optional<std::uint64_t> length;
    std::string metadata;
    std::string parcel_id;
    std::optional<std::string> sha256;
    UploadState state = UploadState::Receiving;
    std::optional<std::uint64_t> checked_bytes;
    std::string reason;
    UnixMillis created_at = 0;
    UploadKind kind = UploadKind::Whole;
    ObjectKind object_kind = ObjectKind::Parcel;
    std::vector<std::string> parts;  ///< of Final: ids of uploads, in order
    /// Its bytes do not come by requests of its own.
    bool isBeingJoined() const { return kind == UploadKind::Final && state == UploadState::Receiving; }
};

enum class ParcelState { Received, Opened, Refused };
std::string_view toString(ParcelState state);

struct ParcelRow {
    std::string site;
    std::string parcel_id;
    std::string sha256;
    std::uint64_t bytes = 0;
    ParcelState state = ParcelState::Received;
    std::string reason_code;
    std::string reason;
    std::string trial;
    std::string subject;
    std::string visit;
    std::int64_t instances = 0;
    std::string folder;
    UnixMillis received_at = 0;
    UnixMillis judged_at = 0;
    std::string content;       ///< of 'opened': images, verdict, withdrawal
    std::string withdrawn_by;  ///< the parcel that withdrew it; "" while it stands
    std::string withdraw_reason;
    UnixMillis withdrawn_at = 0;
    ObjectKind object_kind = ObjectKind::Parcel;
};

struct Incident {
    std::string site;
    std::string kind;
    std::string parcel_id;
    std::string detail;
};

class Index {
public:
    using Access = IndexDatabase::Access;
    static Result<std::unique_ptr<Index>> open(const std::filesystem::path& directory, Access access,
                                               const Clock& clock);

    Result<> addUpload(const UploadRow& row);
    /// @errors NotFound
    Result<UploadRow> upload(const std::string& id);
    Result<std::vector<UploadRow>> uploads(UploadState state);
    /// One of that site that is, or was, put together from exactly these; nullopt when there is none.
    Result<std::optional<UploadRow>> finalOf(const std::string& site, const std::vector<std::string>& parts);
    Result<> setLength(const std::string& id, std::uint64_t length);
    Result<> setCheckedBytes(const std::string& id, std::optional<std::uint64_t> bytes);
    /// `sha256` is that of the bytes that came.
    Result<> setFinishing(const std::string& id, const std::string& sha256);
    Result<> discard(const std::string& id, const std::string& reason,
                     const std::optional<Incident>& incident);

    /// The upload is done and its parcel is on record, in one transaction. A parcel on record stays as it is.
    /// @errors Conflict: the parcel is on record with another content; nothing changes
    Result<> setDone(const UploadRow& upload, std::uint64_t bytes);
    Result<std::optional<ParcelRow>> parcel(const std::string& site, const std::string& parcel_id);
    /// Oldest first.
    Result<std::vector<ParcelRow>> parcels(std::optional<ParcelState> state = {});
    Result<> setOpened(const ParcelRow& row);
    Result<> setRefused(const ParcelRow& row);
    /// A message that the next one of its kind takes the place of.
    Result<> forget(const ParcelRow& row);
    /// What is stored is not what came: the row goes, and why it went is kept as an incident.
    Result<> forgetDamaged(const ParcelRow& row);
    /// Its site withdrew it; `row.folder` is where its files lie now. The first withdrawal stays.
    Result<> setWithdrawn(const ParcelRow& row);
    /// A withdrawal of a parcel that it has no right to.
    Result<> refuseWithdrawal(const ParcelRow& row, const std::string& by_parcel);
    /// Back to 'received' what was refused for that reason: it may succeed now.
    Result<> retryRefused(const std::string& reason_code);

private:
    Index(IndexDatabase database, const Clock& clock) : database_(std::move(database)), clock_(clock) {}
    Result<> addIncident(const Incident& incident);
    std::mutex mutex_;
    IndexDatabase database_;  // guarded by mutex_
    const Clock& clock_;
};

}  // namespace gantry::central
