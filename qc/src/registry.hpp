#pragma once
/// Which scanner made a series, and what the site's registry says of it.

#include <optional>
#include <string>
#include <vector>

#include "observation.hpp"
#include "sentences.hpp"

namespace gantry::qc {

/// Values of the pack's scanners.key joined by " | "; "" when the pack has none or one of them is absent.
std::string scannerKeyOf(const PackData& pack, const SeriesView& series);
/// nullptr when the scanner is not registered.
const ScannerRecord* recordOf(const Scope& scope, const SeriesView& series);
/// Whether a value of the qualified reconstruction is that of the series; nullopt when the header does not
/// say.
std::optional<bool> sameAsQualified(const Scope& scope, const SeriesView& series, const std::string& check,
                                    const std::string& qualified);
/// Days since the last pass of a phantom; without an id in the name, of the one that passed longest ago.
Observation phantomAge(const Scope& scope, const CheckName& check);

/// Scanners of the study with what `invalidate_when` watches.
std::vector<ScannerSeen> scannersSeen(const PackData& pack, const std::vector<const SeriesView*>& series);
/// SCANNER-NEW, SCANNER-UNQUALIFIED, SCANNER-CHANGED, SCANNER-PHANTOM. `base` holds the series that slots took.
std::vector<Judged> judgeScanners(const Scope& base);

}  // namespace gantry::qc
