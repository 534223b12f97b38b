#include "descriptions.hpp"

#include <algorithm>
#include <vector>

#include "text.hpp"
#include "vocabulary.hpp"

namespace gantry::anonymizer {
namespace {

constexpr std::size_t kMostNeighbouringDigits = 6;  // "512 256" stays, "555 0199" goes
constexpr std::size_t kNumbersOfADate = 3;
constexpr std::size_t kMostTokens = 64;

struct Token {
    std::string_view text;
    std::string_view before;  ///< what separates it from the token in front
    bool kept;
    bool word;  ///< of the vocabulary or of the pack, perhaps with digits
};

/// Letters of any alphabet belong to a word: one high byte makes it unknown.
bool isWordByte(char c) {
    return isDigit(c) || isLetter(c) || static_cast<unsigned char>(c) >= 0x80;
}

bool isOf(std::span<const std::string> words, std::string_view token) {
    return std::ranges::find(words, upperAscii(token)) != words.end();
}

bool isNumber(std::string_view token) {
    return std::ranges::all_of(token, isDigit);
}

std::vector<Token> tokensOf(std::string_view text, std::span<const std::string> more_words, bool products) {
    std::vector<Token> tokens;
    for (std::size_t i = 0; i < text.size() && tokens.size() < kMostTokens;) {
        const auto start = i;
        while (i < text.size() && !isWordByte(text[i])) ++i;
        const auto word = i;
        while (i < text.size() && isWordByte(text[i])) ++i;
        if (i == word) break;
        const auto token = text.substr(word, i - word);
        const bool kept = isDescriptorToken(token, more_words, products);
        const bool letters = token.size() > 1 && std::ranges::all_of(token, isLetter);
        tokens.push_back({token, text.substr(start, word - start), kept,
                          kept && (letters || holdsVocabularyWord(token) || isOf(more_words, token))});
    }
    return tokens;
}

bool separatesNumbers(std::string_view between) {
    return between.size() <= 2 && between.find_first_not_of(" -./:,_()") == std::string_view::npos;
}

/// Dates, telephone and other numbers written in groups.
void dropGroupedNumbers(std::vector<Token>& tokens) {
    for (std::size_t i = 0; i < tokens.size();) {
        std::size_t end = i;
        std::size_t digits = 0;
        bool longer_groups = true;
        while (end < tokens.size() && isNumber(tokens[end].text) &&
               (end == i || separatesNumbers(tokens[end].before))) {
            digits += tokens[end].text.size();
            longer_groups &= tokens[end].text.size() >= 2;
            ++end;
        }
        if (end - i >= 2 && (digits > kMostNeighbouringDigits ||
                             (end - i >= kNumbersOfADate && (longer_groups || digits > 4))))
            for (std::size_t k = i; k < end; ++k) tokens[k].kept = false;
        i = std::max(end, i + 1);
    }
}

/// Letters of one each in a row ("J O H N") spell something.
void dropSpelling(std::vector<Token>& tokens) {
    for (std::size_t i = 0; i < tokens.size();) {
        std::size_t end = i;
        while (end < tokens.size() && tokens[end].text.size() == 1 && isLetter(tokens[end].text[0])) ++end;
        if (end - i >= 3)
            for (std::size_t k = i; k < end; ++k) tokens[k].kept = false;
        i = std::max(end, i + 1);
    }
}

/// "T1", "B0", "P2", "3T": what protocols are full of.
bool isUsualCode(std::string_view token) {
    constexpr std::string_view kCodes[] = {"t1", "t2", "b0", "b1", "p2", "p3", "p4", "s2", "s3", "s4",
                                           "e1", "e2", "3t", "7t", "2d", "3d", "r2", "l5", "s1"};
    return std::ranges::find(kCodes, lowerAscii(token)) != std::end(kCodes);
}

/// Four and more other codes of letters and digits in a row ("K7 F9 Z3 C1") spell one too.
void dropCodeRows(std::vector<Token>& tokens) {
    constexpr std::size_t kFewest = 4;
    const auto isCode = [](const Token& token) {
        return token.kept && !token.word && !isNumber(token.text) && token.text.size() > 1;
    };
    for (std::size_t i = 0; i < tokens.size();) {
        std::size_t end = i;
        std::size_t unusual = 0;
        for (; end < tokens.size() && isCode(tokens[end]); ++end)
            if (!isUsualCode(tokens[end].text)) ++unusual;
        if (unusual >= kFewest)
            for (std::size_t k = i; k < end; ++k) tokens[k].kept = false;
        i = std::max(end, i + 1);
    }
}

/// Short codes joined without blanks ("A7-B3C-91") spell a number of somebody's own.
void dropCompounds(std::vector<Token>& tokens) {
    constexpr std::size_t kMostOpen = 5;
    for (std::size_t i = 0; i < tokens.size();) {
        std::size_t end = i;
        std::size_t open = 0;
        do {
            if (tokens[end].kept && !tokens[end].word) open += tokens[end].text.size();
            ++end;
        } while (end < tokens.size() &&
                 tokens[end].before.find_first_of(" \r\n\t") == std::string_view::npos);
        if (open > kMostOpen)
            for (std::size_t k = i; k < end; ++k) tokens[k].kept &= tokens[k].word;
        i = end;
    }
}

/// ISO 2022 (PS3.5 6.1.2.5): what stands between escape sequences that call a set of other characters into
/// the lower half looks like ASCII and is not; it becomes a blank.
std::string asciiParts(std::string_view text) {
    std::string out;
    bool ascii = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\x1B') {
            if (ascii) out += text[i];
            continue;
        }
        const auto mark = text.substr(i + 1, 2);
        if (mark == "(B" || mark == "(J")
            ascii = true;
        else if (mark.starts_with("$)") || mark.starts_with(")") || mark.starts_with("-"))
            ;  // the upper half, whose bytes are known by themselves
        else
            ascii = false;
        out += ' ';
        i += mark.starts_with("$)") || mark.starts_with("$(") ? 3 : 2;
    }
    return out;
}

bool isPlainSeparator(std::string_view between) {
    return between.size() <= 3 && between.find_first_not_of(" _+*/.,:;%()-&<>=#") == std::string_view::npos;
}

}  // namespace

std::string cleanedDescription(std::string_view text, std::span<const std::string> more_words,
                               bool products) {
    const auto plain = asciiParts(text);
    text = plain;
    auto tokens = tokensOf(text, more_words, products);
    dropGroupedNumbers(tokens);
    dropSpelling(tokens);
    dropCodeRows(tokens);
    dropCompounds(tokens);
    std::string out;
    bool meaning = false;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto& token = tokens[i];
        if (!token.kept) continue;
        const bool joined = i > 0 && tokens[i - 1].kept && isPlainSeparator(token.before);
        if (!out.empty()) out += joined ? token.before : std::string_view(" ");
        out += token.text;
        meaning |= token.text.size() >= 2 && !isNumber(token.text);
    }
    return meaning ? out : std::string();
}

}  // namespace gantry::anonymizer
