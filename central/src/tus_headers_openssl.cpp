#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "gantry/core/crypto.hpp"
#include "tus_headers.hpp"

namespace gantry::central {
namespace {

struct ContextFree {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

constexpr std::string_view kPrefix = "sha256-prefix";

const EVP_MD* algorithmNamed(std::string_view name) {
    if (name == "sha256" || name == kPrefix) return EVP_sha256();
    if (name == "sha1") return EVP_sha1();
    return nullptr;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

Error bad(std::string_view what) {
    return fail(Errc::InvalidArgument, std::string(what));
}

}  // namespace

std::optional<std::uint64_t> parseCount(std::string_view text) {
    std::uint64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc{} || stopped != end) return std::nullopt;
    return value;
}

Result<std::map<std::string, std::string>> parseMetadata(std::string_view text) {
    std::map<std::string, std::string> metadata;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        const auto pair = trimmed(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
        const auto blank = std::min(pair.find(' '), pair.size());
        const auto key = std::string(pair.substr(0, blank));
        if (key.empty()) return bad("Upload-Metadata: an empty key");
        const auto value = fromBase64(trimmed(pair.substr(blank)));
        if (!value) return bad("Upload-Metadata: a value that is not Base64");
        if (!metadata.emplace(key, *value).second) return bad("Upload-Metadata: a key twice");
    }
    return metadata;
}

struct ChecksumCheck::Impl {
    std::unique_ptr<EVP_MD_CTX, ContextFree> context{EVP_MD_CTX_new()};
    std::string expected;
    bool of_prefix = false;
};

ChecksumCheck::ChecksumCheck(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ChecksumCheck::ChecksumCheck(ChecksumCheck&&) noexcept = default;
ChecksumCheck::~ChecksumCheck() = default;

Result<ChecksumCheck> ChecksumCheck::parse(std::string_view header) {
    const auto blank = std::min(header.find(' '), header.size());
    const auto* algorithm = algorithmNamed(header.substr(0, blank));
    if (algorithm == nullptr) return bad("Upload-Checksum: sha256, sha1 and sha256-prefix are offered");
    const auto digest = fromBase64(trimmed(header.substr(blank)));
    if (!digest || digest->size() != static_cast<std::size_t>(EVP_MD_get_size(algorithm)))
        return bad("Upload-Checksum: not a digest in Base64");
    auto impl = std::make_unique<Impl>();
    impl->expected = *digest;
    impl->of_prefix = header.substr(0, blank) == kPrefix;
    if (EVP_DigestInit_ex(impl->context.get(), algorithm, nullptr) != 1)
        return fail(Errc::Crypto, "Upload-Checksum");
    return ChecksumCheck(std::move(impl));
}

void ChecksumCheck::update(Bytes piece) {
    if (EVP_DigestUpdate(impl_->context.get(), piece.data(), piece.size()) != 1) std::abort();
}

bool ChecksumCheck::matches() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_DigestFinal_ex(impl_->context.get(), digest.data(), &size) != 1) return false;
    return matches(std::as_bytes(std::span(digest.data(), size)));
}

bool ChecksumCheck::ofPrefix() const {
    return impl_->of_prefix;
}

bool ChecksumCheck::matches(Bytes digest) const {
    return equalConstantTime(digest, asBytes(impl_->expected));
}

std::string httpTime(UnixMillis millis) {
    static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto seconds = static_cast<std::time_t>(millis / 1000);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 64> out{};
    const int length = std::snprintf(out.data(), out.size(), "%s, %02d %s %d %02d:%02d:%02d GMT",
                                     kDays.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                                     kMonths.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900,
                                     utc.tm_hour, utc.tm_min, utc.tm_sec);
    return {out.data(), static_cast<std::size_t>(length)};
}

}  // namespace gantry::central
