#pragma once
/// The few primitives everybody needs, over OpenSSL EVP. Functions that cannot fail for a reason of the
/// caller's abort on an OpenSSL failure: going on without them would be worse.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gantry/core/files.hpp"
#include "gantry/core/result.hpp"

namespace gantry {

using Digest = std::array<std::byte, 32>;

/// SHA-256, FIPS 180-4, fed piece by piece.
class Sha256 {
public:
    Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    ~Sha256();
    void update(Bytes bytes);
    /// Digest of all that was fed; the object starts anew.
    Digest finish();

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

Digest sha256(Bytes bytes);
Result<Digest> sha256File(const std::filesystem::path& path);
/// HMAC-SHA256, RFC 2104.
Digest hmacSha256(Bytes key, Bytes message);
/// HKDF-SHA256, RFC 5869, 32 bytes out.
Digest hkdfSha256(Bytes secret, Bytes salt, std::string_view info);

void randomBytes(std::span<std::byte> out);
/// `bytes` random bytes as lower-case hex.
std::string randomHex(std::size_t bytes);

std::string toHex(Bytes bytes);
Result<std::string> fromHex(std::string_view hex);
/// RFC 4648 section 4, with padding.
std::string toBase64(Bytes bytes);
/// Strict: padding demanded, no white space, no stray bits. Errc::BadFormat.
Result<std::string> fromBase64(std::string_view text);

/// True if equal; time does not depend on where they differ.
bool equalConstantTime(Bytes a, Bytes b);

using SealingKey = std::array<std::byte, 32>;
/// AES-256-GCM, NIST SP 800-38D: 12 random bytes of nonce, the ciphertext, 16 bytes of tag. A key seals at
/// most 2^32 texts. `associated` is not stored; the same must be given to open.
std::string seal(const SealingKey& key, Bytes plaintext, Bytes associated);
/// @errors BadSignature: another key, other associated data, or altered; nothing of the plaintext is given
/// out
Result<std::string> openSealed(const SealingKey& key, Bytes sealed, Bytes associated);

using Ed25519Seed = std::array<std::byte, 32>;
using Ed25519PublicKey = std::array<std::byte, 32>;
using Ed25519Signature = std::array<std::byte, 64>;
/// RFC 8032 pure Ed25519.
Ed25519PublicKey ed25519PublicKey(const Ed25519Seed& seed);
Ed25519Signature ed25519Sign(const Ed25519Seed& seed, Bytes message);
bool ed25519Verify(const Ed25519PublicKey& key, Bytes message, const Ed25519Signature& signature);

}  // namespace gantry
