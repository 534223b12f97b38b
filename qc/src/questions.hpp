#pragma once
/// Questions to the technologist: those of the pack, and those that a rule with `missing: ask` raises.

#include <optional>
#include <vector>

#include "observation.hpp"
#include "sentences.hpp"

namespace gantry::qc {

/// The question that would settle a rule whose input is missing: one of the pack's when the rule reads one,
/// the time of the contrast injection, else "ask.RULE" for the value of the rule's first check. Nullopt when
/// the rule does not ask.
std::optional<Question> questionOf(const Rule& rule, const PackData& pack);
/// What a person answered in place of the header; empty when nobody has.
Given answersFor(const Rule& rule, const Scope& scope);
/// All questions of the study with their answers: the pack's, and those that `judged` raised.
std::vector<Question> questionsOf(const PackData& pack, const JudgeContext& context,
                                  const std::vector<Judged>& judged);
/// Questions of the pack that have to be answered before the study may go, as findings.
std::vector<Judged> judgeUnanswered(const PackData& pack, const JudgeContext& context);

}  // namespace gantry::qc
