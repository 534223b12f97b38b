#include "index_rows.hpp"

namespace gantry::central {

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
                          "WHERE state = coalesce(?, state) ORDER BY received_at_ms, site, parcel_id"));
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
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database_));
    GANTRY_CHECK(addIncident({row.site, "withdrawal-refused", row.parcel_id,
                              by_parcel + " is of another trial and withdraws nothing of this one"}));
    return transaction.commit();
}

Result<> Index::setRefused(const ParcelRow& row) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database_));
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
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database_));
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
