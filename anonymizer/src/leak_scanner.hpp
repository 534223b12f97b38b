#pragma once
/// One pass over bytes for all patterns at once: a filter on the first three bytes, and behind it the sorted
/// patterns that begin so.

#include <cstdint>
#include <functional>
#include <vector>

#include "leak_patterns.hpp"
#include "leak_prefilter.hpp"

namespace gantry::anonymizer::leak {

class Scanner {
public:
    Scanner() = default;
    /// Patterns shorter than kPrefix are not looked for. @param patterns  must outlive the scanner
    explicit Scanner(const std::vector<Pattern>& patterns, Prefilter::Use use = Prefilter::Use::Fastest);

    /// A pattern's index and the offset of its first byte. ASCII letters match in either case.
    using Found = std::function<void(std::uint32_t pattern, std::size_t begin)>;
    /// Each occurrence once, in the order of beginnings. Pages of a large map are released behind the scan
    /// when `mapped`.
    void scan(Bytes bytes, bool mapped, const Found& found) const;

private:
    struct Range {
        std::uint32_t key = 0;
        std::uint32_t first = 0;
        std::uint32_t last = 0;  ///< one behind; 0: this place of the table is free
    };
    void makeTable();
    const Range* rangeOf(std::uint32_t key) const;
    void scanBlock(Bytes bytes, std::size_t begin, std::size_t end, const Found& found) const;
    void look(Bytes bytes, std::size_t begin, const Found& found) const;
    const std::string& bytesOf(std::uint32_t place) const { return (*patterns_)[order_[place]].bytes; }

    const std::vector<Pattern>* patterns_ = nullptr;
    Prefilter::Use use_ = Prefilter::Use::Fastest;
    Prefilter filter_;
    std::vector<std::uint32_t> order_;  ///< indices of patterns, ascending by their bytes
    std::vector<Range> table_;          ///< open addressing, by the first three bytes
    unsigned table_shift_ = 0;
};

}  // namespace gantry::anonymizer::leak
