#include "catalogue/parcels.hpp"

#include "catalogue/deid_reports.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::agent {
namespace {

constexpr std::string_view kParcelColumns =
    "SELECT p.id, p.study_id, s.trial_id, p.number, p.supplements, p.file_name, p.bytes, p.sha256, "
    "p.manifest_sha256, "
    "p.state, p.resume_url, p.sent_bytes, p.attempts, p.next_attempt_at_ms, p.waits, p.created_at_ms, "
    "p.delivered_at_ms, p.content, p.subject_id, p.last_decision, p.withdraw_reason, p.withdrawn_by, "
    "p.cancelled_at_ms "
    "FROM parcel p JOIN study s ON s.id = p.study_id ";

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

// The study follows its newest parcel, as long as it was not reopened meanwhile.
Result<> studyFollows(Database& db, const std::string& parcel, State only_from, Event event,
                      const Cause& cause, UnixMillis now) {
    StudyId study = 0;
    {
        auto select = GANTRY_TRY(db.prepare(
            "SELECT s.id FROM parcel p JOIN study s ON s.id = p.study_id WHERE p.id = ? AND s.state = ? "
            "AND p.content <> 'withdrawal' AND p.withdraw_reason = '' AND p.cancelled_at_ms IS NULL AND "
            "p.number "
            "= (SELECT max(number) FROM parcel q WHERE q.study_id = s.id AND q.content <> 'withdrawal')"));
        select.bind(parcel).bind(toString(only_from));
        if (!GANTRY_TRY(select.step())) return {};
        study = select.integer(0);
    }
    GANTRY_TRY(applyEvent(db, study, event, cause, now));
    return {};
}

Result<> mustHaveChanged(Database& db) {
    if (db.changes() == 1) return {};
    return fail(Errc::Conflict, "the parcel was cancelled");
}

Result<> setState(Database& db, const std::string& parcel, std::string_view state) {
    auto update = GANTRY_TRY(
        db.prepare("UPDATE parcel SET state = ?, waits = '' WHERE id = ? AND cancelled_at_ms IS NULL"));
    GANTRY_CHECK(update.bind(state).bind(parcel).run());
    return mustHaveChanged(db);
}

Result<> insertParcel(Database& db, const ParcelRow& parcel, UnixMillis now) {
    auto insert = GANTRY_TRY(
        db.prepare("INSERT INTO parcel (id, study_id, number, supplements, file_name, bytes, sha256, "
                   "manifest_sha256, state, resume_url, sent_bytes, attempts, next_attempt_at_ms, waits, "
                   "created_at_ms, content, subject_id, last_decision) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'made', '', 0, 0, 0, '', ?, ?, ?, ?)"));
    insert.bind(parcel.id).bind(parcel.study).bind(parcel.number).bind(parcel.supplements);
    insert.bind(parcel.file_name).bind(parcel.bytes).bind(parcel.sha256).bind(parcel.manifest_sha256);
    return insert.bind(now).bind(parcel.content).bind(parcel.subject_id).bind(parcel.last_decision).run();
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
        "LEFT JOIN receipt r ON r.parcel_id = p.id WHERE p.study_id = s.id AND p.cancelled_at_ms IS "
        "NULL AND (r.verified_at_ms IS NULL OR r.verified_at_ms > ?)) AND NOT EXISTS (SELECT 1 FROM "
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

Result<std::vector<std::string>> cancelledFiles(Database& db) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT file_name FROM parcel WHERE cancelled_at_ms IS NOT NULL AND file_removed = 0"));
    std::vector<std::string> out;
    while (GANTRY_TRY(select.step())) out.push_back(select.text(0));
    return out;
}

Result<> markFileRemoved(Database& db, const std::string& file_name) {
    auto update = GANTRY_TRY(db.prepare("UPDATE parcel SET file_removed = 1 WHERE file_name = ?"));
    return update.bind(file_name).run();
}

Result<std::vector<ParcelRow>> dueParcels(Database& db, const std::string& trial, std::string_view state,
                                          std::string_view other_state, UnixMillis now) {
    auto select =
        GANTRY_TRY(db.prepare(std::string(kParcelColumns) +
                              "WHERE s.trial_id = ? AND p.state IN (?, ?) AND p.next_attempt_at_ms <= ? "
                              "AND p.cancelled_at_ms IS NULL "
                              "ORDER BY p.created_at_ms, p.number"));
    select.bind(trial).bind(state).bind(other_state).bind(now);
    return parcelsFrom(select);
}

Result<std::vector<std::string>> parcelFileNames(Database& db) {
    auto select = GANTRY_TRY(db.prepare("SELECT file_name FROM parcel WHERE cancelled_at_ms IS NULL"));
    std::vector<std::string> out;
    while (GANTRY_TRY(select.step())) out.push_back(select.text(0));
    return out;
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

Result<> markUploading(Database& db, const std::string& parcel, UnixMillis now) {
    GANTRY_CHECK(setState(db, parcel, "uploading"));
    return studyFollows(db, parcel, State::Ready, Event::UploadStarted, Cause::detailed("parcel " + parcel),
                        now);
}

Result<> saveResumeState(Database& db, const std::string& parcel, const std::string& state) {
    auto update = GANTRY_TRY(db.prepare("UPDATE parcel SET resume_url = ? WHERE id = ?"));
    return update.bind(state).bind(parcel).run();
}

Result<> saveProgress(Database& db, const std::string& parcel, std::uint64_t sent) {
    auto update =
        GANTRY_TRY(db.prepare("UPDATE parcel SET sent_bytes = ? WHERE id = ? AND cancelled_at_ms IS NULL"));
    GANTRY_CHECK(update.bind(sent).bind(parcel).run());
    return mustHaveChanged(db);
}

Result<> postpone(Database& db, const std::string& parcel, UnixMillis next_attempt_at,
                  const std::string& waits) {
    auto update = GANTRY_TRY(db.prepare(
        "UPDATE parcel SET next_attempt_at_ms = ?, waits = ?, attempts = attempts + 1 WHERE id = ?"));
    return update.bind(next_attempt_at).bind(waits).bind(parcel).run();
}

Result<> markDelivered(Database& db, const std::string& parcel, UnixMillis now) {
    {
        auto update =
            GANTRY_TRY(db.prepare("UPDATE parcel SET state = 'delivered', sent_bytes = bytes, attempts = 0, "
                                  "next_attempt_at_ms = 0, "
                                  "waits = '', delivered_at_ms = ? WHERE id = ? AND cancelled_at_ms IS "
                                  "NULL"));
        GANTRY_CHECK(update.bind(now).bind(parcel).run());
        GANTRY_CHECK(mustHaveChanged(db));
    }
    return studyFollows(db, parcel, State::Uploading, Event::UploadDone, Cause::detailed("parcel " + parcel),
                        now);
}

Result<> markLost(Database& db, const std::string& parcel, const std::string& why, UnixMillis now) {
    {
        auto update = GANTRY_TRY(db.prepare(
            "UPDATE parcel SET state = 'made', resume_url = '', sent_bytes = 0, delivered_at_ms = NULL, "
            "attempts = 0, next_attempt_at_ms = 0, waits = ? WHERE id = ?"));
        GANTRY_CHECK(update.bind(why).bind(parcel).run());
    }
    return studyFollows(db, parcel, State::Delivered, Event::UploadLost, Cause::detailed(why), now);
}

Result<> markConfirmed(Database& db, const std::string& parcel, const std::string& receipt, UnixMillis now) {
    GANTRY_CHECK(setState(db, parcel, "confirmed"));
    {
        auto insert = GANTRY_TRY(
            db.prepare("INSERT INTO receipt (parcel_id, document, verified_at_ms) VALUES (?, ?, ?)"));
        GANTRY_CHECK(insert.bind(parcel).bind(receipt).bind(now).run());
    }
    return studyFollows(db, parcel, State::Delivered, Event::ReceiptVerified,
                        Cause::detailed("parcel " + parcel), now);
}

}  // namespace gantry::agent
