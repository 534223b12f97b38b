#include "system/system_rows.hpp"

namespace gantry::agent {

Result<std::vector<NodeSeen>> nodesSeen(Database& db) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT calling_ae_title, address, max(started_at_ms), count(*), "
                   "sum(ended_by IN ('aborted', 'timed-out')) FROM association "
                   "GROUP BY calling_ae_title, address ORDER BY max(started_at_ms) DESC LIMIT 100"));
    std::vector<NodeSeen> out;
    while (GANTRY_TRY(select.step()))
        out.push_back({select.text(0), select.text(1), select.integer(2), select.integer(3), select.integer(4)});
    return out;
}

Result<std::int64_t> schemaVersion(Database& db) {
    auto select = GANTRY_TRY(db.prepare("PRAGMA user_version"));
    GANTRY_TRY(select.step());
    return select.integer(0);
}

Result<std::string> sqliteVersion(Database& db) {
    auto select = GANTRY_TRY(db.prepare("SELECT sqlite_version()"));
    GANTRY_TRY(select.step());
    return select.text(0);
}

}  // namespace gantry::agent
