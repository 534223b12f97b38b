#pragma once
/// Words that may leave: the defined terms of PS3.3 that images use, and technical words of vendors. A value
/// made of other words could name somebody.

#include <string_view>

namespace gantry::anonymizer {

/// One component of a CS, upper case: a defined term, or made of vocabulary words, short codes (two letters,
/// three digits) and numbers below 1000, joined by blanks and underscores.
bool isKnownCodeString(std::string_view component);

/// Technical text (kernels, sequence names, coils, filters, units). Words of five letters and more stand in
/// the vocabulary; there is no run of six digits and nothing but [A-Za-z0-9 _+*./,:%()#^-].
bool isTechnicalText(std::string_view component);

/// Names of makers, products and software versions, by the same rule with their own words.
bool isDeviceText(std::string_view component);

/// A word of one of the two lists, in lower case: it says nothing about a person.
bool isVocabularyWord(std::string_view lower_word);

/// Coding schemes of PS3.16 8 that are public, and whether `value` has the form of a code of that scheme.
bool isPublicCode(std::string_view scheme, std::string_view value);
/// The standard's meaning of a public code; "" where the table does not have it.
std::string_view meaningOfCode(std::string_view scheme, std::string_view value);

/// One defined term of SpecificCharacterSet (PS3.3 C.12.1.1.2), or "".
bool isCharacterSet(std::string_view term);

}  // namespace gantry::anonymizer
