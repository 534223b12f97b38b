#pragma once
/// What sites say besides images: docs/formats/messages.md.

#include <filesystem>

#include "gantry/central/opening.hpp"
#include "index.hpp"
#include "statements.hpp"

namespace gantry::central {

inline constexpr std::string_view kHeartbeat = "heartbeat";

/// Decrypts a message, verifies its site's signature, keeps it, and says its receipt (none for heartbeats). What
/// a heartbeat says to be taken is listed no longer.
/// @return the row with trial and, as content, the message's kind
/// @errors NoIdentity; BadFormat; BadSignature; NotAllowed: the site is not enrolled
Result<ParcelRow> openMessage(ParcelRow row, const std::filesystem::path& file, const OpeningKeys& keys,
                              Statements& statements, const Clock& clock);

}  // namespace gantry::central
