#include "rle_segments.hpp"

#include <algorithm>
#include <optional>

namespace gantry::anonymizer {
namespace {

constexpr std::size_t kHeader = 64;
constexpr std::uint32_t kMostSegments = 15;

std::uint32_t number(Bytes bytes, std::size_t at) {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < 4; ++i) out |= std::to_integer<std::uint32_t>(bytes[at + i]) << (8 * i);
    return out;
}

void add(std::vector<Bytes>& found, Bytes bytes, std::size_t begin, std::size_t end) {
    const auto range = bytes.subspan(begin, end - begin);
    if (std::ranges::any_of(range, [](std::byte b) { return b != std::byte{0}; })) found.push_back(range);
}

/// Where the packed bytes end that unpack to `pixels` bytes (PS3.5 G.3.2); nothing when they do not.
std::optional<std::size_t> endOfSegment(Bytes bytes, std::size_t at, std::uint64_t pixels) {
    constexpr unsigned kNothing = 128;
    std::uint64_t unpacked = 0;
    while (unpacked < pixels) {
        if (at >= bytes.size()) return std::nullopt;
        const auto control = std::to_integer<unsigned>(bytes[at]);
        if (control < kNothing) {
            unpacked += control + 1;
            at += control + 2;
        } else {
            unpacked += control == kNothing ? 0 : 257 - control;
            at += control == kNothing ? 1 : 2;
        }
    }
    return at <= bytes.size() ? std::optional(at) : std::nullopt;
}

}  // namespace

bool findBesideRle(Bytes fragment, std::uint64_t pixels, std::vector<Bytes>& found) {
    if (fragment.size() < kHeader || pixels == 0) return false;
    const auto segments = number(fragment, 0);
    if (segments == 0 || segments > kMostSegments) return false;
    add(found, fragment, 4 + std::size_t{4} * segments, kHeader);
    std::size_t end = kHeader;
    for (std::uint32_t i = 0; i < segments; ++i) {
        const std::size_t begin = number(fragment, 4 + std::size_t{4} * i);
        if (begin < end || begin > fragment.size()) return false;
        add(found, fragment, end, begin);
        const auto packed = endOfSegment(fragment, begin, pixels);
        if (!packed) return false;
        end = *packed;
    }
    add(found, fragment, end, fragment.size());
    return true;
}

}  // namespace gantry::anonymizer
