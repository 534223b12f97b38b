#pragma once
/// Conditions and values in words.

#include <string>
#include <vector>

#include "observation.hpp"

namespace gantry::qc {

/// The unit that found values are shown in: the one the limit is written in, else the check's own.
const Unit* shownUnit(const Condition& condition, const Scope& scope);
/// "7.5 mm / 5 mm"
std::string describeValue(const std::vector<Item>& value, const Unit* unit);
/// Some values of an observation, at most three; never one that identifies a person.
std::string describeFound(const Observation& seen, const Condition& condition,
                          const std::vector<std::size_t>& shown, const Scope& scope);
std::vector<std::size_t> allOf(const Observation& seen);

/// "at most 5 mm", "80 to 140 kV", "soft"
std::string describeExpected(const Condition& condition, const Scope& scope);
/// The limit alone: "5 mm".
std::string describeLimit(const Condition& condition, const Scope& scope);

}  // namespace gantry::qc
