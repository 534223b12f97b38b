#pragma once
/// The qualification statement of one phantom scan: what a person signs, and what the sponsor is told.

#include <boost/json/object.hpp>
#include <string>

#include "phantom/phantom_ledger.hpp"

namespace gantry::agent {

struct StatementParts {
    ScannerRow scanner;
    PhantomStudyRow row;
    std::vector<PhantomValueRow> values;
    std::vector<PhantomConfirmation> confirmations;
    qc::PhantomStanding standing;
    std::vector<std::string> drifts;  ///< sentences of the trends
};
/// All that belongs to a scan in the ledger. @param today  YYYYMMDD
/// @errors NotFound; Conflict when the scan is of no known scanner
Result<StatementParts> statementParts(Database& db, const qc::Pack& pack, StudyId study,
                                      const std::string& today);

/// `report` of the message phantom-report (docs/formats/messages.md): numbers that are not whole are texts,
/// since messages hold whole numbers alone. Nothing of it is a patient's.
boost::json::object statementJson(const StatementParts& parts, const std::string& signed_by,
                                  const std::string& signed_at);
/// What the message phantom-report says besides what every message has.
boost::json::object phantomReportFields(const boost::json::object& report);
/// A page to be printed. @param report  as statementJson() gives it, signed or not
std::string statementPage(const boost::json::object& report, StudyId study);

}  // namespace gantry::agent
