#pragma once
/// From what the worker read to the ledger: verdicts by the trial's pack, passes, standing, trends.

#include <map>
#include <string>
#include <vector>

#include "catalogue/phantoms.hpp"
#include "catalogue/scanners.hpp"
#include "gantry/qc/phantom_plan.hpp"
#include "gantry/qc/phantom_trend.hpp"
#include "phantom/phantom_answer.hpp"

namespace gantry::agent {

/// Holds every value against the pack's tests of this phantom, and against the usual set where the pack says
/// nothing.
/// @param baseline  values of the scanner's first scan that passed, by metric
void judgeByTrial(PhantomReading& reading, const qc::Pack& pack, const std::string& phantom_id,
                  const std::map<std::string, double>& baseline);
/// One row a metric and part; of a metric that several series have, the first.
std::vector<PhantomValueRow> valueRowsOf(const PhantomReading& reading);
/// "fail" before "warn" before "review" before "pass"; "no_limit".
std::string verdictOf(const std::vector<PhantomValueRow>& values);
bool passes(const std::string& verdict);  ///< "pass", "warn", and "no_limit": nothing speaks against it

/// Notes the pass of a scan of a known scanner and phantom that has passed.
Result<> notePhantomPass(Database& db, const PhantomStudyRow& row, const std::string& who);
/// Values of the scanner's first scan of the phantom that passed after its last change.
Result<std::map<std::string, double>> phantomBaseline(Database& db, std::int64_t scanner,
                                                      const std::string& kind);

struct PhantomTrendRow {
    std::string metric, part, unit;
    std::optional<double> low, high;
    std::vector<qc::TrendPoint> points;  ///< oldest first
    std::vector<StudyId> studies;        ///< of each point
    qc::Trend trend;                     ///< of the points since the last change
};
/// Of all metrics of one kind on one scanner.
Result<std::vector<PhantomTrendRow>> phantomTrends(Database& db, std::int64_t scanner,
                                                   const std::string& kind, int every_days);

/// What a site may type of the filling of this kind, by the worker's names.
std::vector<std::string> phantomFormNames(const std::string& kind);

/// "ACR MRI phantom: within limits."
std::string phantomSentence(const std::string& kind, const std::string& verdict);
std::string phantomKindLabel(const std::string& kind);  ///< "ACR MRI phantom"

}  // namespace gantry::agent
