#include "content_codes.hpp"

#include <algorithm>

#include "text.hpp"

namespace gantry::anonymizer {
namespace {

/// Four capitals and digits, at least one of each.
bool isIbsi(std::string_view value) {
    constexpr std::size_t kLength = 4;
    const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    return value.size() == kLength && std::ranges::any_of(value, isDigit) &&
           std::ranges::any_of(value, is_capital) &&
           std::ranges::all_of(value, [&](char c) { return isDigit(c) || is_capital(c); });
}

}  // namespace

bool isContentCode(std::string_view scheme, std::string_view value) {
    if (scheme == "IBSI") return isIbsi(value);
    constexpr std::size_t kLongest = 12;
    if (value.empty() || value.size() > kLongest || !isDigit(value.front()) || !isDigit(value.back()))
        return false;
    const auto madeOf = [&](std::string_view marks) {
        return std::ranges::all_of(
            value, [&](char c) { return isDigit(c) || marks.find(c) != std::string_view::npos; });
    };
    constexpr std::size_t kLongestTerm = 6;  // block of one or two digits, then the term's number
    if (scheme == "MDC") {
        const auto colon = value.find(':');
        return madeOf(":") && (colon == 1 || colon == 2) && value.size() <= colon + kLongestTerm;
    }
    return scheme == "SCPECG" && madeOf(".-") && std::ranges::count_if(value, isDigit) <= 7 &&
           value.starts_with("5.6.");
}

}  // namespace gantry::anonymizer
