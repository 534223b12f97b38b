#include "vocabulary.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <unordered_set>

#include "text.hpp"

namespace gantry::anonymizer {
namespace {

using WordSet = std::unordered_set<std::string_view>;

constexpr std::string_view kCodeStringWords =
#include "code_strings.inc"
    ;
constexpr std::string_view kTechnicalWords =
#include "technical_words.inc"
    ;
constexpr std::string_view kDeviceWords =
#include "device_words.inc"
    ;

/// Blank-separated words; lines that start with # are comments.
WordSet wordsOf(std::string_view text) {
    WordSet words;
    while (!text.empty()) {
        const auto line_end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, line_end);
        text.remove_prefix(std::min(line_end + 1, text.size()));
        if (line.starts_with('#')) continue;
        while (!line.empty()) {
            const auto end = std::min(line.find(' '), line.size());
            if (end > 0) words.insert(line.substr(0, end));
            line.remove_prefix(std::min(end + 1, line.size()));
        }
    }
    return words;
}

const WordSet& codeStrings() {
    static const auto words = wordsOf(kCodeStringWords);
    return words;
}
const WordSet& technicalWords() {
    static const auto words = wordsOf(kTechnicalWords);
    return words;
}
const WordSet& deviceWords() {
    static const auto words = wordsOf(kDeviceWords);
    return words;
}

constexpr std::size_t kShortCodeLetters = 2;
constexpr std::size_t kShortCodeDigits = 3;

/// "M", "B0", "T1", "128", "Z2": too short to name anybody.
bool isShortCode(std::string_view word) {
    const auto digits = static_cast<std::size_t>(std::ranges::count_if(word, isDigit));
    return digits <= kShortCodeDigits && word.size() - digits <= kShortCodeLetters;
}

constexpr std::size_t kMaxTextLength = 64;
constexpr std::size_t kLongestDigitRun = 5;
constexpr std::size_t kShortWord = 4;

bool isAllowedCharacter(char c) {
    constexpr std::string_view kMarks = " _+*./,:%()#^-";
    return isDigit(c) || isLetter(c) || kMarks.find(c) != std::string_view::npos;
}

/// Runs of letters and digits within the limits, long words known.
bool madeOf(std::string_view text, const WordSet& first, const WordSet* second) {
    if (text.size() > kMaxTextLength || !std::ranges::all_of(text, isAllowedCharacter)) return false;
    for (std::size_t i = 0; i < text.size();) {
        const auto kind = isLetter(text[i]) ? isLetter : isDigit;
        std::size_t end = i;
        while (end < text.size() && kind(text[end])) ++end;
        if (end == i) {
            ++i;
            continue;
        }
        const bool zeros = std::ranges::all_of(text.substr(i, end - i), [](char c) { return c == '0'; });
        if (kind == isDigit && end - i > kLongestDigitRun && !zeros) return false;
        if (kind == isLetter && end - i > kShortWord) {
            const auto word = lowerAscii(text.substr(i, end - i));
            if (!first.contains(word) && !(second && second->contains(word))) return false;
        }
        i = end;
    }
    return true;
}

/// dd.mm.yyyy, yyyy-mm-dd, mm/dd/yy and the like inside a text.
bool looksLikeDate(std::string_view text) {
    int groups = 0;
    bool separated = true;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i;
        while (end < text.size() && isDigit(text[end])) ++end;
        if (end == i) {
            const bool separator = text[i] == '.' || text[i] == '-' || text[i] == '/';
            if (!separator || separated) groups = 0;
            separated = true;
            ++i;
            continue;
        }
        groups = (end - i == 2 || end - i == 4) ? groups + 1 : 0;
        if (groups == 3) return true;
        separated = false;
        i = end;
    }
    return false;
}

bool isDigits(std::string_view text, std::size_t least, std::size_t most) {
    return text.size() >= least && text.size() <= most && std::ranges::all_of(text, isDigit);
}

