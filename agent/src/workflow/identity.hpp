#pragma once
/// Whose scan a study is: what people, the crosswalk, the header and the roster say, and whether they agree.

#include <string>

#include "workflow/crosswalk.hpp"
#include "workflow/trial.hpp"

namespace gantry::agent {

struct Identity {
    std::string subject_id;  ///< "" when unknown
    std::string visit_id;
    std::string source;   ///< who says so: person | crosswalk | header | roster
    std::string trouble;  ///< sentence: why subject and patient do not fit; nothing is sent then. Without
                          ///< patient data
};

/// The patient as the study's images name him; all empty once they were removed.
Result<Patient> patientOf(Database& db, const StudyRow& study);

/// What two people said last counts, then a person's assignment, then what the images, the crosswalk and the
/// roster say, if it is one subject.
Result<Identity> identify(Database& db, const Trial& trial, const StudyRow& study, const Patient& patient,
                          const std::string& clinical_trial_subject_id);

/// "" when nothing stands against the patient of this study being `subject`.
Result<std::string> identityTrouble(Database& db, const Trial& trial, const StudyRow& study,
                                    const Patient& patient, const std::string& subject);

/// True where the crosswalk can know this patient: the images name one, and not by the subject's own ID.
bool isLinkable(const Trial& trial, const Patient& patient);
/// Links patient and subject unless they are linked already, audited.
/// @errors Conflict when one of them is linked with another
Result<> rememberPatient(Database& db, const Trial& trial, const Patient& patient, const std::string& subject,
                         const std::string& source, const std::string& who, UnixMillis now);

/// Unassigned studies of a patient who is known now are judged again.
Result<> judgePatientAgain(Database& db, const Trial& trial, const Patient& patient, const std::string& who,
                           UnixMillis now);

/// Keeps the patient's keyed hash with the study, for finding the patient's studies after retention.
Result<> keepPatientHash(Database& db, const Trial& trial, StudyId study, const Patient& patient);

}  // namespace gantry::agent
