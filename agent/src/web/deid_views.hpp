#pragma once
/// What left of a study's headers and what did not, as the JSON that docs/formats/api.md describes.

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "catalogue/deid_reports.hpp"

namespace gantry::agent {

/// All reports whole, the newest first, each with its parcel and digest.
boost::json::array deidReportsJson(const std::vector<DeidReportRow>& rows);
/// The newest without its lines, and how many there are; null when nothing was made to leave yet.
boost::json::value deidSummaryJson(const std::vector<DeidReportRow>& rows);

}  // namespace gantry::agent
