#include "catalogue/outbox_control.hpp"

namespace gantry::agent {
namespace {

Result<> tellAudit(Database& db, StudyId study, const std::string& who, std::string event, std::string detail,
                   UnixMillis now) {
    AuditEntry entry{{}, who, std::move(event), "", "", std::move(detail)};
    if (study != 0) entry.study = study;
    return appendAudit(db, entry, now);
}

std::string named(const OutboxRow& object) {
    return object.kind + " " + object.id;
}

/// The object, when a person can still do something about it.
Result<OutboxRow> waitingObject(Database& db, const std::string& id) {
    auto object = GANTRY_TRY(outboxObject(db, id));
    if (object.cancelled) return fail(Errc::Conflict, "it was cancelled before");
    if (object.state == "delivered" || object.state == "confirmed")
        return fail(Errc::Conflict, "the sponsor has all of it already");
    return object;
}

std::string scopeName(const std::string& trial) {
    return trial.empty() ? "all uploads" : "uploads of " + trial;
}

Result<> setPriority(Database& db, const OutboxRow& object, std::string_view best, UnixMillis now,
                     const std::string& who, std::string event) {
    auto update = GANTRY_TRY(db.prepare(
        "UPDATE outbox SET priority = (SELECT " + std::string(best) +
        " FROM outbox o WHERE o.trial_id = outbox.trial_id AND o.state IN ('made', 'uploading') AND "
        "o.cancelled_at_ms IS NULL) WHERE object_id = ?"));
    GANTRY_CHECK(update.bind(object.id).run());
    return tellAudit(db, object.study, who, std::move(event), named(object), now);
}

}  // namespace

Result<std::map<std::string, OutboxPause>> outboxPauses(Database& db) {
    auto select = GANTRY_TRY(db.prepare("SELECT trial_id, who, at_ms FROM outbox_pause"));
    std::map<std::string, OutboxPause> out;
    while (GANTRY_TRY(select.step())) out[select.text(0)] = {select.text(1), select.integer(2)};
    return out;
}

Result<> pauseTrial(Database& db, const std::string& trial, const std::string& who, UnixMillis now) {
    auto insert = GANTRY_TRY(
        db.prepare("INSERT INTO outbox_pause (trial_id, who, at_ms) VALUES (?, ?, ?) "
                   "ON CONFLICT (trial_id) DO UPDATE SET who = excluded.who, at_ms = excluded.at_ms"));
    GANTRY_CHECK(insert.bind(trial).bind(who).bind(now).run());
    return tellAudit(db, 0, who, "uploads-paused", scopeName(trial), now);
}

Result<> resumeTrial(Database& db, const std::string& trial, const std::string& who, UnixMillis now) {
    auto remove = GANTRY_TRY(db.prepare("DELETE FROM outbox_pause WHERE trial_id = ?"));
    GANTRY_CHECK(remove.bind(trial).run());
    auto soon = GANTRY_TRY(
        db.prepare("UPDATE outbox SET next_attempt_at_ms = 0 WHERE ? IN ('', trial_id) AND state IN ('made', "
                   "'uploading')"));
    GANTRY_CHECK(soon.bind(trial).run());
    return tellAudit(db, 0, who, "uploads-resumed", scopeName(trial), now);
}

Result<> pauseObject(Database& db, const std::string& id, const std::string& who, UnixMillis now) {
    const auto object = GANTRY_TRY(waitingObject(db, id));
    auto update =
        GANTRY_TRY(db.prepare("UPDATE outbox SET paused_by = ?, paused_at_ms = ? WHERE object_id = ?"));
    GANTRY_CHECK(update.bind(who).bind(now).bind(id).run());
    return tellAudit(db, object.study, who, "upload-paused", named(object), now);
}

Result<> resumeObject(Database& db, const std::string& id, const std::string& who, UnixMillis now) {
    const auto object = GANTRY_TRY(waitingObject(db, id));
    auto update = GANTRY_TRY(
        db.prepare("UPDATE outbox SET paused_by = '', paused_at_ms = NULL, next_attempt_at_ms = 0, "
                   "attempts = 0 WHERE object_id = ?"));
    GANTRY_CHECK(update.bind(id).run());
    return tellAudit(db, object.study, who, "upload-resumed", named(object), now);
}

Result<> putFirst(Database& db, const std::string& id, const std::string& who, UnixMillis now) {
    return setPriority(db, GANTRY_TRY(waitingObject(db, id)), "min(priority) - 1", now, who, "upload-first");
}

Result<> putLast(Database& db, const std::string& id, const std::string& who, UnixMillis now) {
    return setPriority(db, GANTRY_TRY(waitingObject(db, id)), "max(priority) + 1", now, who, "upload-last");
}

Result<> cancelObject(Database& db, const std::string& id, const std::string& who, const std::string& why,
                      UnixMillis now) {
    const auto object = GANTRY_TRY(waitingObject(db, id));
    if (object.topic == "withdrawal")
        return fail(Errc::Conflict, "a withdrawal must reach the sponsor: it says that data are wrong");
    {
        auto update = GANTRY_TRY(
            db.prepare("UPDATE outbox SET cancelled_at_ms = ?, wait_reason = '', waits = '' WHERE object_id "
                       "= ?"));
        GANTRY_CHECK(update.bind(now).bind(id).run());
    }
    {
        auto free = GANTRY_TRY(db.prepare("DELETE FROM parcel_instance WHERE parcel_id = ?"));
        GANTRY_CHECK(free.bind(id).run());
    }
    GANTRY_CHECK(tellAudit(db, object.study, who, "upload-cancelled", named(object) + ", " + why, now));
    if (object.study == 0) return {};
    const auto state = GANTRY_TRY(studyById(db, object.study)).state;
    if (state != State::Ready && state != State::Uploading) return {};
    GANTRY_TRY(applyEvent(db, object.study, Event::Quarantine,
                          {who, named(object), "Its upload was cancelled by " + who + ": " + why}, now));
    return {};
}

Result<LineWish> lineWish(Database& db) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT bytes_per_second, from_minute, to_minute, who, at_ms FROM outbox_line"));
    LineWish wish;
    if (!GANTRY_TRY(select.step())) return wish;
    const auto minute = [&](int column) {
        const auto value = select.optionalInteger(column);
        return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
    };
    if (const auto rate = select.optionalInteger(0)) wish.bytes_per_second = static_cast<std::uint64_t>(*rate);
    wish.from_minute = minute(1);
    wish.to_minute = minute(2);
    wish.who = select.text(3);
    wish.at = select.integer(4);
    return wish;
}

