#pragma once
/// One pass over bytes for all patterns at once: a filter on pairs of bytes, and a tree of the patterns
/// behind it.

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "leak_patterns.hpp"

namespace gantry::anonymizer::leak {

class Scanner {
public:
    Scanner() = default;
    explicit Scanner(const std::vector<Pattern>& patterns);

    /// A pattern's index and the offset of its first byte. ASCII letters match in either case.
    using Found = std::function<void(std::uint32_t pattern, std::size_t begin)>;
    /// Each occurrence once, in the order of beginnings. Pages of a large map are released behind the scan
    /// when `mapped`.
    void scan(Bytes bytes, bool mapped, const Found& found) const;

private:
    static constexpr std::uint32_t kNowhere = 0xFFFFFFFF;
    void insert(std::uint32_t index, const std::string& bytes);
    void allowStart(unsigned char first, unsigned char second);
    void scanBlock(Bytes bytes, std::size_t begin, std::size_t end, const Found& found) const;
    void walk(Bytes bytes, std::size_t begin, const Found& found) const;

    std::array<std::uint8_t, 256> classes_{};         ///< byte to column; letters of both cases share one
    unsigned shift_ = 0;                              ///< a node has 1 << shift_ columns
    std::vector<std::uint32_t> next_;                 ///< [node << shift_ | column] to node
    std::vector<std::vector<std::uint32_t>> ending_;  ///< per node, patterns that end there
    std::vector<std::uint8_t> starts_;  ///< [second << 8 | first]: 1 where the pair begins a pattern
};

}  // namespace gantry::anonymizer::leak
