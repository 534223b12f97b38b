#pragma once
/// What can go wrong on a line, as values: a test draws them from a seed, prints them, and arms a FaultProxy.

#include <chrono>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gantry::test {

struct LineFault {
    enum class Kind {
        Cut,         ///< both ends are reset just after that byte
        HalfClose,   ///< the server is told that nothing more comes; the client waits for an answer
        LoseAnswer,  ///< reset when the next answer would come back
        Stall,       ///< nothing passes for a time, like a pulled cable; then it goes on
        Down,        ///< every connection is reset, new ones are refused, for a time
        Flip,        ///< one bit of a body towards the server
        FlipBack,    ///< one bit of what the server says
    };
    Kind kind = Kind::Cut;
    std::uint64_t after_bytes = 0;       ///< towards the server since the fault before it
    std::chrono::milliseconds lasts{0};  ///< of Stall and Down
};

std::string_view nameOf(LineFault::Kind kind);
/// @return false when no fault has that name
bool kindNamed(std::string_view name, LineFault::Kind& kind);
/// "flip after 123456 bytes", "stall after 17 bytes for 300 ms"
std::ostream& operator<<(std::ostream& out, const LineFault& fault);

struct FaultWish {
    std::uint64_t seed = 0;
    std::size_t count = 0;
    std::uint64_t over_bytes = 0;  ///< spread over so many bytes towards the server
    std::vector<LineFault::Kind> kinds;
    std::chrono::milliseconds shortest{50}, longest{300};  ///< of those that last
};
/// The same wish gives the same faults.
std::vector<LineFault> drawFaults(const FaultWish& wish);

/// GANTRY_SEED, or a new one; printed, so that a bad day can be had again.
std::uint64_t faultSeed();

}  // namespace gantry::test
