#pragma once
/// Who calls, and what a call asks of him.

#include <optional>
#include <string>
#include <string_view>

#include "people/person.hpp"
#include "people/sessions.hpp"

namespace gantry::agent {

struct Caller {
    Roles roles = 0;
    std::string who;  ///< "": as the call says (the console of this machine)
    std::optional<Person> person;
    std::optional<Session> session;
};

/// What a call asks for besides its roles.
enum class Door {
    Everybody,  ///< no session; roles do not count
    Session,    ///< a session, locked or with a password that must be changed
    Account,    ///< a session that is not locked; the password may have to be changed
    Open        ///< a session that is open
};

}  // namespace gantry::agent
