#include <algorithm>
#include <optional>

#include "age_armor.hpp"
#include "age_cipher.hpp"
#include "age_header.hpp"
#include "byte_reader.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/age.hpp"

namespace gantry::uplink {
namespace {

constexpr std::size_t kNonceBytes = 16;
constexpr std::size_t kChunksAtOnce = 16;
// One byte more than the chunks: whether a chunk is the last shows in what follows it.
constexpr std::size_t kReaderBytes = kChunksAtOnce * kSealedChunkBytes + 1;

Error badPayload(std::string what) {
    return fail(Errc::BadSignature, "age payload: " + std::move(what));
}

struct Opened {
    std::size_t plain_bytes = 0;
    std::size_t sealed_bytes = 0;
    std::optional<Error> error;
};

// Opens the chunks at the front of `input`; where `ended`, the last of them is the final one.
Opened openChunks(ChunkCipher& cipher, std::uint64_t& counter, Bytes input, bool ended, std::byte* out) {
    Opened done;
    while (done.sealed_bytes < input.size()) {
        const auto rest = input.subspan(done.sealed_bytes);
        const auto sealed = rest.first(std::min(rest.size(), kSealedChunkBytes));
        const bool last = ended && sealed.size() == rest.size();
        if (sealed.size() < kTagBytes) {
            done.error = badPayload("cut short within a chunk");
            return done;
        }
        if (last && sealed.size() == kTagBytes && counter > 0) {
            done.error = badPayload("an empty chunk at the end of a payload that is not empty");
            return done;
        }
        if (!cipher.open(counter, last, sealed, out + done.plain_bytes)) {
            done.error = badPayload("a chunk is altered, missing or cut");
            return done;
        }
        ++counter;
        done.plain_bytes += sealed.size() - kTagBytes;
        done.sealed_bytes += sealed.size();
    }
    return done;
}

}  // namespace

struct AgeDecryptor::Impl {
    explicit Impl(ByteSource source) : outer(std::move(source), kReaderBytes) {}

    ByteReader outer;
    std::optional<ByteReader> inner;  // of what an armor holds
    std::optional<ChunkCipher> cipher;
    std::vector<std::byte> plain;
    std::uint64_t counter = 0;
    std::optional<Error> error;  // found behind plaintext that was good
    bool ended = false;

    ByteReader& reader() { return inner ? *inner : outer; }
    Result<> open(std::span<const AgeIdentity> identities);
    Result<Bytes> next();
};

Result<> AgeDecryptor::Impl::open(std::span<const AgeIdentity> identities) {
    if (GANTRY_TRY(looksArmored(outer))) inner.emplace(dearmor(outer), kReaderBytes);
    const auto header = GANTRY_TRY(readHeader(reader()));
    auto file_key = GANTRY_TRY(unwrapFileKey(header, identities));
    const auto nonce = reader().peek(kNonceBytes);
    Key32 payload_key{};
    if (nonce) payload_key = hkdfSha256(file_key, *nonce, "payload");
    wipe(file_key);
    if (!nonce) return nonce.error();
    if (nonce->size() < kNonceBytes) return fail(Errc::BadFormat, "age header: no payload nonce behind it");
    reader().take(kNonceBytes);
    cipher.emplace(payload_key, ChunkCipher::Direction::Open);
    wipe(payload_key);
    plain.resize(kChunksAtOnce * kChunkBytes);
    return {};
}

Result<Bytes> AgeDecryptor::Impl::next() {
    if (error) return *error;
    if (ended) return Bytes();
    const auto seen = GANTRY_TRY(reader().peek(kReaderBytes));
    ended = seen.size() < kReaderBytes;
    const auto input = ended ? seen : seen.first(kReaderBytes - 1);
    if (input.empty()) return badPayload("no chunk at all");
    auto done = openChunks(*cipher, counter, input, ended, plain.data());
    reader().take(done.sealed_bytes);
    error = std::move(done.error);
    if (error && done.plain_bytes == 0) return *error;
    return Bytes(plain).first(done.plain_bytes);
}

AgeDecryptor::AgeDecryptor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AgeDecryptor::AgeDecryptor(AgeDecryptor&&) noexcept = default;
AgeDecryptor& AgeDecryptor::operator=(AgeDecryptor&&) noexcept = default;
AgeDecryptor::~AgeDecryptor() = default;

Result<AgeDecryptor> AgeDecryptor::start(ByteSource source, std::span<const AgeIdentity> identities) {
    auto impl = std::make_unique<Impl>(std::move(source));
    GANTRY_CHECK(impl->open(identities));
    return AgeDecryptor(std::move(impl));
}

Result<Bytes> AgeDecryptor::read() {
    return impl_->next();
}

Result<> ageDecrypt(ByteSource source, std::span<const AgeIdentity> identities, const ByteSink& sink) {
    auto decryptor = GANTRY_TRY(AgeDecryptor::start(std::move(source), identities));
    for (;;) {
        const auto piece = GANTRY_TRY(decryptor.read());
        if (piece.empty()) return {};
        GANTRY_CHECK(sink(piece));
    }
}

}  // namespace gantry::uplink
