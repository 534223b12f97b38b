#pragma once
/// A pack after reading: names resolved, values typed. Internal to this folder.

#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check_name.hpp"
#include "gantry/core/verdict.hpp"
#include "gantry/qc/pack.hpp"
#include "guard.hpp"
#include "literal.hpp"
#include "pattern.hpp"
#include "visit_window.hpp"

namespace gantry::qc {

enum class Operator {
    Equals,
    In,
    Between,
    AtMost,
    AtLeast,
    Within,
    Matches,
    Contains,
    ContainsAll,
    ContainsAny,
    ContainsNone,
    Superset,
    CountAtLeast,
    Present,
    Absent,
    Constant,
    Same,
    SameAs,
    Ratio,
    ChangeAtMost,
    Sequence,
    Bounds,
    RatioToBaseline
};
std::string_view toString(Operator op);
std::optional<Operator> parseOperator(std::string_view text);

enum class Over { Each, All, Any, Union, Study };
enum class Missing { CannotTell, Ask, Fail, Query, Skip };
enum class Reference { None, Baseline, Previous };

struct Condition {
    CheckName check;
    Operator op = Operator::Present;
    Literal value;
    Tolerance tolerance;
    std::optional<Pattern> pattern;  ///< of Operator::Matches with a literal
    std::string sibling;             ///< slot of Operator::SameAs
    Reference reference = Reference::None;
};

/// Another severity and advice when the value lies below the limit, or nothing was injected yet.
struct Variant {
    Severity severity;
    std::string advice;
};

struct Rule {
    std::string id;
    std::string label;  ///< in words; from the check unless the pack says otherwise
    bool any_of = false;
    std::vector<Condition> conditions;  ///< all must hold; with any_of one is enough
    Over over = Over::Each;
    std::vector<std::string> over_slots;  ///< of rules in `across`
    std::optional<Guard> when;
    Missing missing = Missing::CannotTell;
    Severity severity = Severity::Query;
    Repair repair = Repair::None;
    std::string why;
    std::string advice;
    std::optional<Variant> too_low;
    std::optional<Variant> before_injection;
    Reference reference = Reference::None;
    bool advise_only = false;
    bool skip = false;
};

struct Match {
    std::vector<Condition> must;
    struct Score {
        Condition condition;
        double weight;
    };
    std::vector<Score> score;
    double accept_score = 0;
    double accept_margin = 0;
};

enum class Merge { None, ByFrameOfReference, BySequence };
enum class Choose { MostSlices, Latest, Earliest };

struct Slot {
    std::string id;
    std::string label;
    std::string short_label;
    std::vector<std::string> endpoints;
    int min = 1;
    int max = 1;
    Merge merge = Merge::None;
    Match match;
    std::vector<Choose> choose;
    std::vector<Rule> rules;  ///< baseline rules included, marked by `reference`
    Severity absent_severity = Severity::Rescan;
    Repair absent_repair = Repair::Resend;
    std::string absent_why;
    std::string absent_advice;
};

/// Words of one vendor that mean one class.
struct VocabularyRow {
    std::string word_class;
    std::string vendor;
    std::vector<std::string> words;
    std::vector<Pattern> patterns;
};
struct Vocabulary {
    std::string name;
    std::string attribute;
    std::vector<VocabularyRow> rows;
};

/// One `set` of an override, with the rule or parameter as it reads after it.
struct Patch {
    std::string target;  ///< "CT-TILT.severity", "params.max_thickness"
    std::string rule_id;
    std::string field;      ///< of the rule
    std::string parameter;  ///< instead of rule and field
    Rule donor;
    Literal value;
};
struct Override {
    Guard when;
    std::vector<Patch> patches;
    std::string why;
};

struct Visit {
    std::string id;
    std::string label;
    std::vector<std::string> needs;
    std::vector<std::string> optional;
    std::string anchor;              ///< "first_dose", "event.eot"
    std::optional<DayRange> window;  ///< days from the anchor
    int repeat_days = 0;             ///< 0: not repeated
    int repeat_tolerance = 0;        ///< days to either side
};

/// `scanners`: how a scanner is told from another, and what a change of it means.
struct ScannerPolicy {
    std::vector<CheckName> key;
    Severity unqualified = Severity::Query;
    std::vector<std::string> unqualified_at;  ///< visits at which `unqualified` counts; empty: all
    Severity unqualified_else = Severity::Query;
    std::vector<CheckName> reconstruction;  ///< what a qualified reconstruction is compared by
    struct Change {
        CheckName changed;          ///< name "" when a phantom's age is watched instead
        double recheck_within = 0;  ///< s; 0: not given
        double older_than = 0;      ///< s, of the last pass of `phantom`
        std::string phantom;
        Severity meanwhile = Severity::Query;
    };
    std::vector<Change> changes;
};

/// One test of a phantom: what a metric is held against, in the metric's own unit as written.
struct PackPhantomTest {
    struct Bounds {
        std::string part;   ///< "37" (a sphere); "" for all
        std::string field;  ///< "<3T", "3T"; "" for all
        std::optional<Quantity> low, high;            ///< beyond: fail
        std::optional<Quantity> warn_low, warn_high;  ///< beyond: warn
        std::string set;  ///< of limits, when it is of `alternatives` or `criteria`; ""
    };
    std::string id, metric;
    bool to_baseline = false;  ///< bounds are shares of the baseline
    bool only_warns = false;   ///< severity query or note
    bool review = false;       ///< a person confirms
    std::string when;          ///< "repeats >= 4"
    std::string source;
    std::vector<Bounds> bounds;
};

/// `phantoms`: one that a site scans.
struct PackPhantom {
    std::string id;
    std::string kind;  ///< "acr_mri_large"
    /// Attributes and what has to be found in each for a study to be this phantom's by its headers.
    std::vector<std::pair<std::string, Pattern>> recognise;
    double every = 0, grace = 0;            ///< s
    double stop_after = 0;                  ///< s since the last pass; 0: never
    std::optional<Severity> overdue;        ///< what an overdue one means for patients' scans
    bool before_baseline = false;           ///< `gate: baseline`
    std::vector<std::string> also_after;    ///< "software_change"
    std::vector<std::string> form;          ///< what the site types
    std::string criteria;                   ///< named set of limits; ""
    std::vector<PackPhantomTest> tests;
};

struct PackData {
    std::string id;
    std::string version;
    std::string title;
    std::string language;
    std::vector<std::string> unverified;
    std::map<std::string, std::string> endpoints;
    std::map<std::string, Literal, std::less<>> parameters;
    std::vector<Vocabulary> vocabularies;
    std::vector<Visit> visits;
    std::vector<Question> questions;  ///< `console`, as asked
    std::optional<ScannerPolicy> scanners;
    std::vector<PackPhantom> phantoms;
    std::vector<Rule> identity;
    std::vector<Slot> slots;
    std::vector<Rule> across;
    std::vector<Rule> baseline_all;
    std::vector<Override> overrides;
    PackDeidentification deidentification;
    std::vector<Severity> hold_on{Severity::Stop, Severity::Rescan};
    std::optional<int> retention_days;
    std::map<std::string, std::string, std::less<>> signatures;  ///< by decision: what signing it means
    PackCompression compression;
    std::vector<std::string>
        attributes;               ///< columns of a series: every attribute that any rule or guard reads
    boost::json::value document;  ///< as read; examples are run from it
};

}  // namespace gantry::qc
