#include "content_codes.hpp"

#include <algorithm>
#include <iterator>

#include "text.hpp"

namespace gantry::anonymizer {
namespace {

constexpr std::string_view kPublicSchemes[] = {"DCM",    "SCT",  "SRT",    "SNM3", "99SDM",
                                               "LN",     "UCUM", "FMA",    "NCIt", "UMLS",
                                               "RADLEX", "MDC",  "SCPECG", "IBSI", "RFC5646"};
// Names that makers use in what their devices write.
constexpr std::string_view kMakersSchemes[] = {"99SMS_CTMR", "99SMS_RAD", "99SMS", "99SYNGO", "99GEMS",
                                               "99PMP",      "99PHI",     "99PMS", "99CANON", "99TOSHIBA",
                                               "99VMS",      "99AGFA",    "99UIH"};

bool contains(const auto& list, std::string_view value) {
    return std::ranges::find(list, value) != std::end(list);
}

/// Up to three letters, a hyphen perhaps, up to five digits.
bool isShortForm(std::string_view value) {
    constexpr std::size_t kMostLetters = 3;
    constexpr std::size_t kMostDigits = 5;
    const auto letters = static_cast<std::size_t>(std::ranges::find_if_not(value, isLetter) - value.begin());
    auto rest = value.substr(letters);
    if (rest.starts_with('-')) rest.remove_prefix(1);
    return letters <= kMostLetters && !rest.empty() && rest.size() <= kMostDigits &&
           std::ranges::all_of(rest, isDigit);
}

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
    if (scheme == "DCM") return value == "M" || value == "F" || value == "U" || value == "O";  // sexes
    if (scheme == "IBSI") return isIbsi(value);
    if (contains(kMakersSchemes, scheme)) return isShortForm(value);
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
           value.starts_with("5.");
}

bool isContentScheme(std::string_view scheme) {
    return contains(kPublicSchemes, scheme) || contains(kMakersSchemes, scheme);
}

}  // namespace gantry::anonymizer
