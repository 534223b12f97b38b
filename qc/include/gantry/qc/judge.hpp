#pragma once
/// The verdict on one study: pure, reads facts only, never opens a file.

#include <optional>
#include <string>
#include <vector>

#include "gantry/core/facts.hpp"
#include "gantry/core/verdict.hpp"
#include "gantry/qc/pack.hpp"

namespace gantry::qc {

struct InstanceFacts {
    std::string sop_instance_uid;
    const Facts* facts;  ///< not owned; lives as long as the study's facts do
};

struct SeriesFacts {
    std::string series_instance_uid;
    std::vector<InstanceFacts> instances;  ///< any order
};

struct StudyFacts {
    std::string study_instance_uid;
    std::vector<SeriesFacts> series;  ///< any order: the verdict does not depend on it
};

/// What enrolment says of the person this study was assigned to.
struct Enrolment {
    std::string subject_id;
    std::optional<std::string> sex;  ///< as PatientSex: "F", "M", "O"
};

struct JudgeContext {
    std::string site_id;
    std::string visit_id;                           ///< "" when no visit is assigned
    std::optional<Enrolment> enrolment;             ///< nullopt: no subject is assigned
    std::vector<std::string> enrolled_subject_ids;  ///< of this trial at this site
};

/// Judges every rule of the pack on the study. Equal input gives an equal verdict. A rule whose input is
/// absent or unreadable never passes. Findings hold no value that identifies the patient.
Verdict judge(const Pack& pack, const StudyFacts& study, const JudgeContext& context);

}  // namespace gantry::qc
