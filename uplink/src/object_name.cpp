#include <algorithm>

#include "gantry/uplink/object_store.hpp"

namespace gantry::uplink {
namespace {

constexpr std::size_t kMostNameBytes = 700;
constexpr std::size_t kMostSegmentBytes = 200;  // a file name has 255, and a temporary one is longer

Error wrong(std::string_view what) {
    return fail(Errc::InvalidArgument, "name of an object: " + std::string(what));
}

}  // namespace

Result<> checkObjectName(std::string_view name) {
    if (name.size() > kMostNameBytes) return wrong("too long");
    const auto bad = [](char c) { return (c >= 0 && c < ' ') || c == 0x7F || c == '\\'; };
    if (std::any_of(name.begin(), name.end(), bad))
        return wrong("control characters and backslash are not allowed");
    for (;;) {
        const auto end = std::min(name.find('/'), name.size());
        if (end == 0) return wrong("empty, or with an empty segment");
        if (name.front() == '.') return wrong("a segment begins with a dot");
        if (end > kMostSegmentBytes) return wrong("a segment is too long");
        if (end == name.size()) return {};
        name.remove_prefix(end + 1);
    }
}

Result<std::string> ObjectStore::read(const std::string& name, std::uint64_t limit, std::stop_token stop) {
    std::string out;
    const auto take = [&](Bytes piece) -> Result<> {
        if (out.size() + piece.size() > limit) return fail(Errc::BadFormat, name + ": larger than allowed");
        out += asText(piece);
        return {};
    };
    GANTRY_CHECK(get(name, {}, take, std::move(stop)));
    return out;
}

}  // namespace gantry::uplink
