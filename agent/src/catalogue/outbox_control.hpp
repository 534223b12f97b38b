#pragma once
/// What people say about the outbox: pause, order, cancel, how much of the line. Each with its audit entry.

#include <map>
#include <optional>
#include <string>

#include "catalogue/outbox.hpp"

namespace gantry::agent {

struct OutboxPause {
    std::string who;
    UnixMillis at = 0;
};
/// By trial; "" is everything.
Result<std::map<std::string, OutboxPause>> outboxPauses(Database& db);
/// @param trial  "": everything
Result<> pauseTrial(Database& db, const std::string& trial, const std::string& who, UnixMillis now);
Result<> resumeTrial(Database& db, const std::string& trial, const std::string& who, UnixMillis now);

// Of one object. @errors NotFound; Conflict: it was delivered or cancelled
Result<> pauseObject(Database& db, const std::string& id, const std::string& who, UnixMillis now);
/// Also what waits after a failure: it is tried at once.
Result<> resumeObject(Database& db, const std::string& id, const std::string& who, UnixMillis now);
/// Before, or behind, all others of its trial.
Result<> putFirst(Database& db, const std::string& id, const std::string& who, UnixMillis now);
Result<> putLast(Database& db, const std::string& id, const std::string& who, UnixMillis now);
/// It is sent no further. The study of a parcel is quarantined: judged again, it is sent anew.
/// @errors Conflict also for a withdrawal, which must reach the sponsor
Result<> cancelObject(Database& db, const std::string& id, const std::string& who, const std::string& why,
                      UnixMillis now);

/// What a person allows the line; the configuration's bounds hold besides.
struct LineWish {
    std::optional<std::uint64_t> bytes_per_second = {};
    std::optional<int> from_minute = {}, to_minute = {};  ///< local minutes of the day; both or neither
    std::string who = {};                                 ///< "" when nobody said anything
    UnixMillis at = 0;
};
Result<LineWish> lineWish(Database& db);
Result<> setLineWish(Database& db, const LineWish& wish, UnixMillis now);

}  // namespace gantry::agent
