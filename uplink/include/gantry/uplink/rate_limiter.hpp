#pragma once
/// A bound on the bytes a second that the connections of one line send together.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace gantry::uplink {

/// A token bucket that hands out turns. Whoever asks gets the next turn on the line and is told when it
/// begins, so that connections which keep asking for equal turns share equally. Bytes are those of bodies;
/// TLS and TCP add some percent on the wire. Thread-safe.
class RateLimiter {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::steady_clock::duration;

    /// @param bytes_per_second  nullopt: no bound
    explicit RateLimiter(std::optional<std::uint64_t> bytes_per_second = {},
                         std::function<Time()> now = std::chrono::steady_clock::now);
    /// A bound of its own within `around`, which others share: the lower of both holds.
    static std::shared_ptr<RateLimiter> within(std::shared_ptr<RateLimiter> around);

    /// From now on, also for uploads that are under way. 0 is taken as 1: who wants silence stops the put.
    void setRate(std::optional<std::uint64_t> bytes_per_second);
    std::optional<std::uint64_t> rate() const;

    struct Turn {
        std::uint64_t bytes = 0;  ///< 1 to `wanted`
        Duration wait{};          ///< from now until they may be sent
    };
    /// @param wanted  more than 0
    Turn ask(std::uint64_t wanted);

private:
    struct Within {};
    RateLimiter(Within, std::shared_ptr<RateLimiter> around);
    /// Bytes of one turn at the rate of now.
    std::uint64_t turnOf(std::uint64_t wanted) const;
    const std::function<Time()> now_;
    const std::shared_ptr<RateLimiter> around_;
    mutable std::mutex mutex_;
    std::optional<std::uint64_t> rate_;  // guarded by mutex_, as is what follows
    Time free_at_;                       // when the turns given so far are over
};

}  // namespace gantry::uplink
