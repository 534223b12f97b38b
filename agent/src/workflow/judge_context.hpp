#pragma once
/// Everything the appliance knows of a study beside its images, for the judge.

#include <string>
#include <vector>

#include "catalogue/studies.hpp"
#include "gantry/qc/judge.hpp"
#include "workflow/trial.hpp"

namespace gantry::agent {

struct Identity {
    std::string subject_id;  ///< "" when unknown
    std::string visit_id;
};
/// A person's assignment counts before anything that the images say.
Identity identify(const Trial& trial, const StudyRow& study, const std::vector<SeriesFacts>& facts);

/// The facts as the judge wants them; points into `facts`.
qc::StudyFacts viewOf(const std::string& study_instance_uid, const std::vector<SeriesFacts>& facts);

/// Enrolment, answers, earlier scans, places, waivers, scanners. `now` on the appliance's clock.
Result<qc::JudgeContext> contextFor(Database& db, const Config& config, const Trial& trial,
                                    const StudyRow& study, const Identity& identity,
                                    const qc::StudyFacts& facts, UnixMillis now);

/// "20261123", on the site's clock.
std::string siteDate(UnixMillis now);

}  // namespace gantry::agent
