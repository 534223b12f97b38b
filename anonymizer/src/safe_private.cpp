#include "safe_private.hpp"

#include <algorithm>
#include <tuple>

namespace gantry::anonymizer {
namespace {

auto keyOf(const SafePrivate& row) {
    return std::tuple(row.creator, row.group, row.element);
}
constexpr SafePrivate kRows[] = {
#include "safe_private.inc"
};

}  // namespace

std::span<const SafePrivate> safePrivates() {
    return kRows;
}

std::optional<dicom::Vr> safePrivateVr(std::string_view creator, dicom::Tag tag) {
    if (tag.element() <= 0x00FF) return std::nullopt;
    const std::tuple wanted(creator, tag.group(), static_cast<std::uint8_t>(tag.element() & 0xFF));
    const auto* found = std::ranges::lower_bound(kRows, wanted, {}, keyOf);
    if (found == std::end(kRows) || keyOf(*found) != wanted) return std::nullopt;
    return found->vr;
}

}  // namespace gantry::anonymizer
