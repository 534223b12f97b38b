#pragma once
/// One person of each role, signed in, without the page.

#include "box.hpp"
#include "gantry/core/http_server.hpp"
#include "people/people.hpp"

namespace gantry::test {

inline constexpr const char* kConsoleToken = "0123456789abcdef";
inline constexpr const char* kPassword = "a long walk at six";

struct SitePeople {
    /// Accounts cost little here: scrypt with 2^4.
    explicit SitePeople(Box& box, bool with_accounts = true);
    const agent::Session& session(agent::Role role) const { return sessions.at(role); }
    /// Full name of who has this role.
    static std::string nameOf(agent::Role role);

    /// As a browser of that person asks.
    http::Request asks(agent::Role role, const std::string& method, const std::string& path,
                       const std::string& body = "") const;
    /// As gantryctl asks.
    static http::Request console(const std::string& method, const std::string& path, const std::string& body = "");
    /// As somebody asks who is not signed in.
    static http::Request stranger(const std::string& method, const std::string& path, const std::string& body = "");

    std::unique_ptr<agent::People> people;
    std::map<agent::Role, agent::Session> sessions;
};

}  // namespace gantry::test
