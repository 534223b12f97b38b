#include "gantry/uplink/line_schedule.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <string>

#include "text.hpp"

namespace gantry::uplink {
namespace {

constexpr int kMinutesOfDay = 24 * 60;
constexpr UnixMillis kMinute = 60'000;
constexpr int kDaysAhead = 8;  // a week, and a day for a change of summer time
constexpr std::uint8_t kEveryDay = 0x7F;
constexpr std::array<std::string_view, 7> kDays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

bool onDay(const LineWindow& window, int weekday) {
    return (window.days >> weekday & 1) != 0;
}

bool holds(const LineWindow& window, int weekday, int minute) {
    if (window.begin_minute < window.end_minute)
        return onDay(window, weekday) && minute >= window.begin_minute && minute < window.end_minute;
    if (minute >= window.begin_minute) return onDay(window, weekday);
    return minute < window.end_minute && onDay(window, (weekday + 6) % 7);  // began the day before
}

std::optional<int> weekdayNamed(std::string_view name) {
    const auto found = std::find(kDays.begin(), kDays.end(), name);
    if (found == kDays.end()) return std::nullopt;
    return static_cast<int>(found - kDays.begin());
}

Error notDays(std::string_view text) {
    return fail(Errc::InvalidArgument,
                "'" + std::string(text) + "' names no days: mon-fri, or sat,sun, or daily");
}

// "mon" or "mon-fri"; a span may pass the end of the week.
Result<std::uint8_t> parseSpan(std::string_view text) {
    const auto dash = std::min(text.find('-'), text.size());
    const auto first = weekdayNamed(trimmed(text.substr(0, dash)));
    const auto last = dash == text.size() ? first : weekdayNamed(trimmed(text.substr(dash + 1)));
    if (!first || !last) return notDays(text);
    std::uint8_t days = 0;
    for (int day = *first;; day = (day + 1) % 7) {
        days = static_cast<std::uint8_t>(days | 1 << day);
        if (day == *last) return days;
    }
}

std::optional<int> twoDigits(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.size() != 2 || error != std::errc() || end != text.data() + 2 || value < 0) return std::nullopt;
    return value;
}

Result<> check(const LineWindow& window) {
    const auto inDay = [](int minute) { return minute >= 0 && minute < kMinutesOfDay; };
    if ((window.days & kEveryDay) == 0) return fail(Errc::InvalidArgument, "a window without a day");
    if (!inDay(window.begin_minute) || !inDay(window.end_minute))
        return fail(Errc::InvalidArgument, "a window that begins or ends outside the day");
    return {};
}

Result<> check(const LineRate& rate) {
    if (rate.bytes_per_second == 0U)
        return fail(Errc::InvalidArgument, "a rate of 0; a window in which nothing is sent is closed");
    return {};
}

}  // namespace

Result<std::uint8_t> parseWeekdays(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    std::string_view rest = trimmed(lower);
    if (rest == "daily") return kEveryDay;
    std::uint8_t days = 0;
    for (bool more = true; more;) {
        const auto comma = std::min(rest.find(','), rest.size());
        days = static_cast<std::uint8_t>(days | GANTRY_TRY(parseSpan(rest.substr(0, comma))));
        more = comma < rest.size();
        if (more) rest.remove_prefix(comma + 1);
    }
    return days;
}

Result<int> parseMinuteOfDay(std::string_view text) {
    const auto wrong = [text] {
        return fail(Errc::InvalidArgument, "'" + std::string(text) + "' is no time of day: 00:00 to 24:00");
    };
    if (text.size() != 5 || text[2] != ':') return wrong();
    const auto hours = twoDigits(text.substr(0, 2)), minutes = twoDigits(text.substr(3));
    if (!hours || !minutes || *minutes > 59 || *hours * 60 + *minutes > kMinutesOfDay) return wrong();
    return (*hours * 60 + *minutes) % kMinutesOfDay;
}

Result<LineSchedule> LineSchedule::make(std::vector<LineWindow> windows, LineRate otherwise) {
    GANTRY_CHECK(check(otherwise));
    for (const auto& window : windows) {
        GANTRY_CHECK(check(window));
        GANTRY_CHECK(check(window.rate));
    }
    LineSchedule schedule(otherwise);
    schedule.windows_ = std::move(windows);
    return schedule;
}

LineRate LineSchedule::rateAt(UnixMillis at) const {
    if (windows_.empty()) return otherwise_;
    const auto seconds = static_cast<std::time_t>(at / 1000);
    std::tm local{};
    localtime_r(&seconds, &local);
    const int minute = local.tm_hour * 60 + local.tm_min;
    for (const auto& window : windows_)
        if (holds(window, local.tm_wday, minute)) return window.rate;
    return otherwise_;
}

// Minute by minute: borders of windows and changes of summer time all lie on whole minutes, and eight days
// are walked in a few milliseconds.
std::optional<UnixMillis> LineSchedule::nextChange(UnixMillis at) const {
    if (windows_.empty()) return std::nullopt;
    const auto now = rateAt(at);
    const auto first = (at / kMinute + 1) * kMinute;
    for (int i = 0; i < kDaysAhead * kMinutesOfDay; ++i)
        if (const auto then = first + i * kMinute; rateAt(then) != now) return then;
    return std::nullopt;
}

}  // namespace gantry::uplink
