#include <algorithm>

#include "age_cipher.hpp"
#include "bech32.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/age.hpp"
#include "text.hpp"

namespace gantry::uplink {
namespace {

constexpr std::string_view kRecipientPrefix = "age";
constexpr std::string_view kIdentityPrefix = "AGE-SECRET-KEY-";
constexpr std::string_view kIdentityPrefixLower = "age-secret-key-";

Result<Key32> decodeKey(std::string_view text, std::string_view prefix) {
    auto decoded = GANTRY_TRY(bech32::decode(text));
    Key32 key{};
    const bool good = decoded.prefix == prefix && decoded.data.size() == key.size();
    if (good) std::copy_n(asBytes(decoded.data).begin(), key.size(), key.begin());
    wipe(std::as_writable_bytes(std::span(decoded.data)));
    if (!good)
        return fail(Errc::BadFormat, "another prefix or length than that of " + std::string(prefix) + "1…");
    return key;
}

}  // namespace

Result<AgeRecipient> AgeRecipient::parse(std::string_view text) {
    auto key = decodeKey(text, kRecipientPrefix);
    if (!key) return within("age recipient", key.error());
    return AgeRecipient(*key);
}

std::string AgeRecipient::toString() const {
    return bech32::encode(kRecipientPrefix, key_);
}

Result<AgeIdentity> AgeIdentity::parse(std::string_view text) {
    auto key = decodeKey(text, kIdentityPrefix);
    if (!key) return within("age identity", key.error());
    AgeIdentity identity;
    identity.key_ = *key;
    wipe(*key);
    return identity;
}

AgeIdentity AgeIdentity::generate() {
    AgeIdentity identity;
    randomBytes(identity.key_);
    return identity;
}

AgeIdentity::~AgeIdentity() {
    wipe(key_);
}

AgeRecipient AgeIdentity::recipient() const {
    return AgeRecipient::fromPublicKey(x25519PublicKey(key_));
}

std::string AgeIdentity::toString() const {
    auto text = bech32::encode(kIdentityPrefixLower, key_);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

Result<std::vector<AgeIdentity>> loadAgeIdentities(const std::filesystem::path& path) {
    auto text = GANTRY_TRY(readFile(path, 1u << 20));
    std::vector<AgeIdentity> identities;
    Result<> verdict;
    for (std::size_t at = 0, line_number = 1; at < text.size(); ++line_number) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto line = trimmed(std::string_view(text).substr(at, end - at));
        at = end + 1;
        if (line.empty() || line.front() == '#') continue;
        auto identity = AgeIdentity::parse(line);
        if (!identity) {
            verdict = within("line " + std::to_string(line_number) + " of the key file", identity.error());
            break;
        }
        identities.push_back(*identity);
    }
    wipe(std::as_writable_bytes(std::span(text)));
    GANTRY_CHECK(verdict);
    if (identities.empty()) return fail(Errc::BadFormat, "no identity in the key file");
    return identities;
}

Result<> saveAgeIdentity(const std::filesystem::path& path, const AgeIdentity& identity) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) return fail(Errc::AlreadyExists, "key file " + path.string());
    auto text = "# public key: " + identity.recipient().toString() + "\n" + identity.toString() + "\n";
    auto written = writeFileDurably(path, asBytes(text), 0600);
    wipe(std::as_writable_bytes(std::span(text)));
    return written;
}

}  // namespace gantry::uplink
