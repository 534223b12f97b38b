#include <limits>

#include "catalogue/audit.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::agent {
namespace {

// Each field is written with its length, so that no two different entries give the same bytes.
std::string chainValue(const std::string& before, const AuditEntry& entry, UnixMillis at) {
    std::string text;
    const auto add = [&](const std::string& field) { text += std::to_string(field.size()) + ":" + field; };
    add(before);
    add(std::to_string(at));
    add(entry.study ? std::to_string(*entry.study) : "");
    for (const auto* field : {&entry.who, &entry.event, &entry.from_state, &entry.to_state, &entry.detail})
        add(*field);
    return toHex(sha256(asBytes(text)));
}

}  // namespace

Result<> appendAudit(Database& db, const AuditEntry& entry, UnixMillis now) {
    std::string before;
    {
        auto select = GANTRY_TRY(db.prepare("SELECT chain FROM audit ORDER BY id DESC LIMIT 1"));
        if (GANTRY_TRY(select.step())) before = select.text(0);
    }
    auto insert = GANTRY_TRY(
        db.prepare("INSERT INTO audit (at_ms, study_id, who, event, from_state, to_state, detail, chain) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(now)
        .bind(entry.study)
        .bind(entry.who)
        .bind(entry.event)
        .bind(entry.from_state)
        .bind(entry.to_state);
    return insert.bind(entry.detail).bind(chainValue(before, entry, now)).run();
}

Result<std::optional<std::int64_t>> firstBrokenAudit(Database& db) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT id, at_ms, study_id, who, event, from_state, to_state, detail, chain "
                              "FROM audit ORDER BY id"));
    std::string before;
    while (GANTRY_TRY(select.step())) {
        const AuditEntry entry{select.optionalInteger(2),
                               select.text(3),
                               select.text(4),
                               select.text(5),
                               select.text(6),
                               select.text(7)};
        const auto chain = select.text(8);
        if (chainValue(before, entry, select.integer(1)) != chain) return std::optional(select.integer(0));
        before = chain;
    }
    return std::optional<std::int64_t>();
}

Result<std::vector<AuditLine>> auditLines(Database& db, const AuditWish& wish) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT a.id, at_ms, study_id, who, event, from_state, to_state, detail, coalesce(s.subject_id, ''), chain "
        "FROM audit a LEFT JOIN study s ON s.id = a.study_id "
        "WHERE (?1 = '' OR instr(lower(who || ' ' || event || ' ' || detail || ' ' || coalesce(s.subject_id, '')), "
        "lower(?1)) > 0) AND at_ms >= ?2 AND at_ms < ?3 AND (?4 IS NULL OR study_id = ?4) AND (?5 = 0 OR a.id < ?5) "
        "ORDER BY a.id DESC LIMIT ?6"));
    select.bind(wish.text).bind(wish.from.value_or(0));
    select.bind(wish.to.value_or(std::numeric_limits<UnixMillis>::max())).bind(wish.study);
    select.bind(wish.before).bind(wish.limit);
    std::vector<AuditLine> out;
    while (GANTRY_TRY(select.step()))
        out.push_back({select.integer(0),
                       select.integer(1),
                       {select.optionalInteger(2), select.text(3), select.text(4), select.text(5), select.text(6),
                        select.text(7)},
                       select.text(8),
                       select.text(9)});
    return out;
}

}  // namespace gantry::agent
