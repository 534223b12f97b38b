#pragma once
/// The ledger of phantoms as the API shows it.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "phantom/phantom_ledger.hpp"
#include "workflow/trial.hpp"

namespace gantry::agent {

/// One scanner: its phantoms with their standing, scans and trends. @param trial  may be null
Result<boost::json::object> scannerPhantomsJson(Database& db, const ScannerRow& scanner, const Trial* trial,
                                                const std::string& today);
/// One scan, with its document, values and what people said.
Result<boost::json::object> phantomJson(Database& db, StudyId study);

}  // namespace gantry::agent
