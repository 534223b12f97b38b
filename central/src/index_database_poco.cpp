#include <Poco/Data/RecordSet.h>
#include <Poco/Nullable.h>

#include <cassert>
#include <deque>
#include <variant>

#include "gantry/central/index_database.hpp"
#include "gantry/core/log.hpp"
#include "index_database_state_poco.hpp"
#include "index_dialect.hpp"
#include "index_errors_poco.hpp"

namespace gantry::central {

using Poco::Data::Keywords::use;
using Text = Poco::Nullable<std::string>;
using Integer = Poco::Nullable<Poco::Int64>;

struct IndexStatement::State {
    IndexDatabase::State& database;
    std::string sql;
    std::deque<std::variant<Text, Integer>> values{};  // their places do not move while they are bound
    std::optional<Poco::Data::RecordSet> rows{};
    std::size_t next_row = 0;
    bool ran = false;

    Poco::Dynamic::Var value(int column) const {
        return rows->value(static_cast<std::size_t>(column), next_row - 1, false);
    }
    void execute();
};

void IndexStatement::State::execute() {
    ran = true;
    Poco::Data::Statement statement(database.session);
    statement << sql;
    for (auto& value : values) std::visit([&](auto& bound) { statement.addBind(use(bound)); }, value);
    database.changes = static_cast<std::int64_t>(statement.execute());
    if (statement.columnsExtracted() != 0) rows.emplace(statement);
}

IndexStatement::IndexStatement(std::unique_ptr<State> state) : state_(std::move(state)) {}
IndexStatement::IndexStatement(IndexStatement&& other) noexcept = default;
IndexStatement::~IndexStatement() = default;

IndexStatement& IndexStatement::bind(std::int64_t value) {
    state_->values.emplace_back(Integer(value));
    return *this;
}

IndexStatement& IndexStatement::bind(std::string_view text) {
    state_->values.emplace_back(Text(std::string(text)));
    return *this;
}

IndexStatement& IndexStatement::bind(std::nullptr_t) {
    state_->values.emplace_back(Text());
    return *this;
}

Result<bool> IndexStatement::step() try {
    if (!state_->ran) state_->execute();
    if (!state_->rows || state_->next_row >= state_->rows->rowCount()) return false;
    ++state_->next_row;
    return true;
} catch (const Poco::Exception& e) {
    return indexError(e, state_->database.session.isConnected());
}

Result<> IndexStatement::run() {
    while (GANTRY_TRY(step())) {
    }
    return {};
}

bool IndexStatement::isNull(int column) const {
    return state_->value(column).isEmpty();
}
std::int64_t IndexStatement::integer(int column) const {
    const auto value = state_->value(column);
    return value.isEmpty() ? 0 : value.convert<Poco::Int64>();
}
std::string IndexStatement::text(int column) const {
    const auto value = state_->value(column);
    return value.isEmpty() ? "" : value.convert<std::string>();
}
std::optional<std::string> IndexStatement::optionalText(int column) const {
    return isNull(column) ? std::nullopt : std::optional(text(column));
}
std::optional<std::int64_t> IndexStatement::optionalInteger(int column) const {
    return isNull(column) ? std::nullopt : std::optional(integer(column));
}

IndexDatabase::IndexDatabase(std::unique_ptr<State> state) : state_(std::move(state)) {}
IndexDatabase::IndexDatabase(IndexDatabase&& other) noexcept = default;
IndexDatabase::~IndexDatabase() = default;

Result<IndexDatabase> IndexDatabase::open(const std::filesystem::path& directory, Access access) try {
    const auto place = GANTRY_TRY(storagePlacesOf(directory));
    if (!place.isPostgres() && access == Access::ReadOnly && !std::filesystem::exists(place.sqlite))
        return fail(Errc::NotFound, "there is no index.sqlite");
    IndexDatabase database(std::make_unique<State>(State{openSession(place, access), place, access}));
    GANTRY_CHECK(database.migrate(access));
    return database;
} catch (const Poco::Exception& e) {
    return indexError(e, true);
}

Result<IndexStatement> IndexDatabase::prepare(std::string_view sql) try {
    if (!state_->session.isConnected()) {
        if (state_->in_transaction) return fail(Errc::NetworkDown, "the index: the connection was lost");
        state_->session.reconnect();
        prepareSession(state_->session, state_->place, state_->access);
    }
    auto text = state_->place.isPostgres() ? postgresParameters(sql) : std::string(sql);
    return IndexStatement(
        std::make_unique<IndexStatement::State>(IndexStatement::State{*state_, std::move(text)}));
} catch (const Poco::Exception& e) {
    const auto error = indexError(e, false);
    // A login that is refused now, and was not before, is no word about whoever is asking.
    return error.code == Errc::NotAllowed ? fail(Errc::NetworkDown, error.context) : error;
}

Result<> IndexDatabase::execute(std::string_view sql) {
    return GANTRY_TRY(prepare(sql)).run();
}

std::int64_t IndexDatabase::changes() const {
    return state_->changes;
}

Result<IndexTransaction> IndexTransaction::begin(IndexDatabase& database) {
    const bool postgres = database.state_->place.isPostgres();
    GANTRY_CHECK(database.execute(postgres ? "BEGIN" : "BEGIN IMMEDIATE"));  // meet a busy writer now
    database.state_->in_transaction = true;
    IndexTransaction transaction(database);
    // What SQLite gives by itself: one writer. The number means the index; it is held until the transaction
    // ends.
    if (postgres)
        GANTRY_CHECK(database.execute("SELECT 1 FROM (SELECT pg_advisory_xact_lock(1734438514)) AS writer"));
    return transaction;
}

IndexTransaction::~IndexTransaction() {
    if (!database_) return;
    auto& state = *database_->state_;
    if (state.session.isConnected())  // else the server has rolled it back
        if (auto rolled = database_->execute("ROLLBACK"); !rolled)
            log::error("index.rollback_failed", {{"reason", rolled.error().message()}});
    state.in_transaction = false;
}

Result<> IndexTransaction::commit() {
    GANTRY_CHECK(database_->execute("COMMIT"));
    std::exchange(database_, nullptr)->state_->in_transaction = false;
    return {};
}

}  // namespace gantry::central
