// What lies inside of an envelope: the tar, compressed or not, and its manifest.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "gantry/uplink/envelope.hpp"
#include "gantry/uplink/parcel.hpp"
#include "tar_reader.hpp"

namespace {

using namespace gantry;
using namespace gantry::uplink;

// What was read can be written, and says the same when it is read again.
void fuzzManifest(std::string_view text) {
    const auto manifest = manifestFromJson(text);
    if (!manifest) return;
    const auto again = toJson(*manifest);
    if (!again) std::abort();
    const auto back = manifestFromJson(*again);
    if (!back || back->parcel_id != manifest->parcel_id || back->files.size() != manifest->files.size() ||
        back->content != manifest->content || back->withdraws.size() != manifest->withdraws.size())
        std::abort();
    // Whatever a manifest says, its files stay below their folder.
    for (const auto& file : manifest->files)
        if (file.name.find("..") != std::string::npos || !file.name.starts_with("instances/")) std::abort();
    if (!isParcelId(manifest->parcel_id)) std::abort();
}

constexpr std::size_t kPiece = 509;

PieceSource inPieces(Bytes input) {
    return [input]() mutable -> Result<Bytes> {
        const auto piece = input.first(std::min(input.size(), kPiece));
        input = input.subspan(piece.size());
        return piece;
    };
}

void fuzzTar(Bytes input) {
    constexpr std::size_t kEnough = 4 << 20;  // a few bytes of Zstandard can hold any number of zeros
    TarReader tar(inPieces(input));
    std::size_t seen = 0;
    while (seen < kEnough) {
        const auto entry = tar.next();
        if (!entry || !*entry) return;
        std::uint64_t bytes = 0;
        for (;;) {
            const auto piece = tar.read();
            if (!piece) return;
            if (piece->empty()) break;
            bytes += piece->size();
            seen += piece->size();
            if (bytes > (*entry)->bytes) std::abort();  // an entry is never longer than it says
            if (seen > kEnough) return;
        }
    }
}

}  // namespace

// Seeds: seeds/manifest, made by hand, and by tar and zstd. A brace begins a manifest; everything else is
// tried as a tar, and as the beginning of an envelope.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = std::as_bytes(std::span(data, size));
    if (size > 0 && data[0] == '{') {
        fuzzManifest(asText(input));
        return 0;
    }
    const auto envelope = envelopeOf(asText(input.first(std::min(size, kEnvelopeBeginning))));
    if (!envelope && envelope.error().context.find('\x1B') != std::string::npos) std::abort();
    fuzzTar(input);
    return 0;
}
