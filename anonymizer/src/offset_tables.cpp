#include "offset_tables.hpp"

#include <algorithm>
#include <cstdint>

namespace gantry::anonymizer {
namespace {

constexpr std::size_t kItemHeader = 8;

std::uint64_t number(Bytes bytes, std::size_t at, std::size_t size) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < size; ++i) out |= std::to_integer<std::uint64_t>(bytes[at + i]) << (8 * i);
    return out;
}

struct Fragment {
    std::uint64_t begin;  ///< of its item, from the first byte behind the first item
    std::uint64_t length;
};

std::vector<Fragment> fragmentsOf(Bytes items) {
    std::vector<Fragment> out;
    std::uint64_t behind_table = 0;
    for (std::size_t at = 0; at + kItemHeader <= items.size();) {
        const auto length = number(items, at + 4, 4);
        if (at == 0)
            behind_table = kItemHeader + length;
        else
            out.push_back({at - behind_table, length});
        if (length > items.size() - at - kItemHeader) break;
        at += kItemHeader + static_cast<std::size_t>(length);
    }
    return out;
}

bool isBeginnings(Bytes table, std::size_t size, const std::vector<Fragment>& fragments) {
    std::size_t next = 0;
    for (std::size_t at = 0; at + size <= table.size(); at += size) {
        const auto entry = number(table, at, size);
        while (next < fragments.size() && fragments[next].begin != entry) ++next;
        if (next++ >= fragments.size()) return false;
    }
    return table.size() % size == 0;
}

/// One fragment a frame, or the table would not be there (PS3.3 C.7.6.3.1.8).
bool isLengths(Bytes table, const std::vector<Fragment>& fragments) {
    constexpr std::size_t kSize = 8;
    if (table.size() != fragments.size() * kSize) return false;
    for (std::size_t i = 0; i < fragments.size(); ++i) {
        const auto length = number(table, i * kSize, kSize);
        if (length > fragments[i].length || fragments[i].length - length > 1) return false;
    }
    return true;
}

}  // namespace

bool isBasicOffsetTable(Bytes table, Bytes items) {
    return isBeginnings(table, 4, fragmentsOf(items));
}

bool isExtendedTable(const dicom::Element& table, const dicom::Element& pixels) {
    if (!pixels.encapsulated) return false;
    const auto fragments = fragmentsOf(pixels.value);
    constexpr dicom::Tag kExtendedOffsetTable{0x7FE00001};
    return table.tag == kExtendedOffsetTable ? isBeginnings(table.value, 8, fragments)
                                             : isLengths(table.value, fragments);
}

}  // namespace gantry::anonymizer
