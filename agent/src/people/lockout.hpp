#pragma once
/// Counts wrong tries and shuts out who made too many. Thread-safe. A restart forgets.

#include <map>
#include <mutex>
#include <string>

#include "gantry/core/clock.hpp"

namespace gantry::agent {

class Lockout {
public:
    Lockout(int allowed, UnixMillis locked_millis) : allowed_(allowed), locked_millis_(locked_millis) {}
    bool isLocked(const std::string& key, UnixMillis now);
    /// @return true when this one locks it
    bool wrong(const std::string& key, UnixMillis now);
    void forget(const std::string& key);

private:
    struct Tries {
        int wrong = 0;
        UnixMillis last = 0;
    };
    void dropOld(UnixMillis now);

    const int allowed_;
    const UnixMillis locked_millis_;
    std::mutex mutex_;
    std::map<std::string, Tries> tries_;  // guarded by mutex_
};

}  // namespace gantry::agent
