#include "catalogue/outbox.hpp"

namespace gantry::agent {
namespace {

constexpr std::string_view kColumns =
    "SELECT o.object_id, o.kind, o.topic, o.trial_id, coalesce(p.study_id, 0), o.file_name, o.bytes, "
    "o.sha256, o.content_sha256, o.priority, o.state, o.resume_state, o.sent_bytes, o.attempts, "
    "o.next_attempt_at_ms, o.wait_reason, o.waits, o.paused_by, o.cancelled_at_ms, o.created_at_ms, "
    "o.delivered_at_ms FROM outbox o LEFT JOIN parcel p ON p.id = o.object_id ";

OutboxRow objectFrom(const Statement& row) {
    OutboxRow object;
    object.id = row.text(0);
    object.kind = row.text(1);
    object.topic = row.text(2);
    object.trial_id = row.text(3);
    object.study = row.integer(4);
    object.file_name = row.text(5);
    object.bytes = static_cast<std::uint64_t>(row.integer(6));
    object.sha256 = row.text(7);
    object.content_sha256 = row.text(8);
    object.priority = static_cast<int>(row.integer(9));
    object.state = row.text(10);
    object.resume_state = row.text(11);
    object.sent_bytes = static_cast<std::uint64_t>(row.integer(12));
    object.attempts = static_cast<int>(row.integer(13));
    object.next_attempt_at = row.integer(14);
    object.wait_reason = row.text(15);
    object.waits = row.text(16);
    object.paused_by = row.text(17);
    object.cancelled = !row.isNull(18);
    object.created_at = row.integer(19);
    object.delivered_at = row.optionalInteger(20);
    return object;
}

Result<std::vector<OutboxRow>> objectsFrom(Statement& select) {
    std::vector<OutboxRow> out;
    while (GANTRY_TRY(select.step())) out.push_back(objectFrom(select));
    return out;
}

Result<std::vector<std::string>> textsFrom(Statement& select) {
    std::vector<std::string> out;
    while (GANTRY_TRY(select.step())) out.push_back(select.text(0));
    return out;
}

Result<> mustHaveChanged(Database& db) {
    if (db.changes() == 1) return {};
    return fail(Errc::Conflict, "it was cancelled");
}

Result<> setState(Database& db, const std::string& object, std::string_view state) {
    auto update =
        GANTRY_TRY(db.prepare("UPDATE outbox SET state = ?, wait_reason = '', waits = '' WHERE object_id = ? "
                              "AND cancelled_at_ms IS NULL"));
    GANTRY_CHECK(update.bind(state).bind(object).run());
    return mustHaveChanged(db);
}

// The study follows its newest parcel, as long as it was not reopened meanwhile. Messages move none.
Result<> studyFollows(Database& db, const std::string& parcel, State only_from, Event event,
                      const Cause& cause, UnixMillis now) {
    StudyId study = 0;
    {
        auto select = GANTRY_TRY(db.prepare(
            "SELECT s.id FROM parcel p JOIN study s ON s.id = p.study_id JOIN outbox o ON o.object_id = p.id "
            "WHERE p.id = ? AND s.state = ? AND p.content <> 'withdrawal' AND p.withdraw_reason = '' "
            "AND o.cancelled_at_ms IS NULL AND p.number "
            "= (SELECT max(number) FROM parcel q WHERE q.study_id = s.id AND q.content <> 'withdrawal')"));
        select.bind(parcel).bind(toString(only_from));
        if (!GANTRY_TRY(select.step())) return {};
        study = select.integer(0);
    }
    GANTRY_TRY(applyEvent(db, study, event, cause, now));
    return {};
}

}  // namespace

Result<> addToOutbox(Database& db, const OutboxRow& object, UnixMillis now) {
    auto insert = GANTRY_TRY(
        db.prepare("INSERT INTO outbox (object_id, kind, topic, trial_id, file_name, bytes, sha256, "
                   "content_sha256, priority, state, resume_state, sent_bytes, attempts, next_attempt_at_ms, "
                   "wait_reason, waits, paused_by, file_removed, created_at_ms) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'made', '', 0, 0, 0, '', '', '', 0, ?)"));
    insert.bind(object.id).bind(object.kind).bind(object.topic).bind(object.trial_id);
    insert.bind(object.file_name).bind(object.bytes).bind(object.sha256).bind(object.content_sha256);
    return insert.bind(object.priority).bind(now).run();
}

Result<OutboxRow> outboxObject(Database& db, const std::string& id) {
    auto select = GANTRY_TRY(db.prepare(std::string(kColumns) + "WHERE o.object_id = ?"));
    select.bind(id);
    if (!GANTRY_TRY(select.step())) return fail(Errc::NotFound, "nothing in the outbox has this name");
    return objectFrom(select);
}

Result<std::vector<OutboxRow>> outboxObjects(Database& db) {
    auto select =
        GANTRY_TRY(db.prepare(std::string(kColumns) +
                              "WHERE o.state <> 'confirmed' AND o.cancelled_at_ms IS NULL "
                              "ORDER BY o.trial_id, o.state = 'delivered', o.priority, o.created_at_ms, "
                              "o.object_id"));
    return objectsFrom(select);
}

Result<std::vector<OutboxRow>> dueUploads(Database& db, const std::string& trial, UnixMillis now) {
    auto select = GANTRY_TRY(
        db.prepare(std::string(kColumns) +
                   "WHERE o.trial_id = ? AND o.state IN ('made', 'uploading') "
                   "AND (o.next_attempt_at_ms <= ? OR o.wait_reason = 'line-closed') "
                   "AND o.cancelled_at_ms IS NULL AND o.paused_by = '' "
                   "AND NOT EXISTS (SELECT 1 FROM outbox_pause u WHERE u.trial_id IN ('', o.trial_id)) "
                   "ORDER BY o.priority, o.created_at_ms, o.object_id"));
    select.bind(trial).bind(now);
    return objectsFrom(select);
}

Result<std::vector<OutboxRow>> dueReceipts(Database& db, const std::string& trial, UnixMillis now) {
    auto select =
        GANTRY_TRY(db.prepare(std::string(kColumns) +
                              "WHERE o.trial_id = ? AND o.state = 'delivered' AND o.next_attempt_at_ms <= ? "
                              "AND o.cancelled_at_ms IS NULL ORDER BY o.created_at_ms, o.object_id"));
    select.bind(trial).bind(now);
    return objectsFrom(select);
}

Result<std::vector<OutboxRow>> cancelledUploads(Database& db, const std::string& trial) {
    auto select = GANTRY_TRY(db.prepare(std::string(kColumns) +
                                        "WHERE o.trial_id = ? AND o.cancelled_at_ms IS NOT NULL "
                                        "AND o.resume_state <> '' AND o.state IN ('made', 'uploading')"));
    select.bind(trial);
    return objectsFrom(select);
}

Result<std::vector<std::string>> cancelledFiles(Database& db) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT file_name FROM outbox WHERE cancelled_at_ms IS NOT NULL AND file_removed = 0"));
    return textsFrom(select);
}

