#pragma once
/// Waiting for a condition with a deadline.

#include <chrono>
#include <functional>
#include <thread>

namespace gantry::test {

/// Asks again and again, at first often. @return whether it came true in time.
template <class Condition>
bool waitUntil(Condition&& condition, std::chrono::milliseconds within) {
    const auto deadline = std::chrono::steady_clock::now() + within;
    auto pause = std::chrono::milliseconds(1);
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= deadline) return false;
        std::this_thread::sleep_for(pause);
        if (pause < std::chrono::milliseconds(50)) pause *= 2;
    }
    return true;
}

}  // namespace gantry::test
