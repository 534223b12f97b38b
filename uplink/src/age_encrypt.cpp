#include <algorithm>
#include <cassert>

#include "age_cipher.hpp"
#include "age_header.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/age.hpp"
#include "piece_writer.hpp"

namespace gantry::uplink {
namespace {
constexpr std::size_t kChunksInPiece = 16;
constexpr std::size_t kReadBytes = 1 << 20;
}  // namespace

struct AgeEncryptor::Impl {
    Impl(const Key32& key, ByteSink sink, Mode mode)
        : cipher(key, ChunkCipher::Direction::Seal),
          out(std::move(sink), mode, kChunksInPiece * kSealedChunkBytes) {}

    Result<> seal(Bytes plain, bool last) {
        const auto room = GANTRY_TRY(out.room(plain.size() + kTagBytes));
        cipher.seal(counter++, last, plain, room.data());
        return {};
    }

    Result<> copyOut(Bytes bytes) {
        while (!bytes.empty()) {
            const auto count = std::min(bytes.size(), kChunkBytes);
            const auto room = GANTRY_TRY(out.room(count));
            std::copy_n(bytes.begin(), count, room.begin());
            bytes = bytes.subspan(count);
        }
        return {};
    }

    ChunkCipher cipher;
    PieceWriter out;
    std::uint64_t counter = 0;
    std::vector<std::byte>
        pending;  // at most one whole chunk: which chunk is the last is known only at the end
    bool finished = false;
};

AgeEncryptor::AgeEncryptor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AgeEncryptor::AgeEncryptor(AgeEncryptor&&) noexcept = default;
AgeEncryptor& AgeEncryptor::operator=(AgeEncryptor&&) noexcept = default;
AgeEncryptor::~AgeEncryptor() = default;

Result<AgeEncryptor> AgeEncryptor::start(std::span<const AgeRecipient> recipients, ByteSink sink, Mode mode) {
    FileKey file_key{};
    randomBytes(file_key);
    const auto header = makeHeader(file_key, recipients);
    std::array<std::byte, 16> nonce{};
    randomBytes(nonce);
    auto payload_key = hkdfSha256(file_key, nonce, "payload");
    wipe(file_key);
    if (!header) return header.error();
    auto impl = std::make_unique<Impl>(payload_key, std::move(sink), mode);
    wipe(payload_key);
    impl->pending.reserve(kChunkBytes);
    GANTRY_CHECK(impl->copyOut(asBytes(*header)));
    GANTRY_CHECK(impl->copyOut(nonce));
    return AgeEncryptor(std::move(impl));
}

Result<> AgeEncryptor::write(Bytes plaintext) {
    assert(!impl_->finished);
    auto& pending = impl_->pending;
    while (!plaintext.empty()) {
        if (pending.size() == kChunkBytes) {
            GANTRY_CHECK(impl_->seal(pending, false));
            pending.clear();
        }
        if (pending.empty() && plaintext.size() > kChunkBytes) {  // a whole chunk, and more follows: no copy
            GANTRY_CHECK(impl_->seal(plaintext.first(kChunkBytes), false));
            plaintext = plaintext.subspan(kChunkBytes);
            continue;
        }
        const auto count = std::min(plaintext.size(), kChunkBytes - pending.size());
        pending.insert(pending.end(), plaintext.begin(),
                       plaintext.begin() + static_cast<std::ptrdiff_t>(count));
        plaintext = plaintext.subspan(count);
    }
    return {};
}

Result<> AgeEncryptor::finish() {
    assert(!impl_->finished);
    impl_->finished = true;
    GANTRY_CHECK(impl_->seal(impl_->pending, true));
    return impl_->out.finish();
}

Result<> ageEncrypt(int in, int out, std::span<const AgeRecipient> recipients) {
    auto encryptor =
        GANTRY_TRY(AgeEncryptor::start(recipients, sinkOf(out), AgeEncryptor::Mode::WriteBehind));
    const auto source = sourceOf(in);
    std::vector<std::byte> buffer(kReadBytes);
    for (;;) {
        const auto count = GANTRY_TRY(source(buffer));
        if (count == 0) return encryptor.finish();
        GANTRY_CHECK(encryptor.write(Bytes(buffer).first(count)));
    }
}

}  // namespace gantry::uplink
