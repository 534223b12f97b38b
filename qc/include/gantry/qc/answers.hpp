#pragma once
/// Answers of people, checked against their question before they are kept.

#include <string>
#include <string_view>

#include "gantry/core/result.hpp"
#include "gantry/core/verdict.hpp"

namespace gantry::qc {

/// The answer as rules read it: a number with its unit, "true" or "false", a time HHMMSS, a text.
/// @errors InvalidArgument with what is allowed
Result<std::string> normalAnswer(const Question& question, std::string_view text);

}  // namespace gantry::qc
