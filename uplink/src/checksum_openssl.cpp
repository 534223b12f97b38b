#include <openssl/evp.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "checksum.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::uplink {
namespace {

struct DigestFree {
    void operator()(EVP_MD_CTX* c) const noexcept { EVP_MD_CTX_free(c); }
};
constexpr std::uint64_t kReadBytes = 1 << 20;

std::string_view nameOf(ChecksumKind kind) {
    switch (kind) {
        case ChecksumKind::Sha256Prefix:
            return "sha256-prefix ";
        case ChecksumKind::Sha256:
            return "sha256 ";
        case ChecksumKind::Sha1:
            break;
    }
    return "sha1 ";
}

}  // namespace

/// The sum of the bytes of a file up to a place.
class ChecksumAhead::Sum {
public:
    Sum(ChecksumKind kind, std::uint64_t at) : at_(at) {
        good_ = evp_ && EVP_DigestInit_ex(evp_.get(), kind == ChecksumKind::Sha1 ? EVP_sha1() : EVP_sha256(),
                                          nullptr) == 1;
    }
    Sum(const Sum& other) : at_(other.at_) {
        good_ = other.good_ && evp_ && EVP_MD_CTX_copy_ex(evp_.get(), other.evp_.get()) == 1;
    }
    std::uint64_t at() const { return at_; }

    Result<> readTo(int fd, std::uint64_t end, const std::stop_token& stop) {
        std::vector<std::byte> buffer(static_cast<std::size_t>(std::min(end - at_, kReadBytes)));
        while (at_ < end && good_) {
            if (stop.stop_requested()) return fail(Errc::Stopped, "stopped while computing a checksum");
            const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(end - at_, buffer.size()));
            const auto got = ::pread(fd, buffer.data(), wanted, static_cast<off_t>(at_));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return failErrno("reading what is sent", errno);
            if (got == 0) return fail(Errc::Io, "the file became shorter while it was sent");
            good_ = EVP_DigestUpdate(evp_.get(), buffer.data(), static_cast<std::size_t>(got)) == 1;
            at_ += static_cast<std::uint64_t>(got);
        }
        return good_ ? Result<>() : fail(Errc::Crypto, "computing a checksum");
    }

    /// In Base64; more may follow.
    Result<std::string> soFar() const {
        const Sum copy(*this);
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
        unsigned size = 0;
        if (!copy.good_ || EVP_DigestFinal_ex(copy.evp_.get(), digest.data(), &size) != 1)
            return fail(Errc::Crypto, "ending a checksum");
        return toBase64(std::as_bytes(std::span(digest)).first(size));
    }

private:
    std::unique_ptr<EVP_MD_CTX, DigestFree> evp_{EVP_MD_CTX_new()};
    std::uint64_t at_;
    bool good_;
};

struct ChecksumAhead::Outcome {
    Result<std::string> header = fail(Errc::Internal, "no checksum");
    std::shared_ptr<const Sum> at_begin, at_end;
};

ChecksumAhead::ChecksumAhead(ChecksumKind kind, int fd, std::uint64_t origin, std::stop_token stop)
    : kind_(kind), fd_(fd), origin_(origin), stop_(std::move(stop)) {}

ChecksumAhead::~ChecksumAhead() = default;

// The nearest sum that can be gone on from.
std::shared_ptr<const ChecksumAhead::Sum> ChecksumAhead::startFor(Range range) const {
    if (kind_ != ChecksumKind::Sha256Prefix) return std::make_shared<Sum>(kind_, range.offset);
    if (at_end_ && at_end_->at() <= range.offset) return at_end_;
    if (at_begin_ && at_begin_->at() <= range.offset) return at_begin_;
    return std::make_shared<Sum>(kind_, origin_);
}

ChecksumAhead::Outcome ChecksumAhead::compute(Range range) const {
    Outcome outcome;
    auto sum = std::make_shared<Sum>(*startFor(range));
    auto read = sum->readTo(fd_, range.offset, stop_);
    outcome.at_begin = std::make_shared<Sum>(*sum);
    if (read) read = sum->readTo(fd_, range.offset + range.length, stop_);
    outcome.at_end = sum;
    if (!read) return outcome.header = read.error(), outcome;
    auto text = sum->soFar();
    outcome.header = text ? Result<std::string>(std::string(nameOf(kind_)) + *text) : text;
    return outcome;
}

Result<std::string> ChecksumAhead::take(Outcome outcome) {
    if (outcome.header && kind_ == ChecksumKind::Sha256Prefix) {
        at_begin_ = std::move(outcome.at_begin);
        at_end_ = std::move(outcome.at_end);
    }
    return std::move(outcome.header);
}

void ChecksumAhead::begin(Range range) {
    if (thread_.joinable()) thread_.join();
    range_ = range;
    outcome_ = std::make_unique<Outcome>();
    thread_ = std::jthread([this] { *outcome_ = compute(range_); });
    pthread_setname_np(thread_.native_handle(), "checksum");
}

Result<std::string> ChecksumAhead::get(Range range) {
    if (thread_.joinable()) thread_.join();
    const auto begun = std::exchange(outcome_, nullptr);
    if (begun && range_ == range) return take(std::move(*begun));
    return take(compute(range));
}

}  // namespace gantry::uplink
