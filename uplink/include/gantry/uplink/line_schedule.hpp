#pragma once
/// When a line may be used, and how much of it: windows of the week in local time.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/core/result.hpp"

namespace gantry::uplink {

struct LineRate {
    bool open = true;                               ///< false: nothing is sent
    std::optional<std::uint64_t> bytes_per_second;  ///< nullopt: as fast as it goes
    friend bool operator==(const LineRate&, const LineRate&) = default;
};

/// A window that begins on certain days. It ends on the next day when `end` is not after `begin`; equal
/// times make 24 hours.
struct LineWindow {
    std::uint8_t days = 0x7F;  ///< bit 0 is Sunday, as tm_wday counts
    int begin_minute = 0;      ///< local minute of the day, 0 to 1439
    int end_minute = 0;        ///< the first minute after it
    LineRate rate;
};

/// "mon-fri", "sat,sun", "daily" (any case) as bits of LineWindow::days. @errors InvalidArgument
Result<std::uint8_t> parseWeekdays(std::string_view text);
/// "07:30" as a minute of the day; "24:00" is 0. @errors InvalidArgument
Result<int> parseMinuteOfDay(std::string_view text);

/// Local time is that of the process (TZ, /etc/localtime); clocks that are put forward or back at the change
/// of summer time are followed: a window holds while the clock on the wall shows its times.
class LineSchedule {
public:
    /// One rate at all times.
    explicit LineSchedule(LineRate always = {}) : otherwise_(always) {}
    /// @param windows    the first that holds counts
    /// @param otherwise  when none does
    /// @errors InvalidArgument: a window without a day, a minute out of range, a rate of 0
    static Result<LineSchedule> make(std::vector<LineWindow> windows, LineRate otherwise);

    LineRate rateAt(UnixMillis at) const;
    /// The first whole minute after `at` with another rate; nullopt when there is none within eight days,
    /// and so never.
    std::optional<UnixMillis> nextChange(UnixMillis at) const;

private:
    std::vector<LineWindow> windows_;
    LineRate otherwise_;
};

}  // namespace gantry::uplink
