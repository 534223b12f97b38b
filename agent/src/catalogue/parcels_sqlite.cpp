#include "catalogue/parcels.hpp"

#include "catalogue/deid_reports.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::agent {
namespace {

constexpr std::string_view kParcelColumns =
    "SELECT p.id, p.study_id, o.trial_id, p.number, p.supplements, o.file_name, o.bytes, o.sha256, "
    "o.content_sha256, "
    "o.state, o.resume_state, o.sent_bytes, o.attempts, o.next_attempt_at_ms, w.sentence, o.created_at_ms, "
    "o.delivered_at_ms, p.content, p.subject_id, p.last_decision, p.withdraw_reason, p.withdrawn_by, "
    "o.cancelled_at_ms "
    "FROM parcel p JOIN outbox o ON o.object_id = p.id JOIN outbox_waiting w ON w.object_id = p.id ";

ParcelRow parcelFrom(const Statement& row) {
    ParcelRow parcel;
    parcel.id = row.text(0);
    parcel.study = row.integer(1);
    parcel.trial_id = row.text(2);
    parcel.number = static_cast<int>(row.integer(3));
    parcel.supplements = row.optionalText(4);
    parcel.file_name = row.text(5);
    parcel.bytes = static_cast<std::uint64_t>(row.integer(6));
    parcel.sha256 = row.text(7);
    parcel.manifest_sha256 = row.text(8);
    parcel.state = row.text(9);
    parcel.resume_state = row.text(10);
    parcel.sent_bytes = static_cast<std::uint64_t>(row.integer(11));
    parcel.attempts = static_cast<int>(row.integer(12));
    parcel.next_attempt_at = row.integer(13);
    parcel.waits = row.text(14);
    parcel.created_at = row.integer(15);
    parcel.delivered_at = row.optionalInteger(16);
    parcel.content = row.text(17);
    parcel.subject_id = row.text(18);
    parcel.last_decision = row.integer(19);
    parcel.withdraw_reason = row.text(20);
    parcel.withdrawn_by = row.optionalText(21);
    parcel.cancelled = !row.isNull(22);
    return parcel;
}

Result<std::vector<ParcelRow>> parcelsFrom(Statement& select) {
    std::vector<ParcelRow> out;
    while (GANTRY_TRY(select.step())) out.push_back(parcelFrom(select));
    return out;
}

constexpr std::string_view kOutgoingColumns =
    "SELECT i.id, g.name, g.id, i.byte_offset, i.byte_length, i.meta_bytes, s.series_instance_uid "
    "FROM instance i JOIN segment g ON g.id = i.segment_id JOIN series s ON s.id = i.series_id "
    "WHERE i.study_id = ? ";

Result<std::vector<OutgoingInstance>> outgoingFrom(Statement& select) {
    std::vector<OutgoingInstance> out;
    const auto size = [&](int column) { return static_cast<std::uint64_t>(select.integer(column)); };
    while (GANTRY_TRY(select.step()))
        out.push_back({select.integer(0),
                       select.text(1),
                       {select.integer(2), size(3), size(4), size(5)},
                       select.text(6)});
    return out;
}

// What was never seen to fail, and no screening, waits its turn.
Result<int> priorityOf(Database& db, const ParcelRow& parcel) {
    if (parcel.content == "withdrawal" || parcel.screening) return kUrgentPriority;
    auto select = GANTRY_TRY(
        db.prepare("SELECT 1 FROM study s JOIN study f ON f.trial_id = s.trial_id AND f.subject_id = "
                   "s.subject_id AND f.visit_id = s.visit_id JOIN verdict v ON v.study_id = f.id "
                   "AND v.outcome = 'fail' WHERE s.id = ? AND (f.id <> s.id OR v.number < (SELECT "
                   "max(number) FROM verdict l WHERE l.study_id = s.id))"));
    return GANTRY_TRY(select.bind(parcel.study).step()) ? kUrgentPriority : kUsualPriority;
}

Result<> insertParcel(Database& db, const ParcelRow& parcel, UnixMillis now) {
    {
        auto insert = GANTRY_TRY(db.prepare(
            "INSERT INTO parcel (id, study_id, number, supplements, content, subject_id, last_decision) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)"));
        insert.bind(parcel.id).bind(parcel.study).bind(parcel.number).bind(parcel.supplements);
        GANTRY_CHECK(
            insert.bind(parcel.content).bind(parcel.subject_id).bind(parcel.last_decision).run());
    }
    OutboxRow object;
    object.id = parcel.id;
    object.kind = "parcel";
    object.topic = parcel.content;
    object.trial_id = GANTRY_TRY(studyById(db, parcel.study)).trial_id;
    object.file_name = parcel.file_name;
    object.bytes = parcel.bytes;
    object.sha256 = parcel.sha256;
    object.content_sha256 = parcel.manifest_sha256;
    object.priority = GANTRY_TRY(priorityOf(db, parcel));
    return addToOutbox(db, object, now);
}

}  // namespace

Result<std::vector<OutgoingInstance>> instancesNotSent(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(
        std::string(kOutgoingColumns) +
        "AND i.conflict_of IS NULL AND NOT EXISTS (SELECT 1 FROM parcel_instance p WHERE p.instance_id = "
        "i.id) "
        "AND NOT EXISTS (SELECT 1 FROM withheld w WHERE w.instance_id = i.id) ORDER BY s.id, i.id"));
    return outgoingFrom(select.bind(study));
}

Result<std::vector<OutgoingInstance>> instancesOfStudy(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(kOutgoingColumns));
    return outgoingFrom(select.bind(study));
}

