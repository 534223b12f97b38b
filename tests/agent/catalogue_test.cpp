#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "box.hpp"
#include "catalogue/studies.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

Result<> insertAudit(Database& db, const std::string& detail) {
    return appendAudit(db, {{}, "gantry", "test", "", "", detail}, 1);
}

// A connection that has nothing to do with the catalogue's own.
bool visibleElsewhere(const std::filesystem::path& file, const std::string& detail) {
    auto db = Database::open(file, Database::Mode::ReadOnly);
    if (!db) return false;
    auto select = db->prepare("SELECT 1 FROM audit WHERE detail = ?");
    if (!select) return false;
    select->bind(detail);
    const auto found = select->step();
    return found && *found;
}

}  // namespace

TEST_CASE("a write is durable when it returns, from eight threads at once", "[agent][catalogue]") {
    const auto folder = temporaryDirectory();
    const auto file = folder.path() / "catalogue.sqlite";
    auto catalogue = must(Catalogue::open(file));
    constexpr int kThreads = 8;
    constexpr int kWrites = 40;
    std::atomic<int> unseen{0};
    std::atomic<int> failed{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < kThreads; ++t)
            threads.emplace_back([&, t] {
                for (int i = 0; i < kWrites; ++i) {
                    const auto detail = std::to_string(t) + "/" + std::to_string(i);
                    if (!catalogue->write([&](Database& db) { return insertAudit(db, detail); })) ++failed;
                    if (!visibleElsewhere(file, detail)) ++unseen;
                }
            });
    }
    CHECK(failed == 0);
    CHECK(unseen == 0);
    CHECK(numberOf(*catalogue, "SELECT count(DISTINCT detail) FROM audit") == kThreads * kWrites);
    CHECK_FALSE(must(catalogue->read([](Database& db) { return firstBrokenAudit(db); })));
}

TEST_CASE("a change that fails takes back only what it did itself", "[agent][catalogue]") {
    const auto folder = temporaryDirectory();
    auto catalogue = must(Catalogue::open(folder.path() / "catalogue.sqlite"));
    constexpr int kThreads = 8;
    constexpr int kWrites = 30;
    std::atomic<int> wrong{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < kThreads; ++t)
            threads.emplace_back([&, t] {
                for (int i = 0; i < kWrites; ++i) {
                    const bool bad = (t + i) % 3 == 0;
                    const bool by_sql = i % 2 == 0;
                    const auto outcome = catalogue->write([&](Database& db) -> Result<> {
                        GANTRY_CHECK(insertAudit(db, bad ? "bad" : "good"));
                        if (!bad) return {};
                        // A constraint of the schema, or a reason of our own.
                        if (by_sql) return db.execute("INSERT INTO study_state (name) VALUES ('held')");
                        return fail(Errc::Conflict, "not now");
                    });
                    if (outcome.has_value() == bad) ++wrong;
                }
            });
    }
    CHECK(wrong == 0);
    CHECK(numberOf(*catalogue, "SELECT count(*) FROM audit WHERE detail = 'bad'") == 0);
    int good = 0;
    for (int t = 0; t < kThreads; ++t)
        for (int i = 0; i < kWrites; ++i) good += (t + i) % 3 != 0;
    CHECK(numberOf(*catalogue, "SELECT count(*) FROM audit WHERE detail = 'good'") == good);
}

TEST_CASE("a change hands its error and its value to its own caller", "[agent][catalogue]") {
    const auto folder = temporaryDirectory();
    auto catalogue = must(Catalogue::open(folder.path() / "catalogue.sqlite"));
    const auto refused =
        catalogue->write([](Database&) -> Result<int> { return fail(Errc::NotFound, "what was sought"); });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::NotFound);
    CHECK(refused.error().context == "what was sought");
    CHECK(must(catalogue->write([](Database&) -> Result<int> { return 42; })) == 42);
}

TEST_CASE("a reader sees one committed state", "[agent][catalogue]") {
    const auto folder = temporaryDirectory();
    auto catalogue = must(Catalogue::open(folder.path() / "catalogue.sqlite"));
    must(catalogue->write([](Database& db) { return insertAudit(db, "first"); }));
    const auto refused =
        catalogue->read([](Database& db) { return db.execute("DELETE FROM audit"); });  // readers only read
    CHECK_FALSE(refused);
    CHECK(numberOf(*catalogue, "SELECT count(*) FROM audit") == 1);
}

