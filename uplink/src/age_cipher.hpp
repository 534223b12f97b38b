#pragma once
/// The primitives of the age format over OpenSSL EVP: ChaCha20-Poly1305 (RFC 8439) and X25519 (RFC 7748).

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "gantry/core/crypto.hpp"
#include "gantry/core/files.hpp"

namespace gantry::uplink {

inline constexpr std::size_t kTagBytes = 16;
inline constexpr std::size_t kChunkBytes = 64 * 1024;                      ///< plaintext of one chunk
inline constexpr std::size_t kSealedChunkBytes = kChunkBytes + kTagBytes;  ///< the same, encrypted

using Key32 = std::array<std::byte, 32>;
using FileKey = std::array<std::byte, 16>;

/// Overwrites `bytes` in a way the compiler keeps.
void wipe(std::span<std::byte> bytes);

/// X25519 of a secret and a public key. Nullopt: the result is all zero (a public key of low order).
std::optional<Key32> x25519(const Key32& secret, const Key32& public_key);
Key32 x25519PublicKey(const Key32& secret);

/// One key, many messages; the nonce is a counter and a flag, as in the age payload.
class ChunkCipher {
public:
    enum class Direction { Seal, Open };
    ChunkCipher(const Key32& key, Direction direction);
    ChunkCipher(ChunkCipher&&) noexcept;
    ChunkCipher& operator=(ChunkCipher&&) noexcept;
    ~ChunkCipher();

    /// Writes plain.size() + kTagBytes bytes to `out`. Nonce: 11 bytes big-endian counter, 1 byte last-flag.
    void seal(std::uint64_t counter, bool last, Bytes plain, std::byte* out);
    /// Writes sealed.size() - kTagBytes bytes to `out`. False: not authentic, `out` holds nothing of worth.
    [[nodiscard]] bool open(std::uint64_t counter, bool last, Bytes sealed, std::byte* out);

private:
    struct Context;
    void setNonce(std::uint64_t counter, bool last);
    std::unique_ptr<Context> context_;
};

}  // namespace gantry::uplink