/// Verhoeff's check digit, which every SNOMED CT identifier carries.
bool hasVerhoeffDigit(std::string_view digits) {
    constexpr std::array<std::array<int, 10>, 8> kPermutation = {{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                                                                  {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
                                                                  {5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
                                                                  {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
                                                                  {9, 4, 5, 3, 1, 2, 6, 8, 7, 0},
                                                                  {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
                                                                  {2, 7, 9, 3, 8, 0, 6, 4, 1, 5},
                                                                  {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}}};
    // Multiplication in the dihedral group of order ten.
    const auto times = [](int a, int b) {
        if (a < 5) return b < 5 ? (a + b) % 5 : 5 + (a + b) % 5;
        return b < 5 ? 5 + (a - b) % 5 : (a - b + 5) % 5;
    };
    int check = 0;
    for (std::size_t i = 0; i < digits.size(); ++i)
        check =
            times(check, kPermutation[i % 8][static_cast<std::size_t>(digits[digits.size() - 1 - i] - '0')]);
    return check == 0;
}

/// SNOMED RT style: "T-D1100", "C-B1031", "G-C0E3", "R-404FB".
bool isSnomedRt(std::string_view value) {
    const auto dash = value.find('-');
    if (dash == std::string_view::npos || dash < 1 || dash > 2 || !isLetter(value[0])) return false;
    const auto rest = value.substr(dash + 1);
    const auto is_hex = [](char c) { return isDigit(c) || (c >= 'A' && c <= 'F'); };
    return rest.size() >= 4 && rest.size() <= 5 && std::ranges::all_of(rest, is_hex);
}

bool isLoinc(std::string_view value) {
    return value.size() >= 3 && value.size() <= 8 && value[value.size() - 2] == '-' &&
           isDigit(value.back()) && isDigits(value.substr(0, value.size() - 2), 1, 6);
}

/// Units: case-sensitive atoms with exponents, brackets and annotations; no long run of digits.
bool isUcum(std::string_view value) {
    constexpr std::string_view kMarks = "./*^%[]{}()'\"-+_: ";
    const auto allowed = [&](char c) {
        return isDigit(c) || isLetter(c) || kMarks.find(c) != std::string_view::npos;
    };
    constexpr std::size_t kMaxUnit = 16;
    return !value.empty() && value.size() <= kMaxUnit && std::ranges::all_of(value, allowed) &&
           std::ranges::count_if(value, isDigit) <= 4 && std::ranges::count_if(value, isLetter) <= 10;
}

struct CodeMeaning {
    std::string_view scheme;
    std::string_view value;
    std::string_view meaning;
};
constexpr CodeMeaning kMeanings[] = {
#include "code_meanings.inc"
};

}  // namespace

bool isKnownCodeString(std::string_view component) {
    if (component.empty() || codeStrings().contains(component)) return true;
    std::size_t start = 0;
    while (start <= component.size()) {
        const auto end = std::min(component.find_first_of(" _", start), component.size());
        const auto word = component.substr(start, end - start);
        if (!isShortCode(word) && !codeStrings().contains(word)) return false;
        start = end + 1;
    }
    return true;
}

bool isTechnicalText(std::string_view component) {
    return madeOf(component, technicalWords(), &deviceWords()) && !looksLikeDate(component);
}

bool isVocabularyWord(std::string_view lower_word) {
    return technicalWords().contains(lower_word) || deviceWords().contains(lower_word);
}

bool isDeviceText(std::string_view component) {
    return madeOf(component, deviceWords(), &technicalWords()) && !looksLikeDate(component);
}

bool isPublicCode(std::string_view scheme, std::string_view value) {
    if (scheme == "DCM") return isDigits(value, 6, 6) || !meaningOfCode(scheme, value).empty();
    if (scheme == "SCT") return isDigits(value, 6, 18) && hasVerhoeffDigit(value);
    if (scheme == "SRT" || scheme == "SNM3" || scheme == "99SDM") return isSnomedRt(value);
    if (scheme == "LN") return isLoinc(value);
    if (scheme == "UCUM") return isUcum(value);
    if (scheme == "FMA") return isDigits(value, 3, 6);
    if (scheme == "RADLEX") return value.starts_with("RID") && isDigits(value.substr(3), 1, 5);
    if (scheme == "NCIt") return value.starts_with('C') && isDigits(value.substr(1), 3, 6);
    return false;
}

std::string_view meaningOfCode(std::string_view scheme, std::string_view value) {
    const auto* found = std::ranges::find_if(
        kMeanings, [&](const CodeMeaning& row) { return row.scheme == scheme && row.value == value; });
    return found == std::end(kMeanings) ? std::string_view{} : found->meaning;
}

bool isCharacterSet(std::string_view term) {
    if (term.empty() || term == "GB18030" || term == "GBK" || term == "ISO_IR 192") return true;
    constexpr std::string_view kNumbers[] = {"6",   "13",  "58",  "87",  "100", "101", "109", "110", "126",
                                             "127", "138", "144", "148", "149", "159", "166", "203"};
    for (const std::string_view prefix : {"ISO_IR ", "ISO 2022 IR "})
        if (term.starts_with(prefix))
            return std::ranges::find(kNumbers, term.substr(prefix.size())) != std::end(kNumbers);
    return false;
}

}  // namespace gantry::anonymizer
