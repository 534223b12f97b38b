#pragma once
/// What the pixels say by themselves, whatever the pack asks: certain faults, and what is unusual for this
/// scanner and slot.

#include <vector>

#include "matching.hpp"
#include "sentences.hpp"

namespace gantry::qc {

/// Findings IMAGE-… for series of the pack's slots. A measure that a rule of the slot looks at is the rule's.
std::vector<Judged> judgeImages(const Scope& base, const Matching& matching);

}  // namespace gantry::qc
