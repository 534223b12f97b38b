#pragma once
/// Slots, visits and scanners as the JSON that docs/formats/api.md describes.

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "catalogue/history.hpp"
#include "catalogue/scanners.hpp"
#include "catalogue/statements.hpp"
#include "workflow/trial.hpp"

namespace gantry::agent {

boost::json::array slotsJson(const Trial* trial);
/// Visits that the study may be; empty once it has one. `others` are the subject's studies.
boost::json::array suggestedVisitsJson(const Trial* trial, const StudyRow& study,
                                       const std::vector<SubjectStudy>& others);
/// Subjects with what is expected of them and what came. `today` is YYYYMMDD.
boost::json::array visitsJson(const Trial& trial, const std::vector<SubjectStudy>& studies,
                              const std::string& today);
boost::json::object scannerJson(const ScannerRow& row, const std::vector<ScannerChange>& changes);
boost::json::object placementJson(const RememberedPlace& place, const Trial* trial);

}  // namespace gantry::agent
