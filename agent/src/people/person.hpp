#pragma once
/// Who may do what at this site.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gantry/core/clock.hpp"

namespace gantry::agent {

using PersonId = std::int64_t;

enum class Role : unsigned { Technologist = 1, SiteIt = 2, Investigator = 4, Auditor = 8 };
/// Several of them, as bits.
using Roles = unsigned;

constexpr Roles operator|(Role a, Role b) {
    return static_cast<Roles>(a) | static_cast<Roles>(b);
}
constexpr Roles operator|(Roles a, Role b) {
    return a | static_cast<Roles>(b);
}
constexpr bool holds(Roles roles, Role role) {
    return (roles & static_cast<Roles>(role)) != 0;
}
inline constexpr Roles kEverybody = Role::Technologist | Role::SiteIt | Role::Investigator | Role::Auditor;

/// "technologist", "site-it", "investigator", "auditor"
std::string_view toString(Role role);
std::optional<Role> parseRole(std::string_view name);
std::span<const Role> allRoles();

struct Person {
    PersonId id = 0;
    std::string name;       ///< what is typed to sign in
    std::string full_name;  ///< what stands beside decisions
    Role role = Role::Auditor;
    std::string password;  ///< see passwords.hpp
    bool must_change = false;
    std::string pin;          ///< as password; "": none
    std::string totp_secret;  ///< sealed, Base64; "": none
    std::int64_t totp_last_step = 0;
    UnixMillis added_at = 0;
    std::string added_by;
    std::optional<UnixMillis> left_at;
};

}  // namespace gantry::agent
