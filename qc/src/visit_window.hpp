#pragma once
/// When a visit may be: a stretch of days around an anchor of the subject.

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gantry::qc {

struct Visit;

/// Days since 1970-01-01, both included.
struct DayRange {
    int first;
    int last;
};

/// The window of a visit for a subject with these anchors; of a repeated visit the repeat nearest to
/// `near_day`. Nullopt when the visit has no window, or the anchor's date is not known.
std::optional<DayRange> windowOf(const Visit& visit, const std::map<std::string, std::string>& anchors,
                                 int near_day);

}  // namespace gantry::qc
