#pragma once
/// A pack's way from the sponsor's inbox into force (docs/formats/inbox.md, What a site does with a pack).

#include "catalogue/catalogue.hpp"
#include "inbox/packs.hpp"
#include "inbox/taking.hpp"

namespace gantry::agent {

/// A new pack, looked at as `pack lint` does, with its differences to the one before in words; or a known one
/// of which the sponsor says something new.
/// @errors ConfigInvalid: a reason a line; those of the catalogue
Result<std::function<Result<>(Database&)>> preparePack(Catalogue& catalogue, const std::string& trial,
                                                       const InboxTarget& target, const std::string& content,
                                                       UnixMillis now);

/// Puts the highest version in force whose time has come, and which is not withdrawn.
/// @return whether another one is in force now
Result<bool> putDuePackInForce(Catalogue& catalogue, const std::string& trial, UnixMillis now);

/// Judges recent studies by packs that wait for their time, and keeps what would change. Nothing else
/// changes.
Result<> runPacksOnTrial(Catalogue& catalogue, const Config& config, const Trial& in_force, UnixMillis now);

/// A person has read it; the sponsor is told, once for each person.
Result<> acknowledge(Database& db, std::int64_t pack, const std::string& who, UnixMillis now);

}  // namespace gantry::agent
