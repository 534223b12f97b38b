#pragma once
/// The same work for each of many things, on as many threads as there are cores.

#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>
#include <vector>

namespace gantry::agent {

/// Calls `work` with each index once; ends early when asked to. `work` must not throw.
inline void forEachOnAllCores(std::size_t count, const std::stop_token& stop,
                              const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    const auto run = [&] {
        for (auto i = next++; i < count && !stop.stop_requested(); i = next++) work(i);
    };
    std::vector<std::jthread> helpers;
    for (unsigned i = 1; i < std::thread::hardware_concurrency() && i < count; ++i) helpers.emplace_back(run);
    run();
}

}  // namespace gantry::agent
