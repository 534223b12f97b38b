#pragma once
/// Passwords and PINs, kept as scrypt (RFC 7914) of them.

#include <string>
#include <string_view>

#include "gantry/core/result.hpp"

namespace gantry::agent {

/// "scrypt:LOG2N:R:P:SALT:HASH" with r = 8, p = 3; log2n = 15 takes 32 MB and about a tenth of a second. One at a time.
std::string hashSecret(std::string_view secret, unsigned log2n);
/// False also for a hash that cannot be read. With an empty hash it takes as long as `log2n` does, and is false: who
/// asks for a name that does not exist learns nothing from the clock.
bool matchesSecret(std::string_view hash, std::string_view secret, unsigned log2n);

/// NIST SP 800-63B: length counts, composition does not. @errors InvalidArgument, says what is wrong
Result<> checkNewPassword(std::string_view password, std::string_view name, std::string_view full_name);
/// Four to ten digits, not all alike, not a run. @errors InvalidArgument
Result<> checkNewPin(std::string_view pin);
/// Four groups of five letters and digits that are not mistaken for each other; 98 bits.
std::string inventedPassword();

}  // namespace gantry::agent
