#pragma once
/// The packs of a trial that its sponsor sent: scheduled, in force, former.

#include <boost/json/array.hpp>
#include <optional>
#include <string>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/core/sqlite.hpp"

namespace gantry::agent {

struct PackAcknowledgement {
    std::string who;
    UnixMillis at = 0;
};

struct PackRow {
    std::int64_t id = 0;
    std::string trial_id, pack_id, version;
    std::string content;  ///< canonical JSON
    std::string digest;   ///< SHA-256 of the content, hexadecimal
    std::string state = "scheduled";
    UnixMillis in_force_at = 0;
    std::string withdrawn;         ///< why it must not be used any more; "" when it may
    std::string changes = "[]";    ///< JSON: list of {section, text, details}
    std::string trial_run = "{}";  ///< JSON: {studies, fail_now, fail_then, worse, better}
    UnixMillis offered_at = 0;
    std::optional<UnixMillis> in_force_since = {};
    std::vector<PackAcknowledgement> acknowledged = {};
};

/// Highest version first.
Result<std::vector<PackRow>> packsOf(Database& db, const std::string& trial);
/// @errors NotFound
Result<PackRow> packById(Database& db, std::int64_t id);
Result<std::optional<PackRow>> packInForceOf(Database& db, const std::string& trial);
Result<> addPack(Database& db, const PackRow& pack);
/// What its sponsor says of it besides: when it may be in force, and why it must not be used.
Result<> changePack(Database& db, std::int64_t id, UnixMillis in_force_at, const std::string& withdrawn);
Result<> keepTrialRun(Database& db, std::int64_t id, const std::string& trial_run);
/// The one that was in force is a former one from now on.
Result<> putPackInForce(Database& db, const PackRow& pack, UnixMillis now);
/// It will not be in force any more: a higher one is.
Result<> retirePack(Database& db, std::int64_t id);
/// @return false when this person has said so before
Result<bool> acknowledgePack(Database& db, std::int64_t id, const PackAcknowledgement& by);

/// Ids of judged studies with images since then, the newest first.
Result<std::vector<std::int64_t>> recentStudies(Database& db, const std::string& trial, UnixMillis since,
                                                int most);

/// "1.10" is above "1.9": by the numbers between the points; what is no number is compared as text.
bool isLowerVersion(std::string_view a, std::string_view b);

}  // namespace gantry::agent
