#pragma once
/// The same index on either database, for tests that hold both to one promise.

#include "index.hpp"
#include "postgres_kit.hpp"
#include "statements.hpp"

namespace gantry::test {

/// A sponsor's directory whose index lies in SQLite or in PostgreSQL.
struct IndexHome {
    explicit IndexHome(std::string_view kind) {
        if (kind == "sqlite") return;
        auto* postgres = sharedPostgres();
        there = postgres != nullptr;
        if (there) url = postgres->makeDatabase();
        if (there) useIndex(url);
    }
    void useIndex(const std::string& address, const std::string& more = "") const {
        must(writeFileDurably(path() / "storage.yaml",
                              asBytes("version: 1\nindex: " + address + "\n" + more)));
    }
    std::filesystem::path path() const { return folder.path(); }
    std::unique_ptr<central::Index> index() const {
        return must(central::Index::open(path(), central::Index::Access::ReadWrite, clock));
    }

    TemporaryDirectory folder = temporaryDirectory();
    std::string url;    ///< of PostgreSQL
    bool there = true;  ///< false: said loudly already
    SystemClock clock;
};

}  // namespace gantry::test
