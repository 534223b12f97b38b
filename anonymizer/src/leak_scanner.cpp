#include "leak_scanner.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "leak_text.hpp"

namespace gantry::anonymizer::leak {
namespace {

constexpr std::size_t kBlock = 8u << 20;  // bytes scanned before their pages are released

void releasePages(Bytes bytes) {
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto begin = (reinterpret_cast<std::uintptr_t>(bytes.data()) + page - 1) / page * page;
    const auto end = reinterpret_cast<std::uintptr_t>(bytes.data() + bytes.size()) / page * page;
    if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

unsigned char byteOf(char c) {
    return static_cast<unsigned char>(c);
}
unsigned char otherCase(char c) {
    return isAsciiLetter(c) ? byteOf(c) ^ 0x20u : byteOf(c);
}

}  // namespace

Scanner::Scanner(const std::vector<Pattern>& patterns) {
    unsigned columns = 1;  // column 0: every byte that is in no pattern
    for (const auto& pattern : patterns)
        for (const char c : pattern.bytes)
            if (auto& column = classes_[byteOf(c)]; column == 0)
                column = static_cast<std::uint8_t>(columns++);
    // Capital letters stand in no pattern, so at most 230 columns are taken.
    for (unsigned c = 'A'; c <= 'Z'; ++c) classes_[c] = classes_[c - 'A' + 'a'];
    shift_ = static_cast<unsigned>(std::bit_width(columns - 1));
    next_.resize(std::size_t{1} << shift_, kNowhere);
    ending_.resize(1);
    starts_.resize(1u << 16);
    for (std::uint32_t index = 0; index < patterns.size(); ++index) insert(index, patterns[index].bytes);
}

void Scanner::insert(std::uint32_t index, const std::string& bytes) {
    if (bytes.size() < 2) return;
    for (const auto first : {byteOf(bytes[0]), otherCase(bytes[0])})
        for (const auto second : {byteOf(bytes[1]), otherCase(bytes[1])}) allowStart(first, second);
    std::size_t node = 0;
    for (const char c : bytes) {
        const auto edge = node << shift_ | classes_[byteOf(c)];
        if (next_[edge] == kNowhere) {
            next_[edge] = static_cast<std::uint32_t>(ending_.size());
            ending_.emplace_back();
            next_.resize(next_.size() + (std::size_t{1} << shift_), kNowhere);
        }
        node = next_[edge];
    }
    ending_[node].push_back(index);
}

void Scanner::allowStart(unsigned char first, unsigned char second) {
    const unsigned pair = static_cast<unsigned>(second) << 8 | first;
    starts_[pair] = 1;
}

void Scanner::scan(Bytes bytes, bool mapped, const Found& found) const {
    if (ending_.size() < 2) return;
    for (std::size_t begin = 0; begin < bytes.size(); begin += kBlock) {
        const auto end = std::min(begin + kBlock, bytes.size());
        scanBlock(bytes, begin, end, found);
        if (mapped && bytes.size() > kBlock) releasePages(bytes.subspan(begin, end - begin));
    }
}

void Scanner::scanBlock(Bytes bytes, std::size_t begin, std::size_t end, const Found& found) const {
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto* starts = starts_.data();
    const auto startsAt = [&](std::size_t at) {
        return starts[static_cast<unsigned>(data[at + 1]) << 8 | static_cast<unsigned>(data[at])];
    };
    // Eight pairs at a time; nearly always none of them begins anything.
    constexpr std::size_t kTogether = 8;
    std::size_t at = begin;
    for (; at + kTogether < std::min(end, bytes.size()); at += kTogether) {
        const int any = startsAt(at) | startsAt(at + 1) | startsAt(at + 2) | startsAt(at + 3) |
                        startsAt(at + 4) | startsAt(at + 5) | startsAt(at + 6) | startsAt(at + 7);
        if (any == 0) [[likely]]
            continue;
        for (std::size_t i = 0; i < kTogether; ++i)
            if (startsAt(at + i) != 0) walk(bytes, at + i, found);
    }
    for (; at < end && at + 1 < bytes.size(); ++at)
        if (startsAt(at) != 0) walk(bytes, at, found);
}

void Scanner::walk(Bytes bytes, std::size_t begin, const Found& found) const {
    std::size_t node = 0;
    for (auto at = begin; at < bytes.size(); ++at) {
        const auto to = next_[node << shift_ | classes_[std::to_integer<unsigned char>(bytes[at])]];
        if (to == kNowhere) return;
        node = to;
        for (const auto index : ending_[node]) found(index, begin);
    }
}

}  // namespace gantry::anonymizer::leak
