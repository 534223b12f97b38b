#pragma once
/// What gantryctl prints of the answers, in plain words.

#include <boost/json.hpp>
#include <ostream>

namespace gantry::ctl {

void showStatus(std::ostream& out, const boost::json::value& status);
void showStudies(std::ostream& out, const boost::json::value& studies);
void showStudy(std::ostream& out, const boost::json::value& study);
/// What left of a study's headers and what did not, rule by rule.
void showWhatLeft(std::ostream& out, const boost::json::value& reports);
void showPixels(std::ostream& out, const boost::json::value& looks);
void showRefusals(std::ostream& out, const boost::json::value& refusals);
void showVisits(std::ostream& out, const boost::json::value& subjects);
void showScanners(std::ostream& out, const boost::json::value& scanners);
void showProposals(std::ostream& out, const boost::json::value& proposals);
void showPlacements(std::ostream& out, const boost::json::value& placements);

}  // namespace gantry::ctl
