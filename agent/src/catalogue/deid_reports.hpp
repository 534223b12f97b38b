#pragma once
/// What was taken out of a study's images, what replaced and what kept: one report a parcel.

#include <string>
#include <vector>

#include "catalogue/studies.hpp"

namespace gantry::agent {

/// The JSON stands in the parcel's manifest as `deid`; its digest stands in the audit's chain.
struct DeidReportRow {
    std::string parcel;
    StudyId study = 0;
    UnixMillis made_at = 0;
    std::string json;
    std::string sha256;  ///< hex, of `json`
};

Result<> addDeidReport(Database& db, const DeidReportRow& row);
/// Newest first.
Result<std::vector<DeidReportRow>> deidReportsOf(Database& db, StudyId study);

}  // namespace gantry::agent
