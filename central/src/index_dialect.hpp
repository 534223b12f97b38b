#pragma once
/// What SQL that is written for SQLite becomes for PostgreSQL.

#include <string>
#include <string_view>
#include <vector>

namespace gantry::central {

/// "?" and "?1" become "$1", "$2" and so on. Text in quotes stays.
std::string postgresParameters(std::string_view sql);

/// STRICT goes; INTEGER becomes BIGINT, and as a key that SQLite counts itself, an identity; TEXT compares by
/// its bytes, as in SQLite, whatever the database's collation is.
std::string postgresSchema(std::string_view statement);

/// The single statements of a schema, without its comments.
std::vector<std::string> statementsOf(std::string_view schema);

}  // namespace gantry::central
