#include "gantry/core/sqlite.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <cassert>

#include "gantry/core/log.hpp"

namespace gantry {
namespace {

Error sqliteError(sqlite3* handle, std::string_view doing) {
    const int code = handle ? sqlite3_errcode(handle) : SQLITE_NOMEM;
    Errc errc = Errc::CatalogueBroken;
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) errc = Errc::Busy;
    if (code == SQLITE_FULL) errc = Errc::DiskFull;
    if (code == SQLITE_IOERR || code == SQLITE_CANTOPEN) errc = Errc::Io;
    if (code == SQLITE_CONSTRAINT) errc = Errc::Conflict;
    return fail(errc, std::string(doing) + ": " + (handle ? sqlite3_errmsg(handle) : "out of memory"));
}

}  // namespace

Statement::~Statement() {
    if (statement_) reset();
}

void Statement::reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    next_ = 1;
}

Statement& Statement::bind(std::int64_t value) {
    [[maybe_unused]] const int rc = sqlite3_bind_int64(statement_, next_++, value);
    assert(rc == SQLITE_OK);
    return *this;
}

Statement& Statement::bind(double value) {
    [[maybe_unused]] const int rc = sqlite3_bind_double(statement_, next_++, value);
    assert(rc == SQLITE_OK);
    return *this;
}

Statement& Statement::bind(std::string_view text) {
    [[maybe_unused]] const int rc = sqlite3_bind_text64(statement_, next_++, text.data() ? text.data() : "",
                                                        text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    assert(rc == SQLITE_OK);
    return *this;
}

Statement& Statement::bind(std::nullptr_t) {
    [[maybe_unused]] const int rc = sqlite3_bind_null(statement_, next_++);
    assert(rc == SQLITE_OK);
    return *this;
}

Result<bool> Statement::step() {
    const int rc = sqlite3_step(statement_);
    if (rc == SQLITE_ROW) return true;
    if (rc == SQLITE_DONE) return false;
    return sqliteError(sqlite3_db_handle(statement_), "running a statement");
}

Result<> Statement::run() {
    while (GANTRY_TRY(step())) {
    }
    return {};
}

bool Statement::isNull(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}
std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}
double Statement::real(int column) const {
    return sqlite3_column_double(statement_, column);
}

std::string Statement::text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return text ? std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))) : "";
}

std::optional<std::string> Statement::optionalText(int column) const {
    return isNull(column) ? std::nullopt : std::optional(text(column));
}

std::optional<std::int64_t> Statement::optionalInteger(int column) const {
    return isNull(column) ? std::nullopt : std::optional(integer(column));
}

void Database::StatementFinalize::operator()(sqlite3_stmt* s) const noexcept {
    sqlite3_finalize(s);
}

Result<Database> Database::open(const std::filesystem::path& path, Mode mode) {
    const int flags =
        mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    sqlite3* handle = nullptr;
    const int rc = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    Database database(handle);
    if (rc != SQLITE_OK) return sqliteError(handle, "opening " + path.filename().string());
    sqlite3_extended_result_codes(handle, 0);
    sqlite3_busy_timeout(handle, 10'000);
    if (mode == Mode::ReadWrite) {
        ::chmod(path.c_str(), 0600);
        GANTRY_CHECK(database.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"));
    }
    GANTRY_CHECK(database.execute("PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"));
    return database;
}

Database::Database(Database&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), statements_(std::move(other.statements_)) {}

Database::~Database() {
    statements_.clear();
    if (handle_) sqlite3_close(handle_);
}

Result<Statement> Database::prepare(std::string_view sql) {
    auto& cached = statements_[std::string(sql)];
    if (!cached) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                               &statement, nullptr) != SQLITE_OK) {
            statements_.erase(std::string(sql));
            return sqliteError(handle_, "preparing a statement");
        }
        cached.reset(statement);
    }
    assert(!sqlite3_stmt_busy(cached.get()));  // the same text used inside its own loop
    return Statement(cached.get());
}

Result<> Database::execute(std::string_view sql) {
    if (sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return sqliteError(handle_, "running SQL");
    return {};
}

std::int64_t Database::lastInsertRowid() const {
    return sqlite3_last_insert_rowid(handle_);
}
std::int64_t Database::changes() const {
    return sqlite3_changes64(handle_);
}

Result<> Database::migrate(std::span<const Migration> migrations) {
    std::int64_t version = 0;
    {
        auto statement = GANTRY_TRY(prepare("PRAGMA user_version"));
        if (GANTRY_TRY(statement.step())) version = statement.integer(0);
    }
    const int newest = migrations.empty() ? 0 : migrations.back().version;
    if (version > newest)
        return fail(Errc::CatalogueBroken, "the database has schema " + std::to_string(version) +
                                               ", this program knows up to " + std::to_string(newest));
    for (const auto& migration : migrations) {
        if (migration.version <= version) continue;
        auto transaction = GANTRY_TRY(Transaction::begin(*this));
        if (auto ran = execute(migration.sql); !ran) return within(migration.name, ran.error());
        GANTRY_CHECK(execute("PRAGMA user_version=" + std::to_string(migration.version)));
        GANTRY_CHECK(transaction.commit());
    }
    return {};
}

Result<Transaction> Transaction::begin(Database& database) {
    GANTRY_CHECK(database.execute("BEGIN IMMEDIATE"));
    return Transaction(database);
}

Transaction::~Transaction() {
    if (!database_) return;
    if (auto rolled = database_->execute("ROLLBACK"); !rolled)
        log::error("sqlite.rollback_failed", {{"reason", rolled.error().message()}});
}

Result<> Transaction::commit() {
    GANTRY_CHECK(database_->execute("COMMIT"));
    database_ = nullptr;
    return {};
}

}  // namespace gantry
