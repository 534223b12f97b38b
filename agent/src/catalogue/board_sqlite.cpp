#include "catalogue/board.hpp"

#include "catalogue/phantoms.hpp"

#include "images/pixel_looks.hpp"

#include <algorithm>
#include <functional>

namespace gantry::agent {
namespace {

RefusalRow refusalFrom(const Statement& row) {
    RefusalRow out;
    out.id = row.integer(0);
    out.at = row.integer(1);
    int column = 2;
    for (auto* field : {&out.kind, &out.reason, &out.sentence, &out.advice, &out.calling_ae_title,
                        &out.address, &out.sop_instance_uid})
        *field = row.text(column++);
    out.study = row.optionalInteger(9);
    out.count = static_cast<int>(row.integer(10));
    out.acknowledged_by = row.optionalText(11);
    return out;
}

constexpr std::string_view kRefusalColumns =
    "SELECT id, at_ms, kind, reason, sentence, advice, calling_ae_title, address, sop_instance_uid, "
    "study_id, count, "
    "acknowledged_by FROM refusal ";

Result<std::vector<StudyId>> idsOf(Database& db, std::string_view sql, UnixMillis since, int limit) {
    auto select = GANTRY_TRY(db.prepare(sql));
    select.bind(since).bind(limit);
    std::vector<StudyId> ids;
    while (GANTRY_TRY(select.step())) ids.push_back(select.integer(0));
    return ids;
}

/// @param kept  of the verdict what is no finding, as JSON
Result<bool> asksSomebody(const std::string& kept) {
    const auto verdict = GANTRY_TRY(verdictFromJson(kept));
    return std::ranges::any_of(
               verdict.questions,
               [](const Question& q) { return q.needed == "before_release" && q.answer.empty(); }) ||
           std::ranges::any_of(verdict.series, [](const auto& series) { return !series.candidates.empty(); });
}

Result<> readVerdict(Database& db, BoardRow& row) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT v.number, v.outcome, v.headline, v.advice, v.must_hold, f.severity, f.repair, v.series "
        "FROM verdict v "
        "LEFT JOIN finding f ON f.verdict_id = v.id AND f.position = (SELECT min(position) FROM finding g "
        "WHERE g.verdict_id = v.id AND g.result = 'fail') WHERE v.study_id = ? ORDER BY v.number DESC LIMIT "
        "1"));
    select.bind(row.study.id);
    if (!GANTRY_TRY(select.step())) return {};
    row.verdict_number = static_cast<int>(select.integer(0));
    row.outcome = GANTRY_TRY(parseOutcome(select.text(1)));
    row.headline = select.text(2);
    row.advice = select.text(3);
    row.must_hold = select.integer(4) != 0;
    row.asks = GANTRY_TRY(asksSomebody(select.text(7)));
    if (!select.isNull(5)) {
        row.worst_severity = GANTRY_TRY(parseSeverity(select.text(5)));
        row.repair = GANTRY_TRY(parseRepair(select.text(6)));
    }
    return {};
}

}  // namespace

Result<BoardRow> boardRow(Database& db, StudyId study) {
    BoardRow row;
    row.study = GANTRY_TRY(studyById(db, study));
    {
        auto select = GANTRY_TRY(db.prepare("SELECT instance_count, series_count FROM study WHERE id = ?"));
        GANTRY_TRY(select.bind(study).step());
        row.instances = select.integer(0);
        row.series = select.integer(1);
    }
    GANTRY_CHECK(readVerdict(db, row));
    row.open_conflicts = GANTRY_TRY(openConflicts(db, study));
    if (GANTRY_TRY(isHeldForPixels(db, row.study))) row.open_doubts = GANTRY_TRY(openDoubts(db, study));
    row.phantom = !GANTRY_TRY(phantomHold(db, study)).empty();
    if (row.phantom && row.study.state == State::Phantom) {
        for (const auto& value : GANTRY_TRY(phantomValues(db, study)))
            row.phantom_needs = row.phantom_needs || value.verdict == "fail" || value.verdict == "review";
        const bool measured = GANTRY_TRY(phantomOf(db, study)).is_what == "phantom";
        const bool is_signed = GANTRY_TRY(phantomStatement(db, study)).has_value();
        row.phantom_needs = (row.phantom_needs || !measured) && !is_signed;
    }
    row.parcel = GANTRY_TRY(newestParcel(db, study));
    row.correction = GANTRY_TRY(openCorrection(db, study));
    row.corrected = GANTRY_TRY(confirmedCorrection(db, study)).has_value();
    return row;
}

