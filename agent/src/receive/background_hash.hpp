#pragma once
/// SHA-256 on a thread of its own, so that hashing an instance does not hold up the reading of its next
/// bytes.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "gantry/core/crypto.hpp"

namespace gantry::agent {

/// Fed by one thread. Copies what it is fed; waits when more than a few pieces are behind.
class BackgroundHash {
public:
    BackgroundHash() : thread_([this](const std::stop_token& stop) { run(stop); }) {}
    /// Forgets what was fed since the last begin() or finish().
    void begin();
    void feed(Bytes piece);
    /// Digest of all that was fed since begin().
    Digest finish();

private:
    void run(const std::stop_token& stop);
    void drain(std::unique_lock<std::mutex>& lock);

    std::mutex mutex_;
    std::condition_variable_any work_;
    std::condition_variable idle_;
    std::deque<std::string> waiting_;  // guarded by mutex_
    bool busy_ = false;                // guarded by mutex_: a piece is being hashed
    Sha256 hash_;                      // the hashing thread while busy_, else who holds mutex_
    std::jthread thread_;
};

}  // namespace gantry::agent
