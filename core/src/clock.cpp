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

}  // namespace gantry
