#pragma once
/// What a pack asks of phantoms: which, how often, and what their numbers are held against.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gantry/core/verdict.hpp"
#include "gantry/qc/judge.hpp"
#include "gantry/qc/pack.hpp"
#include "gantry/qc/phantom_limits.hpp"

namespace gantry::qc {

struct PhantomPlan {
    std::string id;
    std::string kind;  ///< as gantry-worker names it: "acr_mri"
    int every_days = 0, grace_days = 0;
    int stop_after_days = 0;  ///< since the last pass; 0: never
    std::optional<Severity> overdue;
    bool before_baseline = false;  ///< no baseline scan before a pass
    bool after_software_change = false;
    std::vector<std::string> form;
    std::string criteria;  ///< named set of limits; ""
};
/// In the pack's order.
std::vector<PhantomPlan> phantomPlans(const Pack& pack);

enum class PhantomDue {
    Never,    ///< no scan has passed yet
    Current,  ///< not due yet
    Due,      ///< due, and still within the grace
    Asked,    ///< the scanner changed since the last pass
    Overdue,  ///< beyond the grace
    Lapsed,   ///< beyond what the pack stops patients' scans after
};
std::string_view toString(PhantomDue due);  ///< "never" "current" "due" "asked" "overdue" "lapsed"

struct PhantomStanding {
    PhantomDue due = PhantomDue::Never;
    std::string due_on;      ///< YYYYMMDD; "" when nothing has passed
    std::string overdue_on;  ///< the first day beyond the grace
    std::string stops_on;    ///< the first day that patients' scans are stopped; "": never
};
/// @param passed_on, changed_on, today  YYYYMMDD; "" for never. A scan of the day of a change counts as after
/// it.
PhantomStanding standingOf(const PhantomPlan& plan, const std::string& passed_on,
                           const std::string& changed_on, const std::string& today);

/// Holds a metric against the tests of the pack's phantom; nullopt when the pack says nothing of it.
/// @param values    all metrics of the scan, for tests that depend on another
/// @param baseline  the metric when the scanner was accepted; nullopt: a ratio to it has no limit
std::optional<PhantomJudged> judgeByPack(const Pack& pack, const std::string& phantom_id,
                                         const PhantomMetric& metric, const PhantomContext& context,
                                         const std::map<std::string, double>& values,
                                         std::optional<double> baseline);

/// Scanners of all series of a study, as the pack tells one from another; one whose header lacks a part of
/// the key has none.
std::vector<ScannerSeen> scannersOf(const Pack& pack, const StudyFacts& study);

}  // namespace gantry::qc
