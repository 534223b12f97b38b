#pragma once
/// The hub's thread that publishes: what waits for single sites soon, and a new timestamp every day.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "site_voice.hpp"

namespace gantry::central {

class VoiceThread {
public:
    VoiceThread(std::unique_ptr<Office> office, Statements& statements, Sites& sites, const Clock& clock);
    /// Something is to be said.
    void wake();

private:
    void run(const std::stop_token& stop);
    /// False: to be tried again.
    bool publish();
    bool refreshIfDue();

    const std::unique_ptr<Office> office_;
    Statements& statements_;
    Sites& sites_;
    const Clock& clock_;
    UnixMillis refreshed_at_ = 0;  ///< 0: not since the start
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool work_ = true;  // guarded by mutex_
    std::jthread thread_;
};

}  // namespace gantry::central
