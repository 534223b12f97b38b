#include "workflow/line.hpp"

#include <algorithm>
#include <array>
#include <ctime>

namespace gantry::agent {
namespace {

uplink::LineSchedule scheduleOf(const LineWish& wish) {
    const uplink::LineRate open{true, wish.bytes_per_second};
    if (!wish.from_minute || !wish.to_minute) return uplink::LineSchedule(open);
    uplink::LineWindow window;
    window.begin_minute = *wish.from_minute;
    window.end_minute = *wish.to_minute;
    window.rate = open;
    auto made = uplink::LineSchedule::make({window}, {false, {}});
    return made ? *std::move(made) : uplink::LineSchedule(open);
}

std::optional<UnixMillis> sooner(std::optional<UnixMillis> a, std::optional<UnixMillis> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

}  // namespace

void Line::allow(const LineWish& wish) {
    auto schedule = scheduleOf(wish);
    const std::lock_guard lock(mutex_);
    wish_ = std::move(schedule);
}

uplink::LineRate Line::bothAt(UnixMillis at) const {
    auto rate = schedule_.rateAt(at);
    const auto wish = wish_.rateAt(at);
    rate.open = rate.open && wish.open;
    if (wish.bytes_per_second)
        rate.bytes_per_second = std::min(rate.bytes_per_second.value_or(UINT64_MAX), *wish.bytes_per_second);
    return rate;
}

uplink::LineRate Line::rateAt(UnixMillis at) const {
    const std::lock_guard lock(mutex_);
    return bothAt(at);
}

uplink::LineRate Line::follow(UnixMillis now) {
    const std::lock_guard lock(mutex_);
    const auto rate = bothAt(now);
    if (in_force_ == rate) return rate;
    in_force_ = rate;
    limiter_->setRate(rate.bytes_per_second);
    return rate;
}

std::optional<UnixMillis> Line::opensAt(UnixMillis now) const {
    constexpr int kMostChanges = 256;  // of a week of windows of both
    const std::lock_guard lock(mutex_);
    std::optional<UnixMillis> at = now;
    for (int i = 0; at && i < kMostChanges; ++i) {
        if (bothAt(*at).open) return at;
        at = sooner(schedule_.nextChange(*at), wish_.nextChange(*at));
    }
    return std::nullopt;
}

std::string waitsForLine(std::optional<UnixMillis> until) {
    if (!until) return "Uploads are switched off in this site's configuration.";
    const auto seconds = static_cast<std::time_t>(*until / 1000);
    std::tm local{};
    localtime_r(&seconds, &local);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%a %H:%M", &local);
    return "Uploads wait until " + std::string(text.data()) + ", as this site is set up.";
}

}  // namespace gantry::agent
