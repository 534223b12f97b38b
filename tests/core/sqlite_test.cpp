#include "gantry/core/sqlite.hpp"

#include "support.hpp"

using namespace gantry;

namespace {
constexpr Migration kMigrations[] = {
    {1, "0001", "CREATE TABLE t (a INTEGER NOT NULL PRIMARY KEY, b TEXT) STRICT;"},
    {2, "0002", "ALTER TABLE t ADD COLUMN c REAL;"},
};
}

TEST_CASE("values go in and come out as they are, NULL included") {
    const auto folder = test::temporaryDirectory();
    auto db = test::must(Database::open(folder.path() / "db"));
    test::must(db.migrate(kMigrations));
    {
        auto insert = test::must(db.prepare("INSERT INTO t (a, b, c) VALUES (?, ?, ?)"));
        test::must(insert.bind(7).bind("x\"'y").bind(1.5).run());
        insert.reset();
        test::must(insert.bind(8).bind(std::optional<std::string>()).bind(nullptr).run());
    }
    auto select = test::must(db.prepare("SELECT a, b, c FROM t ORDER BY a"));
    REQUIRE(test::must(select.step()));
    CHECK(select.integer(0) == 7);
    CHECK(select.text(1) == "x\"'y");
    CHECK(select.real(2) == 1.5);
    REQUIRE(test::must(select.step()));
    CHECK(select.optionalText(1) == std::nullopt);
    CHECK_FALSE(test::must(select.step()));
}

TEST_CASE("a transaction that is not committed leaves nothing") {
    const auto folder = test::temporaryDirectory();
    auto db = test::must(Database::open(folder.path() / "db"));
    test::must(db.migrate(kMigrations));
    {
        const auto transaction = test::must(Transaction::begin(db));
        test::must(db.execute("INSERT INTO t (a) VALUES (1)"));
    }
    auto count = test::must(db.prepare("SELECT count(*) FROM t"));
    REQUIRE(test::must(count.step()));
    CHECK(count.integer(0) == 0);
}

TEST_CASE("a database that is newer than the program is refused") {
    const auto folder = test::temporaryDirectory();
    auto db = test::must(Database::open(folder.path() / "db"));
    test::must(db.migrate(kMigrations));
    const auto older = db.migrate(std::span(kMigrations).first(1));
    REQUIRE_FALSE(older);
    CHECK(older.error().code == Errc::CatalogueBroken);
}
