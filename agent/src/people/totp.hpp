#pragma once
/// Time-based one-time passwords, RFC 6238: HMAC-SHA1, 6 digits, 30 seconds, as every authenticator app takes them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gantry/core/clock.hpp"
#include "gantry/core/files.hpp"

namespace gantry::agent {

/// 20 random bytes.
std::string newTotpSecret();
/// RFC 4648 section 6, without padding: how a secret is typed.
std::string toBase32(Bytes bytes);
/// The address that an app reads from a QR code.
std::string totpAddress(std::string_view secret, std::string_view site, std::string_view name);
/// The code of a step of 30 seconds since the epoch.
std::string totpCode(std::string_view secret, std::int64_t step);
/// @return the step that `code` is of: now, one before or one after, and later than `last`; nullopt for no such
std::optional<std::int64_t> totpStep(std::string_view secret, std::string_view code, UnixMillis now, std::int64_t last);

}  // namespace gantry::agent
