#pragma once
/// What a visit needs and has: checklist, window, repeats.

#include <vector>

#include "matching.hpp"
#include "sentences.hpp"

namespace gantry::qc {

/// The visit of the context; nullptr when the pack has none of that name.
const Visit* visitOf(const PackData& pack, const JudgeContext& context);
/// Whether an accepted scan is of this visit; of a repeated visit, one within the same window.
bool isSameVisit(const EarlierScan& scan, const Visit& visit, const Scope& base);
/// Series that the visit must have of a slot.
int neededOf(const PackData& pack, const JudgeContext& context, const Slot& slot);
/// Whether a series may be this slot's and only a person can say.
bool isUnsure(const PackData& pack, const Matching& matching, const std::vector<const SeriesView*>& series,
              const Slot& slot);

/// The visit's slots in the pack's order with what came of them.
std::vector<ChecklistItem> checklistOf(const Scope& base, const Matching& matching);
/// VISIT, VISIT-WINDOW, VISIT-REPEAT. `base` is the whole study.
std::vector<Judged> judgeVisit(const Scope& base);

}  // namespace gantry::qc
