#include "plain_tokens.hpp"

#include <algorithm>
#include <string>

#include "text.hpp"

namespace gantry::anonymizer {
namespace {

constexpr std::size_t kMaxTextLength = 64;

bool isAllowedCharacter(char c) {
    constexpr std::string_view kMarks = " _+*./,:;%()[]<>=#^&'-";
    return isDigit(c) || isLetter(c) || kMarks.find(c) != std::string_view::npos;
}

constexpr std::size_t kLongestNumber = 4;

/// The d of "tfl3d1" or "epfid2d1_64", behind the number.
bool isDimension(std::string_view token, std::size_t at) {
    return token[at] == 'd' && (at + 1 == token.size() || isDigit(token[at + 1]));
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

}  // namespace

bool isTokenCharacter(char c) {
    return isDigit(c) || isLetter(c);
}

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

std::size_t openAllowed(std::string_view token, std::size_t most) {
    constexpr std::size_t kLong = 8;
    constexpr std::size_t kMostOfLong = 4;
    return token.size() >= kLong ? std::min(most, kMostOfLong) : most;
}

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

bool madeOf(std::string_view text, const Lists& lists, Slack slack) {
    if (text.size() > kMaxTextLength || !std::ranges::all_of(text, isAllowedCharacter)) return false;
    constexpr std::size_t kMostCodes = 3;  // "K7 F9 Z3 C1" spells something
    std::size_t total = 0, codes = 0;
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
        if (open > 0 && !word && isLetter(token[0]) && ++codes > kMostCodes) return false;
        if (open > openAllowed(token, slack.token) || (word && open > slack.word) || total > slack.total)
            return false;
        i = end;
    }
    return true;
}

}  // namespace gantry::anonymizer
