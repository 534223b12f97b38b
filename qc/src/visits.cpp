#include "gantry/qc/visits.hpp"

#include <algorithm>

#include "moments.hpp"
#include "pack_data.hpp"

namespace gantry::qc {

namespace {

void addRepeats(const Visit& visit, const Anchors& anchors, int today, std::vector<ExpectedVisit>& out) {
    constexpr int kMostRepeats = 200;
    const auto anchor = anchors.find(visit.anchor);
    const auto day = anchor == anchors.end() ? std::nullopt : dayNumber(anchor->second);
    if (!day) return out.push_back({visit.id, visit.label, "", ""});
    for (int repeat = 1; repeat <= kMostRepeats; ++repeat) {
        const auto window = windowOf(visit, anchors, *day + repeat * visit.repeat_days);
        out.push_back({visit.id, visit.label + " " + std::to_string(repeat), dateText(window->first),
                       dateText(window->last)});
        if (window->first > today) return;
    }
}

}  // namespace

std::vector<ExpectedVisit> expectedVisits(const Pack& pack, const Anchors& anchors,
                                          const std::string& today) {
    std::vector<ExpectedVisit> out;
    const int now = dayNumber(today).value_or(0);
    for (const Visit& visit : pack.data().visits) {
        if (visit.repeat_days > 0) {
            addRepeats(visit, anchors, now, out);
        } else if (const auto window = windowOf(visit, anchors, now)) {
            out.push_back({visit.id, visit.label, dateText(window->first), dateText(window->last)});
        } else {
            out.push_back({visit.id, visit.label, "", ""});
        }
    }
    return out;
}

std::vector<SuggestedVisit> suggestVisits(const Pack& pack, const Anchors& anchors,
                                          const std::string& study_date,
                                          const std::vector<std::string>& done) {
    std::vector<SuggestedVisit> inside;
    std::vector<SuggestedVisit> others;
    const auto day = dayNumber(study_date);
    for (const Visit& visit : pack.data().visits) {
        const auto window = day ? windowOf(visit, anchors, *day) : std::nullopt;
        const bool was_done = std::ranges::find(done, visit.id) != done.end();
        if (window && *day >= window->first && *day <= window->last)
            inside.push_back({visit.id, visit.label, "The scan is inside its window."});
        else if (!window && !was_done)
            others.push_back({visit.id, visit.label, "No scan of this visit was accepted yet."});
    }
    inside.insert(inside.end(), others.begin(), others.end());
    return inside;
}

}  // namespace gantry::qc
