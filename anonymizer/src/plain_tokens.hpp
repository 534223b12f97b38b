/// How much of a text the lists of words explain.
#pragma once

#include <cstddef>
#include <string_view>

#include "word_lists.hpp"

namespace gantry::anonymizer {

/// How much of a text may be of words that no list knows.
struct Slack {
    std::size_t token;  ///< letters and digits in one run
    std::size_t total;
    std::size_t word;  ///< letters of an unknown word without digits
};

bool isTokenCharacter(char c);  ///< a letter or a digit
/// "ChestWall", "AbdRoutine": words of the lists, each beginning with a capital.
bool isJoinedWords(std::string_view token, const Lists& lists);
/// Most characters of a token that may stay open: long ones explain more of themselves.
std::size_t openAllowed(std::string_view token, std::size_t most);
/// Characters of a run of letters and digits that no list explains: fewest over all ways to cut listed words
/// of three letters and more off the front of its runs of letters. Six and more could be a mark of a person.
std::size_t unexplained(std::string_view token, const Lists& lists);
/// At most 64 characters, and every run of letters and digits in it explained but for the slack.
bool madeOf(std::string_view text, const Lists& lists, Slack slack);

}  // namespace gantry::anonymizer
