#include "catalogue/corrections.hpp"

namespace gantry::agent {
namespace {

constexpr std::string_view kCorrections =
    "SELECT id, study_id, scope, from_subject, from_visit, to_subject, to_visit, proposed_by, why, "
    "proposed_at_ms, state, decided_by, decided_why, decided_at_ms FROM correction ";

CorrectionRow correctionFrom(const Statement& row) {
    CorrectionRow out;
    out.id = row.integer(0);
    out.study = row.integer(1);
    int column = 2;
    for (auto* field : {&out.scope, &out.from_subject, &out.from_visit, &out.to_subject, &out.to_visit,
                        &out.proposed_by, &out.why})
        *field = row.text(column++);
    out.proposed_at = row.integer(9);
    out.state = row.text(10);
    out.decided_by = row.text(11);
    out.decided_why = row.text(12);
    out.decided_at = row.optionalInteger(13);
    return out;
}

Result<std::optional<CorrectionRow>> firstOf(Statement& select) {
    if (!GANTRY_TRY(select.step())) return std::optional<CorrectionRow>();
    return std::optional(correctionFrom(select));
}

}  // namespace

Result<CorrectionId> addCorrection(Database& db, const CorrectionRow& row) {
    if (GANTRY_TRY(openCorrection(db, row.study)))
        return fail(Errc::Conflict, "a correction of this study waits for its second person already");
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT INTO correction (study_id, scope, from_subject, from_visit, to_subject, to_visit, "
        "proposed_by, "
        "why, proposed_at_ms, state, decided_by, decided_why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'proposed', "
        "'', '')"));
    insert.bind(row.study).bind(row.scope).bind(row.from_subject).bind(row.from_visit);
    insert.bind(row.to_subject).bind(row.to_visit).bind(row.proposed_by).bind(row.why);
    GANTRY_CHECK(insert.bind(row.proposed_at).run());
    return db.lastInsertRowid();
}

Result<> decideCorrection(Database& db, CorrectionId id, std::string_view state, const std::string& who,
                          const std::string& why, UnixMillis now) {
    auto update = GANTRY_TRY(
        db.prepare("UPDATE correction SET state = ?, decided_by = ?, decided_why = ?, decided_at_ms = ? "
                   "WHERE id = ? AND state = 'proposed'"));
    GANTRY_CHECK(update.bind(state).bind(who).bind(why).bind(now).bind(id).run());
    if (db.changes() == 1) return {};
    return fail(Errc::Conflict, "this correction was decided before");
}

Result<CorrectionRow> correctionById(Database& db, CorrectionId id) {
    auto select = GANTRY_TRY(db.prepare(std::string(kCorrections) + "WHERE id = ?"));
    auto row = GANTRY_TRY(firstOf(select.bind(id)));
    if (!row) return fail(Errc::NotFound, "there is no such correction");
    return *std::move(row);
}

Result<std::optional<CorrectionRow>> openCorrection(Database& db, StudyId study) {
    auto select =
        GANTRY_TRY(db.prepare(std::string(kCorrections) + "WHERE study_id = ? AND state = 'proposed'"));
    return firstOf(select.bind(study));
}

Result<std::optional<CorrectionRow>> confirmedCorrection(Database& db, StudyId study) {
    auto select = GANTRY_TRY(
        db.prepare(std::string(kCorrections) +
                   "WHERE study_id = ? AND state = 'confirmed' ORDER BY decided_at_ms DESC, id DESC "
                   "LIMIT 1"));
    return firstOf(select.bind(study));
}

Result<std::vector<CorrectionRow>> corrections(Database& db, int limit) {
    auto select = GANTRY_TRY(
        db.prepare(std::string(kCorrections) + "ORDER BY state = 'proposed' DESC, id DESC LIMIT ?"));
    select.bind(limit);
    std::vector<CorrectionRow> out;
    while (GANTRY_TRY(select.step())) out.push_back(correctionFrom(select));
    return out;
}

// A parcel leaves with its first byte, and that is written down before it.
Result<> withdrawParcels(Database& db, StudyId study, std::string_view reason, UnixMillis now) {
    {
        auto free = GANTRY_TRY(db.prepare(
            "DELETE FROM parcel_instance WHERE parcel_id IN (SELECT id FROM parcel WHERE study_id = ?)"));
        GANTRY_CHECK(free.bind(study).run());
    }
    {
        auto withdraw = GANTRY_TRY(
            db.prepare("UPDATE parcel SET withdraw_reason = ? WHERE study_id = ? AND content <> 'withdrawal' "
                       "AND withdraw_reason = '' AND id IN (SELECT object_id FROM outbox WHERE cancelled_at_ms IS NULL "
                       "AND state <> 'made')"));
        GANTRY_CHECK(withdraw.bind(reason).bind(study).run());
    }
    auto cancel = GANTRY_TRY(
        db.prepare("UPDATE outbox SET cancelled_at_ms = ?, wait_reason = '', waits = '' WHERE object_id IN "
                   "(SELECT id FROM parcel WHERE study_id = ? AND content <> 'withdrawal') "
                   "AND cancelled_at_ms IS NULL AND state IN ('made', 'uploading')"));
    return cancel.bind(now).bind(study).run();
}

}  // namespace gantry::agent
