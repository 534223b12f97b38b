#pragma once
/// What the desk says: settings for all sites or for one, and rosters. One key signs it.

#include "gantry/central/sites.hpp"
#include "gantry/core/crypto.hpp"
#include "office.hpp"

namespace gantry::central {

/// Settings as docs/formats/inbox.md describes them, checked. @return their canonical form
/// @errors InvalidArgument: every mistake, one a line
Result<std::string> checkedSettings(std::string_view json);

/// Published at once, for all sites.
Result<> publishSettings(Office& office, const std::string& settings, const Ed25519Seed& desk, UnixMillis now);
/// For one site, encrypted for it. @errors InvalidArgument: the site is not enrolled
Result<> publishSiteSettings(Office& office, const Site& site, const std::string& settings,
                             const Ed25519Seed& desk, UnixMillis now);
/// Settings that say why the site takes part no longer.
Result<> closeSite(Office& office, const Site& site, const std::string& why, const Ed25519Seed& desk,
                   UnixMillis now);
/// What the desk says under that path, as it is.
Result<> publishByDesk(Office& office, const Contents& contents, const Ed25519Seed& desk, UnixMillis now);

}  // namespace gantry::central
