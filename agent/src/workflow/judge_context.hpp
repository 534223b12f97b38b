#pragma once
/// Everything the appliance knows of a study beside its images, for the judge.

#include <string>
#include <vector>

#include "catalogue/studies.hpp"
#include "gantry/qc/judge.hpp"
#include "workflow/identity.hpp"

namespace gantry::agent {

/// The facts as the judge wants them; points into `facts`.
qc::StudyFacts viewOf(const std::string& study_instance_uid, const std::vector<SeriesFacts>& facts);

/// Enrolment, answers, earlier scans, places, waivers, scanners. `now` on the appliance's clock.
Result<qc::JudgeContext> contextFor(Database& db, const Config& config, const Trial& trial,
                                    const StudyRow& study, const Identity& identity,
                                    const qc::StudyFacts& facts, UnixMillis now);

/// The first value of an attribute that the study has; "" when it has none.
std::string factOf(const std::vector<SeriesFacts>& study, std::string_view name);

/// "20261123", on the site's clock.
std::string siteDate(UnixMillis now);

}  // namespace gantry::agent
