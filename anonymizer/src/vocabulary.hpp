#pragma once
/// Words that may leave: the defined terms of PS3.3 that images use, and technical words of vendors. A value
/// made of other words could name somebody.

#include <span>
#include <string>
#include <string_view>

namespace gantry::anonymizer {

/// One component of a CS, upper case: a defined term, or made of vocabulary words, short codes (two letters,
/// three digits) and numbers below 1000, joined by blanks and underscores.
bool isKnownCodeString(std::string_view component);

/// Technical text (kernels, sequence names, coils, filters, units): words of the vocabulary, and short codes
/// of at most five letters and digits each and eight together, so that no mark of a person fits.
bool isTechnicalText(std::string_view component);

/// Names of makers, products and software versions, by the same rule with their own words and a little more
/// room.
bool isDeviceText(std::string_view component);

/// A run of letters and digits that may stand in a cleaned description: a word of the vocabulary or of
/// `more_words` (upper case), a number of at most four digits that is no year, or a short code of both.
/// @param products  words of makers and products too
bool isDescriptorToken(std::string_view token, std::span<const std::string> more_words,
                       bool products = false);

/// Whether a run of letters in it is a word of the vocabulary: "TE30", and not "Q7F2".
bool holdsVocabularyWord(std::string_view token);

/// A word of one of the lists, in lower case: it says nothing about a person.
bool isVocabularyWord(std::string_view lower_word);

/// One defined term of SpecificCharacterSet (PS3.3 C.12.1.1.2), or "".
bool isCharacterSet(std::string_view term);

}  // namespace gantry::anonymizer
