#pragma once
/// The finding OVERRIDE: which exceptions of the pack were in force.

#include <map>
#include <string>
#include <vector>

#include "rules.hpp"

namespace gantry::qc {

using SeriesOfSlots = std::map<std::string, std::vector<const SeriesView*>>;

/// The series that a rule of `across` looks at: those of its slots, else all.
std::vector<const SeriesView*> seriesAcross(const Rule& rule, const std::vector<const SeriesView*>& all,
                                            const SeriesOfSlots& judged);

/// Every exception that is in force for a series of a slot, or that changes a rule on the study or across
/// slots.
/// @param whole  scope of all series but localizers
/// @param all    with localizers: what `identity` looks at
std::vector<Judged> judgeOverrides(const Scope& whole, const std::vector<const SeriesView*>& all,
                                   const SeriesOfSlots& judged);

}  // namespace gantry::qc
