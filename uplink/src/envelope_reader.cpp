#include "envelope_reader.hpp"

#include <algorithm>
#include <vector>

namespace gantry::uplink {
namespace {

/// The front of a source, read.
Result<std::vector<std::byte>> frontOf(const ByteSource& source) {
    std::vector<std::byte> front(kEnvelopeBeginning);
    std::size_t filled = 0;
    while (filled < front.size()) {
        const auto count = GANTRY_TRY(source(std::span(front).subspan(filled)));
        if (count == 0) break;
        filled += count;
    }
    front.resize(filled);
    return front;
}

/// A source that gives `front` and then goes on.
ByteSource joined(std::vector<std::byte> front, ByteSource rest) {
    return [front = std::move(front), rest = std::move(rest),
            given = std::size_t{0}](std::span<std::byte> room) mutable -> Result<std::size_t> {
        if (given == front.size()) return rest(room);
        const auto count = std::min(room.size(), front.size() - given);
        std::copy_n(front.begin() + static_cast<std::ptrdiff_t>(given), count, room.begin());
        given += count;
        return count;
    };
}

}  // namespace

Result<PieceSource> openEnvelope(ByteSource file, std::span<const AgeIdentity> identities) {
    auto front = GANTRY_TRY(frontOf(file));
    switch (GANTRY_TRY(envelopeOf(asText(front)))) {
        case Envelope::AgeV1:
            break;
    }
    auto age = GANTRY_TRY(AgeDecryptor::start(joined(std::move(front), std::move(file)), identities));
    // A function must be copyable, a decryptor is not.
    auto shared = std::make_shared<AgeDecryptor>(std::move(age));
    return PieceSource([shared] { return shared->read(); });
}

}  // namespace gantry::uplink
