#pragma once
/// What accepted scans of a subject leave for its later visits.

#include <string>
#include <vector>

#include "catalogue/studies.hpp"

namespace gantry::agent {

/// Replaces what an earlier verdict on the study left.
Result<> keepFingerprints(Database& db, StudyId study, const std::vector<Fingerprint>& prints);
Result<std::vector<Fingerprint>> fingerprintsOf(Database& db, StudyId study);

/// A study of a subject, for visits and for comparison.
struct SubjectStudy {
    StudyId id = 0;
    std::string study_instance_uid, subject_id, visit_id, study_date, outcome;
    State state = State::Receiving;
    bool accepted = false;  ///< cleared or released: what it left counts
};
/// Newest study date first.
Result<std::vector<SubjectStudy>> studiesOfTrial(Database& db, const std::string& trial);
Result<std::vector<SubjectStudy>> studiesOfSubject(Database& db, const std::string& trial,
                                                   const std::string& subject);

}  // namespace gantry::agent
