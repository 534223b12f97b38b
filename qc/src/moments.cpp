#include "moments.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "gantry/core/dicom.hpp"

namespace gantry::qc {

namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (text.size() < at + count) return std::nullopt;
    int number = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

void widen(std::optional<Span>& span, double moment) {
    if (!span) span = Span{moment, moment};
    span->first = std::min(span->first, moment);
    span->last = std::max(span->last, moment);
}

/// The day an acquisition time belongs to when the header gives no date of acquisition.
std::string_view fallbackDate(const Scope& scope, const SeriesView& series) {
    const auto date = series.agreed(scope.pack, "SeriesDate");
    return date.empty() ? series.agreed(scope.pack, "StudyDate") : date;
}

/// From AcquisitionDate and AcquisitionTime.
std::optional<Span> acquiredByTime(const Scope& scope, const SeriesView& series) {
    const Column& column = series.column(scope.pack, "AcquisitionDate&AcquisitionTime");
    std::optional<Span> span;
    bool whole = column.absent == 0;
    bool dated = true;
    for (const std::string& text : column.values) {
        const auto between = text.find('&');
        const auto both = std::string_view(text);
        const auto date = between == 0 ? fallbackDate(scope, series) : both.substr(0, between);
        const auto time = both.substr(between + 1);
        const auto moment = date.empty() ? secondsOfDay(time) : momentOf(date, time);
        whole = whole && moment;
        if (!moment) continue;
        widen(span, *moment);
        dated = dated && !date.empty();
    }
    if (span) span->dated = dated;
    if (span) span->whole = whole;
    return span;
}

}  // namespace

