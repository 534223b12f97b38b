#include "index_rows.hpp"

namespace gantry::central {

Result<std::unique_ptr<Index>> Index::open(const std::filesystem::path& directory, Access access,
                                           const Clock& clock) {
    auto database = GANTRY_TRY(IndexDatabase::open(directory, access));
    return std::unique_ptr<Index>(new Index(std::move(database), clock));
}

Result<> Index::addUpload(const UploadRow& row) {
    const std::lock_guard lock(mutex_);
    auto insert =
        GANTRY_TRY(database_.prepare("INSERT INTO upload (id, site, length, metadata, parcel_id, sha256, "
                                     "state, created_at_ms, concat, parts, object_kind) "
                                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    return insert.bind(row.id)
        .bind(row.site)
        .bind(row.length)
        .bind(row.metadata)
        .bind(row.parcel_id)
        .bind(row.sha256)
        .bind(nameOf(row.state))
        .bind(row.created_at)
        .bind(nameOf(row.kind))
        .bind(joined(row.parts))
        .bind(nameOf(row.object_kind))
        .run();
}

Result<UploadRow> Index::upload(const std::string& id) {
    const std::lock_guard lock(mutex_);
    auto query = GANTRY_TRY(database_.prepare(std::string(kUploadColumns) + "WHERE id = ?"));
    if (!GANTRY_TRY(query.bind(id).step())) return fail(Errc::NotFound, "upload");
    return readUpload(query);
}

Result<std::vector<UploadRow>> Index::uploads(UploadState state) {
    const std::lock_guard lock(mutex_);
    auto query =
        GANTRY_TRY(database_.prepare(std::string(kUploadColumns) + "WHERE state = ? ORDER BY created_at_ms"));
    query.bind(nameOf(state));
    std::vector<UploadRow> rows;
    while (GANTRY_TRY(query.step())) rows.push_back(readUpload(query));
    return rows;
}

Result<std::optional<UploadRow>> Index::finalOf(const std::string& site,
                                                const std::vector<std::string>& parts) {
    const std::lock_guard lock(mutex_);
    auto query = GANTRY_TRY(database_.prepare(
        std::string(kUploadColumns) +
        "WHERE concat = 'final' AND site = ? AND parts = ? AND state <> 'discarded' LIMIT 1"));
    if (!GANTRY_TRY(query.bind(site).bind(joined(parts)).step())) return std::optional<UploadRow>();
    return std::optional(readUpload(query));
}

Result<> Index::setLength(const std::string& id, std::uint64_t length) {
    const std::lock_guard lock(mutex_);
    auto update =
        GANTRY_TRY(database_.prepare("UPDATE upload SET length = ? WHERE id = ? AND length IS NULL"));
    return update.bind(length).bind(id).run();
}

Result<> Index::setCheckedBytes(const std::string& id, std::optional<std::uint64_t> bytes) {
    const std::lock_guard lock(mutex_);
    auto update = GANTRY_TRY(database_.prepare("UPDATE upload SET checked_bytes = ? WHERE id = ?"));
    return update.bind(bytes).bind(id).run();
}

Result<> Index::setFinishing(const std::string& id, const std::string& sha256) {
    const std::lock_guard lock(mutex_);
    auto update =
        GANTRY_TRY(database_.prepare("UPDATE upload SET state = 'finishing', sha256 = ? WHERE id = ?"));
    return update.bind(sha256).bind(id).run();
}

Result<> Index::discard(const std::string& id, const std::string& reason,
                        const std::optional<Incident>& incident) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database_));
    {
        auto update =
            GANTRY_TRY(database_.prepare("UPDATE upload SET state = 'discarded', reason = ?, ended_at_ms = ? "
                                         "WHERE id = ? AND state <> 'done'"));
        GANTRY_CHECK(update.bind(reason).bind(clock_.nowMillis()).bind(id).run());
    }
    if (incident) GANTRY_CHECK(addIncident(*incident));
    return transaction.commit();
}

Result<> Index::setDone(const UploadRow& upload, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database_));
    {
        auto insert = GANTRY_TRY(database_.prepare(
            "INSERT INTO parcel (site, parcel_id, sha256, bytes, state, received_at_ms, object_kind) "
            "VALUES (?, ?, ?, ?, 'received', ?, ?) ON CONFLICT (site, parcel_id) DO NOTHING"));
        GANTRY_CHECK(insert.bind(upload.site)
                         .bind(upload.parcel_id)
                         .bind(upload.sha256)
                         .bind(bytes)
                         .bind(clock_.nowMillis())
                         .bind(nameOf(upload.object_kind))
                         .run());
    }
    {
        auto query =
            GANTRY_TRY(database_.prepare("SELECT sha256 FROM parcel WHERE site = ? AND parcel_id = ?"));
        if (GANTRY_TRY(query.bind(upload.site).bind(upload.parcel_id).step()) &&
            query.text(0) != upload.sha256)
            return fail(Errc::Conflict, "this parcel was received with another content");
    }
    {
        auto update = GANTRY_TRY(
            database_.prepare("UPDATE upload SET state = 'done', length = ?, ended_at_ms = ? WHERE id = ?"));
        GANTRY_CHECK(update.bind(bytes).bind(clock_.nowMillis()).bind(upload.id).run());
    }
    return transaction.commit();
}

}  // namespace gantry::central
