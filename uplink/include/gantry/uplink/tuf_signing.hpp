#pragma once
/// Signatures of TUF metadata: counting them, adding them, and the files in which signing keys are kept.

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/crypto.hpp"
#include "gantry/uplink/tuf_metadata.hpp"

namespace gantry::uplink::tuf {

/// How far a file is from being signed as its role demands.
struct SigningState {
    std::uint64_t needed = 1;
    std::vector<std::string> signed_by;  ///< identifiers of distinct keys whose signatures verify
    std::vector<std::string> missing;    ///< of the role's other keys
    bool complete() const { return signed_by.size() >= needed; }
};

/// Which keys of the role have signed `signed_bytes`. A key counts once, under however many identifiers it is
/// listed; what is listed but not there, or cannot be used, counts as missing.
SigningState signingState(const RoleKeys& role, const Keys& keys, std::string_view signed_bytes,
                          std::span<const Signature> signatures);
/// @errors BadSignature: `what` is signed by fewer keys than its role demands
Result<> requireSigned(const RoleKeys& role, const Keys& keys, std::string_view signed_bytes,
                       std::span<const Signature> signatures, std::string_view what);

/// As it stands in metadata: type and scheme "ed25519".
Key toKey(const Ed25519PublicKey& key);
/// What addSignature puts beside a signature of this key.
std::string keyIdOf(const Ed25519Seed& seed);

/// The metadata file with a signature by that key; one that the key made before is replaced. Nothing else
/// changes.
/// @errors BadFormat
Result<std::string> addSignature(std::string_view text, const Ed25519Seed& seed);

/// The metadata file of `content` with a signature by each of the keys. @errors as toText
Result<std::string> signedText(const Root& content, std::span<const Ed25519Seed> seeds);
Result<std::string> signedText(const Timestamp& content, std::span<const Ed25519Seed> seeds);
Result<std::string> signedText(const Snapshot& content, std::span<const Ed25519Seed> seeds);
Result<std::string> signedText(const Targets& content, std::span<const Ed25519Seed> seeds);

/// Writes the key as PKCS #8 PEM, encrypted with the passphrase (PBES2: scrypt and AES-256), mode 0600.
/// `openssl pkey` reads it. @errors AlreadyExists, InvalidArgument (empty passphrase), Io
Result<> saveEncryptedKey(const std::filesystem::path& path, const Ed25519Seed& seed,
                          std::string_view passphrase);
/// @errors NotFound, NotAllowed (open to others; or the passphrase does not open it), BadFormat (no PEM of an
///         Ed25519 key)
Result<Ed25519Seed> loadEncryptedKey(const std::filesystem::path& path, std::string_view passphrase);

}  // namespace gantry::uplink::tuf
