#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <boost/url/url.hpp>
#include <cstdlib>

#include "gantry/core/crypto.hpp"
#include "gantry/core/log.hpp"
#include "people/totp.hpp"

namespace gantry::agent {
namespace {

constexpr std::int64_t kStepMillis = 30'000;
constexpr std::size_t kSecretBytes = 20;
constexpr unsigned kModulo = 1'000'000;
constexpr std::size_t kDigits = 6;
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

using Sha1 = std::array<unsigned char, 20>;

Sha1 hmacSha1(std::string_view key, std::span<const unsigned char> message) {
    Sha1 out{};
    unsigned size = 0;
    if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), message.data(), message.size(), out.data(), &size) !=
            nullptr &&
        size == out.size())
        return out;
    log::error("crypto.failed", {{"operation", "hmac-sha1"}});
    std::abort();
}

}  // namespace

std::string newTotpSecret() {
    std::string out(kSecretBytes, '\0');
    randomBytes(std::as_writable_bytes(std::span(out)));
    return out;
}

std::string toBase32(Bytes bytes) {
    std::string out;
    unsigned held = 0;
    int bits = 0;
    for (const auto byte : bytes) {
        held = (held << 8 | static_cast<unsigned>(byte)) & 0xFFF;
        for (bits += 8; bits >= 5; bits -= 5) out += kBase32[held >> (bits - 5) & 31];
    }
    if (bits > 0) out += kBase32[held << (5 - bits) & 31];
    return out;
}

std::string totpAddress(std::string_view secret, std::string_view site, std::string_view name) {
    boost::urls::url url("otpauth://totp/");
    url.segments().push_back("Gantry " + std::string(site) + ":" + std::string(name));
    url.params().append({"secret", toBase32(asBytes(secret))});
    url.params().append({"issuer", "Gantry " + std::string(site)});
    return std::string(url.buffer());
}

// RFC 4226 section 5.3: dynamic truncation.
std::string totpCode(std::string_view secret, std::int64_t step) {
    std::array<unsigned char, 8> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i)
        counter[counter.size() - 1 - i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (8 * i) & 0xFF);
    const auto mac = hmacSha1(secret, counter);
    const std::size_t at = mac.back() & 0x0F;
    const auto number = (static_cast<unsigned>(mac[at] & 0x7F) << 24) | (static_cast<unsigned>(mac[at + 1]) << 16) |
                        (static_cast<unsigned>(mac[at + 2]) << 8) | static_cast<unsigned>(mac[at + 3]);
    auto digits = std::to_string(number % kModulo);
    return std::string(kDigits - digits.size(), '0') + digits;
}

std::optional<std::int64_t> totpStep(std::string_view secret, std::string_view code, UnixMillis now, std::int64_t last) {
    const auto current = now / kStepMillis;
    std::optional<std::int64_t> found;
    for (const auto step : {current, current - 1, current + 1})
        if (step > last && equalConstantTime(asBytes(totpCode(secret, step)), asBytes(code)) && !found) found = step;
    return found;
}

}  // namespace gantry::agent
