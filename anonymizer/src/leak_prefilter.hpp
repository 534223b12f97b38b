#pragma once
/// Finds the places of a byte string where a pattern can begin, judged by three bytes, sixteen places or
/// more at a time.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "gantry/core/files.hpp"

namespace gantry::anonymizer::leak {

inline constexpr std::size_t kPrefix = 3;  ///< bytes of a pattern that decide whether it can begin here

class Prefilter {
public:
    using Places = std::vector<std::uint32_t>;
    enum class Use : std::uint8_t { Fastest, Wide, Narrow, Portable };  ///< what the processor has, or less

    /// ASCII letters of the pattern match in either case. @param pattern  at least kPrefix bytes
    void add(const std::string& pattern);

    /// Places in [begin, end) where a pattern may begin; kPrefix - 1 bytes must follow the last one. More
    /// than are needed, never fewer, ascending. `places` is emptied first.
    void candidates(const unsigned char* data, std::size_t begin, std::size_t end, Places& places,
                    Use use = Use::Fastest) const;

private:
    using Nibbles = std::array<std::uint8_t, 16>;
    bool mayBegin(const unsigned char* at) const;
    /// They stop before what does not fill them. @return where
    std::size_t sixteens(const unsigned char* data, std::size_t begin, std::size_t end, Places& places) const;
    std::size_t thirtytwos(const unsigned char* data, std::size_t begin, std::size_t end,
                           Places& places) const;
    std::size_t sixtyfours(const unsigned char* data, std::size_t begin, std::size_t end,
                           Places& places) const;

    // Per place of the prefix and per half of the byte: the groups of patterns that have such a byte there. A
    // place is a candidate when one group has all of its six halves.
    alignas(16) std::array<Nibbles, kPrefix> low_{};
    alignas(16) std::array<Nibbles, kPrefix> high_{};
};

}  // namespace gantry::anonymizer::leak
