#pragma once
/// Where a sponsor's index and its objects lie. Without storage.yaml they are in its directory; with it, one
/// of them or both are elsewhere:
///
///     version: 1
///     index: postgresql://gantry@db.example/gantry
///     password_file: index.pgpass        # PostgreSQL's own form: host:port:database:user:password
///     objects: s3+https://ceph.example/trial/hub
///     credentials: bucket.credentials    # docs/formats/s3.md
///     ca: ceph-ca.pem                    # "": the system's authorities

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "gantry/core/result.hpp"
#include "gantry/uplink/s3.hpp"

namespace gantry::central {

struct StoragePlaces {
    std::filesystem::path sqlite;  ///< the file; empty for PostgreSQL
    std::string postgres;          ///< keywords and values as PostgreSQL's library reads them; no secret
    std::optional<uplink::S3Config> objects;  ///< nullopt: in the directory
    bool isPostgres() const { return sqlite.empty(); }
};

/// @errors ConfigInvalid, Io
Result<StoragePlaces> storagePlacesOf(const std::filesystem::path& directory);

/// Keywords of a "postgresql://user@host:port/database?keyword=value". A server that is not on this machine
/// has to show its certificate, unless the URL says otherwise. @errors ConfigInvalid: not such a URL, or with
/// a password in it
Result<std::string> postgresKeywords(std::string_view url);

}  // namespace gantry::central
