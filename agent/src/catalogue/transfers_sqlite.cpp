#include "catalogue/transfers.hpp"

namespace gantry::agent {

Result<std::vector<TransferRow>> transfers(Database& db, const TransferWish& wish) {
    // A parcel's subject is that of its manifest; the study may have been corrected since.
    auto select = GANTRY_TRY(db.prepare(
        "SELECT o.object_id, o.kind, o.topic, o.trial_id, coalesce(p.study_id, 0), coalesce(p.subject_id, ''), "
        "coalesce(s.visit_id, ''), coalesce(s.study_date, ''), coalesce(s.accession_number, ''), o.bytes, "
        "o.sha256, iif(o.cancelled_at_ms IS NULL, o.state, 'cancelled'), o.created_at_ms, o.delivered_at_ms, "
        "r.verified_at_ms, coalesce(r.document, '') FROM outbox o LEFT JOIN parcel p ON p.id = o.object_id "
        "LEFT JOIN study s ON s.id = p.study_id LEFT JOIN receipt r ON r.parcel_id = o.object_id "
        "WHERE o.topic <> 'heartbeat' AND (NOT ? OR o.state = 'confirmed') AND instr(lower(o.object_id || ' ' "
        "|| coalesce(p.subject_id, '') || ' ' || coalesce(s.visit_id, '') || ' ' || coalesce(s.study_date, '') "
        "|| ' ' || coalesce(s.accession_number, '')), lower(?)) > 0 "
        "ORDER BY o.created_at_ms DESC, o.object_id LIMIT ?"));
    select.bind(wish.confirmed_only).bind(wish.text).bind(wish.limit);
    std::vector<TransferRow> out;
    while (GANTRY_TRY(select.step())) {
        TransferRow row;
        row.id = select.text(0);
        row.kind = select.text(1);
        row.topic = select.text(2);
        row.trial_id = select.text(3);
        row.study = select.integer(4);
        row.subject_id = select.text(5);
        row.visit_id = select.text(6);
        row.study_date = select.text(7);
        row.accession_number = select.text(8);
        row.bytes = static_cast<std::uint64_t>(select.integer(9));
        row.sha256 = select.text(10);
        row.state = select.text(11);
        row.created_at = select.integer(12);
        row.delivered_at = select.optionalInteger(13);
        row.confirmed_at = select.optionalInteger(14);
        row.receipt = select.text(15);
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace gantry::agent
