#include "people/lockout.hpp"

namespace gantry::agent {

// Tries count for as long as a lock lasts, from the last one on.
void Lockout::dropOld(UnixMillis now) {
    std::erase_if(tries_, [&](const auto& one) { return one.second.last + locked_millis_ <= now; });
}

bool Lockout::isLocked(const std::string& key, UnixMillis now) {
    const std::lock_guard lock(mutex_);
    dropOld(now);
    const auto found = tries_.find(key);
    return found != tries_.end() && found->second.wrong >= allowed_;
}

bool Lockout::wrong(const std::string& key, UnixMillis now) {
    const std::lock_guard lock(mutex_);
    dropOld(now);
    auto& tries = tries_[key];
    tries.last = now;
    return ++tries.wrong == allowed_;
}

void Lockout::forget(const std::string& key) {
    const std::lock_guard lock(mutex_);
    tries_.erase(key);
}

}  // namespace gantry::agent
