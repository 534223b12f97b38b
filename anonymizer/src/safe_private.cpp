#include "safe_private.hpp"

#include <algorithm>
#include <tuple>

namespace gantry::anonymizer {
namespace {

struct Row {
    std::string_view creator;
    std::uint16_t group;
    std::uint8_t element;
    dicom::Vr vr;
    auto key() const { return std::tuple(creator, group, element); }
};
constexpr Row kRows[] = {
#include "safe_private.inc"
};

}  // namespace

std::optional<dicom::Vr> safePrivateVr(std::string_view creator, dicom::Tag tag) {
    if (tag.element() <= 0x00FF) return std::nullopt;
    const std::tuple wanted(creator, tag.group(), static_cast<std::uint8_t>(tag.element() & 0xFF));
    const auto* found = std::ranges::lower_bound(kRows, wanted, {}, &Row::key);
    if (found == std::end(kRows) || found->key() != wanted) return std::nullopt;
    return found->vr;
}

}  // namespace gantry::anonymizer