Result<> markFileRemoved(Database& db, const std::string& file_name) {
    auto update = GANTRY_TRY(db.prepare("UPDATE outbox SET file_removed = 1 WHERE file_name = ?"));
    return update.bind(file_name).run();
}

Result<std::vector<std::string>> outboxFileNames(Database& db) {
    auto select = GANTRY_TRY(db.prepare("SELECT file_name FROM outbox WHERE cancelled_at_ms IS NULL"));
    return textsFrom(select);
}

Result<> markUploading(Database& db, const std::string& object, UnixMillis now) {
    GANTRY_CHECK(setState(db, object, "uploading"));
    return studyFollows(db, object, State::Ready, Event::UploadStarted, Cause::detailed("parcel " + object),
                        now);
}

Result<> saveResumeState(Database& db, const std::string& object, const std::string& state) {
    auto update = GANTRY_TRY(db.prepare("UPDATE outbox SET resume_state = ? WHERE object_id = ?"));
    return update.bind(state).bind(object).run();
}

Result<bool> saveProgress(Database& db, const std::string& object, std::uint64_t sent, UnixMillis now) {
    {
        auto update = GANTRY_TRY(
            db.prepare("UPDATE outbox SET sent_bytes = ? WHERE object_id = ? AND cancelled_at_ms IS NULL AND "
                       "paused_by = '' AND NOT EXISTS (SELECT 1 FROM outbox_pause u WHERE u.trial_id IN ('', "
                       "outbox.trial_id))"));
        GANTRY_CHECK(update.bind(sent).bind(object).run());
        if (db.changes() != 1) return false;
    }
    auto select = GANTRY_TRY(db.prepare(
        "SELECT 1 FROM outbox o JOIN outbox b ON b.trial_id = o.trial_id WHERE o.object_id = ? "
        "AND b.state IN ('made', 'uploading') AND b.priority < o.priority AND b.next_attempt_at_ms <= ? "
        "AND b.cancelled_at_ms IS NULL AND b.paused_by = ''"));
    return !GANTRY_TRY(select.bind(object).bind(now).step());
}

