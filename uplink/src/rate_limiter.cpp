#include "gantry/uplink/rate_limiter.hpp"

#include <algorithm>

namespace gantry::uplink {
namespace {

using namespace std::chrono_literals;

constexpr auto kTurn = 50ms;     // what one turn takes at most, bounds below aside
constexpr auto kBehind = 200ms;  // time of an idle line that may be made up for: a late timer costs nothing
constexpr std::uint64_t kLeastTurn = 512;
constexpr std::uint64_t kMostTurn = 256 << 10;

RateLimiter::Duration timeFor(std::uint64_t bytes, std::uint64_t rate) {
    const std::chrono::duration<double> seconds(static_cast<double>(bytes) / static_cast<double>(rate));
    return std::chrono::duration_cast<RateLimiter::Duration>(seconds);
}

std::optional<std::uint64_t> usable(std::optional<std::uint64_t> rate) {
    return rate ? std::optional(std::max<std::uint64_t>(*rate, 1)) : rate;
}

std::uint64_t turnAt(std::uint64_t rate) {
    constexpr auto kTurnsASecond = static_cast<std::uint64_t>(1s / kTurn);
    return std::clamp(rate / kTurnsASecond, kLeastTurn, kMostTurn);
}

}  // namespace

RateLimiter::RateLimiter(std::optional<std::uint64_t> bytes_per_second, std::function<Time()> now)
    : now_(std::move(now)), rate_(usable(bytes_per_second)), free_at_(now_()) {}

std::shared_ptr<RateLimiter> RateLimiter::within(std::shared_ptr<RateLimiter> around) {
    return std::shared_ptr<RateLimiter>(new RateLimiter(Within(), std::move(around)));
}

RateLimiter::RateLimiter(Within, std::shared_ptr<RateLimiter> around)
    : now_(around->now_), around_(std::move(around)), free_at_(now_()) {}

void RateLimiter::setRate(std::optional<std::uint64_t> bytes_per_second) {
    const std::lock_guard lock(mutex_);
    const auto before = rate_;
    rate_ = usable(bytes_per_second);
    if (rate_ == before) return;
    const auto now = now_();
    if (free_at_ <= now) return;
    // Turns that were given keep their times; what they owe is counted at the new rate.
    if (!rate_ || !before)
        free_at_ = now;
    else
        free_at_ = now + std::chrono::duration_cast<Duration>(
                             (free_at_ - now) * (static_cast<double>(*before) / static_cast<double>(*rate_)));
}

std::optional<std::uint64_t> RateLimiter::rate() const {
    const std::lock_guard lock(mutex_);
    return rate_;
}

std::uint64_t RateLimiter::turnOf(std::uint64_t wanted) const {
    const std::lock_guard lock(mutex_);
    return rate_ ? std::min(wanted, turnAt(*rate_)) : wanted;
}

RateLimiter::Turn RateLimiter::ask(std::uint64_t wanted) {
    Turn outer{wanted, {}};
    if (around_) outer = around_->ask(turnOf(wanted));
    const std::lock_guard lock(mutex_);
    if (!rate_) return outer;
    const auto now = now_();
    // The rate may have been lowered in between: the bytes are the outer turn's, and this one lasts the longer.
    const auto bytes = around_ ? outer.bytes : std::min(wanted, turnAt(*rate_));
    const auto begin = std::max(free_at_, now - kBehind);
    free_at_ = begin + timeFor(bytes, *rate_);
    return {bytes, std::max({begin - now, outer.wait, Duration::zero()})};
}

}  // namespace gantry::uplink
