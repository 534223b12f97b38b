#include "workflow/line.hpp"

#include <array>
#include <ctime>

namespace gantry::agent {

uplink::LineRate Line::follow(UnixMillis now) {
    const auto rate = schedule_.rateAt(now);
    const std::lock_guard lock(mutex_);
    if (in_force_ == rate) return rate;
    in_force_ = rate;
    limiter_->setRate(rate.bytes_per_second);
    return rate;
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
