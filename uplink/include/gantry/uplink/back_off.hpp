#pragma once
/// How long to wait before the next attempt: exponential with full jitter, so that a fleet does not knock at
/// once.

#include <chrono>
#include <cstdint>
#include <functional>

namespace gantry::uplink {

class BackOff {
public:
    using Random = std::function<double()>;  ///< uniform in [0, 1)

    /// @param first  upper bound of the first wait; doubles with each failure
    /// @param cap    upper bound of every wait
    BackOff(std::chrono::milliseconds first, std::chrono::milliseconds cap, Random random);
    /// With the system's randomness.
    BackOff(std::chrono::milliseconds first, std::chrono::milliseconds cap);

    /// Wait before the next attempt, at least `at_least` (Retry-After), even above the cap.
    std::chrono::milliseconds next(std::chrono::milliseconds at_least = std::chrono::milliseconds(0));
    /// After a success, or after progress.
    void reset() { failures_ = 0; }
    std::uint32_t failures() const { return failures_; }

private:
    std::chrono::milliseconds first_;
    std::chrono::milliseconds cap_;
    Random random_;
    std::uint32_t failures_ = 0;
};

}  // namespace gantry::uplink
