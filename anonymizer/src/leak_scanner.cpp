#include "leak_scanner.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "gantry/core/files.hpp"
#include "leak_text.hpp"

namespace gantry::anonymizer::leak {
namespace {

constexpr std::size_t kReleased = 8u << 20;  // bytes scanned before their pages are released
constexpr std::size_t kBlock = 16u << 10;    // bytes whose candidates are gathered together

constexpr std::array<unsigned char, 256> kLower = [] {
    std::array<unsigned char, 256> table{};
    for (unsigned i = 0; i < table.size(); ++i)
        table[i] = static_cast<unsigned char>(i >= 'A' && i <= 'Z' ? i + 0x20 : i);
    return table;
}();

unsigned char lowerAt(Bytes bytes, std::size_t at) {
    return kLower[std::to_integer<unsigned char>(bytes[at])];
}

std::uint32_t keyOf(unsigned a, unsigned b, unsigned c) {
    return a << 16 | b << 8 | c;
}
std::uint32_t keyOf(const std::string& pattern) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(pattern[i]); };
    return keyOf(at(0), at(1), at(2));
}

/// Fibonacci hashing: the upper bits of a product by 2^32 / phi.
std::uint32_t hashOf(std::uint32_t key, unsigned shift) {
    return key * 0x9E3779B1u >> shift;
}

}  // namespace

Scanner::Scanner(const std::vector<Pattern>& patterns, Prefilter::Use use) : patterns_(&patterns), use_(use) {
    for (std::uint32_t index = 0; index < patterns.size(); ++index) {
        if (patterns[index].bytes.size() < kPrefix) continue;
        order_.push_back(index);
        filter_.add(patterns[index].bytes);
    }
    std::ranges::sort(order_, [&](std::uint32_t a, std::uint32_t b) {
        const auto order = patterns[a].bytes.compare(patterns[b].bytes);
        return order != 0 ? order < 0 : a < b;
    });
    makeTable();
}

void Scanner::makeTable() {
    std::vector<Range> ranges;
    for (std::uint32_t place = 0; place < order_.size(); ++place) {
        const auto key = keyOf(bytesOf(place));
        if (ranges.empty() || ranges.back().key != key) ranges.push_back({key, place, place});
        ranges.back().last = place + 1;
    }
    constexpr std::size_t kRoom = 4;  // places for each key: nearly all lookups end at once
    const auto bits = std::max(static_cast<unsigned>(std::bit_width(kRoom * ranges.size())), 1u);
    table_.assign(std::size_t{1} << bits, {});
    table_shift_ = 32u - bits;
    for (const auto& range : ranges) {
        auto at = hashOf(range.key, table_shift_);
        while (table_[at].last != 0) at = (at + 1) & static_cast<std::uint32_t>(table_.size() - 1);
        table_[at] = range;
    }
}

const Scanner::Range* Scanner::rangeOf(std::uint32_t key) const {
    for (auto at = hashOf(key, table_shift_); table_[at].last != 0;
         at = (at + 1) & static_cast<std::uint32_t>(table_.size() - 1))
        if (table_[at].key == key) return &table_[at];
    return nullptr;
}

void Scanner::scan(Bytes bytes, bool mapped, const Found& found) const {
    if (order_.empty()) return;
    for (std::size_t begin = 0; begin < bytes.size(); begin += kReleased) {
        const auto end = std::min(begin + kReleased, bytes.size());
        if (mapped) bringInPages(bytes.subspan(begin, end - begin));
        scanBlock(bytes, begin, end, found);
        if (mapped && bytes.size() > kReleased) releasePages(bytes.subspan(begin, end - begin));
    }
}

void Scanner::scanBlock(Bytes bytes, std::size_t begin, std::size_t end, const Found& found) const {
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto last = bytes.size() < kPrefix ? 0 : bytes.size() - kPrefix + 1;
    std::vector<std::uint32_t> places;
    for (auto at = begin; at < std::min(end, last); at += kBlock) {
        // Offsets within a block have 32 bits also in files that do not.
        const auto upto = std::min({at + kBlock, end, last});
        filter_.candidates(data + at, 0, upto - at, places, use_);
        for (const auto place : places) look(bytes, at + place, found);
    }
}

/// Narrows the sorted patterns byte by byte to those that stand here.
void Scanner::look(Bytes bytes, std::size_t begin, const Found& found) const {
    const auto* range =
        rangeOf(keyOf(lowerAt(bytes, begin), lowerAt(bytes, begin + 1), lowerAt(bytes, begin + 2)));
    if (range == nullptr) return;
    auto first = order_.begin() + range->first;
    auto last = order_.begin() + range->last;
    for (std::size_t depth = kPrefix;; ++depth) {
        // What ends here is shorter than all that goes on, so it comes first.
        for (; first != last && (*patterns_)[*first].bytes.size() == depth; ++first) found(*first, begin);
        if (first == last || begin + depth >= bytes.size()) return;
        const auto byte = lowerAt(bytes, begin + depth);
        const auto byteOf = [&](std::uint32_t index) {
            return static_cast<unsigned char>((*patterns_)[index].bytes[depth]);
        };
        first = std::partition_point(first, last, [&](std::uint32_t i) { return byteOf(i) < byte; });
        last = std::partition_point(first, last, [&](std::uint32_t i) { return byteOf(i) == byte; });
    }
}

}  // namespace gantry::anonymizer::leak