Result<std::vector<StudyRow>> studiesToPurge(Database& db, const std::string& trial, UnixMillis before) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT s.id FROM study s WHERE s.state = 'confirmed' AND s.trial_id = ? AND EXISTS "
        "(SELECT 1 FROM parcel p WHERE p.study_id = s.id) AND NOT EXISTS (SELECT 1 FROM parcel p "
        "JOIN outbox o ON o.object_id = p.id LEFT JOIN receipt r ON r.parcel_id = p.id "
        "WHERE p.study_id = s.id AND o.cancelled_at_ms IS NULL AND (r.verified_at_ms IS NULL OR r.verified_at_ms > ?)) AND NOT EXISTS (SELECT 1 FROM "
        "correction c WHERE c.study_id = s.id AND c.state = 'proposed')"));
    select.bind(trial).bind(before);
    std::vector<StudyRow> out;
    while (GANTRY_TRY(select.step())) out.push_back(GANTRY_TRY(studyById(db, select.integer(0))));
    return out;
}

Result<std::vector<std::string>> purgedSegments(Database& db) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT g.name FROM segment g WHERE g.closed = 1 AND NOT EXISTS (SELECT 1 FROM "
                              "instance i JOIN study s "
                              "ON s.id = i.study_id WHERE i.segment_id = g.id AND s.state <> 'purged')"));
    std::vector<std::string> out;
    while (GANTRY_TRY(select.step())) out.push_back(select.text(0));
    return out;
}

Result<> markSegmentRemoved(Database& db, const std::string& name) {
    auto update = GANTRY_TRY(db.prepare("UPDATE segment SET closed = 2 WHERE name = ?"));
    return update.bind(name).run();
}

Result<std::vector<ParcelRow>> parcelsOf(Database& db, StudyId study) {
    auto select =
        GANTRY_TRY(db.prepare(std::string(kParcelColumns) + "WHERE p.study_id = ? ORDER BY p.number"));
    select.bind(study);
    return parcelsFrom(select);
}

Result<std::optional<ParcelRow>> newestParcel(Database& db, StudyId study) {
    auto all = GANTRY_TRY(parcelsOf(db, study));
    std::erase_if(all, [](const ParcelRow& parcel) { return !parcel.stands(); });
    return all.empty() ? std::optional<ParcelRow>() : std::optional(std::move(all.back()));
}

Result<std::vector<ParcelRow>> parcelsToWithdraw(Database& db) {
    auto select = GANTRY_TRY(
        db.prepare(std::string(kParcelColumns) +
                   "WHERE p.withdraw_reason <> '' AND p.withdrawn_by IS NULL ORDER BY p.study_id, p.number"));
    return parcelsFrom(select);
}

Result<> addParcel(Database& db, const ParcelRow& parcel, const std::vector<InstanceId>& instances,
                   UnixMillis now) {
    const auto study = GANTRY_TRY(studyById(db, parcel.study));
    if (study.state != State::Deidentifying || study.subject_id.value_or("") != parcel.subject_id ||
        study.visit_id.value_or("") != parcel.visit_id)
        return fail(Errc::Conflict, "the study was reopened meanwhile");
    GANTRY_CHECK(insertParcel(db, parcel, now));
    for (const auto instance : instances) {
        auto insert =
            GANTRY_TRY(db.prepare("INSERT INTO parcel_instance (instance_id, parcel_id) VALUES (?, ?)"));
        GANTRY_CHECK(insert.bind(instance).bind(parcel.id).run());
    }
    auto detail = "parcel " + parcel.id;
    if (parcel.content == "verdict") {
        detail += ", the new verdict";
    } else {
        const auto digest = toHex(sha256(asBytes(parcel.deid_report)));
        GANTRY_CHECK(addDeidReport(db, {parcel.id, parcel.study, now, parcel.deid_report, digest}));
        detail +=
            ", " + std::to_string(instances.size()) + " images, de-identification report sha256 " + digest;
    }
    GANTRY_TRY(applyEvent(db, parcel.study, Event::ParcelMade, Cause::detailed(detail), now));
    return {};
}

Result<> addWithdrawal(Database& db, const ParcelRow& parcel, const std::vector<std::string>& withdrawn,
                       UnixMillis now) {
    GANTRY_CHECK(insertParcel(db, parcel, now));
    for (const auto& id : withdrawn) {
        auto update =
            GANTRY_TRY(db.prepare("UPDATE parcel SET withdrawn_by = ? WHERE id = ? AND withdrawn_by IS NULL "
                                  "AND withdraw_reason <> ''"));
        GANTRY_CHECK(update.bind(parcel.id).bind(id).run());
        if (db.changes() != 1) return fail(Errc::Conflict, "a parcel was withdrawn meanwhile");
    }
    return appendAudit(db,
                       {parcel.study, "gantry", "withdrawal-made", "", "",
                        "parcel " + parcel.id + ", withdraws " + std::to_string(withdrawn.size())},
                       now);
}

Result<int> nextParcelNumber(Database& db, StudyId study) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT coalesce(max(number), 0) + 1 FROM parcel WHERE study_id = ?"));
    GANTRY_TRY(select.bind(study).step());
    return static_cast<int>(select.integer(0));
}

Result<std::int64_t> newestDecision(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare("SELECT coalesce(max(id), 0) FROM decision WHERE study_id = ?"));
    GANTRY_TRY(select.bind(study).step());
    return select.integer(0);
}

Result<bool> saidSince(Database& db, StudyId study, std::int64_t decision) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT 1 FROM decision WHERE study_id = ? AND id > ? AND kind IN ('answer', 'place', "
                   "'waive', 'release')"));
    return select.bind(study).bind(decision).step();
}

}  // namespace gantry::agent
