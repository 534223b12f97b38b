#include "code_schemes.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <unordered_set>

#include "text.hpp"
#include "units.hpp"

namespace gantry::anonymizer {
namespace {

bool isDigits(std::string_view text, std::size_t least, std::size_t most) {
    return text.size() >= least && text.size() <= most && std::ranges::all_of(text, isDigit);
}

bool isCapital(char c) {
    return c >= 'A' && c <= 'Z';
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

/// "T-D1100", "C-B1031", "G-C0E3", "R-404FB".
bool isSnomedRt(std::string_view value) {
    const auto dash = value.find('-');
    constexpr std::string_view kAxes = "ACDEFGJLMPRST";
    if (dash == std::string_view::npos || dash < 1 || dash > 2 ||
        kAxes.find(value[0]) == std::string_view::npos)
        return false;
    const auto rest = value.substr(dash + 1);
    const auto is_hex = [](char c) { return isDigit(c) || (c >= 'A' && c <= 'F'); };
    return rest.size() >= 4 && rest.size() <= 5 && std::ranges::all_of(rest, is_hex);
}

bool isSnomedCt(std::string_view value) {
    return isDigits(value, 6, 18) && hasVerhoeffDigit(value);
}

/// Mod 10 check digit of LOINC (Luhn).
bool isLoinc(std::string_view value) {
    if (value.size() < 3 || value.size() > 8 || value[value.size() - 2] != '-') return false;
    const auto digits = value.substr(0, value.size() - 2);
    if (!isDigits(digits, 1, 6) || !isDigit(value.back())) return false;
    int sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const int digit = digits[digits.size() - 1 - i] - '0';
        const int doubled = i % 2 == 0 ? 2 * digit : digit;
        sum += doubled / 10 + doubled % 10;
    }
    return (10 - sum % 10) % 10 == value.back() - '0';
}

/// A number in the range PS3.16 Annex D uses, or one of its words (modalities, relationships).
bool isDcm(std::string_view value) {
    const bool number = isDigits(value, 6, 6) && value >= "109000" && value < "135000";
    return number || !meaningOfCode("DCM", value).empty();
}

bool isFma(std::string_view value) {
    return isDigits(value, 3, 6);
}
bool isRadlex(std::string_view value) {
    return value.starts_with("RID") && isDigits(value.substr(3), 1, 5);
}
bool isNciThesaurus(std::string_view value) {
    return value.starts_with('C') && isDigits(value.substr(1), 3, 6);
}
bool isUmls(std::string_view value) {
    return value.starts_with('C') && isDigits(value.substr(1), 7, 7);
}
bool isMouseAnatomy(std::string_view value) {
    return value.starts_with("MA:") ? isDigits(value.substr(3), 7, 7) : isDigits(value, 4, 7);
}
bool isNeuroNames(std::string_view value) {
    return isDigits(value, 1, 5);
}
/// "G12", "C34.90", "S72.001A".
bool isIcd10(std::string_view value) {
    if (value.size() < 3 || value.size() > 8 || !isCapital(value[0]) || !isDigit(value[1])) return false;
    if (value.size() > 3 && value[3] != '.') return false;
    const auto rest = value.substr(std::min<std::size_t>(4, value.size()));
    return (isDigit(value[2]) || isCapital(value[2])) &&
           std::ranges::all_of(rest, [](char c) { return isDigit(c) || isCapital(c); });
}
/// "250.01", "V45.8".
bool isIcd9(std::string_view value) {
    const auto point = std::min(value.find('.'), value.size());
    auto head = value.substr(0, point);
    if (head.starts_with('V') || head.starts_with('E')) head.remove_prefix(1);
    return isDigits(head, 2, 3) && (point == value.size() || isDigits(value.substr(point + 1), 1, 2));
}
/// Morphology "8500/3", topography "C50.4".
bool isIcdO3(std::string_view value) {
    if (value.size() == 6 && value[4] == '/') return isDigits(value.substr(0, 4), 4, 4) && isDigit(value[5]);
    return value.size() >= 3 && value.size() <= 5 && isIcd10(value);
}
bool isShortNumber(std::string_view value) {
    return isDigits(value, 1, 5);
}
/// Two to eight letters: languages and countries.
bool isLanguage(std::string_view value) {
    const auto dash = std::min(value.find('-'), value.size());
    const auto letters = [](std::string_view text, std::size_t most) {
        return text.size() >= 2 && text.size() <= most && std::ranges::all_of(text, isLetter);
    };
    return letters(value.substr(0, dash), 3) && (dash == value.size() || letters(value.substr(dash + 1), 2));
}

/// Channels, annotations: "5.6.3-9-1" of EN 1064, "2:15495" of ISO/IEEE 11073.
bool isWaveformCode(std::string_view value) {
    const auto mark = [](char c) { return isDigit(c) || c == '.' || c == '-' || c == ':'; };
    return value.size() <= 16 && std::ranges::all_of(value, mark) &&
           value.find_first_of(".-:") != std::string_view::npos && isDigit(value.front());
}

struct Scheme {
    std::string_view name;
    bool (*has_form)(std::string_view);
};
constexpr Scheme kSchemes[] = {
    {"DCM", isDcm},
    {"SCT", isSnomedCt},
    {"SRT", isSnomedRt},
    {"SNM3", isSnomedRt},
    {"99SDM", isSnomedRt},
    {"LN", isLoinc},
    {"UCUM", isUcum},
    {"FMA", isFma},
    {"RADLEX", isRadlex},
    {"NCIt", isNciThesaurus},
    {"NCIT", isNciThesaurus},
    {"UMLS", isUmls},
    {"MA", isMouseAnatomy},
    {"NEU", isNeuroNames},
    {"BARI", isShortNumber},
    {"I10", isIcd10},
    {"I10P", isIcd10},
    {"ICD10", isIcd10},
    {"I9C", isIcd9},
    {"I9", isIcd9},
    {"ICDO3", isIcdO3},
    {"SCPECG", isWaveformCode},
    {"MDC", isWaveformCode},
    {"ITIS_TSN", isFma},
    {"RFC3066", isLanguage},
    {"RFC5646", isLanguage},
    {"ISO639_1", isLanguage},
    {"ISO639_2", isLanguage},
    {"ISO3166_1", isLanguage},
};

struct CodeMeaning {
    std::string_view scheme;
    std::string_view value;
    std::string_view meaning;
};
constexpr CodeMeaning kCommon[] = {
#include "code_meanings.inc"
};
constexpr CodeMeaning kDcmtk[] = {
#include "code_meanings_dcmtk.inc"
};

constexpr std::string_view kMoreWords =
#include "meaning_words.inc"
    ;

bool before(const CodeMeaning& a, const CodeMeaning& b) {
    return a.scheme != b.scheme ? a.scheme < b.scheme : a.value < b.value;
}

void addWords(std::string_view text, std::unordered_set<std::string>& into) {
    for (std::size_t i = 0; i < text.size();) {
        const auto start = i;
        while (i < text.size() && isLetter(text[i])) ++i;
        if (i > start) into.insert(lowerAscii(text.substr(start, i - start)));
        i += i == start ? 1 : 0;
    }
}

}  // namespace

bool isPublicScheme(std::string_view scheme) {
    return std::ranges::find(kSchemes, scheme, &Scheme::name) != std::end(kSchemes);
}

bool isPublicCode(std::string_view scheme, std::string_view value) {
    const auto* found = std::ranges::find(kSchemes, scheme, &Scheme::name);
    return found != std::end(kSchemes) && found->has_form(value);
}

std::string_view meaningOfCode(std::string_view scheme, std::string_view value) {
    const CodeMeaning wanted{scheme, value, {}};
    const auto is_it = [&](const CodeMeaning& row) { return row.scheme == scheme && row.value == value; };
    if (const auto* common = std::ranges::find_if(kCommon, is_it); common != std::end(kCommon))
        return common->meaning;
    const auto* found = std::lower_bound(std::begin(kDcmtk), std::end(kDcmtk), wanted, before);
    return found != std::end(kDcmtk) && is_it(*found) ? found->meaning : std::string_view{};
}

bool isMeaningWord(std::string_view lower_word) {
    static const auto words = [] {
        std::unordered_set<std::string> all;
        for (const auto rows : {std::span<const CodeMeaning>(kCommon), std::span<const CodeMeaning>(kDcmtk)})
            for (const auto& row : rows) addWords(row.meaning, all);
        addWords(kMoreWords.substr(kMoreWords.find('\n', 1)), all);  // the first line says what they are
        return all;
    }();
    return words.contains(std::string(lower_word));
}

}  // namespace gantry::anonymizer
