#pragma once
/// Bech32 (BIP 173) without its length limit, as the age format uses it for keys.

#include <string>
#include <string_view>

#include "gantry/core/files.hpp"
#include "gantry/core/result.hpp"

namespace gantry::uplink::bech32 {

struct Decoded {
    std::string prefix;  ///< in the case of the text
    std::string data;    ///< bytes
};

/// @param prefix lower case
/// @return lower case
std::string encode(std::string_view prefix, Bytes data);
/// @errors BadFormat: mixed case, a character outside the alphabet, a wrong checksum, stray bits. The context
/// never
///         repeats the text, which may be a secret.
Result<Decoded> decode(std::string_view text);

}  // namespace gantry::uplink::bech32
