#pragma once
/// What people say about a study's images and about scanners. Each is recorded with who said it; a study is
/// judged again.

#include "catalogue/catalogue.hpp"
#include "web/decisions.hpp"
#include "workflow/trials_in_force.hpp"

namespace gantry::agent {


/// `question`, `value`, `who`.
/// @errors InvalidArgument: no such question, or no such answer to it; Conflict: the study is on its way or
///         purged. Said after it was sent, the new verdict follows as a supplement
Result<> answerQuestion(Catalogue& catalogue, StudyId study, const DecisionInput& input, UnixMillis now);
/// `series`, `slot`, `remember`, `who`.
Result<> placeSeries(Catalogue& catalogue, const Trials& trials, StudyId study, const DecisionInput& input,
                     UnixMillis now);
/// `rule`, `deviation`, `for`, `until`, `who`.
Result<> waiveRule(Catalogue& catalogue, StudyId study, const DecisionInput& input, UnixMillis now);

/// `qualified`, `who`, `why`, `study`, `slot`, `standard`.
Result<> qualifyScanner(Catalogue& catalogue, const Trials& trials, std::int64_t scanner,
                        const DecisionInput& input, UnixMillis now);
/// `phantom`, `passed_on`, `who`.
Result<> passPhantom(Catalogue& catalogue, const Trials& trials, std::int64_t scanner,
                     const DecisionInput& input, UnixMillis now);
/// `who`.
Result<> forgetPlacement(Catalogue& catalogue, std::int64_t id, const DecisionInput& input, UnixMillis now);

}  // namespace gantry::agent
