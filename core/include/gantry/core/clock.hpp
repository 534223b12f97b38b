#pragma once
/// Time as the product uses it. Wall time is milliseconds since the Unix epoch, UTC; injected where tests
/// need it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace gantry {

using UnixMillis = std::int64_t;

class Clock {
public:
    virtual ~Clock() = default;
    virtual UnixMillis nowMillis() const = 0;
};

class SystemClock final : public Clock {
public:
    UnixMillis nowMillis() const override;
};

/// "2026-11-23T08:49:03.120Z"
std::string isoUtc(UnixMillis millis);

/// Whether "YYYYMMDD" (DA, PS3.5 6.2) is a day of the calendar: "20240229" is, "20230229" is not.
bool isCalendarDay(std::string_view date);

}  // namespace gantry
