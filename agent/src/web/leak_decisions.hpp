#pragma once
/// What a person decides about a find of the leak gate, and how finds and proposals look as JSON.

#include <boost/json/array.hpp>

#include "catalogue/catalogue.hpp"
#include "catalogue/leaks.hpp"
#include "web/decisions.hpp"

namespace gantry::agent {

/// Takes the leak's attribute out of its study. Once no leak of the study is open, the study is judged and
/// de-identified again, and passes the gate again. @return the study
/// @errors NotFound; Conflict when the study does not stand still for the gate, InvalidArgument when no
/// attribute can be
///         removed
Result<StudyId> removeLeak(Catalogue& catalogue, std::int64_t leak, const DecisionInput& input,
                           UnixMillis now);
/// Keeps the leak's objects at the site. Otherwise as removeLeak.
Result<StudyId> withholdLeak(Catalogue& catalogue, std::int64_t leak, const DecisionInput& input,
                             UnixMillis now);

boost::json::array leaksJson(const std::vector<LeakRow>& leaks);
boost::json::array proposalsJson(const std::vector<ProposalRow>& rows);

}  // namespace gantry::agent