Result<> postpone(Database& db, const std::string& object, UnixMillis next_attempt_at,
                  std::string_view reason, const std::string& sentence, bool counts) {
    auto update =
        GANTRY_TRY(db.prepare("UPDATE outbox SET next_attempt_at_ms = ?, wait_reason = ?, waits = ?, "
                              "attempts = attempts + ? WHERE object_id = ?"));
    update.bind(next_attempt_at).bind(reason).bind(sentence).bind(std::int64_t{counts});
    return update.bind(object).run();
}

Result<> markDelivered(Database& db, const std::string& object, UnixMillis now) {
    {
        auto update =
            GANTRY_TRY(db.prepare("UPDATE outbox SET state = 'delivered', sent_bytes = bytes, attempts = 0, "
                                  "next_attempt_at_ms = 0, wait_reason = '', waits = '', delivered_at_ms = ? "
                                  "WHERE object_id = ? AND cancelled_at_ms IS NULL"));
        GANTRY_CHECK(update.bind(now).bind(object).run());
        GANTRY_CHECK(mustHaveChanged(db));
    }
    return studyFollows(db, object, State::Uploading, Event::UploadDone, Cause::detailed("parcel " + object),
                        now);
}

Result<> markLost(Database& db, const std::string& object, const std::string& why, UnixMillis now) {
    {
        auto update =
            GANTRY_TRY(db.prepare("UPDATE outbox SET state = 'made', resume_state = '', sent_bytes = 0, "
                                  "delivered_at_ms = NULL, attempts = 0, next_attempt_at_ms = 0, "
                                  "wait_reason = 'lost', waits = ? WHERE object_id = ?"));
        GANTRY_CHECK(update.bind(why).bind(object).run());
    }
    return studyFollows(db, object, State::Delivered, Event::UploadLost, Cause::detailed(why), now);
}

Result<> markConfirmed(Database& db, const std::string& object, const std::string& receipt, UnixMillis now) {
    GANTRY_CHECK(setState(db, object, "confirmed"));
    {
        auto insert = GANTRY_TRY(
            db.prepare("INSERT INTO receipt (parcel_id, document, verified_at_ms) VALUES (?, ?, ?)"));
        GANTRY_CHECK(insert.bind(object).bind(receipt).bind(now).run());
    }
    return studyFollows(db, object, State::Delivered, Event::ReceiptVerified,
                        Cause::detailed("parcel " + object), now);
}

Result<> dropHeartbeats(Database& db, const std::string& trial, UnixMillis now) {
    {
        auto gone = GANTRY_TRY(
            db.prepare("DELETE FROM outbox WHERE trial_id = ? AND kind = 'message' AND topic = 'heartbeat' "
                       "AND cancelled_at_ms IS NOT NULL AND file_removed = 1 AND resume_state = ''"));
        GANTRY_CHECK(gone.bind(trial).run());
    }
    auto drop = GANTRY_TRY(
        db.prepare("UPDATE outbox SET cancelled_at_ms = ?, wait_reason = '', waits = '' WHERE trial_id = ? "
                   "AND kind = 'message' AND topic = 'heartbeat' AND state IN ('made', 'uploading') "
                   "AND cancelled_at_ms IS NULL"));
    return drop.bind(now).bind(trial).run();
}

Result<> forgetObject(Database& db, const std::string& object) {
    auto gone = GANTRY_TRY(db.prepare("DELETE FROM outbox WHERE object_id = ?"));
    return gone.bind(object).run();
}

}  // namespace gantry::agent
