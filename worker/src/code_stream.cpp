#include "compressed.hpp"

#include <cstdint>
#include <vector>

namespace gantry::imaging {
namespace {

std::uint32_t little32(Bytes bytes, std::size_t at) {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < 4; ++i) out |= std::to_integer<std::uint32_t>(bytes[at + i]) << (8 * i);
    return out;
}

struct Fragment {
    std::size_t start;  ///< of its item header, counted from the first byte after the offset table's item
    Bytes value;
};

struct Encapsulated {
    std::vector<std::uint32_t> offsets;  ///< Basic Offset Table; empty when it is
    std::vector<Fragment> fragments;
};

Result<Encapsulated> split(Bytes bytes) {
    Encapsulated out;
    constexpr std::size_t kHeader = 8;
    std::size_t first = 0;
    for (std::size_t at = 0; at + kHeader <= bytes.size();) {
        const auto length = little32(bytes, at + 4);
        if (little32(bytes, at) != 0xE000FFFE || length > bytes.size() - at - kHeader)
            return fail(Errc::BadFormat, "the fragments of the pixel data are broken");
        const auto value = bytes.subspan(at + kHeader, length);
        if (at == 0) {
            for (std::size_t i = 0; i + 4 <= value.size(); i += 4) out.offsets.push_back(little32(value, i));
            first = kHeader + length;
        } else {
            out.fragments.push_back({at - first, value});
        }
        at += kHeader + length;
    }
    return out;
}

}  // namespace

Result<std::string> codeStream(Bytes encapsulated, std::size_t frame, std::size_t frames) {
    const auto parts = GANTRY_TRY(split(encapsulated));
    if (parts.fragments.size() == frames && frame < frames)
        return std::string(asText(parts.fragments[frame].value));
    if (frames != 1 && parts.offsets.size() != frames)
        return fail(Errc::BadFormat, "the pixel data does not say which fragments make a frame");
    const std::size_t from = frames == 1 ? 0 : parts.offsets[frame];
    const std::size_t to = frame + 1 < parts.offsets.size() ? parts.offsets[frame + 1] : SIZE_MAX;
    std::string out;
    for (const auto& fragment : parts.fragments)
        if (fragment.start >= from && fragment.start < to) out += asText(fragment.value);
    if (out.empty()) return fail(Errc::BadFormat, "a frame has no pixel data");
    return out;
}

}  // namespace gantry::imaging
