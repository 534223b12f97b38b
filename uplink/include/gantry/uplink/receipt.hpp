#pragma once
/// Receipts: the sponsor's signed word that a parcel was opened and is complete. See
/// docs/formats/outbox-inbox.md.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "gantry/core/crypto.hpp"
#include "gantry/core/result.hpp"

namespace gantry::uplink {

struct Receipt {
    std::string parcel_id;
    std::string sha256;           ///< hex, of the encrypted parcel
    std::uint64_t bytes = 0;      ///< of the encrypted parcel
    std::string manifest_sha256;  ///< hex, of the manifest.json inside
    std::uint64_t instances = 0;
    std::string issued_at;  ///< ISO 8601 UTC
    std::string issuer;     ///< the hub's or the person's name for itself
    friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// JSON text {"key_id", "signature", "signed"}; the signature is Ed25519 over the canonical form of "signed".
/// @errors InvalidArgument: a field has not the form the reader demands (parcel_id, digests).
Result<std::string> signReceipt(const Ed25519Seed& seed, const Receipt& receipt);
/// @errors BadFormat: not a receipt of format 1; BadSignature: not signed by one of `keys`, or altered.
Result<Receipt> verifyReceipt(std::string_view text, std::span<const Ed25519PublicKey> keys);

/// First 16 hex digits of the SHA-256 of the public key: names a key, proves nothing.
std::string keyId(const Ed25519PublicKey& key);

Ed25519Seed generateSigningKey();
std::string toText(const Ed25519PublicKey& key);                 ///< "gantry-ed25519-public:base64"
Result<Ed25519PublicKey> parsePublicKey(std::string_view text);  ///< white space around is ignored
/// "gantry-ed25519-secret:base64" in a file of mode 0600, and the public key beside it when `public_path` is
/// not empty. Refuses to replace either. @errors AlreadyExists, Io
Result<> saveSigningKey(const std::filesystem::path& secret_path, const std::filesystem::path& public_path,
                        const Ed25519Seed& seed);
/// @errors NotAllowed when others can read the file; BadFormat; NotFound
Result<Ed25519Seed> loadSigningKey(const std::filesystem::path& path);
Result<Ed25519PublicKey> loadPublicKey(const std::filesystem::path& path);

}  // namespace gantry::uplink
