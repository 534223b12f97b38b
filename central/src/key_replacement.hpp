#pragma once
/// Another key in place of one that was stolen or lost: drafts that people sign, and what takes effect with them.
/// `former` is a key's identifier in TUF metadata.

#include "office.hpp"

namespace gantry::central {

/// Drafts root, targets, packs and software with `next` wherever `former` stood; people sign them anew.
/// @errors NotFound: the published root does not know `former`
Result<> replacePerson(Office& office, const std::string& former, const Ed25519PublicKey& next, UnixMillis now);
/// Drafts targets, and what the desk says, signed by its next key. @errors those of the store
Result<> replaceDesk(Office& office, const std::string& former, const Ed25519Seed& next, UnixMillis now);
/// Drafts root and targets. The roles that the online key signs follow when they are published.
Result<> replaceOnline(Office& office, const std::string& former, const Ed25519PublicKey& next, UnixMillis now);

/// The role online, and each of its sites', signed by `next` and delegated to it; all else in them stays.
Result<std::vector<uplink::tuf::SignedRole>> onlineRolesFor(Office& office, const Ed25519Seed& next, UnixMillis now);

}  // namespace gantry::central