Result<> setLineWish(Database& db, const LineWish& wish, UnixMillis now) {
    auto insert = GANTRY_TRY(
        db.prepare("INSERT OR REPLACE INTO outbox_line (id, bytes_per_second, from_minute, to_minute, who, "
                   "at_ms) VALUES (1, ?, ?, ?, ?, ?)"));
    const auto number = [](auto value) {
        return value ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
    };
    insert.bind(number(wish.bytes_per_second)).bind(number(wish.from_minute)).bind(number(wish.to_minute));
    GANTRY_CHECK(insert.bind(wish.who).bind(now).run());
    {
        auto soon = GANTRY_TRY(
            db.prepare("UPDATE outbox SET next_attempt_at_ms = 0 WHERE wait_reason = 'line-closed'"));
        GANTRY_CHECK(soon.run());
    }
    const auto rate = wish.bytes_per_second ? std::to_string(*wish.bytes_per_second / 1024) + " KiB/s" : "no limit";
    const auto window = wish.from_minute ? ", from minute " + std::to_string(*wish.from_minute) + " to " +
                                               std::to_string(wish.to_minute.value_or(0)) + " of the day"
                                         : ", at all times";
    return tellAudit(db, 0, wish.who, "line-limited", rate + window, now);
}

}  // namespace gantry::agent
