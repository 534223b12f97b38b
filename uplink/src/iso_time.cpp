#include "gantry/uplink/iso_time.hpp"

#include <chrono>
#include <optional>

namespace gantry::uplink {
namespace {

// Takes digits and one separator from the front.
std::optional<unsigned> take(std::string_view& text, std::size_t digits, std::string_view separator) {
    if (text.size() < digits + separator.size()) return std::nullopt;
    unsigned value = 0;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    text.remove_prefix(digits);
    if (!text.starts_with(separator)) return std::nullopt;
    text.remove_prefix(separator.size());
    return value;
}

bool isFractionAndZulu(std::string_view rest) {
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        const auto digits = rest.find_first_not_of("0123456789");
        if (digits == 0 || digits == std::string_view::npos) return false;
        rest.remove_prefix(digits);
    }
    return rest == "Z";
}

}  // namespace

Result<std::int64_t> unixSeconds(std::string_view iso) {
    auto rest = iso;
    const auto year = take(rest, 4, "-");
    const auto month = take(rest, 2, "-");
    const auto day = take(rest, 2, "T");
    const auto hour = take(rest, 2, ":");
    const auto minute = take(rest, 2, ":");
    const auto second = take(rest, 2, "");
    const bool whole = year && month && day && hour && minute && second && isFractionAndZulu(rest);
    if (!whole || *hour > 23 || *minute > 59 || *second > 60)
        return fail(Errc::InvalidArgument, "not an ISO 8601 UTC time");
    const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(*month), std::chrono::day(*day));
    if (!date.ok()) return fail(Errc::InvalidArgument, "not a day of the calendar");
    const auto days = std::chrono::sys_days(date).time_since_epoch().count();
    return static_cast<std::int64_t>(days) * 86400 + *hour * 3600 + *minute * 60 + *second;
}

}  // namespace gantry::uplink
