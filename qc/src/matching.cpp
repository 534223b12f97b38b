#include "matching.hpp"

#include <algorithm>

#include "assignment.hpp"
#include "moments.hpp"

namespace gantry::qc {

namespace {

Candidate rate(const SeriesView& series, const Slot& slot, const Scope& base) {
    Scope scope = base;
    scope.series = {&series};
    scope.slot = slot.id;
    Candidate candidate;
    Tri must = Tri::Yes;
    for (const Condition& condition : slot.match.must) {
        must = must && evaluate(condition, scope).holds;
        if (must == Tri::No) return candidate;
    }
    for (const auto& [condition, weight] : slot.match.score) {
        const Tri holds = evaluate(condition, scope).holds;
        if (holds == Tri::Yes) candidate.score += weight;
        if (holds != Tri::No) candidate.possible += weight;
        if (holds != Tri::Yes)
            candidate.lacking += (candidate.lacking.empty() ? "" : ", ") + condition.check.label;
    }
    const double accepted = slot.match.accept_score;
    if (must == Tri::Yes && candidate.score >= accepted)
        candidate.fit = Fit::Fits;
    else
        candidate.fit = candidate.possible >= accepted ? Fit::Unsure : Fit::Weak;
    return candidate;
}

/// When a series ended, seconds; 0 when its header does not say.
double endOf(const Scope& base, const SeriesView& series) {
    if (const auto span = acquired(base, series)) return span->last;
    return momentOf(series.agreed(base.pack, "SeriesDate"), series.agreed(base.pack, "SeriesTime"))
        .value_or(0);
}

int sliceCount(const SeriesView& series) {
    return series.stack ? series.stack->slices : series.instances;
}

/// Order in which repeats are preferred; the UID last, so that it is always the same.
bool preferred(const Scope& base, const Slot& slot, const SeriesView& a, const SeriesView& b) {
    for (const Choose by : slot.choose) {
        if (by == Choose::MostSlices) {
            if (sliceCount(a) != sliceCount(b)) return sliceCount(a) > sliceCount(b);
            continue;
        }
        const double first = endOf(base, a), second = endOf(base, b);
        if (first != second) return (by == Choose::Latest) == (first > second);
    }
    return a.uid < b.uid;
}

/// Two series of the same part of the body: more than half of the shorter one lies within the other.
bool overlap(const PackData& pack, const SeriesView& a, const SeriesView& b) {
    if (!a.stack || !b.stack || a.stack->plane != b.stack->plane) return false;
    if (a.first(pack, "FrameOfReferenceUID") != b.first(pack, "FrameOfReferenceUID")) return false;
    const double from = std::max(a.stack->first_mm(), b.stack->first_mm());
    const double to = std::min(a.stack->last_mm(), b.stack->last_mm());
    const double shorter =
        std::min(a.stack->last_mm() - a.stack->first_mm(), b.stack->last_mm() - b.stack->first_mm());
    return to - from > shorter / 2 || (shorter == 0 && to >= from);
}

class Matcher {
public:
    Matcher(const std::vector<const SeriesView*>& series, const Scope& base,
            const std::vector<Placement>& placements)
        : series_(series), base_(base), pack_(base.pack), assigned_(series.size(), kNone) {
        for (const SeriesView* one : series_) {
            auto& row = matching_.candidates.emplace_back();
            for (const Slot& slot : pack_.slots) row.push_back(rate(*one, slot, base));
        }
        for (const Placement& placement : placements) place(placement);
    }

    Matching run() {
        assignPlaces();
        takeAsRepeats();
        setAmbiguousAside();
        for (std::size_t slot = 0; slot < pack_.slots.size(); ++slot) chooseStations(slot);
        return std::move(matching_);
    }

private:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    const Candidate& candidate(std::size_t series, std::size_t slot) const {
        return matching_.candidates[series][slot];
    }
    bool fits(std::size_t series, std::size_t slot) const { return candidate(series, slot).fit == Fit::Fits; }
    bool isPlaced(std::size_t series) const { return matching_.placed.contains(series_[series]); }

