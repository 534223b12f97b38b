#include <algorithm>

#include "compressed.hpp"

namespace gantry::imaging {
namespace {

constexpr std::size_t kHeaderBytes = 64;  // PS3.5 G.5: number of segments, then 15 offsets
constexpr std::size_t kMostSegments = 15;

std::size_t little32(std::string_view bytes, std::size_t at) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < 4; ++i)
        out |= std::size_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    return out;
}

// PS3.5 G.3.1: a length byte, then that many literal bytes plus one, or one byte to repeat.
bool expandSegment(std::string_view packed, std::string& out, std::size_t wanted) {
    out.clear();
    for (std::size_t at = 0; at + 1 < packed.size() && out.size() < wanted;) {
        const auto length = static_cast<signed char>(packed[at++]);
        if (length == -128) continue;
        if (length < 0) {
            out.append(static_cast<std::size_t>(1 - length), packed[at++]);
            continue;
        }
        const auto piece = packed.substr(at, static_cast<std::size_t>(length) + 1);
        out += piece;
        at += piece.size();
    }
    return out.size() >= wanted;
}

}  // namespace

Result<std::string> decodeRle(const std::string& code_stream, const PixelFormat& format) {
    const auto broken = [] { return fail(Errc::BadFormat, "the RLE segments are broken"); };
    const auto samples = static_cast<std::size_t>(format.samples);
    const auto wide = static_cast<std::size_t>(format.bits_allocated / 8);
    const auto segments = samples * wide;
    if (wide == 0 || segments > kMostSegments || code_stream.size() < kHeaderBytes ||
        little32(code_stream, 0) != segments)
        return broken();
    const std::string_view bytes = code_stream;
    std::string out(format.bytes(), '\0');
    std::string plane;
    for (std::size_t i = 0; i < segments; ++i) {
        const auto from = little32(bytes, 4 * (i + 1));
        const auto to = i + 1 < segments ? little32(bytes, 4 * (i + 2)) : bytes.size();
        if (from < kHeaderBytes || from > to || to > bytes.size()) return broken();
        if (!expandSegment(bytes.substr(from, to - from), plane, format.pixels())) return broken();
        // PS3.5 G.2: sample after sample, of each the most significant byte first.
        const auto sample = i / wide;
        const auto byte = wide - 1 - i % wide;
        for (std::size_t p = 0; p < format.pixels(); ++p) {
            const auto word = format.interleaved ? p * samples + sample : sample * format.pixels() + p;
            out[word * wide + byte] = plane[p];
        }
    }
    return out;
}

}  // namespace gantry::imaging
