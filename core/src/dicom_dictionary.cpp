#include <algorithm>
#include <array>
#include <cstdio>
#include <unordered_map>

#include "gantry/core/dicom_dictionary.hpp"

namespace gantry::dicom {
namespace {

constexpr DictionaryEntry kEntries[] = {
#include "../data/dictionary.inc"
};
static_assert(std::ranges::is_sorted(kEntries, {}, &DictionaryEntry::tag));

// PS3.5 7.6: 50xx and 60xx repeat in even groups 00 to 1E.
Tag folded(Tag tag) {
    const auto high = tag.group() & 0xFF00;
    const bool repeating =
        (high == 0x5000 || high == 0x6000) && (tag.group() & 0xFF) <= 0x1E && !tag.isPrivate();
    return repeating ? makeTag(static_cast<std::uint16_t>(high), tag.element()) : tag;
}

}  // namespace

std::span<const DictionaryEntry> dictionary() {
    return kEntries;
}

const DictionaryEntry* lookup(Tag tag) {
    const auto wanted = folded(tag);
    const auto* found = std::ranges::lower_bound(kEntries, wanted, {}, &DictionaryEntry::tag);
    return found != std::end(kEntries) && found->tag == wanted ? found : nullptr;
}

const DictionaryEntry* lookup(std::string_view keyword) {
    static const auto by_keyword = [] {
        std::unordered_map<std::string_view, const DictionaryEntry*> map;
        for (const auto& entry : kEntries) map.emplace(entry.keyword, &entry);
        return map;
    }();
    const auto found = by_keyword.find(keyword);
    return found == by_keyword.end() ? nullptr : found->second;
}

std::string toString(Tag tag) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "(%04X,%04X)", tag.group(), tag.element());
    return text.data();
}

std::string nameOf(Tag tag) {
    const auto* entry = lookup(tag);
    return entry ? std::string(entry->keyword) : toString(tag);
}

}  // namespace gantry::dicom
