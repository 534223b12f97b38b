#pragma once
/// SQLite with owners: a connection, prepared statements, transactions. One connection belongs to one thread.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gantry/core/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace gantry {

class Database;

/// A prepared statement. Bind in order, then step. Comes from Database::prepare and is reset when it goes.
class Statement {
public:
    Statement(Statement&& other) noexcept
        : statement_(std::exchange(other.statement_, nullptr)), next_(other.next_) {}
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    Statement& bind(std::int64_t value);
    Statement& bind(int value) { return bind(static_cast<std::int64_t>(value)); }
    Statement& bind(std::uint64_t value) { return bind(static_cast<std::int64_t>(value)); }
    Statement& bind(bool value) { return bind(static_cast<std::int64_t>(value)); }
    Statement& bind(double value);
    Statement& bind(std::string_view text);
    Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
    Statement& bind(const char* text) { return bind(std::string_view(text)); }
    Statement& bind(std::nullptr_t);
    template <class T>
    Statement& bind(const std::optional<T>& value) {
        return value ? bind(*value) : bind(nullptr);
    }

    /// True: a row is there to read. False: done.
    Result<bool> step();
    /// For statements that give no rows.
    Result<> run();
    /// Makes the statement ready to be bound and run once more.
    void reset();

    bool isNull(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const;
    /// Copy of the column's UTF-8; empty for NULL.
    std::string text(int column) const;
    std::optional<std::string> optionalText(int column) const;
    std::optional<std::int64_t> optionalInteger(int column) const;

private:
    friend class Database;
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
    sqlite3_stmt* statement_;
    int next_ = 1;
};

struct Migration {
    int version;            ///< 1, 2, 3, …
    std::string_view name;  ///< file name, for errors
    std::string_view sql;
};

class Database {
public:
    enum class Mode { ReadWrite, ReadOnly };
    /// WAL, synchronous=FULL, foreign keys on, 10 s busy time-out; the file gets mode 0600.
    static Result<Database> open(const std::filesystem::path& path, Mode mode = Mode::ReadWrite);
    Database(Database&& other) noexcept;
    Database& operator=(Database&&) = delete;
    ~Database();

    /// Statements are cached by text: a second prepare of the same SQL costs nothing.
    Result<Statement> prepare(std::string_view sql);
    Result<> execute(std::string_view sql);  ///< several statements, no parameters
    std::int64_t lastInsertRowid() const;
    std::int64_t changes() const;  ///< rows changed by the last statement

    /// Applies the migrations above PRAGMA user_version, each in its own transaction.
    /// @errors Errc::CatalogueBroken when the file is newer than the last migration.
    Result<> migrate(std::span<const Migration> migrations);

private:
    friend class Transaction;
    struct StatementFinalize {
        void operator()(sqlite3_stmt* s) const noexcept;
    };
    explicit Database(sqlite3* handle) : handle_(handle) {}
    sqlite3* handle_ = nullptr;
    std::unordered_map<std::string, std::unique_ptr<sqlite3_stmt, StatementFinalize>> statements_;
};

/// BEGIN IMMEDIATE; rolls back unless commit() succeeded.
class Transaction {
public:
    static Result<Transaction> begin(Database& database);
    Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    Result<> commit();

private:
    explicit Transaction(Database& database) : database_(&database) {}
    Database* database_;
};

}  // namespace gantry
