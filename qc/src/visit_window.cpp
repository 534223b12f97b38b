#include "visit_window.hpp"

#include <algorithm>
#include <cmath>

#include "moments.hpp"

namespace gantry::qc {

std::optional<DayRange> windowOf(const Visit& visit, const std::map<std::string, std::string>& anchors,
                                 int near_day) {
    const auto anchor = anchors.find(visit.anchor);
    const auto day = anchor == anchors.end() ? std::nullopt : dayNumber(anchor->second);
    if (!day) return std::nullopt;
    if (visit.window) return DayRange{*day + visit.window->first, *day + visit.window->last};
    if (visit.repeat_days <= 0) return std::nullopt;
    const double steps = std::round((near_day - *day) / static_cast<double>(visit.repeat_days));
    const int at = *day + std::max(1, static_cast<int>(steps)) * visit.repeat_days;
    return DayRange{at - visit.repeat_tolerance, at + visit.repeat_tolerance};
}

}  // namespace gantry::qc
