#include <array>
#include <iterator>
#include <sstream>

#include "index.hpp"
#include "index_schema.hpp"

namespace gantry::central {
namespace {

constexpr std::array kUploadStates = {"receiving", "finishing", "done", "discarded"};
constexpr std::array kUploadKinds = {"", "partial", "final"};
constexpr std::array kObjectKinds = {"parcel", "message"};
constexpr std::array kParcelStates = {"received", "opened", "refused"};

constexpr std::string_view kUploadColumns =
    "SELECT id, site, length, metadata, parcel_id, sha256, state, checked_bytes, reason, created_at_ms, "
    "concat, parts, object_kind FROM upload ";
constexpr std::string_view kParcelColumns =
    "SELECT site, parcel_id, sha256, bytes, state, reason_code, reason, trial, subject, visit, instances, "
    "folder, "
    "received_at_ms, judged_at_ms, content, withdrawn_by, withdraw_reason, withdrawn_at_ms, object_kind "
    "FROM parcel ";

const char* nameOf(UploadState state) {
    return kUploadStates.at(static_cast<std::size_t>(state));
}
const char* nameOf(UploadKind kind) {
    return kUploadKinds.at(static_cast<std::size_t>(kind));
}
const char* nameOf(ObjectKind kind) {
    return kObjectKinds.at(static_cast<std::size_t>(kind));
}
const char* nameOf(ParcelState state) {
    return kParcelStates.at(static_cast<std::size_t>(state));
}

template <class State, std::size_t N>
State stateNamed(const std::array<const char*, N>& names, std::string_view name) {
    std::size_t i = 0;
    while (i + 1 < N && name != names[i]) ++i;  // the table's CHECK admits these names alone
    return static_cast<State>(i);
}

std::optional<std::uint64_t> optionalUnsigned(const Statement& row, int column) {
    const auto value = row.optionalInteger(column);
    return value ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
}

std::string joined(const std::vector<std::string>& ids) {
    std::string out;
    for (const auto& id : ids) out += (out.empty() ? "" : " ") + id;
    return out;
}

std::vector<std::string> split(const std::string& ids) {
    std::istringstream words(ids);
    return {std::istream_iterator<std::string>(words), std::istream_iterator<std::string>()};
}

UploadRow readUpload(const Statement& row) {
    UploadRow out;
    out.id = row.text(0);
    out.site = row.text(1);
    out.length = optionalUnsigned(row, 2);
    out.metadata = row.text(3);
    out.parcel_id = row.text(4);
    out.sha256 = row.optionalText(5);
    out.state = stateNamed<UploadState>(kUploadStates, row.text(6));
    out.checked_bytes = optionalUnsigned(row, 7);
    out.reason = row.text(8);
    out.created_at = row.integer(9);
    out.kind = stateNamed<UploadKind>(kUploadKinds, row.text(10));
    out.parts = split(row.text(11));
    out.object_kind = stateNamed<ObjectKind>(kObjectKinds, row.text(12));
    return out;
}

ParcelRow readParcel(const Statement& row) {
    ParcelRow out;
    out.site = row.text(0);
    out.parcel_id = row.text(1);
    out.sha256 = row.text(2);
    out.bytes = static_cast<std::uint64_t>(row.integer(3));
    out.state = stateNamed<ParcelState>(kParcelStates, row.text(4));
    out.reason_code = row.text(5);
    out.reason = row.text(6);
    out.trial = row.text(7);
    out.subject = row.text(8);
    out.visit = row.text(9);
    out.instances = row.integer(10);
    out.folder = row.text(11);
    out.received_at = row.integer(12);
    out.judged_at = row.integer(13);
    out.content = row.text(14);
    out.withdrawn_by = row.text(15);
    out.withdraw_reason = row.text(16);
    out.withdrawn_at = row.integer(17);
    out.object_kind = stateNamed<ObjectKind>(kObjectKinds, row.text(18));
    return out;
}

}  // namespace

std::string_view toString(ParcelState state) {
    return nameOf(state);
}

Result<Database> openIndexDatabase(const std::filesystem::path& directory) {
    auto database = GANTRY_TRY(Database::open(directory / "index.sqlite"));
    const std::array migrations = {Migration{1, "index.sql", kIndexSchema},
                                   Migration{2, "index_2_withdrawn.sql", kIndexWithdrawn},
                                   Migration{3, "index_3_concat.sql", kIndexConcat},
                                   Migration{4, "index_4_sites.sql", kIndexSites}};
    GANTRY_CHECK(database.migrate(migrations));
    return database;
}

Result<std::unique_ptr<Index>> Index::open(const std::filesystem::path& directory, Access access,
                                           const Clock& clock) {
    auto database = access == Access::ReadWrite
                        ? GANTRY_TRY(openIndexDatabase(directory))
                        : GANTRY_TRY(Database::open(directory / "index.sqlite", Database::Mode::ReadOnly));
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

Result<> Index::addIncident(const Incident& incident) {
    auto insert = GANTRY_TRY(database_.prepare(
        "INSERT INTO incident (at_ms, site, kind, parcel_id, detail) VALUES (?, ?, ?, ?, ?)"));
    return insert.bind(clock_.nowMillis())
        .bind(incident.site)
        .bind(incident.kind)
        .bind(incident.parcel_id)
        .bind(incident.detail)
        .run();
}

Result<> Index::discard(const std::string& id, const std::string& reason,
                        const std::optional<Incident>& incident) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(Transaction::begin(database_));
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
    auto transaction = GANTRY_TRY(Transaction::begin(database_));
    {
        auto insert = GANTRY_TRY(
            database_.prepare("INSERT INTO parcel (site, parcel_id, sha256, bytes, state, received_at_ms, object_kind) "
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
        auto update = GANTRY_TRY(
            database_.prepare("UPDATE upload SET state = 'done', length = ?, ended_at_ms = ? WHERE id = ?"));
        GANTRY_CHECK(update.bind(bytes).bind(clock_.nowMillis()).bind(upload.id).run());
    }
    return transaction.commit();
}

Result<std::optional<ParcelRow>> Index::parcel(const std::string& site, const std::string& parcel_id) {
    const std::lock_guard lock(mutex_);
    auto query =
        GANTRY_TRY(database_.prepare(std::string(kParcelColumns) + "WHERE site = ? AND parcel_id = ?"));
    if (!GANTRY_TRY(query.bind(site).bind(parcel_id).step())) return std::optional<ParcelRow>();
    return std::optional(readParcel(query));
}

Result<std::vector<ParcelRow>> Index::parcels(std::optional<ParcelState> state) {
    const std::lock_guard lock(mutex_);
    auto query = GANTRY_TRY(
        database_.prepare(std::string(kParcelColumns) +
                          "WHERE ?1 IS NULL OR state = ?1 ORDER BY received_at_ms, site, parcel_id"));
    query.bind(state ? std::optional<std::string_view>(nameOf(*state)) : std::nullopt);
    std::vector<ParcelRow> rows;
    while (GANTRY_TRY(query.step())) rows.push_back(readParcel(query));
    return rows;
}

Result<> Index::setOpened(const ParcelRow& row) {
    const std::lock_guard lock(mutex_);
    auto update = GANTRY_TRY(database_.prepare(
        "UPDATE parcel SET state = 'opened', reason_code = NULL, reason = NULL, trial = ?, "
        "subject = ?, visit = ?, "
        "instances = ?, folder = ?, content = ?, judged_at_ms = ? WHERE site = ? AND parcel_id = ?"));
    return update.bind(row.trial)
        .bind(row.subject)
        .bind(row.visit)
        .bind(row.instances)
        .bind(row.folder)
        .bind(row.content)
        .bind(clock_.nowMillis())
        .bind(row.site)
        .bind(row.parcel_id)
        .run();
}

Result<> Index::setWithdrawn(const ParcelRow& row) {
    const std::lock_guard lock(mutex_);
    auto update = GANTRY_TRY(database_.prepare(
        "UPDATE parcel SET withdrawn_by = coalesce(withdrawn_by, ?), withdraw_reason = "
        "coalesce(withdraw_reason, ?), withdrawn_at_ms = coalesce(withdrawn_at_ms, ?), folder = ? "
        "WHERE site = ? AND parcel_id = ?"));
    update.bind(row.withdrawn_by).bind(row.withdraw_reason).bind(clock_.nowMillis()).bind(row.folder);
    return update.bind(row.site).bind(row.parcel_id).run();
}

Result<> Index::refuseWithdrawal(const ParcelRow& row, const std::string& by_parcel) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(Transaction::begin(database_));
    GANTRY_CHECK(addIncident({row.site, "withdrawal-refused", row.parcel_id,
                              by_parcel + " is of another trial and withdraws nothing of this one"}));
    return transaction.commit();
}

Result<> Index::setRefused(const ParcelRow& row) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(Transaction::begin(database_));
    {
        auto update = GANTRY_TRY(database_.prepare(
            "UPDATE parcel SET state = 'refused', reason_code = ?, reason = ?, judged_at_ms = ? "
            "WHERE site = ? AND parcel_id = ?"));
        GANTRY_CHECK(update.bind(row.reason_code)
                         .bind(row.reason)
                         .bind(clock_.nowMillis())
                         .bind(row.site)
                         .bind(row.parcel_id)
                         .run());
    }
    GANTRY_CHECK(
        addIncident({row.site, "parcel-refused", row.parcel_id, row.reason_code + ": " + row.reason}));
    return transaction.commit();
}

Result<> Index::forget(const ParcelRow& row) {
    const std::lock_guard lock(mutex_);
    auto remove = GANTRY_TRY(database_.prepare("DELETE FROM parcel WHERE site = ? AND parcel_id = ?"));
    return remove.bind(row.site).bind(row.parcel_id).run();
}

Result<> Index::forgetDamaged(const ParcelRow& row) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(Transaction::begin(database_));
    {
        auto remove = GANTRY_TRY(database_.prepare("DELETE FROM parcel WHERE site = ? AND parcel_id = ?"));
        GANTRY_CHECK(remove.bind(row.site).bind(row.parcel_id).run());
    }
    GANTRY_CHECK(addIncident({row.site, "parcel-damaged", row.parcel_id, "received as " + row.sha256}));
    return transaction.commit();
}

Result<> Index::retryRefused(const std::string& reason_code) {
    const std::lock_guard lock(mutex_);
    auto update = GANTRY_TRY(database_.prepare(
        "UPDATE parcel SET state = 'received', reason_code = NULL, reason = NULL, judged_at_ms = NULL "
        "WHERE state = 'refused' AND reason_code = ?"));
    return update.bind(reason_code).run();
}

}  // namespace gantry::central
