#pragma once
/// Where a sponsor's index lies. Without index.yaml in its directory it is index.sqlite there; with it:
///
///     version: 1
///     index: postgresql://gantry@db.example/gantry
///     password_file: index.pgpass        # PostgreSQL's own form: host:port:database:user:password

#include <filesystem>
#include <string>
#include <string_view>

#include "gantry/core/result.hpp"

namespace gantry::central {

struct IndexPlace {
    std::filesystem::path sqlite;  ///< the file; empty for PostgreSQL
    std::string postgres;          ///< keywords and values as PostgreSQL's library reads them; no secret
    bool isPostgres() const { return sqlite.empty(); }
};

/// @errors ConfigInvalid, Io
Result<IndexPlace> indexPlaceOf(const std::filesystem::path& directory);

/// Keywords of a "postgresql://user@host:port/database?keyword=value". A server that is not on this machine
/// has to show its certificate, unless the URL says otherwise. @errors ConfigInvalid: not such a URL, or with
/// a password in it
Result<std::string> postgresKeywords(std::string_view url);

}  // namespace gantry::central