    /// What a person said counts: the series is that slot's, or nobody's.
    void place(const Placement& placement) {
        for (std::size_t i = 0; i < series_.size(); ++i) {
            if (series_[i]->uid != placement.series_instance_uid) continue;
            matching_.placed[series_[i]] = placement.by;
            for (std::size_t slot = 0; slot < pack_.slots.size(); ++slot) {
                if (pack_.slots[slot].id == placement.slot_id)
                    assigned_[i] = slot;
                else
                    matching_.candidates[i][slot].fit = Fit::Excluded;
            }
        }
    }

    /// A slot offers as many places as it may hold series.
    void assignPlaces() {
        std::vector<std::size_t> places;
        std::vector<std::vector<double>> gain;
        for (std::size_t slot = 0; slot < pack_.slots.size(); ++slot) {
            std::vector<double> row(series_.size(), 0);
            std::size_t fitting = 0;
            for (std::size_t i = 0; i < series_.size(); ++i) {
                constexpr double kAnyMatch = 1e-3;  // a fit of score 0 is better than none
                if (!fits(i, slot) || isPlaced(i)) continue;
                row[i] = candidate(i, slot).score + kAnyMatch;
                ++fitting;
            }
            const auto taken = static_cast<std::size_t>(std::ranges::count(assigned_, slot));
            const auto most = static_cast<std::size_t>(pack_.slots[slot].max);
            const std::size_t wanted = std::min(fitting, most - std::min(most, taken));
            for (std::size_t place = 0; place < wanted; ++place) {
                places.push_back(slot);
                gain.push_back(row);
            }
        }
        const auto columns = assignLargest(gain);
        for (std::size_t place = 0; place < places.size(); ++place)
            if (columns[place] >= 0) assigned_[static_cast<std::size_t>(columns[place])] = places[place];
    }

    void takeAsRepeats() {
        for (std::size_t i = 0; i < series_.size(); ++i) {
            if (assigned_[i] != kNone || isPlaced(i)) continue;
            for (std::size_t slot = 0; slot < pack_.slots.size(); ++slot) {
                const bool better =
                    assigned_[i] == kNone || candidate(i, slot).score > candidate(i, assigned_[i]).score;
                if (fits(i, slot) && better) assigned_[i] = slot;
            }
        }
    }

    /// Another slot competes when the series fits it within the margin and no series there fits it better.
    void setAmbiguousAside() {
        const auto assigned = assigned_;
        for (std::size_t i = 0; i < series_.size(); ++i) {
            if (assigned[i] == kNone || isPlaced(i)) continue;
            std::vector<std::string> slots{pack_.slots[assigned[i]].id};
            const double margin = pack_.slots[assigned[i]].match.accept_margin;
            for (std::size_t slot = 0; slot < pack_.slots.size(); ++slot) {
                if (slot == assigned[i] || !fits(i, slot)) continue;
                const double score = candidate(i, slot).score;
                bool taken = false;
                for (std::size_t j = 0; j < series_.size(); ++j)
                    taken = taken || (j != i && assigned[j] == slot && candidate(j, slot).score > score);
                if (!taken && candidate(i, assigned[i]).score - score < margin)
                    slots.push_back(pack_.slots[slot].id);
            }
            if (slots.size() == 1) continue;
            matching_.ambiguous.emplace_back(series_[i], std::move(slots));
            assigned_[i] = kNone;
        }
    }

