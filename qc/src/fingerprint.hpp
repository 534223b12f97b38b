#pragma once
/// What an accepted series leaves behind for later visits to be compared with: every checked value, as text.

#include <string>
#include <vector>

#include "matching.hpp"

namespace gantry::qc {

/// One text for each value; components joined by backslash, numbers in base units.
std::vector<std::string> toPrint(const Observation& seen);
Observation fromPrint(const std::vector<std::string>& texts, const CheckName& check);

/// What the earlier visit had there, in `scope.slot`; no values and a reason when nothing is kept.
Observation observeEarlier(const Scope& scope, const CheckName& check, Reference reference);

/// One for the study ("" for the slot) and one for each slot with series.
std::vector<Fingerprint> fingerprintsOf(const Scope& base, const Matching& matching);

}  // namespace gantry::qc
