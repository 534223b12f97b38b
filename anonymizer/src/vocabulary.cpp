#include "vocabulary.hpp"

#include <algorithm>
#include <initializer_list>
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
constexpr std::string_view kDescriptorWords =
#include "descriptor_words.inc"
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
const WordSet& descriptorWords() {
    static const auto words = wordsOf(kDescriptorWords);
    return words;
}
const WordSet& deviceWords() {
    static const auto words = wordsOf(kDeviceWords);
    return words;
}

constexpr std::size_t kShortCodeLetters = 2;
constexpr std::size_t kShortCodeDigits = 3;

/// "M", "B0", "T1", "128", "Z2", "0001": too short to name anybody.
bool isShortCode(std::string_view word) {
    if (word.size() == kShortCodeDigits + 1 && word[0] == '0' && std::ranges::all_of(word, isDigit))
        return true;
    const auto digits = static_cast<std::size_t>(std::ranges::count_if(word, isDigit));
    return digits <= kShortCodeDigits && word.size() - digits <= kShortCodeLetters;
}

constexpr std::size_t kMaxTextLength = 64;

bool isAllowedCharacter(char c) {
    constexpr std::string_view kMarks = " _+*./,:;%()[]<>=#^&'-";
    return isDigit(c) || isLetter(c) || kMarks.find(c) != std::string_view::npos;
}

bool isTokenCharacter(char c) {
    return isDigit(c) || isLetter(c);
}

using Lists = std::initializer_list<const WordSet*>;

bool inAny(const Lists& lists, std::string_view lower_word) {
    return std::ranges::any_of(lists, [&](const WordSet* list) { return list->contains(lower_word); });
}

constexpr std::size_t kLongestNumber = 4;

/// The d of "tfl3d1" or "epfid2d1_64", behind the number.
bool isDimension(std::string_view token, std::size_t at) {
    return token[at] == 'd' && (at + 1 == token.size() || isDigit(token[at + 1]));
}

/// "ChestWall", "AbdRoutine": words of the lists, each beginning with a capital.
bool isJoinedWords(std::string_view token, const Lists& lists) {
    std::size_t parts = 0;
    for (std::size_t i = 0; i < token.size(); ++parts) {
        auto end = i + 1;
        while (end < token.size() && token[end] >= 'a' && token[end] <= 'z') ++end;
        const auto part = token.substr(i, end - i);
        if (part.front() < 'A' || part.front() > 'Z' || part.size() < 3 || !inAny(lists, lowerAscii(part)))
            return false;
        i = end;
    }
    return parts >= 2;
}

/// Letters and digits by turns, "x492y003z", are a number of somebody's own, also where a list has each
/// letter. "3x3x5" is a size.
bool isWoven(std::string_view token) {
    constexpr std::size_t kMostTurns = 4;
    std::size_t turns = 0;
    bool size = true;
    for (std::size_t i = 0; i < token.size(); ++turns) {
        auto end = i + 1;
        while (end < token.size() && isDigit(token[end]) == isDigit(token[i])) ++end;
        const auto run = token.substr(i, end - i);
        if ((run == "2" || run == "3") && end < token.size() && isDimension(token, end))
            ++end;
        else if (isLetter(token[i]) && end < token.size())
            size = size && lowerAscii(run) == "x";
        i = end;
    }
    return turns > kMostTurns && !size;
}

/// Most characters of a token that may stay open: long ones explain more of themselves.
std::size_t openAllowed(std::string_view token, std::size_t most) {
    constexpr std::size_t kLong = 8;
    constexpr std::size_t kMostOfLong = 4;
    return token.size() >= kLong ? std::min(most, kMostOfLong) : most;
}

/// Characters of a run of letters and digits that no list explains: fewest over all ways to cut listed words
/// of three letters and more off the front of its runs of letters. Six and more could be a mark of a person.
std::size_t unexplained(std::string_view token, const Lists& lists) {
    if (isWoven(token)) return token.size() + 1;
    std::size_t open = 0;
    for (std::size_t i = 0; i < token.size();) {
        std::size_t end = i;
        while (end < token.size() && isDigit(token[end]) == isDigit(token[i])) ++end;
        const auto run = lowerAscii(token.substr(i, end - i));
        std::size_t rest = run.size();
        const bool dimension = end < token.size() && (run == "2" || run == "3") && isDimension(token, end);
        if (dimension) {
            rest = 0;
            ++end;  // the d
        } else if (isLetter(token[i])) {
            if (inAny(lists, run) || isJoinedWords(token.substr(i, end - i), lists)) {
                rest = 0;
            } else if (token.size() > run.size()) {  // beside digits, "tseR2d1": a listed word and a rest
                for (std::size_t head = run.size() - 1; head >= 3; --head)
                    if (inAny(lists, std::string_view(run).substr(0, head))) {
                        rest = run.size() - head;
                        break;
                    }
            }
        } else if (std::ranges::all_of(run, [](char c) { return c == '0'; })) {
            rest = 0;
        } else if (run.size() > kLongestNumber) {
            return token.size();
        }
        open += rest;
        i = end;
    }
    return open;
}

/// How much of a text may be of words that no list knows.
struct Slack {
    std::size_t token;  ///< letters and digits in one run
    std::size_t total;
    std::size_t word;  ///< letters of an unknown word without digits
};

/// Length of "0.096000" where such a number begins: up to three digits, a point, up to six. Groups of digits
/// between more points ("10.03.1961") are none.
std::size_t decimalAt(std::string_view text, std::size_t begin) {
    constexpr std::size_t kMostBefore = 3;
    constexpr std::size_t kMostBehind = 6;
    const auto digitAt = [&](std::size_t at) { return at < text.size() && isDigit(text[at]); };
    const auto digitsFrom = [&](std::size_t at) {
        std::size_t count = 0;
        while (digitAt(at + count)) ++count;
        return count;
    };
    if (begin > 0 && (isTokenCharacter(text[begin - 1]) || text[begin - 1] == '.')) return 0;
    const auto before = digitsFrom(begin);
    const auto point = begin + before;
    if (before == 0 || before > kMostBefore || point >= text.size() || text[point] != '.') return 0;
    const auto behind = digitsFrom(point + 1);
    const auto end = point + 1 + behind;
    const bool goes_on = end < text.size() && text[end] == '.' && digitAt(end + 1);
    return behind == 0 || behind > kMostBehind || goes_on ? 0 : end - begin;
}

bool madeOf(std::string_view text, const Lists& lists, Slack slack) {
    if (text.size() > kMaxTextLength || !std::ranges::all_of(text, isAllowedCharacter)) return false;
    std::size_t total = 0;
    for (std::size_t i = 0; i < text.size();) {
        if (const auto decimal = decimalAt(text, i); decimal > 0) {
            i += decimal;
            continue;
        }
        std::size_t end = i;
        while (end < text.size() && isTokenCharacter(text[end])) ++end;
        if (end == i) {
            ++i;
            continue;
        }
        const auto token = text.substr(i, end - i);
        const auto open = unexplained(token, lists);
        const bool word = std::ranges::all_of(token, isLetter);
        total += open;
        if (open > openAllowed(token, slack.token) || (word && open > slack.word) || total > slack.total)
            return false;
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
