#pragma once
/// The audit as people read it. Entries are appended by appendAudit of studies.hpp.

#include <string>
#include <vector>

#include "catalogue/studies.hpp"

namespace gantry::agent {

struct AuditLine {
    std::int64_t id = 0;
    UnixMillis at = 0;
    AuditEntry entry;
    std::string subject;  ///< of its study; ""
    std::string chain;    ///< SHA-256 over the entry and the one before
};

struct AuditWish {
    std::string text;  ///< part of who, event, detail or subject; ""
    std::optional<UnixMillis> from, to;
    std::optional<StudyId> study;
    std::int64_t before = 0;  ///< only entries below this number; 0: from the newest
    int limit = 200;
};
/// Newest first.
Result<std::vector<AuditLine>> auditLines(Database& db, const AuditWish& wish);

}  // namespace gantry::agent
