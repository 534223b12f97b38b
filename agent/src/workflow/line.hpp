#pragma once
/// The site's line to all its sponsors: what it may carry now. One for all trials, which share it fairly.

#include <memory>
#include <mutex>
#include <optional>

#include "gantry/uplink/line_schedule.hpp"
#include "gantry/uplink/rate_limiter.hpp"

namespace gantry::agent {

/// Thread-safe.
class Line {
public:
    explicit Line(uplink::LineSchedule schedule) : schedule_(std::move(schedule)) {}
    /// What holds at that time. Its rate is in force from now on, also for uploads that are under way.
    uplink::LineRate follow(UnixMillis now);
    /// When something else holds; nullopt: never.
    std::optional<UnixMillis> nextChange(UnixMillis now) const { return schedule_.nextChange(now); }
    const std::shared_ptr<uplink::RateLimiter>& limiter() const { return limiter_; }

private:
    const uplink::LineSchedule schedule_;
    const std::shared_ptr<uplink::RateLimiter> limiter_ = std::make_shared<uplink::RateLimiter>();
    std::mutex mutex_;
    std::optional<uplink::LineRate> in_force_;  // guarded by mutex_
};

/// "Uploads wait until 19:00, as this site is set up." in local time.
std::string waitsForLine(std::optional<UnixMillis> until);

}  // namespace gantry::agent
