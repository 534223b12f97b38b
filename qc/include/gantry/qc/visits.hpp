#pragma once
/// Visits of a trial around the dates of one subject: what is expected when, and which visit a scan may be.

#include <map>
#include <string>
#include <vector>

#include "gantry/qc/pack.hpp"

namespace gantry::qc {

/// Names of the pack ("first_dose", "event.eot") to dates YYYYMMDD.
using Anchors = std::map<std::string, std::string>;

struct ExpectedVisit {
    std::string id;
    std::string label;
    std::string from;  ///< YYYYMMDD, first day of the window; "" when the visit has none that can be told
    std::string to;
};
/// In the pack's order. A repeated visit is there once for each repeat whose window has begun by `today`
/// (YYYYMMDD), and once for the next one.
std::vector<ExpectedVisit> expectedVisits(const Pack& pack, const Anchors& anchors, const std::string& today);

struct SuggestedVisit {
    std::string id;
    std::string label;
    std::string why;  ///< "the scan is inside its window"
};
/// Which visit a scan of this date may be, the likeliest first; `done` are visits with an accepted scan.
std::vector<SuggestedVisit> suggestVisits(const Pack& pack, const Anchors& anchors,
                                          const std::string& study_date,
                                          const std::vector<std::string>& done);

}  // namespace gantry::qc
