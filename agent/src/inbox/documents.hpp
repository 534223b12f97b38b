#pragma once
/// The texts of a trial's inbox as plain values (docs/formats/inbox.md). Keys that nobody here knows are
/// ignored; a value that cannot be used makes the text useless, with every reason in a sentence of its own.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/uplink/line_schedule.hpp"
#include "inbox/queries.hpp"
#include "workflow/trial.hpp"

namespace gantry::agent {

struct TrialDocument {
    std::string title;
    std::vector<std::string> recipients;    ///< "age1…"
    std::vector<std::string> compromised;   ///< "age1…"
    std::vector<std::string> receipt_keys;  ///< "gantry-ed25519-public:…"
    std::vector<std::string> outbox;        ///< addresses, the first that works is used
    std::vector<std::string> inbox;
};
/// @errors ConfigInvalid: a reason a line
Result<TrialDocument> readTrialDocument(std::string_view text, const std::string& trial);

struct Settings {
    std::optional<int> poll_minutes;
    std::optional<int> heartbeat_minutes;
    std::optional<uplink::LineSchedule> upload;  ///< when the line may be used
    std::string closed;                          ///< why the site takes part no longer
    std::vector<std::string> outbox;             ///< instead of the trial's
    std::string presigned;                       ///< a grant as JSON; "" for none
};
inline constexpr int kPollMinutes = 15;
/// @errors ConfigInvalid: a reason a line
Result<Settings> readSettings(std::string_view text);
/// What is said to one site counts more than what is said to all.
Settings combine(Settings all, const Settings& site);

struct ExpectedVisit {
    std::string visit, from, to;  ///< days, YYYYMMDD
};
struct ExpectedSubject {
    RosterEntry entry;
    std::vector<ExpectedVisit> visits;
    std::string left;  ///< YYYYMMDD since when the subject takes part no longer; "" while it does
};
/// @errors ConfigInvalid: a reason a line
Result<std::vector<ExpectedSubject>> readRoster(std::string_view text);
/// The one visit that is due that day; "" when none is, or several are.
std::string visitDue(const ExpectedSubject& subject, std::string_view today);

/// What a signed statement of kind "query" says. @errors ConfigInvalid: a reason a line
Result<QueryRow> readQuery(std::string_view signed_text);

struct SponsorRefusal {
    std::string refusal_id, object_id, sha256, reason, detail;
};
/// @errors ConfigInvalid: a reason a line
Result<SponsorRefusal> readSponsorRefusal(std::string_view signed_text);

/// "2026-12-01T08:00:00Z", also with parts of a second. @errors ConfigInvalid
Result<UnixMillis> readTime(std::string_view iso);

}  // namespace gantry::agent
