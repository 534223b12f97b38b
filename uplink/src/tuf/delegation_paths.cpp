#include <algorithm>

#include "gantry/core/crypto.hpp"
#include "gantry/uplink/tuf_metadata.hpp"
#include "names.hpp"

namespace gantry::uplink::tuf {
namespace {

// Bytes of the UTF-8 character at the front; 1 for what is none.
std::size_t characterAt(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    return std::min(length, text.size());
}

// A set "[…]" at the front of a pattern: whether it holds `character`, and where it ends. An end of 0 means
// that no set begins here: "[" without "]" is a character like any other.
struct SetMatch {
    bool holds = false;
    std::size_t end = 0;
};

SetMatch matchSet(std::string_view pattern, std::string_view character) {
    std::size_t at = 1;
    const bool negated = at < pattern.size() && pattern[at] == '!';
    if (negated) ++at;
    const auto close = pattern.find(']', at + 1);  // a "]" that comes first is a member
    if (close == std::string_view::npos || pattern.substr(0, close).find('/') != std::string_view::npos)
        return {};
    bool holds = false;
    for (auto members = pattern.substr(at, close - at); !members.empty();) {
        const auto low = members.substr(0, characterAt(members));
        members.remove_prefix(low.size());
        auto high = low;
        if (members.size() > 1 && members.front() == '-') {
            members.remove_prefix(1);
            high = members.substr(0, characterAt(members));
            members.remove_prefix(high.size());
        }
        holds = holds || (low <= character && character <= high);  // UTF-8 sorts as its characters do
    }
    return {holds != negated, close + 1};
}

// How many bytes of the pattern match the character at the front of `path`; 0 when it does not match.
std::size_t matchOne(std::string_view pattern, std::string_view character) {
    if (pattern.empty() || pattern.front() == '*') return 0;
    if (pattern.front() == '?') return character == "/" ? 0 : 1;
    if (pattern.front() == '[')
        if (const auto set = matchSet(pattern, character); set.end > 0)
            return set.holds && character != "/" ? set.end : 0;
    return pattern.starts_with(character) ? character.size() : 0;
}

std::uint32_t firstBits(const Digest& digest, unsigned bits) {
    std::uint32_t first = 0;
    for (int i = 0; i < 4; ++i)
        first = first << 8 | std::to_integer<std::uint32_t>(digest[static_cast<std::size_t>(i)]);
    return first >> (32 - bits);
}

// As many digits as the number of the last bin has.
std::size_t suffixDigits(const SuccinctRoles& bins) {
    return (bins.bit_length + 3) / 4;
}

}  // namespace

bool matchesPathPattern(std::string_view path, std::string_view pattern) {
    // One way back: to the last '*', which then takes one character more. A '*' before it need not be tried
    // again, for what follows it has matched already; so the work is bounded by the product of both lengths.
    std::string_view star_pattern, star_path;
    bool star = false;
    while (!path.empty()) {
        const auto character = path.substr(0, characterAt(path));
        if (const auto taken = matchOne(pattern, character); taken > 0) {
            pattern.remove_prefix(taken);
            path.remove_prefix(character.size());
        } else if (pattern.starts_with('*')) {
            pattern.remove_prefix(1);
            star = true;
            star_pattern = pattern;
            star_path = path;
        } else if (star && !star_path.starts_with('/')) {
            star_path.remove_prefix(characterAt(star_path));
            path = star_path;
            pattern = star_pattern;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*') == std::string_view::npos;
}

bool delegatesPath(const DelegatedRole& role, std::string_view path) {
    if (role.path_hash_prefixes) {
        const auto hash = toHex(sha256(asBytes(path)));
        return std::any_of(role.path_hash_prefixes->begin(), role.path_hash_prefixes->end(),
                           [&](const auto& prefix) { return hash.starts_with(prefix); });
    }
    return role.paths && std::any_of(role.paths->begin(), role.paths->end(),
                                     [&](const auto& pattern) { return matchesPathPattern(path, pattern); });
}

std::string binOf(const SuccinctRoles& bins, std::string_view path) {
    const auto number = firstBits(sha256(asBytes(path)), bins.bit_length);
    return bins.name_prefix + "-" + hexDigits(number, suffixDigits(bins));
}

bool isBin(const SuccinctRoles& bins, std::string_view name) {
    const auto head = bins.name_prefix + "-";
    if (!name.starts_with(head) || name.size() != head.size() + suffixDigits(bins)) return false;
    std::uint64_t number = 0;
    for (const char c : name.substr(head.size())) {
        const auto digit = std::string_view("0123456789abcdef").find(c);
        if (digit == std::string_view::npos) return false;
        number = number << 4 | digit;
    }
    return number < std::uint64_t{1} << bins.bit_length;
}

}  // namespace gantry::uplink::tuf
