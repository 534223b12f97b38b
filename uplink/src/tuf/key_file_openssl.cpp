#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <array>
#include <cstdlib>

#include "../age_cipher.hpp"
#include "../private_file.hpp"
#include "../x509_openssl.hpp"
#include "gantry/uplink/tuf_signing.hpp"

namespace gantry::uplink::tuf {
namespace {

using x509::Freed;
using x509::Memory;
using PrivateInfo = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freed<PKCS8_PRIV_KEY_INFO_free>>;
using EncryptedInfo = std::unique_ptr<X509_SIG, Freed<X509_SIG_free>>;

// What scrypt is given for one guess of a passphrase: 16 MiB, five times. OpenSSL reads no more than 32 MiB
// unasked.
constexpr std::uint64_t kScryptN = 1 << 14;
constexpr std::uint64_t kScryptR = 8;
constexpr std::uint64_t kScryptP = 5;
constexpr std::uint64_t kMostFile = 16 << 10;

// For what cannot fail but for lack of memory.
void must(bool done) {
    if (!done) std::abort();
}

unsigned char* raw(std::byte* bytes) {
    return reinterpret_cast<unsigned char*>(bytes);
}

std::string encryptedPem(const Ed25519Seed& seed, std::string_view passphrase) {
    auto bytes = seed;
    const x509::Key key(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(bytes.data()), bytes.size()));
    wipe(bytes);
    const PrivateInfo plain(key ? EVP_PKEY2PKCS8(key.get()) : nullptr);
    must(plain != nullptr);
    std::array<unsigned char, 16> salt{};
    must(RAND_bytes(salt.data(), static_cast<int>(salt.size())) == 1);
    X509_ALGOR* how = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), salt.data(), static_cast<int>(salt.size()),
                                            nullptr, kScryptN, kScryptR, kScryptP);
    must(how != nullptr);
    const EncryptedInfo sealed(
        PKCS8_set0_pbe(passphrase.data(), static_cast<int>(passphrase.size()), plain.get(), how));
    const Memory out(BIO_new(BIO_s_mem()));
    must(sealed && out && PEM_write_bio_PKCS8(out.get(), sealed.get()) == 1);
    return x509::textOf(out.get());
}

int givePassphrase(char* room, int size, int, void* passphrase) {
    const auto& text = *static_cast<const std::string_view*>(passphrase);
    if (text.size() > static_cast<std::size_t>(size)) return -1;
    text.copy(room, text.size());
    return static_cast<int>(text.size());
}

Result<Ed25519Seed> seedFrom(const std::string& pem, std::string_view passphrase) {
    const auto memory = x509::reading(pem);
    const x509::Key key(PEM_read_bio_PrivateKey(memory.get(), nullptr, givePassphrase, &passphrase));
    ERR_clear_error();
    if (!key) return fail(Errc::NotAllowed, "the passphrase does not open it");
    Ed25519Seed seed{};
    std::size_t length = seed.size();
    if (EVP_PKEY_is_a(key.get(), "ED25519") != 1 ||
        EVP_PKEY_get_raw_private_key(key.get(), raw(seed.data()), &length) != 1 || length != seed.size())
        return fail(Errc::BadFormat, "not an Ed25519 key");
    return seed;
}

}  // namespace

Result<> saveEncryptedKey(const std::filesystem::path& path, const Ed25519Seed& seed,
                          std::string_view passphrase) {
    if (passphrase.empty()) return fail(Errc::InvalidArgument, "an empty passphrase protects nothing");
    GANTRY_CHECK(checkAbsent(path));
    return writeFileDurably(path, asBytes(encryptedPem(seed, passphrase)), 0600);
}

Result<Ed25519Seed> loadEncryptedKey(const std::filesystem::path& path, std::string_view passphrase) {
    GANTRY_CHECK(checkPrivate(path));
    const auto pem = GANTRY_TRY(readFile(path, kMostFile));
    if (pem.find("-----BEGIN ENCRYPTED PRIVATE KEY-----") == std::string::npos)
        return fail(Errc::BadFormat, path.string() + ": not an encrypted private key");
    auto seed = seedFrom(pem, passphrase);
    if (!seed) return within(path.string(), seed.error());
    return seed;
}

}  // namespace gantry::uplink::tuf
