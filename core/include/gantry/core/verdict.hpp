#pragma once
/// What checks say, as plain values that cross folders: qc makes them, agent keeps them, uplink sends them.

#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/result.hpp"

namespace gantry {

enum class Severity { Note, Query, Rescan, StopSuv, Stop };
enum class RuleResult { Pass, Fail, CannotTell, NotApplicable, Waived };
/// What cures a finding: send again (free), reconstruct (free), acquire again (patient needed), type a value
/// in.
enum class Repair { None, Resend, Reconstruct, Reacquire, Enter };
/// Pass: patient may leave. Attention: may leave, something is noted for the sponsor. Fail: scan again or
/// stop. CannotTell: not judged.
enum class Outcome { Pass, Attention, Fail, CannotTell };

std::string_view toString(Severity);    // "note" "query" "rescan" "stop_suv" "stop"
std::string_view toString(RuleResult);  // "pass" "fail" "cannot_tell" "not_applicable" "waived"
std::string_view toString(Repair);      // "none" "resend" "reconstruct" "reacquire" "enter"
std::string_view toString(Outcome);     // "pass" "attention" "fail" "cannot_tell"
Result<Severity> parseSeverity(std::string_view);
Result<RuleResult> parseRuleResult(std::string_view);
Result<Repair> parseRepair(std::string_view);
Result<Outcome> parseOutcome(std::string_view);

/// What one check said about one series, or about the study.
struct Finding {
    std::string rule_id;
    std::string slot_id;              ///< "" for identity and study rules
    std::string series_instance_uid;  ///< "" when it is about the study
    RuleResult result = RuleResult::CannotTell;
    Severity severity = Severity::Query;
    Repair repair = Repair::None;
    std::string label;     ///< what was looked at, in words: "slice thickness"
    std::string expected;  ///< "at most 5 mm"
    std::string found;     ///< "7.5 mm"; "not in the header" when it cannot tell
    std::string why;
    std::string advice;
};

struct SeriesSummary {
    std::string series_instance_uid;
    std::string slot_id;  ///< "" : the pack does not know this series
    std::string slot_label;
    std::string modality;
    std::string description;
    int instances = 0;
};

struct Verdict {
    Outcome outcome = Outcome::CannotTell;
    std::string pack_id;
    std::string pack_version;
    std::string headline;           ///< one sentence for the page: "Slices are 7.5 mm, at most 5 mm allowed."
    std::string advice;             ///< the one thing to do; "" when nothing is
    std::vector<Finding> findings;  ///< all, passes included, worst first
    std::vector<SeriesSummary> series;
};

/// JSON text and back, for the catalogue, the manifest and the page.
std::string toJson(const Verdict& verdict);
Result<Verdict> verdictFromJson(std::string_view json);

}  // namespace gantry
