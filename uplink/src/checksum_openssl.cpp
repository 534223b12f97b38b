#include <openssl/evp.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <vector>

#include "checksum.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::uplink {
namespace {

struct DigestFree {
    void operator()(EVP_MD_CTX* c) const noexcept { EVP_MD_CTX_free(c); }
};
constexpr std::uint64_t kReadBytes = 1 << 20;

}  // namespace

Result<std::string> checksumHeader(ChecksumKind kind, int fd, std::uint64_t offset, std::uint64_t length) {
    const std::unique_ptr<EVP_MD_CTX, DigestFree> context(EVP_MD_CTX_new());
    const auto* algorithm = kind == ChecksumKind::Sha256 ? EVP_sha256() : EVP_sha1();
    if (!context || EVP_DigestInit_ex(context.get(), algorithm, nullptr) != 1)
        return fail(Errc::Crypto, "starting a checksum");
    std::vector<std::byte> buffer(static_cast<std::size_t>(std::min(length, kReadBytes)));
    while (length > 0) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length, buffer.size()));
        const auto got = ::pread(fd, buffer.data(), wanted, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failErrno("reading what is sent", errno);
        if (got == 0) return fail(Errc::Io, "the file became shorter while it was sent");
        if (EVP_DigestUpdate(context.get(), buffer.data(), static_cast<std::size_t>(got)) != 1)
            return fail(Errc::Crypto, "computing a checksum");
        offset += static_cast<std::uint64_t>(got);
        length -= static_cast<std::uint64_t>(got);
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    if (EVP_DigestFinal_ex(context.get(), digest.data(), &size) != 1)
        return fail(Errc::Crypto, "ending a checksum");
    const auto bytes = std::as_bytes(std::span(digest)).first(size);
    return std::string(kind == ChecksumKind::Sha256 ? "sha256 " : "sha1 ") + toBase64(bytes);
}

void ChecksumAhead::begin(Range range) {
    if (thread_.joinable()) thread_.join();
    range_ = range;
    result_.reset();
    thread_ = std::jthread([this] { result_ = checksumHeader(kind_, fd_, range_.offset, range_.length); });
    pthread_setname_np(thread_.native_handle(), "checksum");
}

Result<std::string> ChecksumAhead::get(Range range) {
    if (thread_.joinable()) thread_.join();
    if (result_ && range_ == range) return *result_;
    return checksumHeader(kind_, fd_, range.offset, range.length);
}

}  // namespace gantry::uplink
