#include "vocabulary.hpp"

#include <algorithm>
#include <string>

#include "plain_tokens.hpp"
#include "text.hpp"
#include "word_lists.hpp"

namespace gantry::anonymizer {
namespace {

constexpr std::size_t kShortCodeLetters = 2;
constexpr std::size_t kShortCodeDigits = 3;

/// "M", "B0", "T1", "128", "Z2", "0001": too short to name anybody.
bool isShortCode(std::string_view word) {
    if (word.size() == kShortCodeDigits + 1 && word[0] == '0' && std::ranges::all_of(word, isDigit))
        return true;
    const auto digits = static_cast<std::size_t>(std::ranges::count_if(word, isDigit));
    return digits <= kShortCodeDigits && word.size() - digits <= kShortCodeLetters;
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

/// "(160) 577-6869" and "8930 1012"; versions have points between their numbers. "QZ-5980-XY": short codes
/// that hyphens join.
bool looksLikeNumberOfSomebody(std::string_view text, const Lists& lists) {
    constexpr std::size_t kMostDigits = 6;
    constexpr std::size_t kMostJoined = 7;  // "TSX-101A", "MFX-8000"
    std::size_t digits = 0, groups = 0, joined = 0;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i;
        while (end < text.size() && isTokenCharacter(text[end])) ++end;
        if (end == i) {
            const bool between =
                text[i] == ' ' || text[i] == '-' || text[i] == '/' || text[i] == '(' || text[i] == ')';
            if (!between) digits = groups = 0;
            if (text[i] != '-') joined = 0;
            ++i;
            continue;
        }
        const auto token = text.substr(i, end - i);
        const bool number = std::ranges::all_of(token, isDigit);
        digits = number ? digits + token.size() : 0;
        groups = number ? groups + 1 : 0;
        if (!inAny(lists, lowerAscii(token))) joined += token.size();
        if ((groups >= 2 && digits > kMostDigits) || (joined > kMostJoined && joined > token.size()))
            return true;
        i = end;
    }
    return false;
}

}  // namespace

bool isKnownCodeString(std::string_view component) {
    constexpr std::size_t kMostOpen = 6;  // letters and digits of short codes together
    if (component.empty() || codeStrings().contains(component)) return true;
    std::size_t open = 0;
    std::size_t start = 0;
    while (start <= component.size()) {
        const auto end = std::min(component.find_first_of(" _", start), component.size());
        const auto word = component.substr(start, end - start);
        if (!codeStrings().contains(word)) {
            open += word.size();
            if (!isShortCode(word) || open > kMostOpen) return false;
        }
        start = end + 1;
    }
    return true;
}

bool isTechnicalText(std::string_view component) {
    constexpr Slack kSlack{5, 6, 3};
    return madeOf(component, {&technicalWords(), &deviceWords(), &descriptorWords()}, kSlack) &&
           !looksLikeDate(component);
}

bool isDeviceText(std::string_view component) {
    constexpr Slack kSlack{5, 12, 3};
    const Lists lists = {&deviceWords(), &technicalWords(), &descriptorWords()};
    return madeOf(component, lists, kSlack) && !looksLikeDate(component) &&
           !looksLikeNumberOfSomebody(component, lists);
}

bool isVocabularyWord(std::string_view lower_word) {
    return inAny({&technicalWords(), &deviceWords(), &descriptorWords()}, lower_word);
}

bool isDescriptorToken(std::string_view token, std::span<const std::string> more_words, bool products) {
    constexpr std::size_t kMostOpen = 5;
    constexpr std::size_t kMostDigits = 4;
    if (!std::ranges::all_of(token, isTokenCharacter)) return false;
    const bool letters = std::ranges::all_of(token, isLetter);
    const auto digits = static_cast<std::size_t>(std::ranges::count_if(token, isDigit));
    if (std::ranges::find(more_words, upperAscii(token)) != more_words.end()) return true;
    if (letters)
        return token.size() == 1 || inAny({&technicalWords(), &descriptorWords()}, lowerAscii(token)) ||
               isJoinedWords(token, {&technicalWords(), &descriptorWords()}) ||
               (products && deviceWords().contains(lowerAscii(token)));
    if (digits == token.size()) {
        const bool year = digits == 4 && (token.starts_with("19") || token.starts_with("20"));
        return digits <= kMostDigits && !year;
    }
    return digits <= kMostDigits &&
           unexplained(token, {&technicalWords(), &descriptorWords()}) <= openAllowed(token, kMostOpen);
}

bool holdsVocabularyWord(std::string_view token) {
    for (std::size_t i = 0; i < token.size();) {
        std::size_t end = i;
        while (end < token.size() && isDigit(token[end]) == isDigit(token[i])) ++end;
        if (end - i > 1 && isVocabularyWord(lowerAscii(token.substr(i, end - i)))) return true;
        i = end;
    }
    return false;
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
