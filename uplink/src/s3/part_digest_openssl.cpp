#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include "s3/part_digest.hpp"

namespace gantry::uplink::s3 {
namespace {

constexpr std::uint64_t kReadBytes = 1 << 20;
constexpr std::size_t kMd5HexDigits = 32;

struct DigestFree {
    void operator()(EVP_MD_CTX* c) const noexcept { EVP_MD_CTX_free(c); }
};

class Md5 {
public:
    Md5() : context_(EVP_MD_CTX_new()) {
        if (context_ && EVP_DigestInit_ex(context_.get(), EVP_md5(), nullptr) != 1) context_.reset();
    }
    void update(Bytes bytes) {
        if (context_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) context_.reset();
    }
    std::optional<std::array<std::byte, 16>> finish() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned size = 0;
        if (!context_ || EVP_DigestFinal_ex(context_.get(), digest.data(), &size) != 1 || size != 16)
            return std::nullopt;
        std::array<std::byte, 16> out{};
        std::transform(digest.begin(), digest.begin() + 16, out.begin(), [](auto c) { return std::byte(c); });
        return out;
    }

private:
    std::unique_ptr<EVP_MD_CTX, DigestFree> context_;  // empty where OpenSSL refuses MD5
};

bool isMd5(std::string_view etag) {
    return etag.size() == kMd5HexDigits &&
           etag.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::string lowerCase(std::string text) {
    for (auto& c : text)
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

}  // namespace

Result<PartDigest> digestOf(const FileRange& range, bool with_md5) {
    Sha256 sha256;
    std::optional<Md5> md5;
    if (with_md5) md5.emplace();
    auto offset = range.offset;
    auto left = range.length;
    std::vector<std::byte> buffer(static_cast<std::size_t>(std::min(left, kReadBytes)));
    while (left > 0) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
        const auto got = ::pread(range.fd, buffer.data(), wanted, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failErrno("reading what is sent", errno);
        if (got == 0) return fail(Errc::Io, "the file became shorter while it was sent");
        const auto bytes = Bytes(buffer).first(static_cast<std::size_t>(got));
        sha256.update(bytes);
        if (md5) md5->update(bytes);
        offset += bytes.size();
        left -= bytes.size();
    }
    PartDigest out;
    out.sha256 = sha256.finish();
    if (md5) out.md5 = md5->finish();
    return out;
}

Match compare(const StoredPart& stored, const PartDigest& local) {
    if (!stored.checksum_sha256.empty())
        return stored.checksum_sha256 == local.sha256Base64() ? Match::Same : Match::Different;
    if (!local.md5 || !isMd5(stored.etag)) return Match::CannotTell;
    return lowerCase(stored.etag) == toHex(*local.md5) ? Match::Same : Match::Different;
}

std::optional<std::string> compositeEtag(const std::map<int, StoredPart>& parts) {
    Md5 md5;
    for (const auto& [number, part] : parts) {
        const auto digest =
            isMd5(part.etag) ? fromHex(lowerCase(part.etag)) : fail(Errc::BadFormat, "not an MD5");
        if (!digest) return std::nullopt;
        md5.update(asBytes(*digest));
    }
    const auto digest = md5.finish();
    if (!digest) return std::nullopt;
    return toHex(*digest) + "-" + std::to_string(parts.size());
}

}  // namespace gantry::uplink::s3
