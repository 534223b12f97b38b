#pragma once
/// The database that the index lies in: SQLite in the sponsor's directory, or PostgreSQL where storage.yaml
/// there names one. One code and one SQL for both, through Poco::Data. One connection belongs to one thread
/// at a time.
///
/// The SQL is what both understand: "?" and "?1" for parameters, ON CONFLICT, LIMIT, coalesce. A parameter
/// needs a type that its surroundings tell: "site = coalesce(?, site)" does, "? IS NULL" does not. Schemas
/// are written for SQLite; index_dialect.hpp says what becomes of them for PostgreSQL.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gantry/core/result.hpp"

namespace gantry::central {

/// One statement. Bind in order, then step or run.
class IndexStatement {
public:
    IndexStatement(IndexStatement&& other) noexcept;
    IndexStatement& operator=(IndexStatement&&) = delete;
    ~IndexStatement();

    IndexStatement& bind(std::int64_t value);
    IndexStatement& bind(int value) { return bind(static_cast<std::int64_t>(value)); }
    IndexStatement& bind(std::uint64_t value) { return bind(static_cast<std::int64_t>(value)); }
    IndexStatement& bind(std::string_view text);
    IndexStatement& bind(const std::string& text) { return bind(std::string_view(text)); }
    IndexStatement& bind(const char* text) { return bind(std::string_view(text)); }
    IndexStatement& bind(std::nullptr_t);
    template <class T>
    IndexStatement& bind(const std::optional<T>& value) {
        return value ? bind(*value) : bind(nullptr);
    }

    /// True: a row is there to read. False: done.
    /// @errors Conflict: a constraint; Busy: somebody else writes; NetworkDown: the server is away; DiskFull,
    /// Io, CatalogueBroken
    Result<bool> step();
    /// For statements that give no rows. @errors as step()
    Result<> run();

    bool isNull(int column) const;
    std::int64_t integer(int column) const;
    /// UTF-8; empty for NULL.
    std::string text(int column) const;
    std::optional<std::string> optionalText(int column) const;
    std::optional<std::int64_t> optionalInteger(int column) const;

private:
    friend class IndexDatabase;
    struct State;
    explicit IndexStatement(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

class IndexDatabase {
public:
    enum class Access { ReadOnly, ReadWrite };
    /// Opens what storage.yaml in the directory names; without that file, index.sqlite there. Brings the
    /// schema to today's version, unless it is for reading alone.
    /// @errors ConfigInvalid: storage.yaml; NotAllowed: the server refuses the login; NetworkDown: it is
    /// away; CatalogueBroken: the schema is of another version than this program's; Io
    static Result<IndexDatabase> open(const std::filesystem::path& directory, Access access);

    IndexDatabase(IndexDatabase&& other) noexcept;
    IndexDatabase& operator=(IndexDatabase&&) = delete;
    ~IndexDatabase();

    /// Connects anew where the connection to the server was lost. @errors NetworkDown
    Result<IndexStatement> prepare(std::string_view sql);
    /// One statement without parameters. @errors as IndexStatement::step()
    Result<> execute(std::string_view sql);
    /// Rows changed by the last statement.
    std::int64_t changes() const;

private:
    friend class IndexStatement;
    friend class IndexTransaction;
    struct State;
    explicit IndexDatabase(std::unique_ptr<State> state);
    Result<> migrate(Access access);
    Result<std::int64_t> version();
    Result<> setVersion(int version);
    std::unique_ptr<State> state_;
};

/// One writer at a time, on either database and with any number of hubs, so that what was read in it still
/// holds when it is committed. Rolls back unless commit() succeeded.
class IndexTransaction {
public:
    static Result<IndexTransaction> begin(IndexDatabase& database);
    IndexTransaction(IndexTransaction&& other) noexcept
        : database_(std::exchange(other.database_, nullptr)) {}
    IndexTransaction& operator=(IndexTransaction&&) = delete;
    ~IndexTransaction();
    Result<> commit();

private:
    explicit IndexTransaction(IndexDatabase& database) : database_(&database) {}
    IndexDatabase* database_;
};

}  // namespace gantry::central