    /// Series of a slot in the order they are taken. The pack chooses among those that fit about equally
    /// well; a reconstruction that fits clearly worse never displaces a better one, however many slices it
    /// has.
    std::vector<const SeriesView*> inOrderOfChoice(std::size_t index) const {
        const Slot& slot = pack_.slots[index];
        double best = 0;
        std::vector<std::pair<double, const SeriesView*>> rated;
        for (std::size_t i = 0; i < series_.size(); ++i) {
            if (assigned_[i] != index) continue;
            rated.emplace_back(candidate(i, index).score, series_[i]);
            best = std::max(best, rated.back().first);
        }
        const auto fitsWorse = [&](double score) {
            return score < best && best - score >= slot.match.accept_margin;
        };
        std::ranges::sort(rated, [&](const auto& a, const auto& b) {
            const bool chosen = matching_.placed.contains(a.second);
            if (chosen != matching_.placed.contains(b.second)) return chosen;
            if (fitsWorse(a.first) != fitsWorse(b.first)) return fitsWorse(b.first);
            return preferred(base_, slot, *a.second, *b.second);
        });
        std::vector<const SeriesView*> ordered;
        for (const auto& [score, series] : rated) ordered.push_back(series);
        return ordered;
    }

    void chooseStations(std::size_t index) {
        const Slot& slot = pack_.slots[index];
        const auto wanted = inOrderOfChoice(index);
        auto& judged = matching_.judged[slot.id];
        for (const SeriesView* one : wanted) {
            const bool full = judged.size() >= static_cast<std::size_t>(slot.max);
            const bool again =
                slot.merge == Merge::ByFrameOfReference &&
                std::ranges::any_of(judged, [&](const SeriesView* j) { return overlap(pack_, *j, *one); });
            (full || again ? matching_.repeats[slot.id] : judged).push_back(one);
        }
    }

    const std::vector<const SeriesView*>& series_;
    const Scope& base_;
    const PackData& pack_;
    std::vector<std::size_t> assigned_;
    Matching matching_;
};

}  // namespace

std::string Matching::slotOf(const SeriesView* series) const {
    for (const auto* map : {&judged, &repeats})
        for (const auto& [slot, list] : *map)
            if (std::ranges::find(list, series) != list.end()) return slot;
    return {};
}

namespace {

bool comparesSlots(const PackData& pack) {
    const auto sibling = [](const Condition& condition) { return condition.op == Operator::SameAs; };
    return std::ranges::any_of(pack.slots, [&](const Slot& slot) {
        return std::ranges::any_of(slot.match.must, sibling) ||
               std::ranges::any_of(slot.match.score,
                                   [&](const auto& score) { return sibling(score.condition); });
    });
}

/// A condition on the series of another slot can only be told once that slot has one: then all are matched
/// again.
Matching matchTwice(const std::vector<const SeriesView*>& series, const Scope& base,
                    const std::vector<Placement>& placements) {
    Matching first = Matcher(series, base, placements).run();
    if (!comparesSlots(base.pack)) return first;
    Scope again = base;
    again.matched = &first.judged;
    return Matcher(series, again, placements).run();
}

}  // namespace

/// What a person said of this very study comes first. What was said of an earlier one only settles what the
/// pack leaves open, and never against a `must`.
Matching matchSeries(const std::vector<const SeriesView*>& series, const Scope& base) {
    std::vector<Placement> placements;
    std::vector<Placement> remembered;
    for (const Placement& one : base.context.placements)
        (one.by == PlacedBy::Memory ? remembered : placements).push_back(one);
    Matching matching = matchTwice(series, base, placements);
    const std::size_t said = placements.size();
    for (const Placement& one : remembered) {
        const auto slot = std::ranges::find(base.pack.slots, one.slot_id, &Slot::id);
        if (slot == base.pack.slots.end()) continue;
        const auto index = static_cast<std::size_t>(slot - base.pack.slots.begin());
        for (std::size_t i = 0; i < series.size(); ++i) {
            const Fit fit = matching.candidates[i][index].fit;
            const bool open = matching.slotOf(series[i]).empty() && !matching.placed.contains(series[i]);
            if (series[i]->uid == one.series_instance_uid && open && (fit == Fit::Fits || fit == Fit::Unsure))
                placements.push_back(one);
        }
    }
    return placements.size() == said ? matching : matchTwice(series, base, placements);
}

}  // namespace gantry::qc
