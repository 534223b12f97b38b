#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "gantry/core/crypto.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/log.hpp"

namespace gantry {
namespace {

unsigned char* raw(std::byte* bytes) {
    return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* raw(const std::byte* bytes) {
    return reinterpret_cast<const unsigned char*>(bytes);
}

// An OpenSSL that cannot hash or give random numbers leaves nothing safe to do.
void mustHold(bool held, const char* what) {
    if (held) return;
    log::error("crypto.failed", {{"operation", what}});
    std::abort();
}

template <class T, void (*Free)(T*)>
struct Freer {
    void operator()(T* object) const noexcept { Free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using MdContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX, EVP_MD_CTX_free>>;

// Fetched once: an implicit fetch per hash costs more than hashing a short message.
const EVP_MD* sha256Algorithm() {
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    mustHold(algorithm != nullptr, "fetch SHA256");
    return algorithm;
}

}  // namespace

struct Sha256::Context {
    MdContext md{EVP_MD_CTX_new()};
    void start() { mustHold(md && EVP_DigestInit_ex2(md.get(), sha256Algorithm(), nullptr) == 1, "sha256"); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
    context_->start();
}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(Bytes bytes) {
    mustHold(EVP_DigestUpdate(context_->md.get(), bytes.data(), bytes.size()) == 1, "sha256");
}

Digest Sha256::finish() {
    Digest digest{};
    mustHold(EVP_DigestFinal_ex(context_->md.get(), raw(digest.data()), nullptr) == 1, "sha256");
    context_->start();
    return digest;
}

Digest sha256(Bytes bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

Result<Digest> sha256File(const std::filesystem::path& path) {
    constexpr std::size_t kStep = 8u << 20;  // of which pages are held
    const auto file = GANTRY_TRY(MappedFile::open(path));
    Sha256 hash;
    for (auto bytes = file.bytes(); !bytes.empty();) {
        const auto step = bytes.first(std::min(bytes.size(), kStep));
        hash.update(step);
        releasePages(step);
        bytes = bytes.subspan(step.size());
    }
    return hash.finish();
}

Digest hmacSha256(Bytes key, Bytes message) {
    Digest digest{};
    unsigned int length = digest.size();
    mustHold(HMAC(sha256Algorithm(), key.data(), static_cast<int>(key.size()), raw(message.data()),
                  message.size(), raw(digest.data()), &length) != nullptr,
             "hmac");
    return digest;
}

Digest hkdfSha256(Bytes secret, Bytes salt, std::string_view info) {
    static EVP_KDF* const kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
    const std::unique_ptr<EVP_KDF_CTX, Freer<EVP_KDF_CTX, EVP_KDF_CTX_free>> context(EVP_KDF_CTX_new(kdf));
    std::string digest_name = "SHA256";
    std::vector<std::byte> key(secret.begin(), secret.end());
    std::vector<std::byte> salted(salt.begin(), salt.end());
    std::string label(info);
    std::vector<OSSL_PARAM> parameters = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest_name.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, label.data(), label.size())};
    if (!salted.empty())
        parameters.push_back(
            OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salted.data(), salted.size()));
    parameters.push_back(OSSL_PARAM_construct_end());
    Digest out{};
    mustHold(context && EVP_KDF_derive(context.get(), raw(out.data()), out.size(), parameters.data()) == 1,
             "hkdf");
    OPENSSL_cleanse(key.data(), key.size());
    return out;
}

void randomBytes(std::span<std::byte> out) {
    mustHold(RAND_bytes(raw(out.data()), static_cast<int>(out.size())) == 1, "random");
}

std::string randomHex(std::size_t bytes) {
    std::vector<std::byte> buffer(bytes);
    randomBytes(buffer);
    return toHex(buffer);
}

std::string toHex(Bytes bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const auto b : bytes) {
        out += kDigits[std::to_integer<std::size_t>(b) >> 4];
        out += kDigits[std::to_integer<std::size_t>(b) & 15];
    }
    return out;
}

Result<std::string> fromHex(std::string_view hex) {
    const auto digit = [](char c) -> int {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    if (hex.size() % 2 != 0) return fail(Errc::BadFormat, "hex has an odd number of digits");
    std::string out;
    out.reserve(hex.size() / 2);
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const int high = digit(hex[i]);
        const int low = digit(hex[i + 1]);
        if (high < 0 || low < 0) return fail(Errc::BadFormat, "not a hex digit");
        out += static_cast<char>(high * 16 + low);
    }
    return out;
}

std::string toBase64(Bytes bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), raw(bytes.data()),
                                       static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

Result<std::string> fromBase64(std::string_view text) {
    if (text.size() % 4 != 0) return fail(Errc::BadFormat, "base64 without its padding");
    if (text.empty()) return std::string();
    std::string out(text.size() / 4 * 3, '\0');
    const int length =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (length < 0) return fail(Errc::BadFormat, "not base64");
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    out.resize(static_cast<std::size_t>(length) - padding);
    // OpenSSL forgives white space and stray bits; encoding again shows both.
    if (toBase64(asBytes(out)) != text) return fail(Errc::BadFormat, "base64 is not canonical");
    return out;
}

bool equalConstantTime(Bytes a, Bytes b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

namespace {
Key privateKey(const Ed25519Seed& seed) {
    Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(seed.data()), seed.size()));
    mustHold(key != nullptr, "ed25519 key");
    return key;
}
}  // namespace

Ed25519PublicKey ed25519PublicKey(const Ed25519Seed& seed) {
    Ed25519PublicKey out{};
    std::size_t length = out.size();
    mustHold(EVP_PKEY_get_raw_public_key(privateKey(seed).get(), raw(out.data()), &length) == 1,
             "ed25519 key");
    return out;
}

Ed25519Signature ed25519Sign(const Ed25519Seed& seed, Bytes message) {
    const auto key = privateKey(seed);
    const MdContext context(EVP_MD_CTX_new());
    Ed25519Signature out{};
    std::size_t length = out.size();
    mustHold(
        context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
            EVP_DigestSign(context.get(), raw(out.data()), &length, raw(message.data()), message.size()) == 1,
        "ed25519 sign");
    return out;
}

bool ed25519Verify(const Ed25519PublicKey& public_key, Bytes message, const Ed25519Signature& signature) {
    const Key key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(public_key.data()), public_key.size()));
    const MdContext context(EVP_MD_CTX_new());
    return key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), raw(signature.data()), signature.size(), raw(message.data()),
                            message.size()) == 1;
}

}  // namespace gantry
