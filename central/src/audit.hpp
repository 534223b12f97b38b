#pragma once
/// Who did what at the sponsor's end: questions, answers, rosters, keys. A chain of digests, so that a line that was
/// changed or taken out shows.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gantry/central/index_database.hpp"
#include "gantry/core/clock.hpp"

namespace gantry::central {

struct AuditEntry {
    std::string who;    ///< a person's name
    std::string event;  ///< "query.asked"
    std::string site;   ///< "" for all
    std::string detail;
};

struct AuditLine {
    std::int64_t id = 0;
    UnixMillis at = 0;
    AuditEntry entry;
    bool intact = true;  ///< it is what was written, and follows the line before it
};

/// Within the caller's transaction, so that a deed and its line are there together or not at all.
Result<> appendAudit(IndexDatabase& database, const AuditEntry& entry, UnixMillis now);
/// For a deed that lies outside of the index. @errors those of the index
Result<> noteInAudit(const std::filesystem::path& directory, const AuditEntry& entry, const Clock& clock);
/// Oldest first.
Result<std::vector<AuditLine>> auditLines(IndexDatabase& database);

}  // namespace gantry::central
