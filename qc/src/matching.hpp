#pragma once
/// Which series is which of the pack's slots.

#include <map>
#include <string>
#include <vector>

#include "evaluate.hpp"

namespace gantry::qc {

/// How well one series fits one slot.
enum class Fit {
    Excluded,  ///< a `must` does not hold
    Weak,      ///< below the score that is accepted
    Unsure,    ///< would be accepted if what cannot be told were favourable
    Fits
};

struct Candidate {
    Fit fit = Fit::Excluded;
    double score = 0;
    double possible = 0;  ///< the score if all that cannot be told were favourable
    std::string lacking;  ///< what did not score, in words
};

struct Matching {
    std::vector<std::vector<Candidate>> candidates;  ///< by series, by slot
    std::map<std::string, std::vector<const SeriesView*>>
        judged;  ///< by slot: stations whose rules are judged
    std::map<std::string, std::vector<const SeriesView*>> repeats;  ///< by slot: kept, not judged
    /// Series that fit more than one slot about equally well, with the slots.
    std::vector<std::pair<const SeriesView*, std::vector<std::string>>> ambiguous;
    std::map<const SeriesView*, PlacedBy> placed;  ///< by a person, now or before, "none of them" included
    /// Slot that a series belongs to, judged or repeat; "" for none.
    std::string slotOf(const SeriesView* series) const;
};

/// `base` gives pack, context, parameters; its series are not read. The result does not depend on the order
/// of `series`.
Matching matchSeries(const std::vector<const SeriesView*>& series, const Scope& base);

}  // namespace gantry::qc
