#pragma once
/// What the catalogue knows of the nodes that called, and of itself.

#include <string>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/core/sqlite.hpp"

namespace gantry::agent {

struct NodeSeen {
    std::string ae_title, address;
    UnixMillis last_at = 0;
    std::int64_t associations = 0;
    std::int64_t broken = 0;  ///< aborted or timed out
};
/// The latest first, at most 100.
Result<std::vector<NodeSeen>> nodesSeen(Database& db);
/// Of the catalogue, and of SQLite.
Result<std::int64_t> schemaVersion(Database& db);
Result<std::string> sqliteVersion(Database& db);

}  // namespace gantry::agent
