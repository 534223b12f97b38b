#include <array>

#include "gantry/central/index_database.hpp"
#include "gantry/core/sqlite.hpp"
#include "index_database_state_poco.hpp"
#include "index_dialect.hpp"
#include "index_schema.hpp"

namespace gantry::central {
namespace {

const std::array kMigrations = {
    Migration{1, "index.sql", kIndexSchema}, Migration{2, "index_2_withdrawn.sql", kIndexWithdrawn},
    Migration{3, "index_3_concat.sql", kIndexConcat}, Migration{4, "index_4_sites.sql", kIndexSites},
    Migration{5, "index_5_audit.sql", kIndexAudit}};

}  // namespace

/// SQLite keeps the number in the file's head; PostgreSQL in a table of one row.
Result<std::int64_t> IndexDatabase::version() {
    if (state_->place.isPostgres()) {
        auto known = GANTRY_TRY(prepare("SELECT 1 FROM pg_class WHERE oid = to_regclass('index_version')"));
        if (!GANTRY_TRY(known.step())) return 0;
    }
    auto query = GANTRY_TRY(
        prepare(state_->place.isPostgres() ? "SELECT version FROM index_version" : "PRAGMA user_version"));
    return GANTRY_TRY(query.step()) ? query.integer(0) : 0;
}

Result<> IndexDatabase::setVersion(int version) {
    const auto number = std::to_string(version);
    if (!state_->place.isPostgres()) return execute("PRAGMA user_version=" + number);
    if (version == 1) {
        GANTRY_CHECK(execute("CREATE TABLE index_version (version BIGINT NOT NULL)"));
        return execute("INSERT INTO index_version (version) VALUES (1)");
    }
    return execute("UPDATE index_version SET version = " + number);
}

Result<> IndexDatabase::migrate(Access access) {
    const auto newest = kMigrations.back().version;
    auto found = GANTRY_TRY(version());
    if (found < newest && access == Access::ReadWrite) {
        auto transaction = GANTRY_TRY(IndexTransaction::begin(*this));
        found = GANTRY_TRY(version());  // somebody else may have been quicker
        for (const auto& migration : kMigrations) {
            if (migration.version <= found) continue;
            for (const auto& one : statementsOf(migration.sql))
                if (auto ran = execute(state_->place.isPostgres() ? postgresSchema(one) : one); !ran)
                    return within(migration.name, ran.error());
            GANTRY_CHECK(setVersion(migration.version));
            found = migration.version;
        }
        GANTRY_CHECK(transaction.commit());
    }
    if (found == newest) return {};
    return fail(Errc::CatalogueBroken,
                "the index has schema " + std::to_string(found) + ", this program works with " +
                    std::to_string(newest) +
                    (found < newest ? ": start the hub once, it brings the index up to date"
                                    : ": a newer program has changed it"));
}

}  // namespace gantry::central
