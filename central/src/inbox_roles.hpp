#pragma once
/// Who may say what in a trial's inbox: the table of docs/formats/inbox.md, and the first metadata by it.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/uplink/tuf_repository.hpp"

namespace gantry::central {

inline constexpr std::string_view kPacksRole = "packs";
inline constexpr std::string_view kSoftwareRole = "software";
inline constexpr std::string_view kDeskRole = "desk";
inline constexpr std::string_view kOnlineRole = "online";

/// "online-0417"
std::string siteRole(std::string_view site);
/// Who delegates to that role: "targets" to most, "online" to those of sites.
std::string delegatorOf(std::string_view role);
/// Whether people sign it offline.
bool isOfflineRole(std::string_view role);

inline constexpr std::chrono::hours kRoleLifetime{24 * 365};
inline constexpr std::chrono::hours kSnapshotLifetime{24 * 30};
inline constexpr std::chrono::hours kTimestampLifetime{24 * 14};
/// In seconds since the epoch, as metadata have it.
std::int64_t expiryFrom(UnixMillis now, std::chrono::hours lifetime = kRoleLifetime);

/// Where a target's content lies in the store (consistent snapshots).
std::string targetObject(const std::string& path, const uplink::tuf::TargetInfo& info);

/// The public keys of a trial, and how many people must sign.
struct InboxKeys {
    std::vector<Ed25519PublicKey> people;
    std::uint64_t threshold = 2;
    Ed25519PublicKey desk{};
    Ed25519PublicKey online{};
};

/// A root with these keys. The caller sets its version.
uplink::tuf::Root rootWith(const InboxKeys& keys, UnixMillis now);
/// Gives `targets` the delegations to packs, software, desk and online.
void delegateAll(uplink::tuf::Targets& targets, const InboxKeys& keys);
/// Gives the role online the delegation to one site's.
void delegateSite(uplink::tuf::Targets& online, std::string_view site, const Ed25519PublicKey& key);

}  // namespace gantry::central
