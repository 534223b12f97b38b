#include "rle_segments.hpp"

namespace gantry::anonymizer {
namespace {

constexpr std::size_t kHeader = 64;
constexpr std::size_t kMostSegments = 15;

std::uint32_t numberAt(Bytes bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = 4; i-- > 0;) number = number << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
    return number;
}

/// Bytes of `segment` that decode to `wanted` bytes; more than it has if it ends too soon (PS3.5 G.3.2).
std::size_t usedLength(Bytes segment, std::uint64_t wanted) {
    std::uint64_t decoded = 0;
    std::size_t at = 0;
    while (decoded < wanted && at < segment.size()) {
        const auto control = std::to_integer<unsigned>(segment[at]);
        if (control < 128) {
            at += 2 + control;
            decoded += 1 + control;
        } else {
            at += control == 128 ? 1 : 2;
            decoded += control == 128 ? 0 : 257 - control;
        }
    }
    return decoded < wanted ? segment.size() + 1 : at;
}

}  // namespace

bool findRleSlack(Bytes frame, std::uint64_t segment_bytes, std::vector<Bytes>& slack) {
    if (frame.size() < kHeader || segment_bytes == 0) return false;
    const std::size_t segments = numberAt(frame, 0);
    if (segments == 0 || segments > kMostSegments) return false;
    const auto offsets_end = 4 + 4 * segments;
    if (offsets_end < kHeader) slack.push_back(frame.subspan(offsets_end, kHeader - offsets_end));
    std::size_t expected = kHeader;
    for (std::size_t i = 0; i < segments; ++i) {
        const std::size_t begin = numberAt(frame, 4 + 4 * i);
        const std::size_t end = i + 1 < segments ? numberAt(frame, 8 + 4 * i) : frame.size();
        if (begin < expected || end < begin || end > frame.size()) return false;
        if (begin > expected) slack.push_back(frame.subspan(expected, begin - expected));
        const auto used = usedLength(frame.subspan(begin, end - begin), segment_bytes);
        if (used > end - begin) return false;
        if (begin + used < end) slack.push_back(frame.subspan(begin + used, end - begin - used));
        expected = end;
    }
    return true;
}

}  // namespace gantry::anonymizer
