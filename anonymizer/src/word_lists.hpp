/// The lists of words that may stay, from anonymizer/data/*.inc; each in lower case but for the code strings.
#pragma once

#include <initializer_list>
#include <string_view>
#include <unordered_set>

namespace gantry::anonymizer {

using WordSet = std::unordered_set<std::string_view>;
using Lists = std::initializer_list<const WordSet*>;

const WordSet& codeStrings();
const WordSet& technicalWords();
const WordSet& descriptorWords();
const WordSet& deviceWords();

bool inAny(const Lists& lists, std::string_view lower_word);

}  // namespace gantry::anonymizer
