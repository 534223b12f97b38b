#include <openssl/err.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>

#include "../x509_openssl.hpp"
#include "gantry/core/crypto.hpp"
#include "verifying_key.hpp"

namespace gantry::uplink::tuf {
namespace {

using OwnedKey = x509::Key;
using DigestContext = std::unique_ptr<EVP_MD_CTX, x509::Freed<EVP_MD_CTX_free>>;

constexpr int kLeastRsaBits = 2048;  // 4.2.2

const unsigned char* raw(Bytes bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

OwnedKey readPem(const Key& key) {
    auto out = x509::readPublicKey(key.public_value);
    return out ? *std::move(out) : nullptr;
}

OwnedKey readEd25519(const Key& key) {
    const auto bytes = fromHex(key.public_value);
    if (!bytes) return nullptr;
    OwnedKey out(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(asBytes(*bytes)), bytes->size()));
    ERR_clear_error();
    return out;
}

OwnedKey readP256(const Key& key) {
    auto out = readPem(key);
    return out && x509::isP256(out.get()) ? std::move(out) : nullptr;
}

OwnedKey readRsa(const Key& key) {
    auto out = readPem(key);
    const bool good =
        out && EVP_PKEY_is_a(out.get(), "RSA") == 1 && EVP_PKEY_get_bits(out.get()) >= kLeastRsaBits;
    return good ? std::move(out) : nullptr;
}

bool wantsPss(EVP_PKEY_CTX* context) {
    // securesystemslib signs with a salt as long as the digest, openssl's default is the longest: both are
    // PSS.
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_AUTO) == 1;
}

bool nothingMore(EVP_PKEY_CTX*) {
    return true;
}

struct Scheme {
    std::string_view type;
    std::string_view scheme;
    OwnedKey (*read)(const Key&);
    const EVP_MD* (*digest)();  // none for Ed25519, which hashes by itself
    bool (*prepare)(EVP_PKEY_CTX*);
};

constexpr std::array kSchemes = {
    Scheme{"ed25519", "ed25519", readEd25519, nullptr, nothingMore},
    Scheme{"ecdsa", "ecdsa-sha2-nistp256", readP256, EVP_sha256, nothingMore},
    Scheme{"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", readP256, EVP_sha256, nothingMore},
    Scheme{"rsa", "rsassa-pss-sha256", readRsa, EVP_sha256, wantsPss},
    Scheme{"rsa", "rsa-pkcs1v15-sha256", readRsa, EVP_sha256, nothingMore},
};

}  // namespace

struct VerifyingKey::Parts {
    const Scheme* scheme;
    OwnedKey key;
};

VerifyingKey::VerifyingKey(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
VerifyingKey::VerifyingKey(VerifyingKey&&) noexcept = default;
VerifyingKey& VerifyingKey::operator=(VerifyingKey&&) noexcept = default;
VerifyingKey::~VerifyingKey() = default;

Result<VerifyingKey> VerifyingKey::of(const Key& key) {
    for (const auto& scheme : kSchemes) {
        if (scheme.type != key.type || scheme.scheme != key.scheme) continue;
        auto parts = std::make_unique<Parts>(Parts{&scheme, scheme.read(key)});
        if (!parts->key) return fail(Errc::BadFormat, "not a usable key of type " + key.type);
        return VerifyingKey(std::move(parts));
    }
    return fail(Errc::Unsupported, "a key of a type or scheme that is not known here");
}

bool VerifyingKey::knowsType(std::string_view type) {
    return std::any_of(kSchemes.begin(), kSchemes.end(),
                       [&](const Scheme& scheme) { return scheme.type == type; });
}

bool VerifyingKey::verifies(Bytes message, Bytes signature) const {
    const DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* key_context = nullptr;
    const auto& scheme = *parts_->scheme;
    const bool good =
        context &&
        EVP_DigestVerifyInit(context.get(), &key_context,
                             scheme.digest == nullptr ? nullptr : scheme.digest(), nullptr,
                             parts_->key.get()) == 1 &&
        scheme.prepare(key_context) &&
        EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(message), message.size()) == 1;
    ERR_clear_error();
    return good;
}

bool VerifyingKey::isSameAs(const VerifyingKey& other) const {
    return EVP_PKEY_eq(parts_->key.get(), other.parts_->key.get()) == 1;
}

}  // namespace gantry::uplink::tuf
