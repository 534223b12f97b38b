#pragma once
/// Signed statements that cross the border: receipts, refusals and queries come in, messages go out. See
/// docs/formats/messages.md.

#include <span>
#include <string>
#include <string_view>

#include "gantry/core/crypto.hpp"
#include "gantry/core/result.hpp"

namespace gantry::uplink {

/// The canonical form of a JSON text (docs/formats/outbox-inbox.md): what a statement's signature is made over.
/// @errors BadFormat
Result<std::string> canonicalText(std::string_view json_text);

/// {"key_id", "signature", "signed"}, one line; the signature is Ed25519 over the canonical form of
/// `content`.
/// @param content  a JSON object
/// @errors BadFormat: not a JSON object, or one that has no canonical form (fractions, numbers above 2^53)
Result<std::string> signStatement(const Ed25519Seed& seed, std::string_view content);

/// The canonical form of what was signed, when one of `keys` signed it.
/// @param what  how errors call it: "receipt"
/// @errors BadFormat: not a statement; BadSignature: not signed by one of `keys`, or altered
Result<std::string> verifyStatement(std::string_view text, std::span<const Ed25519PublicKey> keys,
                                    std::string_view what);

}  // namespace gantry::uplink