TEST_CASE("the catalogue syncs fully, keeps foreign keys and types, and is private", "[agent][catalogue]") {
    Box box;
    const auto file = box.folder / "catalogue.sqlite";
    const auto pragma = [&](const char* sql) {
        return must(box.catalogue->write([&](Database& db) -> Result<std::string> {
            auto select = GANTRY_TRY(db.prepare(sql));
            GANTRY_TRY(select.step());
            return select.text(0);
        }));
    };
    CHECK(pragma("PRAGMA journal_mode") == "wal");
    CHECK(pragma("PRAGMA synchronous") == "2");  // FULL
    CHECK(pragma("PRAGMA foreign_keys") == "1");
    CHECK(
        columnOf(
            *box.catalogue,
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND "
            "name NOT LIKE 'sqlite%'")
            .empty());
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM pragma_table_list WHERE strict = 1") >= 13);
    struct stat info {};
    REQUIRE(::stat(file.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    const auto words = box.catalogue->write(
        [](Database& db) { return db.execute("INSERT INTO segment (name, closed) VALUES ('x', 'maybe')"); });
    CHECK_FALSE(words);
    const auto orphan = box.catalogue->write([](Database& db) {
        return db.execute("INSERT INTO withheld (instance_id, reason) VALUES (99, '')");
    });
    CHECK_FALSE(orphan);
    const auto unknown_state = box.catalogue->write([](Database& db) {
        return db.execute(
            "INSERT INTO study SELECT 1,'t','1.2','sent','',NULL,NULL,'','','','','','','',0,0,0,0,0");
    });
    CHECK_FALSE(unknown_state);
}

TEST_CASE("opening a catalogue again changes nothing in it", "[agent][catalogue]") {
    Box box;
    box.storeAll(smallSeries(1, 3));
    const auto schema = columnOf(*box.catalogue, "SELECT coalesce(sql, '') FROM sqlite_schema ORDER BY name");
    const auto content = everything(*box.catalogue);
    const auto version = numberOf(*box.catalogue, "SELECT user_version FROM pragma_user_version");
    CHECK(version >= 1);
    const auto file = box.folder / "catalogue.sqlite";
    {
        auto second = must(Catalogue::open(file));  // beside the first: SQLite's locks order them
        CHECK(everything(*second) == content);
        must(second->write([](Database& db) { return insertAudit(db, "second"); }));
        CHECK(textOf(*box.catalogue, "SELECT detail FROM audit ORDER BY id DESC LIMIT 1") == "second");
        must(box.catalogue->write([](Database& db) { return insertAudit(db, "first"); }));
        CHECK(textOf(*second, "SELECT detail FROM audit ORDER BY id DESC LIMIT 1") == "first");
    }
    CHECK(columnOf(*box.catalogue, "SELECT coalesce(sql, '') FROM sqlite_schema ORDER BY name") == schema);
    CHECK(numberOf(*box.catalogue, "SELECT user_version FROM pragma_user_version") == version);
}

TEST_CASE("a catalogue of a newer program is not touched", "[agent][catalogue]") {
    const auto folder = temporaryDirectory();
    const auto file = folder.path() / "catalogue.sqlite";
    {
        auto catalogue = must(Catalogue::open(file));
        change(*catalogue, "PRAGMA user_version = 900");
    }
    const auto newer = Catalogue::open(file);
    REQUIRE_FALSE(newer);
    CHECK(newer.error().code == Errc::CatalogueBroken);
}

TEST_CASE("a file that is no catalogue is refused", "[agent][catalogue]") {
    const auto folder = temporaryDirectory();
    const auto file = folder.path() / "catalogue.sqlite";
    must(writeFileDurably(file, asBytes(std::string(8192, 'x'))));
    const auto opened = Catalogue::open(file);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::CatalogueBroken);
    CHECK(must(readFile(file)) == std::string(8192, 'x'));
}
