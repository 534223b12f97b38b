#include "inbox/inbox_rows.hpp"

#include <boost/json.hpp>

namespace gantry::agent {

namespace json = boost::json;

namespace {

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const auto& line : lines) out += (out.empty() ? "" : "\n") + line;
    return out;
}

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find('\n', from), text.size());
        out.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

InboxItem itemFrom(Statement& row) {
    return {row.text(0), row.text(1), linesOf(row.text(2)), row.integer(3)};
}

}  // namespace

Result<std::optional<InboxItem>> inboxItem(Database& db, const std::string& trial, const std::string& name) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT name, digest, reasons, at_ms FROM inbox_item WHERE trial_id = ? AND name = ?"));
    select.bind(trial).bind(name);
    if (!GANTRY_TRY(select.step())) return std::optional<InboxItem>();
    return std::optional(itemFrom(select));
}

Result<std::vector<InboxItem>> inboxItems(Database& db, const std::string& trial) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT name, digest, reasons, at_ms FROM inbox_item WHERE trial_id = ? ORDER BY name"));
    select.bind(trial);
    std::vector<InboxItem> out;
    while (GANTRY_TRY(select.step())) out.push_back(itemFrom(select));
    return out;
}

Result<> keepInboxItem(Database& db, const std::string& trial, const InboxItem& item) {
    auto insert = GANTRY_TRY(
        db.prepare("INSERT OR REPLACE INTO inbox_item (trial_id, name, digest, state, reasons, at_ms) "
                   "VALUES (?, ?, ?, ?, ?, ?)"));
    insert.bind(trial).bind(item.name).bind(item.digest).bind(item.reasons.empty() ? "taken" : "refused");
    return insert.bind(joined(item.reasons)).bind(item.at).run();
}

Result<std::optional<std::string>> inboxDocument(Database& db, const std::string& trial,
                                                 const std::string& name) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT content FROM inbox_document WHERE trial_id = ? AND name = ?"));
    select.bind(trial).bind(name);
    if (!GANTRY_TRY(select.step())) return std::optional<std::string>();
    return std::optional(select.text(0));
}

Result<> keepInboxDocument(Database& db, const std::string& trial, const std::string& name,
                           const std::string& content, UnixMillis now) {
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT OR REPLACE INTO inbox_document (trial_id, name, content, taken_at_ms) VALUES (?, ?, ?, ?)"));
    return insert.bind(trial).bind(name).bind(content).bind(now).run();
}

Result<InboxPoll> inboxPoll(Database& db, const std::string& trial) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT polled_at_ms, refreshed_at_ms, root_version, timestamp_version, trouble "
                   "FROM inbox_poll WHERE trial_id = ?"));
    select.bind(trial);
    if (!GANTRY_TRY(select.step())) return InboxPoll{};
    return InboxPoll{select.integer(0), select.integer(1), select.integer(2), select.integer(3),
                     select.text(4)};
}

Result<> keepInboxPoll(Database& db, const std::string& trial, const InboxPoll& poll) {
    auto insert =
        GANTRY_TRY(db.prepare("INSERT OR REPLACE INTO inbox_poll (trial_id, polled_at_ms, refreshed_at_ms, "
                              "root_version, timestamp_version, trouble) VALUES (?, ?, ?, ?, ?, ?)"));
    insert.bind(trial).bind(poll.polled_at).bind(poll.refreshed_at).bind(poll.root_version);
    return insert.bind(poll.timestamp_version).bind(poll.trouble).run();
}

Result<> keepSoftwareOffer(Database& db, const std::string& trial, const SoftwareOffer& offer) {
    auto insert = GANTRY_TRY(
        db.prepare("INSERT OR REPLACE INTO software_offer (trial_id, name, version, notes, digest, bytes, "
                   "offered_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(trial).bind(offer.name).bind(offer.version).bind(offer.notes).bind(offer.digest);
    return insert.bind(offer.bytes).bind(offer.offered_at).run();
}

Result<std::vector<SoftwareOffer>> softwareOffers(Database& db, const std::string& trial) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT name, version, notes, digest, bytes, offered_at_ms FROM software_offer WHERE trial_id = ? "
        "ORDER BY offered_at_ms DESC, name"));
    select.bind(trial);
    std::vector<SoftwareOffer> out;
    while (GANTRY_TRY(select.step()))
        out.push_back({select.text(0), select.text(1), select.text(2), select.text(3),
                       static_cast<std::uint64_t>(select.integer(4)), select.integer(5)});
    return out;
}

Result<> messageIsDue(Database& db, const std::string& trial, std::string_view kind,
                      const json::object& fields, UnixMillis now) {
    auto insert =
        GANTRY_TRY(db.prepare("INSERT INTO message_due (trial_id, kind, fields, at_ms) VALUES (?, ?, ?, ?)"));
    return insert.bind(trial).bind(kind).bind(json::serialize(fields)).bind(now).run();
}

Result<std::vector<DueMessage>> dueMessages(Database& db, const std::string& trial) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT id, kind, fields FROM message_due WHERE trial_id = ? ORDER BY id"));
    select.bind(trial);
    std::vector<DueMessage> out;
    while (GANTRY_TRY(select.step())) {
        boost::system::error_code ec;
        auto fields = json::parse(select.text(2), ec);
        if (ec || !fields.is_object())
            return fail(Errc::CatalogueBroken, "message_due holds what is no JSON object");
        out.push_back({select.integer(0), select.text(1), std::move(fields.get_object())});
    }
    return out;
}

Result<> messageIsTold(Database& db, std::int64_t id) {
    auto remove = GANTRY_TRY(db.prepare("DELETE FROM message_due WHERE id = ?"));
    return remove.bind(id).run();
}

Result<std::vector<std::string>> subjectsWithImages(Database& db, const std::string& trial) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT DISTINCT subject_id FROM study WHERE trial_id = ? AND subject_id IS NOT NULL AND "
                   "subject_id <> '' ORDER BY subject_id"));
    select.bind(trial);
    std::vector<std::string> out;
    while (GANTRY_TRY(select.step())) out.push_back(select.text(0));
    return out;
}

Result<std::optional<UnixMillis>> awaitsReceiptSince(Database& db, const std::string& trial) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT max(delivered_at_ms) FROM outbox WHERE trial_id = ? AND state = 'delivered' AND "
                   "topic <> 'heartbeat' AND cancelled_at_ms IS NULL"));
    select.bind(trial);
    if (!GANTRY_TRY(select.step())) return std::optional<UnixMillis>();
    return select.optionalInteger(0);
}

}  // namespace gantry::agent
