#include <openssl/evp.h>

#include <array>
#include <cstdlib>

#include "gantry/core/crypto.hpp"
#include "gantry/core/log.hpp"

namespace gantry {
namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

const unsigned char* raw(Bytes bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* raw(char* text) {
    return reinterpret_cast<unsigned char*>(text);
}
int sizeOf(Bytes bytes) {
    return static_cast<int>(bytes.size());
}

// As the other primitives: going on without would be worse.
void mustHold(bool held) {
    if (held) return;
    log::error("crypto.failed", {{"operation", "aes-256-gcm"}});
    std::abort();
}

}  // namespace

std::string seal(const SealingKey& key, Bytes plaintext, Bytes associated) {
    std::string out(kNonceBytes + plaintext.size() + kTagBytes, '\0');
    randomBytes(std::as_writable_bytes(std::span(out.data(), kNonceBytes)));
    const CipherContext context(EVP_CIPHER_CTX_new());
    int length = 0;
    mustHold(context && EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, raw(Bytes(key)),
                                           raw(out.data())) == 1);
    mustHold(EVP_EncryptUpdate(context.get(), nullptr, &length, raw(associated), sizeOf(associated)) == 1);
    auto* body = raw(out.data() + kNonceBytes);
    mustHold(EVP_EncryptUpdate(context.get(), body, &length, raw(plaintext), sizeOf(plaintext)) == 1);
    mustHold(EVP_EncryptFinal_ex(context.get(), body + length, &length) == 1);
    mustHold(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                                 out.data() + kNonceBytes + plaintext.size()) == 1);
    return out;
}

Result<std::string> openSealed(const SealingKey& key, Bytes sealed, Bytes associated) {
    const auto refused = [] { return fail(Errc::BadSignature, "sealed text does not open with this key"); };
    if (sealed.size() < kNonceBytes + kTagBytes) return refused();
    const auto cipher = sealed.subspan(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
    std::string tag(asText(sealed.last(kTagBytes)));
    std::string out(cipher.size(), '\0');
    const CipherContext context(EVP_CIPHER_CTX_new());
    int length = 0;
    mustHold(context && EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, raw(Bytes(key)),
                                           raw(sealed)) == 1);
    mustHold(EVP_DecryptUpdate(context.get(), nullptr, &length, raw(associated), sizeOf(associated)) == 1);
    mustHold(EVP_DecryptUpdate(context.get(), raw(out.data()), &length, raw(cipher), sizeOf(cipher)) == 1);
    mustHold(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1);
    if (EVP_DecryptFinal_ex(context.get(), raw(out.data()) + length, &length) != 1) return refused();
    return out;
}

}  // namespace gantry
