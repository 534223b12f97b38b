#include "key_replacement.hpp"

#include "gantry/uplink/tuf_signing.hpp"

namespace gantry::central {
namespace {

namespace tuf = uplink::tuf;

/// The keys of a role, one of them replaced; nullopt when it is not among them.
std::optional<std::vector<tuf::Key>> replaced(const tuf::RoleKeys& role, const tuf::Keys& keys,
                                              const std::string& former, const Ed25519PublicKey& next) {
    std::vector<tuf::Key> out;
    bool found = false;
    for (const auto& id : role.key_ids) {
        found = found || id == former;
        out.push_back(id == former ? tuf::toKey(next) : keys.at(id));
    }
    return found ? std::optional(std::move(out)) : std::nullopt;
}

/// @return whether any role had the key
Result<bool> draftRoot(Office& office, const std::string& former, const Ed25519PublicKey& next, UnixMillis now) {
    auto root = GANTRY_TRY(office.writer().root()).content;
    bool any = false;
    for (const auto role : {tuf::kRootRole, tuf::kTargetsRole, tuf::kSnapshotRole, tuf::kTimestampRole}) {
        const auto before = root.roles.at(std::string(role));
        const auto keys = replaced(before, root.keys, former, next);
        if (!keys) continue;
        tuf::setKeys(root, role, *keys, before.threshold);
        any = true;
    }
    if (!any) return false;
    ++root.version;
    root.expires = expiryFrom(now);
    GANTRY_CHECK(office.propose(std::string(tuf::kRootRole), GANTRY_TRY(tuf::signedText(root, {}))));
    return true;
}

bool replaceIn(tuf::Targets& by, const std::string& former, const Ed25519PublicKey& next) {
    if (!by.delegations) return false;
    bool any = false;
    const auto before = *by.delegations;
    for (const auto& role : before.roles) {
        const auto keys = replaced(role, before.keys, former, next);
        if (!keys) continue;
        tuf::setDelegation(by, role, *keys);
        any = true;
    }
    return any;
}

Result<> draftTargets(Office& office, const std::string& former, const Ed25519PublicKey& next, UnixMillis now) {
    const auto role = std::string(tuf::kTargetsRole);
    auto targets = GANTRY_TRY(office.next(role, now));
    replaceIn(targets, former, next);
    return office.propose(role, GANTRY_TRY(tuf::signedText(targets, {})));
}

Result<> draftAnew(Office& office, std::string_view role, const std::vector<Ed25519Seed>& seeds, UnixMillis now) {
    const auto content = GANTRY_TRY(office.next(std::string(role), now));
    return office.propose(std::string(role), GANTRY_TRY(tuf::signedText(content, seeds)));
}

Error notKnown() {
    return fail(Errc::NotFound, "the published root does not know that key: it is not in force, or replaced already");
}

}  // namespace

Result<> replacePerson(Office& office, const std::string& former, const Ed25519PublicKey& next, UnixMillis now) {
    if (!GANTRY_TRY(draftRoot(office, former, next, now))) return notKnown();
    GANTRY_CHECK(draftTargets(office, former, next, now));
    GANTRY_CHECK(draftAnew(office, kPacksRole, {}, now));
    return draftAnew(office, kSoftwareRole, {}, now);
}

Result<> replaceDesk(Office& office, const std::string& former, const Ed25519Seed& next, UnixMillis now) {
    GANTRY_CHECK(draftTargets(office, former, ed25519PublicKey(next), now));
    return draftAnew(office, kDeskRole, {next}, now);
}

Result<> replaceOnline(Office& office, const std::string& former, const Ed25519PublicKey& next, UnixMillis now) {
    if (!GANTRY_TRY(draftRoot(office, former, next, now))) return notKnown();
    return draftTargets(office, former, next, now);
}

Result<std::vector<tuf::SignedRole>> onlineRolesFor(Office& office, const Ed25519Seed& next, UnixMillis now) {
    const std::vector<Ed25519Seed> seeds{next};
    auto online = GANTRY_TRY(office.next(std::string(kOnlineRole), now));
    const auto sites = online.delegations ? online.delegations->roles : std::vector<tuf::DelegatedRole>();
    for (const auto& site : sites) tuf::setDelegation(online, site, std::vector{tuf::toKey(ed25519PublicKey(next))});
    std::vector<tuf::SignedRole> out{{std::string(kOnlineRole), GANTRY_TRY(tuf::signedText(online, seeds))}};
    for (const auto& site : sites) {
        const auto content = GANTRY_TRY(office.next(site.name, now));
        out.push_back({site.name, GANTRY_TRY(tuf::signedText(content, seeds)), std::string(kOnlineRole)});
    }
    return out;
}

}  // namespace gantry::central
