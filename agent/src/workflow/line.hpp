#pragma once
/// The site's line to all its sponsors: what it may carry now. One for all trials, which share it fairly.

#include <memory>
#include <mutex>
#include <optional>

#include "catalogue/outbox_control.hpp"
#include "gantry/uplink/line_schedule.hpp"
#include "gantry/uplink/rate_limiter.hpp"

namespace gantry::agent {

/// Thread-safe.
class Line {
public:
    explicit Line(uplink::LineSchedule schedule) : schedule_(std::move(schedule)) {}
    /// What a person allows, from now on; the configuration's bounds hold besides.
    void allow(const LineWish& wish);
    /// What holds at that time. Its rate is in force from now on, also for uploads that are under way.
    uplink::LineRate follow(UnixMillis now);
    uplink::LineRate rateAt(UnixMillis at) const;
    /// When a line that is closed `now` opens; nullopt: never.
    std::optional<UnixMillis> opensAt(UnixMillis now) const;
    const std::shared_ptr<uplink::RateLimiter>& limiter() const { return limiter_; }

private:
    uplink::LineRate bothAt(UnixMillis at) const;  // under the lock
    const uplink::LineSchedule schedule_;
    const std::shared_ptr<uplink::RateLimiter> limiter_ = std::make_shared<uplink::RateLimiter>();
    mutable std::mutex mutex_;
    uplink::LineSchedule wish_;                 // guarded by mutex_
    std::optional<uplink::LineRate> in_force_;  // guarded by mutex_
};

/// "Uploads wait until Mon 19:00, as this site is set up." in local time.
std::string waitsForLine(std::optional<UnixMillis> until);

}  // namespace gantry::agent
