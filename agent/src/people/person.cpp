#include "people/person.hpp"

#include <algorithm>
#include <array>

namespace gantry::agent {
namespace {

constexpr std::array kRoles = {Role::Technologist, Role::SiteIt, Role::Investigator, Role::Auditor};

}  // namespace

std::string_view toString(Role role) {
    switch (role) {
        case Role::Technologist: return "technologist";
        case Role::SiteIt: return "site-it";
        case Role::Investigator: return "investigator";
        case Role::Auditor: break;
    }
    return "auditor";
}

std::optional<Role> parseRole(std::string_view name) {
    const auto found = std::ranges::find(kRoles, name, [](Role role) { return toString(role); });
    return found == kRoles.end() ? std::nullopt : std::optional(*found);
}

std::span<const Role> allRoles() {
    return kRoles;
}

}  // namespace gantry::agent
