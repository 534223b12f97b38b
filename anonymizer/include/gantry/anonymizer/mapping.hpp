#pragma once
/// Keyed functions that make a resend map the same, references stay whole and intervals stay exact, and that
/// nobody without the trial's key can turn around or guess.

#include <optional>
#include <string>
#include <string_view>

#include "gantry/core/crypto.hpp"

namespace gantry::anonymizer {

/// Secrets of one trial at one site. Never leave the site.
struct DeidKeys {
    Digest uid_key{};
    Digest date_key{};
    Digest proof_key{};  ///< tells our own output again
    /// @param trial_key  at least 32 secret bytes, kept by the caller in a file of mode 0600
    /// @errors InvalidArgument if shorter
    static Result<DeidKeys> fromTrialKey(Bytes trial_key);
};

/// 1.2.840.10008 and short numbers behind it: defined by the standard, the same everywhere, kept. What hides
/// longer numbers under that root is none.
bool isWellKnownUid(std::string_view uid);

/// `root`, a point, and the decimal of a version 8 UUID (RFC 9562) made of HMAC-SHA256(uid key, original): at
/// most 44 characters under "2.25" (PS3.5 B.2). Under a root that leaves less room its last digits, 64
/// characters in all. Well-known UIDs come back unchanged.
std::string mapUid(const DeidKeys& keys, std::string_view uid, std::string_view root = "2.25");

/// @errors InvalidArgument unless `root` is a UID of at most 38 characters outside of DICOM's own
Result<> validateUidRoot(std::string_view root);

/// Whole days that every date of this subject moves into the past.
/// @return kMinOffsetDays to kMaxOffsetDays, never zero
int dateOffsetDays(const DeidKeys& keys, std::string_view subject_id);
inline constexpr int kMinOffsetDays =
    31;  ///< longer than a study, so no shifted date is another true one of it
inline constexpr int kMaxOffsetDays = 3650;

/// DA of PS3.5 (also "YYYY.MM.DD" of its predecessor) moved `days` back, as YYYYMMDD. Nullopt if it is no
/// date from 1850 to 2200.
std::optional<std::string> shiftDate(std::string_view da, int days_back);
/// DT with at least a whole date moved back by days; time, fraction and zone stay. Nullopt if it is no such
/// DT.
std::optional<std::string> shiftDateTime(std::string_view dt, int days_back);

}  // namespace gantry::anonymizer
