#pragma once
/// What a person decides on the page or by gantryctl. Each decision is kept with who and why, in the
/// transaction that carries it out.

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/board.hpp"
#include "catalogue/catalogue.hpp"
#include "workflow/trials_in_force.hpp"

namespace gantry::agent {

using DecisionInput = std::map<std::string, std::string, std::less<>>;
/// A JSON object of short texts. @errors InvalidArgument when one of `required` is missing or empty
Result<DecisionInput> readDecision(std::string_view body, std::initializer_list<std::string_view> required);

/// One text of it; "" when it is not there.
std::string textOf(const DecisionInput& input, std::string_view key);

/// "assign", "pixels", "release", "judge-again", "answer", "place", "waive", "correct", "confirm-correction",
/// "reject-correction": what may be decided about the study as it
/// is.
std::vector<std::string_view> allowedDecisions(const BoardRow& row);

/// @errors InvalidArgument for a subject or visit that the trial does not have; Conflict in a state that
/// forbids it, for what was sent already, and where subject or patient are linked with another
Result<> assignSubject(Catalogue& catalogue, const Trials& trials, StudyId study,
                       const DecisionInput& input, UnixMillis now);
Result<> releaseStudy(Catalogue& catalogue, StudyId study, const DecisionInput& input, UnixMillis now);
Result<> judgeStudyAgain(Catalogue& catalogue, StudyId study, const DecisionInput& input, UnixMillis now);
/// An acknowledged conflict lets its study be judged again with the first image.
Result<> acknowledgeEntry(Catalogue& catalogue, std::int64_t refusal, const DecisionInput& input,
                          UnixMillis now);

}  // namespace gantry::agent