Result<std::vector<BoardRow>> board(Database& db, UnixMillis since, int limit) {
    // What waits for a person never falls off the board, however long ago it changed.
    auto ids = GANTRY_TRY(
        idsOf(db,
              "SELECT id FROM study WHERE (state IN ('held', 'unassigned', 'quarantined') OR id IN "
              "(SELECT study_id FROM correction WHERE state = 'proposed')) AND ?1 >= 0 "
              "ORDER BY changed_at_ms DESC, id DESC LIMIT ?2",
              since, limit));
    const auto others = GANTRY_TRY(idsOf(
        db,
        "SELECT id FROM study WHERE changed_at_ms >= ?1 AND state NOT IN "
        "('held', 'unassigned', 'quarantined') AND id NOT IN (SELECT study_id FROM correction WHERE state = "
        "'proposed') ORDER BY changed_at_ms DESC, id DESC LIMIT ?2",
        since, limit - static_cast<int>(ids.size())));
    ids.insert(ids.end(), others.begin(), others.end());
    std::vector<BoardRow> out;
    for (const auto id : ids) out.push_back(GANTRY_TRY(boardRow(db, id)));
    std::ranges::stable_sort(out, std::greater(), [](const BoardRow& row) { return row.study.changed_at; });
    return out;
}

Result<std::vector<AuditRow>> auditOf(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT at_ms, who, event, from_state, to_state, detail FROM audit WHERE study_id = ? ORDER BY id"));
    select.bind(study);
    std::vector<AuditRow> out;
    while (GANTRY_TRY(select.step()))
        out.push_back({select.integer(0), select.text(1), select.text(2), select.text(3), select.text(4),
                       select.text(5)});
    return out;
}

Result<std::vector<RefusalRow>> refusals(Database& db, int limit) {
    auto select =
        GANTRY_TRY(db.prepare(std::string(kRefusalColumns) + "ORDER BY at_ms DESC, id DESC LIMIT ?"));
    select.bind(limit);
    std::vector<RefusalRow> out;
    while (GANTRY_TRY(select.step())) out.push_back(refusalFrom(select));
    return out;
}

Result<RefusalRow> refusalById(Database& db, std::int64_t id) {
    auto select = GANTRY_TRY(db.prepare(std::string(kRefusalColumns) + "WHERE id = ?"));
    select.bind(id);
    if (!GANTRY_TRY(select.step())) return fail(Errc::NotFound, "there is no such entry");
    return refusalFrom(select);
}

Result<> acknowledgeRefusal(Database& db, std::int64_t id, const std::string& who, UnixMillis now) {
    auto update =
        GANTRY_TRY(db.prepare("UPDATE refusal SET acknowledged_by = ?, acknowledged_at_ms = ? WHERE id = ?"));
    return update.bind(who).bind(now).bind(id).run();
}

Result<OutboxSummary> outboxSummary(Database& db) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT o.state, o.bytes - o.sent_bytes, w.sentence, w.reason FROM outbox o JOIN "
                   "outbox_waiting w ON w.object_id = o.object_id WHERE o.state <> 'confirmed' "
                   "AND o.cancelled_at_ms IS NULL AND o.topic <> 'heartbeat'"));
    OutboxSummary out;
    while (GANTRY_TRY(select.step())) {
        const auto state = select.text(0);
        const auto waits = select.text(2);
        if (!waits.empty()) out.waits.emplace(waits, select.text(3));
        if (state == "delivered") continue;
        out.bytes_left += static_cast<std::uint64_t>(select.integer(1));
        ++(state == "uploading" && waits.empty() ? out.active : out.waiting);
    }
    return out;
}

Result<std::optional<ReceiptRow>> receiptOf(Database& db, const std::string& parcel) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT parcel_id, document, verified_at_ms FROM receipt WHERE parcel_id = ?"));
    select.bind(parcel);
    if (!GANTRY_TRY(select.step())) return std::optional<ReceiptRow>();
    return std::optional(ReceiptRow{select.text(0), select.text(1), select.integer(2)});
}

}  // namespace gantry::agent
