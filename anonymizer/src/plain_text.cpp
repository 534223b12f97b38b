#include "plain_text.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <unordered_set>
#include <vector>

#include "text.hpp"
#include "vocabulary.hpp"

namespace gantry::anonymizer {
namespace {

constexpr std::size_t kMostDigits = 4;
constexpr int kMostNumbersInARow = 2;
constexpr std::size_t kMostTurns = 3;         // of letters and digits without a mark between, "12x5mm"
constexpr std::size_t kMostWovenDigits = 4;   // around letters; "553ce527" names something
constexpr std::size_t kMostDigitsInARow = 5;  // "1234.5", and no "03.2026"

// Short words and units, lower case. No personal names.
constexpr std::string_view kShortWords[] = {
    // markers and directions
    "l", "r", "a", "p", "h", "f", "s", "i", "lt", "rt", "left", "right", "ap", "pa", "lat", "med", "sup",
    "inf", "upper", "lower", "lobe", "top", "mid", "max", "min", "mean", "std", "sd", "avg", "area", "vol",
    "len",
    // things measured
    "lesion", "lesions", "target", "nontarget", "non", "new", "tumor", "tumour", "node", "nodule", "mass",
    "cyst", "bone", "lung", "liver", "roi", "voi", "seg", "line", "angle", "length", "distance", "diameter",
    "volume", "long", "short", "axis", "ellipse", "circle", "point", "measurement", "baseline", "index", "no",
    "nr", "id", "slice", "frame", "image", "series", "scan", "phase", "lead", "leads", "ecg", "rhythm",
    "rate", "beat", "beats", "median", "qrs", "qt", "qtc", "pr", "rr", "pp", "pvc", "pac", "vt", "af",
    "sinus", "bpm", "pacer", "suv", "suvmax", "suvmean", "suvpeak", "suvbw", "tlg", "mtv", "adc", "hu", "ct",
    "mr", "mri", "pet", "us", "recist", "rano", "scout", "native", "post", "pre", "the", "of", "and", "in",
    "on", "x", "y", "z", "n",
    // leads of electrocardiograms
    "ii", "iii", "avr", "avl", "avf", "v", "mcl", "resp", "abp", "art", "cvp", "spo", "pleth",
    // units
    "mm", "cm", "m", "um", "nm", "mmhg", "cmh", "o", "ml", "cc", "cl", "ul", "g", "mg", "kg", "ug", "ng",
    "sec", "ms", "us", "hz", "khz", "mhz", "mv", "uv", "kv", "kvp", "ma", "mas", "mgy", "gy", "cgy", "msv",
    "bq", "kbq", "mbq", "bqml", "deg", "px", "pix", "pixel", "pixels", "dpi", "percent", "t", "te", "tr",
    "ti", "c", "b", "d", "e", "k", "vr"};

bool contains(const auto& list, std::string_view word) {
    return std::ranges::find(list, word) != std::end(list);
}

constexpr std::string_view kContentWords =
#include "content_words.inc"
    ;

/// Blank-separated; lines that start with # are comments.
std::unordered_set<std::string> readWords() {
    std::unordered_set<std::string> words;
    std::istringstream lines{std::string(kContentWords)};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('#')) continue;
        std::istringstream in_line(line);
        for (std::string word; in_line >> word;) words.insert(word);
    }
    return words;
}

const std::unordered_set<std::string>& contentWords() {
    static const auto words = readWords();
    return words;
}

bool isMark(char c) {
    constexpr std::string_view kMarks = " _+*./,:;%()[]{}#^-=<>~'\r\n";
    return kMarks.find(c) != std::string_view::npos;
}

/// "1: 12.5" and "1 (12.5" are not the parts of a date.
bool endsRow(std::string_view rest) {
    return rest.starts_with(": ") || rest[0] == '(' || rest[0] == '=' || rest[0] == ';';
}

/// Of digits, or of letters; "LungNodule" is two words, "SUVmax" one.
std::size_t endOfRun(std::string_view text, std::size_t begin) {
    const auto is_lower = [](char c) { return isLetter(c) && lowerAscii(c) == c; };
    auto end = begin;
    if (isDigit(text[begin])) {
        while (end < text.size() && isDigit(text[end])) ++end;
        return end;
    }
    while (end < text.size() && isLetter(text[end]) &&
           (end == begin || !is_lower(text[end - 1]) || is_lower(text[end])))
        ++end;
    return end;
}

bool isKnownWord(std::string_view word, const DeidPolicy& policy) {
    const auto lower = lowerAscii(word);
    return contains(kShortWords, lower) || contentWords().contains(lower) || isVocabularyWord(lower) ||
           contains(policy.words, upperAscii(word));
}

}  // namespace

bool isPlainText(std::string_view text, const DeidPolicy& policy, std::size_t longest) {
    if (text.size() > longest) return false;
    int numbers = 0;
    std::size_t digits_in_row = 0;
    std::size_t turns = 0, woven_digits = 0;
    bool woven = false;
    for (std::size_t i = 0; i < text.size();) {
        if (isMark(text[i])) {
            turns = woven_digits = 0;
            woven = false;
            if (endsRow(text.substr(i))) {
                numbers = 0;
                digits_in_row = 0;
            }
            ++i;
            continue;
        }
        const bool digits = isDigit(text[i]);
        const auto end = endOfRun(text, i);
        if (digits)
            woven_digits += end - i;
        else if (lowerAscii(text.substr(i, end - i)) != "x")
            woven = woven || woven_digits > 0;
        if (++turns > kMostTurns + 1 || (woven && woven_digits > kMostWovenDigits)) return false;
        if (end == i) return false;  // neither a mark, a digit nor a letter
        numbers = digits ? numbers + 1 : 0;
        digits_in_row = digits ? digits_in_row + (end - i) : 0;
        if (numbers > kMostNumbersInARow || digits_in_row > kMostDigitsInARow) return false;
        if (digits ? end - i > kMostDigits : !isKnownWord(text.substr(i, end - i), policy)) return false;
        i = end;
    }
    return true;
}

std::string plainPartOf(std::string_view text, const DeidPolicy& policy) {
    if (isPlainText(text, policy)) return std::string(text);
    enum class Kind { Other, Word, Number };
    std::vector<std::pair<std::string_view, Kind>> tokens;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find_first_of(" \r\n\t", at), text.size());
        const auto token = text.substr(at, end - at);
        const bool plain = isPlainText(token, policy);
        const auto digits = std::ranges::count_if(token, isDigit);
        const bool word = plain && digits <= 2 && std::ranges::count_if(token, isLetter) >= 3;
        const bool number = plain && digits > 0 && digits <= 3 && std::ranges::none_of(token, isLetter);
        if (!token.empty())
            tokens.emplace_back(token, word ? Kind::Word : number ? Kind::Number : Kind::Other);
        at = end + 1;
    }
    std::string out;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool beside_word = (i > 0 && tokens[i - 1].second == Kind::Word) ||
                                 (i + 1 < tokens.size() && tokens[i + 1].second == Kind::Word);
        const auto [token, kind] = tokens[i];
        if (kind == Kind::Other || (kind == Kind::Number && !beside_word)) continue;
        out += (out.empty() ? "" : " ") + std::string(token);
    }
    return isPlainText(out, policy) ? out : std::string();
}

}  // namespace gantry::anonymizer
