#include "inbox_roles.hpp"

namespace gantry::central {
namespace {

namespace tuf = uplink::tuf;

std::vector<tuf::Key> keysOf(const std::vector<Ed25519PublicKey>& keys) {
    std::vector<tuf::Key> out;
    for (const auto& key : keys) out.push_back(tuf::toKey(key));
    return out;
}

tuf::DelegatedRole delegation(std::string_view name, std::uint64_t threshold, std::vector<std::string> paths) {
    tuf::DelegatedRole role;
    role.name = name;
    role.threshold = threshold;
    // What these paths say is for this role alone: a search ends with it.
    role.terminating = true;
    role.paths = std::move(paths);
    return role;
}

std::vector<std::string> statementsOf(const std::string& site) {
    const auto folder = "sites/" + site + "/";
    return {folder + "receipts/*", folder + "refusals/*", folder + "queries/*"};
}

}  // namespace

std::string siteRole(std::string_view site) {
    return std::string(kOnlineRole) + "-" + std::string(site);
}

std::string delegatorOf(std::string_view role) {
    return std::string(role.starts_with(std::string(kOnlineRole) + "-") ? kOnlineRole : tuf::kTargetsRole);
}

bool isOfflineRole(std::string_view role) {
    return role == tuf::kRootRole || role == tuf::kTargetsRole || role == kPacksRole || role == kSoftwareRole;
}

std::int64_t expiryFrom(UnixMillis now, std::chrono::hours lifetime) {
    return now / 1000 + std::chrono::seconds(lifetime).count();
}

std::string targetObject(const std::string& path, const tuf::TargetInfo& info) {
    const auto slash = path.rfind('/') + 1;
    const auto hash = info.hashes.find("sha256");
    return "targets/" + path.substr(0, slash) + (hash == info.hashes.end() ? "" : hash->second + ".") +
           path.substr(slash);
}

tuf::Root rootWith(const InboxKeys& keys, UnixMillis now) {
    tuf::Root root;
    root.expires = expiryFrom(now);
    const auto people = keysOf(keys.people);
    const auto online = keysOf({keys.online});
    tuf::setKeys(root, tuf::kRootRole, people, keys.threshold);
    tuf::setKeys(root, tuf::kTargetsRole, people, keys.threshold);
    tuf::setKeys(root, tuf::kSnapshotRole, online, 1);
    tuf::setKeys(root, tuf::kTimestampRole, online, 1);
    return root;
}

void delegateAll(tuf::Targets& targets, const InboxKeys& keys) {
    const auto people = keysOf(keys.people);
    tuf::setDelegation(targets, delegation(kPacksRole, keys.threshold, {"packs/*/*"}), people);
    tuf::setDelegation(targets, delegation(kSoftwareRole, keys.threshold, {"software/*"}), people);
    tuf::setDelegation(targets,
                       delegation(kDeskRole, 1, {"settings.json", "sites/*/roster.age", "sites/*/settings.age"}),
                       keysOf({keys.desk}));
    tuf::setDelegation(targets, delegation(kOnlineRole, 1, statementsOf("*")), keysOf({keys.online}));
}

void delegateSite(tuf::Targets& online, std::string_view site, const Ed25519PublicKey& key) {
    tuf::setDelegation(online, delegation(siteRole(site), 1, statementsOf(std::string(site))), keysOf({key}));
}

}  // namespace gantry::central
