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

Result<> decryptPayload(ByteReader& reader, const Key32& key, const ByteSink& sink) {
    ChunkCipher cipher(key, ChunkCipher::Direction::Open);
    std::vector<std::byte> plain(kChunksAtOnce * kChunkBytes);
    std::uint64_t counter = 0;
    for (;;) {
        const auto seen = GANTRY_TRY(reader.peek(kReaderBytes));
        const bool ended = seen.size() < kReaderBytes;
        const auto input = ended ? seen : seen.first(kReaderBytes - 1);
        if (input.empty()) return badPayload("no chunk at all");
        auto done = openChunks(cipher, counter, input, ended, plain.data());
        if (done.plain_bytes > 0) GANTRY_CHECK(sink(Bytes(plain).first(done.plain_bytes)));
        if (done.error) return *done.error;
        reader.take(done.sealed_bytes);
        if (ended) return {};
    }
}

Result<> decryptBinary(ByteReader& reader, std::span<const AgeIdentity> identities, const ByteSink& sink) {
    const auto header = GANTRY_TRY(readHeader(reader));
    auto file_key = GANTRY_TRY(unwrapFileKey(header, identities));
    const auto nonce = reader.peek(kNonceBytes);
    Key32 payload_key{};
    if (nonce) payload_key = hkdfSha256(file_key, *nonce, "payload");
    wipe(file_key);
    if (!nonce) return nonce.error();
    if (nonce->size() < kNonceBytes) return fail(Errc::BadFormat, "age header: no payload nonce behind it");
    reader.take(kNonceBytes);
    auto done = decryptPayload(reader, payload_key, sink);
    wipe(payload_key);
    return done;
}

}  // namespace

Result<> ageDecrypt(const ByteSource& source, std::span<const AgeIdentity> identities, const ByteSink& sink) {
    ByteReader reader(source, kReaderBytes);
    if (!GANTRY_TRY(looksArmored(reader))) return decryptBinary(reader, identities, sink);
    ByteReader inner(dearmor(reader), kReaderBytes);
    return decryptBinary(inner, identities, sink);
}

}  // namespace gantry::uplink
