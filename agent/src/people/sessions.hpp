#pragma once
/// Who is signed in. Kept in memory: after a restart of gantryd everybody signs in again. Thread-safe.

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "people/person.hpp"

namespace gantry::agent {

struct Session {
    std::string token;  ///< the cookie
    std::string csrf;   ///< what calls that change something must carry besides; no other site can read it
    PersonId person = 0;
    UnixMillis opened_at = 0;
    UnixMillis active_at = 0;  ///< the person did something
    bool locked = false;
    int wrong_pins = 0;
};

struct SessionTimes {
    UnixMillis lasts = 12 * 3'600'000LL;
    UnixMillis idle = 15 * 60'000LL;  ///< then it is locked
};

class Sessions {
public:
    explicit Sessions(SessionTimes times) : times_(times) {}
    Session open(PersonId person, UnixMillis now);
    /// Locked when nothing was done for long enough; nullopt when it is over.
    std::optional<Session> find(const std::string& token, UnixMillis now);
    void active(const std::string& token, UnixMillis now);
    void lock(const std::string& token);
    void unlock(const std::string& token, UnixMillis now);
    /// @return how many in a row
    int wrongPin(const std::string& token);
    void end(const std::string& token);
    /// `but`: a session of theirs that goes on.
    void endAllOf(PersonId person, const std::string& but = "");

private:
    const SessionTimes times_;
    std::mutex mutex_;
    std::map<std::string, Session> sessions_;  // by token; guarded by mutex_
};

}  // namespace gantry::agent
