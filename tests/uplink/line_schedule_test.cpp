#include "gantry/uplink/line_schedule.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>

#include "support.hpp"

namespace gantry::uplink {
namespace {

using gantry::test::must;

/// The process's time zone while it lives.
class TimeZone {
public:
    explicit TimeZone(const char* name) {
        if (const char* old = std::getenv("TZ")) before_ = old;
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    ~TimeZone() {
        if (before_)
            ::setenv("TZ", before_->c_str(), 1);
        else
            ::unsetenv("TZ");
        ::tzset();
    }
    TimeZone(const TimeZone&) = delete;
    TimeZone& operator=(const TimeZone&) = delete;

private:
    std::optional<std::string> before_;
};

// As POSIX writes it, so that no time zone files are needed: central Europe by the rule since 1996, summer
// time from 02:00 on the last Sunday of March to 03:00 on the last Sunday of October.
constexpr auto kBerlin = "CET-1CEST,M3.5.0,M10.5.0/3";

UnixMillis utc(int year, int month, int day, int hour, int minute, int second = 0) {
    std::tm t{};
    t.tm_year = year - 1900;
    t.tm_mon = month - 1;
    t.tm_mday = day;
    t.tm_hour = hour;
    t.tm_min = minute;
    t.tm_sec = second;
    return static_cast<UnixMillis>(::timegm(&t)) * 1000;
}

LineWindow window(const char* days, const char* begin, const char* end, LineRate rate) {
    return {must(parseWeekdays(days)), must(parseMinuteOfDay(begin)), must(parseMinuteOfDay(end)), rate};
}

constexpr LineRate kSlow{true, 250'000};
constexpr LineRate kClosed{false, {}};
constexpr LineRate kFull{};

}  // namespace

TEST_CASE("days and times as people write them", "[uplink][line]") {
    CHECK(must(parseWeekdays("daily")) == 0b1111111);
    CHECK(must(parseWeekdays("mon-fri")) == 0b0111110);
    CHECK(must(parseWeekdays("Sat, SUN")) == 0b1000001);
    CHECK(must(parseWeekdays("fri-mon")) == 0b1100011);
    CHECK(must(parseWeekdays("mon,wed-thu")) == 0b0011010);
    for (const auto* bad : {"", "monday", "mon-", ",", "mon,,tue", "1-5"}) CHECK(!parseWeekdays(bad));
    CHECK(must(parseMinuteOfDay("00:00")) == 0);
    CHECK(must(parseMinuteOfDay("07:30")) == 450);
    CHECK(must(parseMinuteOfDay("23:59")) == 1439);
    CHECK(must(parseMinuteOfDay("24:00")) == 0);
    for (const auto* bad : {"", "7:30", "24:01", "12:60", "-1:00", "ab:cd", "12.30", "12:3", "12:300"})
        CHECK(!parseMinuteOfDay(bad));
}

TEST_CASE("a working day is slow, the night is not", "[uplink][line]") {
    const TimeZone zone(kBerlin);
    const auto schedule = must(LineSchedule::make({window("mon-fri", "07:00", "19:00", kSlow)}, kFull));
    // Wednesday 2026-01-14, UTC+1.
    CHECK(schedule.rateAt(utc(2026, 1, 14, 5, 59, 59)) == kFull);
    CHECK(schedule.rateAt(utc(2026, 1, 14, 6, 0)) == kSlow);
    CHECK(schedule.rateAt(utc(2026, 1, 14, 17, 59, 59)) == kSlow);
    CHECK(schedule.rateAt(utc(2026, 1, 14, 18, 0)) == kFull);
    CHECK(schedule.nextChange(utc(2026, 1, 14, 5, 30, 7)) == utc(2026, 1, 14, 6, 0));
    CHECK(schedule.nextChange(utc(2026, 1, 14, 6, 0)) == utc(2026, 1, 14, 18, 0));
    // Friday evening to Monday morning.
    CHECK(schedule.nextChange(utc(2026, 1, 16, 18, 0)) == utc(2026, 1, 19, 6, 0));
    CHECK(schedule.rateAt(utc(2026, 1, 17, 11, 0)) == kFull);
}

TEST_CASE("a window over midnight belongs to the day it begins on", "[uplink][line]") {
    const TimeZone zone("UTC");
    const auto schedule = must(LineSchedule::make({window("sat", "22:00", "06:00", kFull)}, kClosed));
    CHECK(schedule.rateAt(utc(2026, 1, 17, 21, 59)) == kClosed);  // a Saturday
    CHECK(schedule.rateAt(utc(2026, 1, 17, 22, 0)) == kFull);
    CHECK(schedule.rateAt(utc(2026, 1, 18, 5, 59)) == kFull);
    CHECK(schedule.rateAt(utc(2026, 1, 18, 6, 0)) == kClosed);
    CHECK(schedule.rateAt(utc(2026, 1, 17, 3, 0)) == kClosed);
    CHECK(schedule.nextChange(utc(2026, 1, 18, 6, 0)) == utc(2026, 1, 24, 22, 0));
}

TEST_CASE("the first window that holds counts", "[uplink][line]") {
    const TimeZone zone("UTC");
    const auto schedule = must(LineSchedule::make(
        {window("daily", "12:00", "13:00", kClosed), window("daily", "08:00", "18:00", kSlow)}, kFull));
    CHECK(schedule.rateAt(utc(2026, 1, 17, 12, 30)) == kClosed);
    CHECK(schedule.rateAt(utc(2026, 1, 17, 13, 0)) == kSlow);
    CHECK(schedule.nextChange(utc(2026, 1, 17, 9, 0)) == utc(2026, 1, 17, 12, 0));
}

TEST_CASE("one rate never changes", "[uplink][line]") {
    CHECK(LineSchedule().rateAt(0) == kFull);
    CHECK_FALSE(LineSchedule(kSlow).nextChange(utc(2026, 1, 17, 9, 0)));
    const auto whole_day = must(LineSchedule::make({window("daily", "00:00", "24:00", kSlow)}, kFull));
    CHECK(whole_day.rateAt(utc(2026, 6, 1, 23, 59)) == kSlow);
    CHECK_FALSE(whole_day.nextChange(utc(2026, 1, 17, 9, 0)));
}

TEST_CASE("summer time is followed by the clock on the wall", "[uplink][line]") {
    const TimeZone zone(kBerlin);
    SECTION("the same window lies an hour earlier in UTC") {
        const auto schedule = must(LineSchedule::make({window("daily", "07:00", "19:00", kSlow)}, kFull));
        CHECK(schedule.nextChange(utc(2026, 3, 28, 20, 0)) == utc(2026, 3, 29, 5, 0));
        CHECK(schedule.nextChange(utc(2026, 10, 24, 20, 0)) == utc(2026, 10, 25, 6, 0));
    }
    SECTION("a window that begins in the hour that is left out begins when the clock jumps over it") {
        const auto schedule = must(LineSchedule::make({window("daily", "02:30", "04:00", kSlow)}, kFull));
        // 2026-03-29: 01:59:59 CET is followed by 03:00 CEST, at 01:00 UTC.
        CHECK(schedule.rateAt(utc(2026, 3, 29, 0, 59, 59)) == kFull);
        CHECK(schedule.nextChange(utc(2026, 3, 29, 0, 30)) == utc(2026, 3, 29, 1, 0));
        CHECK(schedule.nextChange(utc(2026, 3, 29, 1, 0)) == utc(2026, 3, 29, 2, 0));
    }
    SECTION("a window in the hour that comes twice holds twice") {
        const auto schedule = must(LineSchedule::make({window("daily", "02:15", "02:45", kSlow)}, kFull));
        // 2026-10-25: 02:59:59 CEST is followed by 02:00 CET, at 01:00 UTC.
        CHECK(schedule.nextChange(utc(2026, 10, 25, 0, 0)) == utc(2026, 10, 25, 0, 15));
        CHECK(schedule.nextChange(utc(2026, 10, 25, 0, 15)) == utc(2026, 10, 25, 0, 45));
        CHECK(schedule.nextChange(utc(2026, 10, 25, 0, 45)) == utc(2026, 10, 25, 1, 15));
        CHECK(schedule.nextChange(utc(2026, 10, 25, 1, 15)) == utc(2026, 10, 25, 1, 45));
    }
}

TEST_CASE("windows that make no sense are refused", "[uplink][line]") {
    CHECK(!LineSchedule::make({LineWindow{0, 0, 60, kFull}}, kFull));
    CHECK(!LineSchedule::make({LineWindow{1, -1, 60, kFull}}, kFull));
    CHECK(!LineSchedule::make({LineWindow{1, 0, 1440, kFull}}, kFull));
    CHECK(!LineSchedule::make({LineWindow{1, 0, 60, LineRate{true, 0}}}, kFull));
    CHECK(!LineSchedule::make({}, LineRate{true, 0}));
}

}  // namespace gantry::uplink
