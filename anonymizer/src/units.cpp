#include "units.hpp"

#include <algorithm>
#include <string>

#include "code_schemes.hpp"
#include "text.hpp"
#include "vocabulary.hpp"

namespace gantry::anonymizer {
namespace {

constexpr std::string_view kAtoms[] = {
    "m",   "g",   "s",   "l",  "L",   "t",   "u",  "A",  "V",  "W",   "J",   "N",   "K",   "C",  "F",   "S",
    "H",   "T",   "a",   "d",  "h",   "B",   "Bq", "Ci", "Gy", "Sv",  "RAD", "REM", "Hz",  "Pa", "Cel", "deg",
    "rad", "sr",  "mol", "eq", "osm", "min", "wk", "mo", "cd", "Wb",  "lm",  "lx",  "bar", "eV", "R",   "sec",
    "Ohm", "cal", "kat", "U",  "IU",  "gon", "pc", "lp", "px", "VAS", "mho", "Np",  "erg"};
constexpr std::string_view kBracketed[] = {"[hnsf'U]", "[arb'U]", "[Hg]",   "[H2O]", "[in_i]",
                                           "[ft_i]",   "[iU]",    "[diop]", "[pH]",  "[degF]",
                                           "[lb_av]",  "[pt]",    "[car_m]"};
constexpr std::string_view kPrefixes = "YZEPTGMkhdcmunpfazy";
constexpr std::size_t kLongest = 32;

bool contains(const auto& list, std::string_view value) {
    return std::ranges::find(list, value) != std::end(list);
}

bool isAtom(std::string_view atom) {
    if (contains(kAtoms, atom)) return true;
    if (atom.starts_with("da")) return contains(kAtoms, atom.substr(2));
    return atom.size() > 1 && kPrefixes.find(atom[0]) != std::string_view::npos &&
           contains(kAtoms, atom.substr(1));
}

/// Words of the vocabulary, SUV names, single letters and at most three digits.
bool isAnnotation(std::string_view text) {
    std::size_t open = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto start = i;
        while (i < text.size() && isLetter(text[i])) ++i;
        const auto word = lowerAscii(text.substr(start, i - start));
        if (word.size() > 1 && !isVocabularyWord(word) && !isMeaningWord(word) && word != "janma")
            return false;
        open += word.size() == 1 ? 1 : 0;
        if (i > start) continue;
        open += isDigit(text[i]) ? 1 : 0;
        ++i;
    }
    constexpr std::size_t kMostOpen = 3;
    return open <= kMostOpen;
}

}  // namespace

bool isUcum(std::string_view value) {
    if (value.empty() || value.size() > kLongest) return false;
    for (std::size_t i = 0; i < value.size();) {
        const char c = value[i];
        const char close = c == '{' ? '}' : c == '[' ? ']' : '\0';
        auto end = i;
        if (close != '\0') {
            end = value.find(close, i);
            if (end == std::string_view::npos) return false;
            ++end;
            const auto inside = value.substr(i, end - i);
            if (c == '{' ? !isAnnotation(inside.substr(1, inside.size() - 2)) : !contains(kBracketed, inside))
                return false;
        } else if (isLetter(c)) {
            while (end < value.size() && isLetter(value[end])) ++end;
            if (!isAtom(value.substr(i, end - i))) return false;
        } else if (isDigit(c)) {
            while (end < value.size() && isDigit(value[end])) ++end;
            if (end - i > 3) return false;
        } else {
            constexpr std::string_view kMarks = "./*^%()-+'";
            if (kMarks.find(c) == std::string_view::npos) return false;
            ++end;
        }
        i = end;
    }
    return std::ranges::count_if(value, isDigit) <= 6;
}

}  // namespace gantry::anonymizer
