#pragma once
/// Marks in every attribute of the data dictionary.

#include "describe.hpp"

namespace gantry::canary {

struct FillPlan {
    std::string category;
    bool retired = true;
    std::size_t part = 0, parts = 1;  ///< each parts-th attribute, beginning at part: to make small files
};

/// Marks all attributes of (VR by VR) the dictionary that `set` does not hold: text, dates, UIDs, bytes.
void fillAll(Draft& draft, Set& set, const FillPlan& plan);
/// Every sequence of the dictionary that `set` does not hold, one item each with a few marks.
void fillSequences(Draft& draft, Set& set, const FillPlan& plan);
/// Sequences in sequences down to `depth`, marks at each level.
void fillDeep(Draft& draft, Set& set, int depth, const FillPlan& plan);

}  // namespace gantry::canary
