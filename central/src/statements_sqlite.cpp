#include "index.hpp"
#include "statements.hpp"

namespace gantry::central {

Result<std::unique_ptr<Statements>> Statements::open(const std::filesystem::path& directory, const Clock& clock) {
    return std::unique_ptr<Statements>(new Statements(GANTRY_TRY(openIndexDatabase(directory)), clock));
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

Result<std::vector<SiteStatement>> Statements::waiting() {
    return select("state = 'waiting'");
}

Result<std::vector<SiteStatement>> Statements::takenAndListed() {
    return select("state = 'taken' AND taken_at_ms IS NULL");
}

Result<> Statements::setPublished(const std::vector<SiteStatement>& statements) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(Transaction::begin(database_));
    for (const auto& one : statements) {
        auto update = GANTRY_TRY(database_.prepare(
            "UPDATE statement SET state = 'published' WHERE site = ? AND name = ? AND text = ? AND state = 'waiting'"));
        GANTRY_CHECK(update.bind(one.site).bind(one.name).bind(one.text).run());
    }
    return transaction.commit();
}

Result<> Statements::setTaken(const std::string& site, const std::vector<std::string>& names) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(Transaction::begin(database_));
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
    auto transaction = GANTRY_TRY(Transaction::begin(database_));
    for (const auto& one : statements) {
        auto update = GANTRY_TRY(database_.prepare(
            "UPDATE statement SET taken_at_ms = ? WHERE site = ? AND name = ? AND state = 'taken'"));
        GANTRY_CHECK(update.bind(clock_.nowMillis()).bind(one.site).bind(one.name).run());
    }
    return transaction.commit();
}

}  // namespace gantry::central
