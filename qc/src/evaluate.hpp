#pragma once
/// One condition on one scope: does it hold, what was expected, what was found.

#include <string>

#include "observation.hpp"

namespace gantry::qc {

struct Answer {
    Tri holds = Tri::Unknown;
    std::string found;           ///< in words, never a value that identifies a person
    bool too_low = false;        ///< the value is below the limit
    bool nothing_known = false;  ///< no value at all was there
    std::string missing;         ///< of Operator::Superset: what is absent
    std::string before = {};     ///< of rules against an earlier visit: what it had, in words
};

Answer evaluate(const Condition& condition, const Scope& scope);

/// Whether every value satisfies the condition, with the literal it is compared with in place.
Answer compareAll(const Observation& seen, const Condition& condition, const Literal& literal,
                  const Scope& scope);
/// Conditions against an earlier visit of the subject.
Answer answerReference(const Condition& condition, const Observation& seen, const Scope& scope);

}  // namespace gantry::qc
