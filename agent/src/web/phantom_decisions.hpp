#pragma once
/// What people say of phantoms: whether it is one, what they read from its pictures, their signature.

#include "web/decisions.hpp"

namespace gantry::agent {

/// `is` (patient or phantom), `who`, `why`. A patient's study is judged again and may leave; a phantom never.
Result<> sayWhetherPhantom(Catalogue& catalogue, StudyId study, const DecisionInput& input, UnixMillis now);
/// `metric`, `value`, `who`: takes the place of a pre-score.
Result<> confirmPhantom(Catalogue& catalogue, StudyId study, const DecisionInput& input, UnixMillis now);
/// `who` and what was typed of the filling: the scan is measured again. @errors Conflict once it is signed
Result<> typePhantomForm(Catalogue& catalogue, StudyId study, const DecisionInput& input, UnixMillis now);
/// `who`: signs the statement as it stands. @errors Conflict while something waits for a person's eyes
Result<> signPhantom(Catalogue& catalogue, const Trials& trials, StudyId study, const DecisionInput& input,
                     UnixMillis now);

}  // namespace gantry::agent