std::optional<int> dayNumber(std::string_view date) {
    const auto year = digits(date, 0, 4), month = digits(date, 4, 2), day = digits(date, 6, 2);
    if (date.size() != 8 || !year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day calendar{std::chrono::year(*year),
                                               std::chrono::month(static_cast<unsigned>(*month)),
                                               std::chrono::day(static_cast<unsigned>(*day))};
    if (!calendar.ok()) return std::nullopt;
    return static_cast<int>(std::chrono::sys_days(calendar).time_since_epoch().count());
}

std::string dateText(int day, std::string_view separator) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    const auto padded = [](unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return std::to_string(static_cast<int>(date.year())) + std::string(separator) +
           padded(static_cast<unsigned>(date.month())) + std::string(separator) +
           padded(static_cast<unsigned>(date.day()));
}

std::optional<double> secondsOfDay(std::string_view time) {
    const auto hours = digits(time, 0, 2), minutes = digits(time, 2, 2);
    const auto seconds = time.size() > 4 && time[4] != '.' ? digits(time, 4, 2) : std::optional(0);
    if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;
    double fraction = 0;
    if (time.size() > 7 && time[6] == '.') {
        const auto parts = dicom::parseDecimals("0" + std::string(time.substr(6)));
        if (parts.size() != 1 || !parts.front()) return std::nullopt;
        fraction = *parts.front();
    }
    return *hours * 3600 + *minutes * 60 + *seconds + fraction;
}

std::optional<double> momentOf(std::string_view date, std::string_view time) {
    const auto day = dayNumber(date);
    const auto second = secondsOfDay(time);
    if (!day || !second) return std::nullopt;
    return *day * kSecondsPerDay + *second;
}

std::optional<double> momentOf(std::string_view date_time) {
    const auto zone = date_time.find_first_of("+-", std::min<std::size_t>(8, date_time.size()));
    date_time = date_time.substr(0, zone);
    if (date_time.size() < 12) return std::nullopt;
    return momentOf(date_time.substr(0, 8), date_time.substr(8));
}

std::optional<double> zoneOffset(std::string_view text) {
    const auto at = text.size() >= 5 ? text.size() - 5 : std::string_view::npos;
    if (at == std::string_view::npos || (text[at] != '+' && text[at] != '-')) return std::nullopt;
    const auto hours = digits(text, at + 1, 2), minutes = digits(text, at + 3, 2);
    if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
    return (text[at] == '-' ? -1 : 1) * (*hours * 3600.0 + *minutes * 60.0);
}

std::optional<double> zoneOf(const Scope& scope, const SeriesView& series) {
    const auto& zones = series.column(scope.pack, "TimezoneOffsetFromUTC").values;
    return zones.size() == 1 ? zoneOffset(zones.front()) : std::nullopt;
}

std::optional<double> momentOnClock(const Scope& scope, const SeriesView& series,
                                    std::string_view date_time) {
    const auto moment = momentOf(date_time);
    const auto own = zoneOffset(date_time);
    const auto clock = own ? zoneOf(scope, series) : std::nullopt;
    return moment && clock ? std::optional(*moment - *own + *clock) : moment;
}

std::optional<Span> acquired(const Scope& scope, const SeriesView& series) {
    std::optional<Span> span;
    std::optional<double> other_zone;
    for (const auto* attribute : {"FrameAcquisitionDateTime", "AcquisitionDateTime"}) {
        const Column& column = series.column(scope.pack, attribute);
        bool whole = column.absent == 0;
        for (const std::string& text : column.values) {
            const auto moment = momentOnClock(scope, series, text);
            whole = whole && moment;
            if (!moment) continue;
            widen(span, *moment);
            if (const auto zone = zoneOffset(text)) other_zone = zone;
        }
        if (!span) continue;
        if (!zoneOf(scope, series)) span->other_zone = other_zone;
        span->whole = whole;
        return span;
    }
    return acquiredByTime(scope, series);
}

std::string noAcquisition(const Scope& scope, const SeriesView& series) {
    const auto& times = series.column(scope.pack, "AcquisitionDate&AcquisitionTime").values;
    const bool there =
        !series.column(scope.pack, "AcquisitionDateTime").values.empty() ||
        std::ranges::any_of(times, [](const std::string& text) { return !text.ends_with('&'); });
    return there ? "the acquisition time in the header cannot be read"
                 : "the acquisition time is not in the header";
}

Observation timed(Item item, bool whole) {
    Observation seen = known(std::move(item));
    seen.partial = !whole;
    if (!whole) seen.reason = kSomeTimesMissing;
    return seen;
}

std::string noInjection(const Scope& scope, const SeriesView& series) {
    for (const auto attribute : {std::string_view("ContrastBolusStartTime"), kEnhancedContrastStart}) {
        const auto& told = series.column(scope.pack, attribute).values;
        if (told.size() > 1) return "the header tells of several injections";
        if (told.size() == 1) return "the injection time in the header cannot be read";
    }
    return "the injection time is not in the header";
}

std::optional<double> injectionTime(const Scope& scope, const SeriesView& series) {
    const auto scan = acquired(scope, series);
    if (!scan) return std::nullopt;
    const double midnight = std::floor(scan->first / kSecondsPerDay) * kSecondsPerDay;
    const auto on_day = [&](double second) {  // given before midnight, scanned after it
        const double moment = midnight + second;
        return moment - scan->first > kSecondsPerDay / 2 ? moment - kSecondsPerDay : moment;
    };
    for (const auto attribute : {std::string_view("ContrastBolusStartTime"), kEnhancedContrastStart}) {
        const Column& told = series.column(scope.pack, attribute);
        if (told.values.empty()) continue;
        const auto start = secondsOfDay(series.only(scope.pack, attribute));
        return start ? std::optional(on_day(*start)) : std::nullopt;
    }
    const auto& answers = scope.context.answers;
    const auto answer = std::ranges::find(answers, kContrastTimeQuestion, &ConsoleAnswer::question_id);
    if (answer == answers.end()) return std::nullopt;
    const auto said = secondsOfDay(answer->value);
    return said ? std::optional(on_day(*said)) : std::nullopt;
}

}  // namespace gantry::qc
