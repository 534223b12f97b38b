#include <algorithm>
#include <set>

#include "client_parts.hpp"

namespace gantry::uplink::tuf {
namespace {

struct Visit {
    std::string role;
    Delegator delegator = nullptr;
};

// The roles that `targets` trusts with the path, in order of trust; the search ends with them where one of
// them says so.
struct Next {
    std::vector<std::string> roles;
    bool terminating = false;
};

Next delegatesOf(const Targets& targets, std::string_view path) {
    Next next;
    if (!targets.delegations) return next;
    if (targets.delegations->succinct)
        return {{binOf(*targets.delegations->succinct, path)}, true};  // TAP 15: bins terminate
    for (const auto& role : targets.delegations->roles) {
        if (!delegatesPath(role, path)) continue;
        next.roles.push_back(role.name);
        if (role.terminating) {
            next.terminating = true;
            break;
        }
    }
    return next;
}

// All that `targets` delegates to, whatever the path.
std::vector<std::string> delegatesOf(const Targets& targets) {
    std::vector<std::string> out;
    if (targets.delegations)
        for (const auto& role : targets.delegations->roles) out.push_back(role.name);
    return out;
}

bool delegatesTo(const Targets& targets, std::string_view role) {
    if (!targets.delegations) return false;
    if (targets.delegations->succinct) return isBin(*targets.delegations->succinct, role);
    const auto& roles = targets.delegations->roles;
    return std::any_of(roles.begin(), roles.end(), [&](const auto& one) { return one.name == role; });
}

// Pre-order, depth first (5.6.7): the top of the stack is visited next.
class Search {
public:
    Search(ClientParts& parts, TrustedSet& set, std::stop_token stop)
        : parts_(parts), set_(set), stop_(std::move(stop)) {
        stack_.push_back({std::string(kTargetsRole), nullptr});
    }

    /// The next role that was not visited, loaded; nullptr at the end, or when too many were visited.
    Result<const Targets*> next() {
        while (!stack_.empty() && visited_.size() <= parts_.config.limits.delegations) {
            current_ = std::move(stack_.back());
            stack_.pop_back();
            if (!visited_.insert(current_.role).second) continue;
            return parts_.loadTargets(set_, current_.role, current_.delegator, stop_);
        }
        return nullptr;
    }
    const std::string& role() const { return current_.role; }
    void descend(const Targets& from, const std::vector<std::string>& roles, bool terminating) {
        if (terminating) stack_.clear();
        for (auto role = roles.rbegin(); role != roles.rend(); ++role) stack_.push_back({*role, &from});
    }

private:
    ClientParts& parts_;
    TrustedSet& set_;
    std::stop_token stop_;
    std::vector<Visit> stack_;
    std::set<std::string> visited_;
    Visit current_;
};

// Nullopt: nobody who may name it does.
Result<std::optional<Target>> find(ClientParts& parts, TrustedSet& set, const std::string& path,
                                   std::stop_token stop) {
    Search search(parts, set, std::move(stop));
    while (const auto* targets = GANTRY_TRY(search.next())) {
        if (const auto found = targets->targets.find(path); found != targets->targets.end())
            return Target{path, search.role(), found->second};
        const auto next = delegatesOf(*targets, path);
        search.descend(*targets, next.roles, next.terminating);
    }
    return std::optional<Target>();
}

Result<const Targets*> findRole(ClientParts& parts, TrustedSet& set, std::string_view role,
                                std::stop_token stop) {
    if (role == kTargetsRole) return parts.loadTargets(set, role, nullptr, std::move(stop));
    Search search(parts, set, stop);
    while (const auto* targets = GANTRY_TRY(search.next())) {
        if (delegatesTo(*targets, role)) return parts.loadTargets(set, role, targets, std::move(stop));
        search.descend(*targets, delegatesOf(*targets), false);
    }
    return fail(Errc::NotFound, "no role " + std::string(role));
}

}  // namespace

Result<Target> Client::target(std::string_view path, std::stop_token stop) {
    auto* set = GANTRY_TRY(parts_->refreshed());
    const auto lock = GANTRY_TRY(parts_->store.lock(stop));
    auto found = GANTRY_TRY(find(*parts_, *set, std::string(path), std::move(stop)));
    if (!found) return fail(Errc::NotFound, "nobody who may names a target " + std::string(path));
    return *std::move(found);
}

Result<std::vector<Target>> Client::list(std::string_view role, std::string_view prefix,
                                         std::stop_token stop) {
    auto* set = GANTRY_TRY(parts_->refreshed());
    const auto lock = GANTRY_TRY(parts_->store.lock(stop));
    const auto* targets = GANTRY_TRY(findRole(*parts_, *set, role, stop));
    std::vector<Target> out;
    const auto& all = targets->targets;
    for (auto at = all.lower_bound(std::string(prefix)); at != all.end() && at->first.starts_with(prefix);
         ++at) {
        // The role may name what it is not trusted with, or what a role of more trust names too.
        auto found = GANTRY_TRY(find(*parts_, *set, at->first, stop));
        if (found && found->role == role) out.push_back(*std::move(found));
    }
    return out;
}

}  // namespace gantry::uplink::tuf
