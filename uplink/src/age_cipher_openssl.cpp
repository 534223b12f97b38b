#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>

#include "age_cipher.hpp"

namespace gantry::uplink {
namespace {

struct PkeyFree {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
struct PkeyContextFree {
    void operator()(EVP_PKEY_CTX* context) const noexcept { EVP_PKEY_CTX_free(context); }
};
using PkeyHandle = std::unique_ptr<EVP_PKEY, PkeyFree>;
using PkeyContextHandle = std::unique_ptr<EVP_PKEY_CTX, PkeyContextFree>;

// OpenSSL speaks of unsigned char; unsigned char may alias std::byte.
const unsigned char* raw(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}
unsigned char* raw(std::byte* bytes) {
    return reinterpret_cast<unsigned char*>(bytes);
}

// Out of memory or a broken library: going on could write plaintext.
void demand(bool ok) {
    if (!ok) std::abort();
}

PkeyHandle secretKey(const Key32& secret) {
    PkeyHandle key(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, raw(secret.data()), secret.size()));
    demand(key != nullptr);
    return key;
}

}  // namespace

void wipe(std::span<std::byte> bytes) {
    OPENSSL_cleanse(bytes.data(), bytes.size());
}

std::optional<Key32> x25519(const Key32& secret, const Key32& public_key) {
    const auto own = secretKey(secret);
    const PkeyHandle peer(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, raw(public_key.data()), public_key.size()));
    demand(peer != nullptr);
    const PkeyContextHandle context(EVP_PKEY_CTX_new(own.get(), nullptr));
    demand(context && EVP_PKEY_derive_init(context.get()) == 1);
    demand(EVP_PKEY_derive_set_peer(context.get(), peer.get()) == 1);
    Key32 shared{};
    std::size_t length = shared.size();
    // OpenSSL fails the derivation when the shared secret is all zero; other libraries do not, so look as
    // well.
    if (EVP_PKEY_derive(context.get(), raw(shared.data()), &length) != 1) return std::nullopt;
    if (length != shared.size() || equalConstantTime(shared, Key32{})) return std::nullopt;
    return shared;
}

Key32 x25519PublicKey(const Key32& secret) {
    const auto key = secretKey(secret);
    Key32 out{};
    std::size_t length = out.size();
    demand(EVP_PKEY_get_raw_public_key(key.get(), raw(out.data()), &length) == 1 && length == out.size());
    return out;
}

struct ChunkCipher::Context {
    struct Free {
        void operator()(EVP_CIPHER_CTX* c) const noexcept { EVP_CIPHER_CTX_free(c); }
    };
    std::unique_ptr<EVP_CIPHER_CTX, Free> evp{EVP_CIPHER_CTX_new()};
    int sealing = 0;
};

ChunkCipher::ChunkCipher(const Key32& key, Direction direction) : context_(std::make_unique<Context>()) {
    context_->sealing = direction == Direction::Seal ? 1 : 0;
    demand(context_->evp != nullptr);
    demand(EVP_CipherInit_ex(context_->evp.get(), EVP_chacha20_poly1305(), nullptr, raw(key.data()), nullptr,
                             context_->sealing) == 1);
}
ChunkCipher::ChunkCipher(ChunkCipher&&) noexcept = default;
ChunkCipher& ChunkCipher::operator=(ChunkCipher&&) noexcept = default;
ChunkCipher::~ChunkCipher() = default;

void ChunkCipher::setNonce(std::uint64_t counter, bool last) {
    std::array<unsigned char, 12> nonce{};
    for (std::size_t i = 0; i < 8; ++i) nonce[10 - i] = static_cast<unsigned char>(counter >> (8 * i));
    nonce[11] = last ? 1 : 0;
    // The key stays in the context: a new nonce costs next to nothing.
    demand(EVP_CipherInit_ex(context_->evp.get(), nullptr, nullptr, nullptr, nonce.data(),
                             context_->sealing) == 1);
}

void ChunkCipher::seal(std::uint64_t counter, bool last, Bytes plain, std::byte* out) {
    assert(context_->sealing == 1 && plain.size() <= kChunkBytes);
    auto* evp = context_->evp.get();
    setNonce(counter, last);
    int written = 0;
    if (!plain.empty())
        demand(EVP_EncryptUpdate(evp, raw(out), &written, raw(plain.data()),
                                 static_cast<int>(plain.size())) == 1);
    int rest = 0;
    demand(EVP_EncryptFinal_ex(evp, raw(out) + written, &rest) == 1 && rest == 0);
    demand(EVP_CIPHER_CTX_ctrl(evp, EVP_CTRL_AEAD_GET_TAG, kTagBytes, out + plain.size()) == 1);
}

bool ChunkCipher::open(std::uint64_t counter, bool last, Bytes sealed, std::byte* out) {
    assert(context_->sealing == 0 && sealed.size() <= kSealedChunkBytes);
    if (sealed.size() < kTagBytes) return false;
    auto* evp = context_->evp.get();
    setNonce(counter, last);
    const auto body = sealed.first(sealed.size() - kTagBytes);
    std::array<std::byte, kTagBytes> tag;
    std::copy(sealed.end() - kTagBytes, sealed.end(), tag.begin());
    demand(EVP_CIPHER_CTX_ctrl(evp, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1);
    int written = 0;
    if (!body.empty())
        demand(EVP_DecryptUpdate(evp, raw(out), &written, raw(body.data()), static_cast<int>(body.size())) ==
               1);
    std::array<unsigned char, 16> none;
    int rest = 0;
    return EVP_DecryptFinal_ex(evp, none.data(), &rest) == 1;
}

}  // namespace gantry::uplink
