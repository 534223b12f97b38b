#pragma once
/// Publishing what is said to single sites: what waits in the index becomes targets of the sites' own roles.

#include "gantry/central/sites.hpp"
#include "office.hpp"
#include "statements.hpp"

namespace gantry::central {

/// Gives a site its role, empty at first. One that has it keeps it.
Result<> ensureSiteRole(Office& office, const std::string& site, UnixMillis now);

/// Everything that waits, in one publication; what was taken is listed no longer, and its content removed. A
/// statement that is to be encrypted waits until its site is enrolled.
/// @return how many were published
/// @errors those of RepositoryWriter; Busy: another writer is at work, again later
Result<std::size_t> publishStatements(Office& office, Statements& statements, Sites& sites, UnixMillis now);

/// The same for who works by hand: at once where this machine has the trial's online key and nobody else is
/// publishing. @return false: what waits is for the hub, or for who has the key, to publish
Result<bool> publishHere(const SponsorFolder& folder, Statements& statements, const Clock& clock);

/// Small content encrypted for one recipient.
Result<std::string> encryptedFor(const std::string& recipient, std::string_view content);

}  // namespace gantry::central
