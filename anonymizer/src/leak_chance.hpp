#pragma once
/// How likely bytes of an image spell a word by accident, judged by that image's own bytes.

#include <cstdint>
#include <vector>

#include "leak_patterns.hpp"

namespace gantry::anonymizer::leak {

class ChanceModel {
public:
    /// Counts pairs of bytes next to each other and one apart, over at most the first 4 MiB.
    explicit ChanceModel(Bytes region);

    /// Expected number of accidental occurrences of `pattern` in the whole region, given the printable
    /// characters around the occurrence at `begin`: a word inside a longer text is less of an accident.
    double expected(const Pattern& pattern, std::size_t begin) const;

private:
    double conditional(const std::vector<std::uint32_t>& pairs, unsigned before, unsigned byte) const;
    std::size_t printableAround(std::size_t begin, std::size_t length) const;

    Bytes region_;
    double sampled_ = 0;
    double printable_share_ = 0;
    std::vector<std::uint32_t> singles_;
    std::vector<std::uint32_t> next_;  ///< [before * 256 + byte], neighbours
    std::vector<std::uint32_t> next_but_one_;
};

/// Runs and ramps (all bytes alike, or rising by the same step) stand in every image and table.
bool isRampOrRun(const Pattern& pattern);

}  // namespace gantry::anonymizer::leak
