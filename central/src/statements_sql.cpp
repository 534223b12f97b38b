#include "index.hpp"
#include "statements.hpp"

namespace gantry::central {

Result<std::unique_ptr<Statements>> Statements::open(const std::filesystem::path& directory,
                                                     const Clock& clock) {
    return std::unique_ptr<Statements>(
        new Statements(GANTRY_TRY(IndexDatabase::open(directory, IndexDatabase::Access::ReadWrite)), clock));
}

Result<> Statements::say(const SiteStatement& statement) {
    const std::lock_guard lock(mutex_);
    auto insert = GANTRY_TRY(database_.prepare(
        "INSERT INTO statement (site, name, text, state, made_at_ms) VALUES (?, ?, ?, 'waiting', ?) "
        "ON CONFLICT (site, name) DO UPDATE SET text = excluded.text, state = 'waiting', taken_at_ms = NULL "
        "WHERE statement.text <> excluded.text"));
    return insert.bind(statement.site)
        .bind(statement.name)
        .bind(statement.text)
        .bind(clock_.nowMillis())
        .run();
}

Result<std::vector<SiteStatement>> Statements::select(std::string_view where) {
    const std::lock_guard lock(mutex_);
    auto query = GANTRY_TRY(database_.prepare("SELECT site, name, text FROM statement WHERE " +
                                              std::string(where) + " ORDER BY site, made_at_ms, name"));
    std::vector<SiteStatement> out;
    while (GANTRY_TRY(query.step())) out.push_back({query.text(0), query.text(1), query.text(2)});
    return out;
}

Result<std::optional<std::string>> Statements::textOf(const std::string& site, const std::string& name) {
    const std::lock_guard lock(mutex_);
    auto query = GANTRY_TRY(database_.prepare("SELECT text FROM statement WHERE site = ? AND name = ?"));
    if (!GANTRY_TRY(query.bind(site).bind(name).step())) return std::optional<std::string>();
    return std::optional(query.text(0));
}

Result<std::vector<SiteStatement>> Statements::waiting() {
    return select("state = 'waiting'");
}

Result<std::vector<SiteStatement>> Statements::takenAndListed() {
    return select("state = 'taken' AND taken_at_ms IS NULL");
}

Result<> Statements::setPublished(const std::vector<SiteStatement>& statements) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database_));
    for (const auto& one : statements) {
        auto update =
            GANTRY_TRY(database_.prepare("UPDATE statement SET state = 'published' WHERE site = ? AND name = "
                                         "? AND text = ? AND state = 'waiting'"));
        GANTRY_CHECK(update.bind(one.site).bind(one.name).bind(one.text).run());
    }
    return transaction.commit();
}

Result<> Statements::setTaken(const std::string& site, const std::vector<std::string>& names) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database_));
    for (const auto& name : names) {
        auto update = GANTRY_TRY(database_.prepare(
            "UPDATE statement SET state = 'taken', taken_at_ms = NULL WHERE site = ? AND name = ? "
            "AND state = 'published'"));
        GANTRY_CHECK(update.bind(site).bind(name).run());
    }
    return transaction.commit();
}

Result<> Statements::setUnlisted(const std::vector<SiteStatement>& statements) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database_));
    for (const auto& one : statements) {
        auto update = GANTRY_TRY(database_.prepare(
            "UPDATE statement SET taken_at_ms = ? WHERE site = ? AND name = ? AND state = 'taken'"));
        GANTRY_CHECK(update.bind(clock_.nowMillis()).bind(one.site).bind(one.name).run());
    }
    return transaction.commit();
}

Result<std::string> Statements::statementKeyOf(const std::string& site) {
    const std::lock_guard lock(mutex_);
    auto query = GANTRY_TRY(
        database_.prepare("SELECT statement_key FROM site WHERE site = ? AND statement_key IS NOT NULL"));
    if (!GANTRY_TRY(query.bind(site).step()))
        return fail(Errc::NotAllowed, "site " + site + " is not enrolled: nobody knows its key");
    return query.text(0);
}

Result<> Statements::keep(const SiteMessage& message, const std::optional<AuditEntry>& deed) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database_));
    {
        auto insert =
            GANTRY_TRY(database_.prepare("INSERT INTO message (site, message_id, kind, made_at, "
                                         "received_at_ms, text) VALUES (?, ?, ?, ?, ?, ?) "
                                         "ON CONFLICT (site, message_id) DO NOTHING"));
        GANTRY_CHECK(insert.bind(message.site)
                         .bind(message.message_id)
                         .bind(message.kind)
                         .bind(message.made_at)
                         .bind(message.received_at)
                         .bind(message.text)
                         .run());
    }
    if (deed && database_.changes() > 0) GANTRY_CHECK(appendAudit(database_, *deed, clock_.nowMillis()));
    if (message.kind == "heartbeat") {
        auto remove = GANTRY_TRY(database_.prepare(
            "DELETE FROM message WHERE site = ?1 AND kind = 'heartbeat' AND message_id <> (SELECT message_id "
            "FROM "
            "message WHERE site = ?1 AND kind = 'heartbeat' ORDER BY made_at DESC, message_id LIMIT 1)"));
        GANTRY_CHECK(remove.bind(message.site).run());
    }
    return transaction.commit();
}

Result<std::vector<SiteMessage>> Statements::latest(const std::string& kind) {
    const std::lock_guard lock(mutex_);
    auto query = GANTRY_TRY(database_.prepare(
        "SELECT site, message_id, kind, made_at, received_at_ms, text FROM message WHERE kind = ? "
        "ORDER BY site, made_at DESC"));
    query.bind(kind);
    std::vector<SiteMessage> out;
    while (GANTRY_TRY(query.step())) {
        if (!out.empty() && out.back().site == query.text(0)) continue;
        out.push_back(
            {query.text(0), query.text(1), query.text(2), query.text(3), query.integer(4), query.text(5)});
    }
    return out;
}

}  // namespace gantry::central
