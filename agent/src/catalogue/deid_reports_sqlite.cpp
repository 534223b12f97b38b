#include "catalogue/deid_reports.hpp"

namespace gantry::agent {

Result<> addDeidReport(Database& db, const DeidReportRow& row) {
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT INTO deid_report (parcel_id, study_id, made_at_ms, report, sha256) VALUES (?, ?, ?, ?, ?)"));
    return insert.bind(row.parcel).bind(row.study).bind(row.made_at).bind(row.json).bind(row.sha256).run();
}

Result<std::vector<DeidReportRow>> deidReportsOf(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT parcel_id, study_id, made_at_ms, report, sha256 FROM deid_report WHERE study_id = ? "
        "ORDER BY made_at_ms DESC, rowid DESC"));
    select.bind(study);
    std::vector<DeidReportRow> rows;
    while (GANTRY_TRY(select.step()))
        rows.push_back(
            {select.text(0), select.integer(1), select.integer(2), select.text(3), select.text(4)});
    return rows;
}

}  // namespace gantry::agent
