#pragma once
/// What the catalogue tells a heartbeat.

#include <map>
#include <optional>
#include <string>

#include "catalogue/outbox.hpp"

namespace gantry::agent {

/// Of studies that got images since then.
Result<std::uint64_t> bytesReceivedSince(Database& db, UnixMillis since);

struct OutboxFacts {
    int waiting = 0;  ///< parcels and messages of the trial that are not there yet; heartbeats aside
    std::uint64_t bytes = 0;
    std::optional<UnixMillis> oldest_at;
    std::string reason;  ///< slug: why the first of them waits
};
Result<OutboxFacts> outboxFacts(Database& db, const std::string& trial);

/// By outcome and state, "pass" to "confirmed", of studies that changed since then; names with none are 0.
Result<std::map<std::string, std::int64_t>> studyCounts(Database& db, const std::string& trial,
                                                        UnixMillis since);

}  // namespace gantry::agent
