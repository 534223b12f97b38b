#pragma once
/// What checks say, as plain values that cross folders: qc makes them, agent keeps them, uplink sends them.

#include <map>
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
    std::string question;  ///< id of the question (Verdict::questions) whose answer would settle it; or ""
    std::string picture;   ///< name of the check (image.*) whose picture shows where the trouble is; or ""
    std::string waiver;    ///< number of the deviation under which a failed rule is waived; or ""
};

/// Who said which slot a series belongs to.
enum class PlacedBy { Nobody, Pack, Person, Memory };
std::string_view toString(PlacedBy);  // "nobody" "pack" "person" "memory"
Result<PlacedBy> parsePlacedBy(std::string_view);

struct SeriesSummary {
    std::string series_instance_uid;
    std::string slot_id;  ///< "" : the pack does not know this series
    std::string slot_label;
    std::string modality;
    std::string description;
    int instances = 0;
    bool repeat = false;  ///< kept, and another series of the slot is judged
    PlacedBy placed_by = PlacedBy::Nobody;
    std::vector<std::string> candidates;  ///< slot ids a person has to choose from; empty when it is settled
};

/// What the header cannot say and a person at the console can.
struct Question {
    std::string id;                 ///< of the pack's `console` list; unique in the pack
    std::string ask;                ///< "Blood glucose before injection"
    std::string type;               ///< "number" "yes_no" "text" "time"
    std::string unit;               ///< of a number; "" for none
    std::vector<std::string> also;  ///< further units a number may be given in
    std::string needed;             ///< "before_release" "if_not_in_header" "always" "optional"
    std::string answer;             ///< "" while nobody has answered
    std::string answered_by;
};

/// One line of the visit's checklist.
struct ChecklistItem {
    enum class State { Present, Missing, Unsure, NotNeeded };
    std::string slot_id;
    std::string label;
    std::vector<std::string> endpoints;  ///< in words: what the trial measures on it
    int needed = 0;                      ///< series this visit must have; 0: optional
    int received = 0;
    State state = State::Missing;
};
std::string_view toString(ChecklistItem::State);  // "present" "missing" "unsure" "not_needed"
Result<ChecklistItem::State> parseChecklistState(std::string_view);

/// What rules against an earlier visit compare with: check name to its values, as texts of header or measure
/// in the check's base unit. Stays at the site.
struct Fingerprint {
    std::string slot_id;
    std::map<std::string, std::vector<std::string>> values;
};

/// The scanner a study came from, by the pack's `scanners.key`. Stays at the site.
struct ScannerSeen {
    std::string key;                             ///< parts joined by " | "; "" when a part is absent
    std::string label;                           ///< manufacturer and model, for people
    std::map<std::string, std::string> watched;  ///< keyword to value: what `invalidate_when` watches
};

struct Verdict {
    Outcome outcome = Outcome::CannotTell;
    std::string pack_id;
    std::string pack_version;
    std::string headline;           ///< one sentence for the page: "Slices are 7.5 mm, at most 5 mm allowed."
    std::string advice;             ///< the one thing to do; "" when nothing is
    std::vector<Finding> findings;  ///< all, passes included, worst first
    std::vector<SeriesSummary> series;
    std::vector<Question> questions;       ///< of this visit, answered ones included
    std::vector<ChecklistItem> checklist;  ///< of this visit, in the pack's order
    int cannot_tell = 0;                   ///< findings that no one could judge
    // Below: for the site's own records. toJson leaves them out, so that they never reach the sponsor.
    std::vector<Fingerprint> fingerprints;
    std::vector<ScannerSeen> scanners;  ///< usually one
};

/// JSON text and back, for the catalogue, the manifest and the page; without fingerprints and scanners.
std::string toJson(const Verdict& verdict);
Result<Verdict> verdictFromJson(std::string_view json);

}  // namespace gantry
