#include <algorithm>

#include "age_cipher.hpp"
#include "gantry/uplink/receipt.hpp"
#include "private_file.hpp"
#include "text.hpp"

namespace gantry::uplink {
namespace {

constexpr std::string_view kSecretPrefix = "gantry-ed25519-secret:";
constexpr std::string_view kPublicPrefix = "gantry-ed25519-public:";
constexpr std::uint64_t kMaxKeyFile = 4096;

// The context never repeats the text: it may be a secret.
Result<Key32> parseKey(std::string_view text, std::string_view prefix) {
    text = trimmed(text);
    if (!text.starts_with(prefix))
        return fail(Errc::BadFormat, "key: does not begin with " + std::string(prefix));
    auto bytes = fromBase64(text.substr(prefix.size()));
    Key32 key{};
    const bool good = bytes && bytes->size() == key.size();
    if (good) std::copy_n(asBytes(*bytes).begin(), key.size(), key.begin());
    if (bytes) wipe(std::as_writable_bytes(std::span(*bytes)));
    if (!good) return fail(Errc::BadFormat, "key: not 32 bytes in Base64");
    return key;
}

}  // namespace

std::string keyId(const Ed25519PublicKey& key) {
    return toHex(sha256(key)).substr(0, 16);
}

Ed25519Seed generateSigningKey() {
    Ed25519Seed seed{};
    randomBytes(seed);
    return seed;
}

std::string toText(const Ed25519PublicKey& key) {
    return std::string(kPublicPrefix) + toBase64(key);
}

Result<Ed25519PublicKey> parsePublicKey(std::string_view text) {
    return parseKey(text, kPublicPrefix);
}

Result<> saveSigningKey(const std::filesystem::path& secret_path, const std::filesystem::path& public_path,
                        const Ed25519Seed& seed) {
    GANTRY_CHECK(checkAbsent(secret_path));
    if (!public_path.empty()) {
        GANTRY_CHECK(checkAbsent(public_path));
        const auto text = toText(ed25519PublicKey(seed)) + "\n";
        GANTRY_CHECK(writeFileDurably(public_path, asBytes(text), 0644));
    }
    auto text = std::string(kSecretPrefix) + toBase64(seed) + "\n";
    auto written = writeFileDurably(secret_path, asBytes(text), 0600);
    wipe(std::as_writable_bytes(std::span(text)));
    return written;
}

Result<Ed25519Seed> loadSigningKey(const std::filesystem::path& path) {
    GANTRY_CHECK(checkPrivate(path));
    auto text = GANTRY_TRY(readFile(path, kMaxKeyFile));
    auto seed = parseKey(text, kSecretPrefix);
    wipe(std::as_writable_bytes(std::span(text)));
    if (!seed) return within(path.string(), seed.error());
    return seed;
}

Result<Ed25519PublicKey> loadPublicKey(const std::filesystem::path& path) {
    const auto text = GANTRY_TRY(readFile(path, kMaxKeyFile));
    auto key = parsePublicKey(text);
    if (!key) return within(path.string(), key.error());
    return key;
}

}  // namespace gantry::uplink
