#include "jpeg_segments.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace gantry::anonymizer {
namespace {

// Markers of ITU-T T.81 Table B.1, T.87 and T.800 Table A.2, the second byte each.
constexpr unsigned kPrefix = 0xFF;
constexpr unsigned kStartOfImage = 0xD8;
constexpr unsigned kEndOfImage = 0xD9;
constexpr unsigned kStartOfScan = 0xDA;
constexpr unsigned kComment = 0xFE;
constexpr unsigned kFirstApplication = 0xE0;
constexpr unsigned kLastApplication = 0xEF;
constexpr unsigned kFirstRestart = 0xD0;
constexpr unsigned kLastRestart = 0xD7;
constexpr unsigned kStartOfCodestream = 0x4F;
constexpr unsigned kComment2000 = 0x64;
constexpr unsigned kStartOfTilePart = 0x90;
constexpr unsigned kStartOfData = 0x93;

unsigned byteAt(Bytes bytes, std::size_t at) {
    return std::to_integer<unsigned>(bytes[at]);
}
std::size_t bigEndian16(Bytes bytes, std::size_t at) {
    return byteAt(bytes, at) << 8 | byteAt(bytes, at + 1);
}
std::size_t bigEndian32(Bytes bytes, std::size_t at) {
    return bigEndian16(bytes, at) << 16 | bigEndian16(bytes, at + 2);
}
bool isMarker(Bytes bytes, std::size_t at, unsigned marker) {
    return at + 2 <= bytes.size() && byteAt(bytes, at) == kPrefix && byteAt(bytes, at + 1) == marker;
}

void add(std::vector<Bytes>& found, Bytes bytes, std::size_t begin, std::size_t end) {
    end = std::min(end, bytes.size());
    if (begin >= end) return;
    const auto range = bytes.subspan(begin, end - begin);
    // Padding, and what was blanked before, says nothing.
    if (std::ranges::any_of(range, [](std::byte b) { return b != std::byte{0}; })) found.push_back(range);
}

/// Segments that decoders need to show the colours, in the only length that leaves no room for more.
bool isNeededApplication(unsigned marker, std::string_view payload) {
    constexpr unsigned kJfif = 0xE0;
    constexpr unsigned kJpegLsTransform = 0xE8;
    constexpr unsigned kAdobe = 0xEE;
    if (marker == kJfif) return payload.size() == 14 && payload.starts_with(std::string_view("JFIF\0", 5));
    if (marker == kAdobe) return payload.size() == 12 && payload.starts_with("Adobe");
    return marker == kJpegLsTransform && payload.size() == 5 && payload.starts_with("mrfx");
}

/// From inside entropy-coded data to the next marker; the fragment's end when there is none.
std::size_t nextMarker(Bytes bytes, std::size_t at) {
    while (at + 1 < bytes.size()) {
        const auto* hit = static_cast<const std::byte*>(
            std::memchr(bytes.data() + at, static_cast<int>(kPrefix), bytes.size() - 1 - at));
        if (hit == nullptr) return bytes.size();
        at = static_cast<std::size_t>(hit - bytes.data());
        const auto second = byteAt(bytes, at + 1);
        constexpr unsigned kFirstMarker = 0x80;  // below: stuffing of JPEG and JPEG-LS
        const bool restart = second >= kFirstRestart && second <= kLastRestart;
        if (second >= kFirstMarker && !restart && second != kPrefix) return at;
        ++at;
    }
    return bytes.size();
}

/// Packets hold no FF90 and above (T.800 B.10.1), so the first FFD9 is the end.
std::size_t endOfCodestream(Bytes bytes, std::size_t at) {
    constexpr std::string_view kEnd = "\xFF\xD9";
    const auto found = asText(bytes).find(kEnd, at);
    return found == std::string_view::npos ? bytes.size() : found;
}

}  // namespace

bool SegmentFinder::look(Bytes fragment, std::vector<Bytes>& found) {
    const bool starts = isMarker(fragment, 0, jpeg2000_ ? kStartOfCodestream : kStartOfImage);
    if (!starts && !started_) return false;
    started_ = true;
    jpeg2000_ ? lookJpeg2000(fragment, found) : lookJpeg(fragment, found);
    return true;
}

void SegmentFinder::lookJpeg(Bytes fragment, std::vector<Bytes>& found) {
    std::size_t at = 0;
    if (isMarker(fragment, 0, kStartOfImage)) {
        in_scan_ = false;
        at = 2;
    }
    if (in_scan_) at = nextMarker(fragment, at);
    while (at + 4 <= fragment.size() && byteAt(fragment, at) == kPrefix) {
        const auto marker = byteAt(fragment, at + 1);
        if (marker == kPrefix) {  // fill byte
            ++at;
            continue;
        }
        if (marker == kEndOfImage) break;
        const auto length = bigEndian16(fragment, at + 2);
        const auto payload = at + 4;
        const auto end = at + 2 + std::max<std::size_t>(length, 2);
        const bool application = marker >= kFirstApplication && marker <= kLastApplication;
        const auto payload_end = std::min(end, fragment.size());
        const auto text = asText(fragment.subspan(payload, payload_end - payload));
        if (marker == kComment || (application && !isNeededApplication(marker, text)))
            add(found, fragment, payload, end);
        in_scan_ = marker == kStartOfScan;
        at = in_scan_ ? nextMarker(fragment, end) : end;
    }
    if (isMarker(fragment, std::min(at, fragment.size()), kEndOfImage)) {
        in_scan_ = false;
        add(found, fragment, at + 2, fragment.size());
    }
}

void SegmentFinder::lookJpeg2000(Bytes fragment, std::vector<Bytes>& found) {
    if (!isMarker(fragment, 0, kStartOfCodestream)) return;
    std::size_t at = 2;
    std::size_t tile_begin = 0;
    std::size_t tile_length = 0;
    while (at + 4 <= fragment.size() && byteAt(fragment, at) == kPrefix) {
        const auto marker = byteAt(fragment, at + 1);
        if (marker == kEndOfImage) break;
        if (marker == kStartOfData) {
            // Psot 0: the tile-part goes on to the end of the codestream (T.800 A.4.2).
            at = tile_length == 0 ? endOfCodestream(fragment, at + 2)
                                  : std::max(tile_begin + tile_length, at + 2);
            continue;
        }
        const auto length = std::max<std::size_t>(bigEndian16(fragment, at + 2), 2);
        if (marker == kStartOfTilePart && at + 10 <= fragment.size()) {
            tile_begin = at;
            tile_length = bigEndian32(fragment, at + 6);
        }
        constexpr std::size_t kCommentHeader = 6;  // marker, Lcom, Rcom
        if (marker == kComment2000) add(found, fragment, at + kCommentHeader, at + 2 + length);
        at += 2 + length;
    }
    if (isMarker(fragment, std::min(at, fragment.size()), kEndOfImage))
        add(found, fragment, at + 2, fragment.size());
}

}  // namespace gantry::anonymizer
