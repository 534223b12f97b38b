#include "people/sessions.hpp"

#include "gantry/core/crypto.hpp"

namespace gantry::agent {
namespace {

constexpr std::size_t kTokenBytes = 32;

}  // namespace

Session Sessions::open(PersonId person, UnixMillis now) {
    const std::lock_guard lock(mutex_);
    std::erase_if(sessions_, [&](const auto& one) { return one.second.opened_at + times_.lasts <= now; });
    const Session session{randomHex(kTokenBytes), randomHex(kTokenBytes), person, now, now, false, 0};
    sessions_.emplace(session.token, session);
    return session;
}

std::optional<Session> Sessions::find(const std::string& token, UnixMillis now) {
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(token);
    if (found == sessions_.end()) return std::nullopt;
    auto& session = found->second;
    if (session.opened_at + times_.lasts <= now) {
        sessions_.erase(found);
        return std::nullopt;
    }
    if (session.active_at + times_.idle <= now) session.locked = true;
    return session;
}

void Sessions::active(const std::string& token, UnixMillis now) {
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(token);
    if (found != sessions_.end() && !found->second.locked) found->second.active_at = now;
}

void Sessions::lock(const std::string& token) {
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(token);
    if (found != sessions_.end()) found->second.locked = true;
}

void Sessions::unlock(const std::string& token, UnixMillis now) {
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(token);
    if (found == sessions_.end()) return;
    found->second.locked = false;
    found->second.wrong_pins = 0;
    found->second.active_at = now;
}

int Sessions::wrongPin(const std::string& token) {
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(token);
    return found == sessions_.end() ? 0 : ++found->second.wrong_pins;
}

void Sessions::end(const std::string& token) {
    const std::lock_guard lock(mutex_);
    sessions_.erase(token);
}

void Sessions::endAllOf(PersonId person, const std::string& but) {
    const std::lock_guard lock(mutex_);
    std::erase_if(sessions_, [&](const auto& one) { return one.second.person == person && one.first != but; });
}

}  // namespace gantry::agent
