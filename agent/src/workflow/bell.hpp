#pragma once
/// Wakes a thread that waits for work or for time to pass.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace gantry::agent {

class Bell {
public:
    void ring() {
        {
            const std::lock_guard lock(mutex_);
            rung_ = true;
        }
        ready_.notify_one();
    }
    /// Returns when rung, after `longest`, or when asked to stop. @return whether it was rung
    bool wait(const std::stop_token& stop, std::chrono::milliseconds longest) {
        std::unique_lock lock(mutex_);
        ready_.wait_for(lock, stop, longest, [this] { return rung_; });
        return std::exchange(rung_, false);
    }

private:
    std::mutex mutex_;
    std::condition_variable_any ready_;
    bool rung_ = false;  // guarded by mutex_
};

}  // namespace gantry::agent
