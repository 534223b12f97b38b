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
};

Answer evaluate(const Condition& condition, const Scope& scope);

/// "at most 5 mm", "80 to 140 kV", "soft"
std::string describeExpected(const Condition& condition, const Scope& scope);
/// The limit alone: "5 mm".
std::string describeLimit(const Condition& condition, const Scope& scope);

/// A literal with parameters looked up.
const Literal& resolved(const Literal& literal, const Scope& scope);

}  // namespace gantry::qc
