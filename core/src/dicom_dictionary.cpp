#include <algorithm>
#include <array>
#include <cstdio>
#include <unordered_map>
#include <vector>

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

/// Open addressing over tags: nearly every lookup ends at its first place. Readers, rules and the gate ask
/// for each element several times.
class TagIndex {
public:
    TagIndex() {
        for (std::uint16_t entry = 0; entry < std::size(kEntries); ++entry) {
            auto at = placeOf(kEntries[entry].tag);
            while (places_[at] != kFree) at = (at + 1) % kPlaces;
            places_[at] = entry;
        }
    }
    const DictionaryEntry* find(Tag tag) const {
        for (auto at = placeOf(tag); places_[at] != kFree; at = (at + 1) % kPlaces)
            if (kEntries[places_[at]].tag == tag) return &kEntries[places_[at]];
        return nullptr;
    }

private:
    static constexpr std::uint16_t kFree = 0xFFFF;
    static constexpr unsigned kPlacesLog2 = 14;
    static constexpr std::size_t kPlaces = std::size_t{1} << kPlacesLog2;
    static_assert(2 * std::size(kEntries) < kPlaces);
    static std::size_t placeOf(Tag tag) {
        return tag.value * 0x9E3779B1u >> (32 - kPlacesLog2);
    }  // 2^32 / phi

    std::vector<std::uint16_t> places_ = std::vector<std::uint16_t>(kPlaces, kFree);
};

}  // namespace

std::span<const DictionaryEntry> dictionary() {
    return kEntries;
}

const DictionaryEntry* lookup(Tag tag) {
    static const TagIndex index;
    return index.find(folded(tag));
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
