#pragma once
/// A wrong assignment is corrected by two people: study to subject and visit, or patient to subject. What was
/// sent under the wrong one is withdrawn at the sponsor and sent anew.

#include <string>
#include <vector>

#include "catalogue/corrections.hpp"
#include "workflow/identity.hpp"
#include "workflow/trials_in_force.hpp"

namespace gantry::agent {

struct Proposal {
    std::string subject;        ///< "" with `none`
    bool none = false;          ///< it is no subject of the trial
    std::string visit;          ///< "": as before
    bool whole_patient = true;  ///< the patient's link and his other studies too, not this study alone
    std::string who, why;
};

/// @errors InvalidArgument: no such subject or visit, or nothing would change; Conflict: one is open already,
/// or the
///         subject is linked with another patient
Result<CorrectionId> proposeCorrection(Catalogue& catalogue, const Trials& trials, StudyId study,
                                       const Proposal& proposal, UnixMillis now);

/// Carries it out, in one transaction. `signature`: what is signed with it; "". @return the studies that it changed
/// @errors NotAllowed: `who` proposed it; Conflict: it was decided before, or the study was assigned anew
/// meanwhile
Result<std::vector<StudyId>> confirmCorrection(Catalogue& catalogue, const Trials& trials, CorrectionId id,
                                               const std::string& who, UnixMillis now,
                                               const std::string& signature = "");

/// @return its study. @errors Conflict: it was decided before
Result<StudyId> rejectCorrection(Catalogue& catalogue, CorrectionId id, const std::string& who,
                                 const std::string& why, UnixMillis now);

/// Whether two names are one person's, as far as spelling goes: only letters and digits count.
bool isSamePerson(std::string_view one, std::string_view other);

}  // namespace gantry::agent
