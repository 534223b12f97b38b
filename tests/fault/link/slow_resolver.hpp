#pragma once
/// A name server on 127.0.0.1:53 that takes its time. For network namespaces that use it.

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "gantry/core/files.hpp"

namespace gantry::test {

/// Every name is 127.0.0.1. Started on a thread that is in the namespace.
class SlowResolver {
public:
    /// @param delay  before each answer; nullopt: there is never one
    explicit SlowResolver(std::optional<std::chrono::milliseconds> delay);
    ~SlowResolver();
    SlowResolver(const SlowResolver&) = delete;
    SlowResolver& operator=(const SlowResolver&) = delete;
    int questions() const { return questions_; }

private:
    void serve(const std::stop_token& stop);

    const std::optional<std::chrono::milliseconds> delay_;
    UniqueFd socket_;
    std::atomic<int> questions_ = 0;
    std::jthread thread_;
};

}  // namespace gantry::test
