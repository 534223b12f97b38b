#pragma once
/// Base64 without padding (RFC 4648 sections 3.2 and 4), canonical: what age headers hold.

#include <string>
#include <string_view>

#include "gantry/core/crypto.hpp"

namespace gantry::uplink {

inline std::string toRawBase64(Bytes bytes) {
    auto text = toBase64(bytes);
    while (!text.empty() && text.back() == '=') text.pop_back();
    return text;
}

/// @errors BadFormat: padding, stray bits, anything outside the alphabet
inline Result<std::string> fromRawBase64(std::string_view text) {
    if (text.find('=') != std::string_view::npos) return fail(Errc::BadFormat, "Base64 with padding");
    std::string padded(text);
    while (padded.size() % 4 != 0) padded += '=';
    return fromBase64(padded);
}

}  // namespace gantry::uplink
