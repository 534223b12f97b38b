#include "gantry/core/clock.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace gantry {

UnixMillis SystemClock::nowMillis() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string isoUtc(UnixMillis millis) {
    const UnixMillis part = ((millis % 1000) + 1000) % 1000;
    const auto seconds = static_cast<std::time_t>((millis - part) / 1000);
    std::tm fields{};
    gmtime_r(&seconds, &fields);
    std::array<char, 32> date{};
    std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &fields);
    std::array<char, 48> whole{};
    std::snprintf(whole.data(), whole.size(), "%s.%03dZ", date.data(), static_cast<int>(part));
    return whole.data();
}

bool isCalendarDay(std::string_view date) {
    if (date.size() != 8 || date.find_first_not_of("0123456789") != std::string_view::npos) return false;
    const auto number = [&](std::size_t at, std::size_t count) {
        unsigned value = 0;
        for (const char c : date.substr(at, count)) value = value * 10 + static_cast<unsigned>(c - '0');
        return value;
    };
    return std::chrono::year_month_day{std::chrono::year(static_cast<int>(number(0, 4))),
                                       std::chrono::month(number(4, 2)), std::chrono::day(number(6, 2))}
        .ok();
}

}  // namespace gantry
