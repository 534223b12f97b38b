#pragma once
/// One pass over bytes for all patterns at once (Aho and Corasick 1975, as a complete automaton).

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
    /// Each occurrence once, in no order. Pages of a large map are released behind the scan when `mapped`.
    void scan(Bytes bytes, bool mapped, const Found& found) const;

private:
    static constexpr std::size_t kLanes = 4;
    void scanBlock(Bytes bytes, std::size_t begin, std::size_t end, const Found& found) const;
    void report(std::uint32_t state, std::size_t end, std::size_t first_begin, std::size_t last_begin,
                const Found& found) const;

    std::vector<std::uint32_t> lengths_;  ///< of patterns
    std::uint8_t classes_[256] = {};      ///< byte to column; letters of both cases share one
    unsigned shift_ = 0;                  ///< a row has 1 << shift_ columns
    std::vector<std::uint32_t> next_;  ///< state << shift_ | column to state << shift_, top bit: has outputs
    std::vector<std::uint32_t> output_begin_;  ///< per state, into outputs_
    std::vector<std::uint32_t> outputs_;       ///< pattern indices
    std::size_t longest_ = 0;
};

}  // namespace gantry::anonymizer::leak
