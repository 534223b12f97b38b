#pragma once
/// The prose of the conformance statement: methods that are no table.

#include <string>

#include "gantry/anonymizer/policy.hpp"

namespace gantry::anonymizer {

/// Sections on dates, UIDs, values, private attributes, pixels, documents and the gate, as this policy has
/// them.
std::string statementWords(const DeidPolicy& policy);

}  // namespace gantry::anonymizer
