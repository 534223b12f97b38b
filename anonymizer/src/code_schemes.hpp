#pragma once
/// Public coding schemes (PS3.16 8): the form of their codes, and the meanings the standard gives to them.

#include <string_view>

namespace gantry::anonymizer {

/// A scheme of PS3.16 8 whose codes are published. 99* are private and not public.
bool isPublicScheme(std::string_view scheme);

/// Whether `value` has the form of a code of that public scheme.
bool isPublicCode(std::string_view scheme, std::string_view value);

/// The standard's meaning of a public code; "" where the table does not have it.
std::string_view meaningOfCode(std::string_view scheme, std::string_view value);

/// A word of any meaning in the tables, in lower case. There are eponyms among them: for meanings alone.
bool isMeaningWord(std::string_view lower_word);

}  // namespace gantry::anonymizer
