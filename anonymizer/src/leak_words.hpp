#pragma once
/// Words that name nobody when they stand alone.

#include <string_view>

namespace gantry::anonymizer::leak {

/// Everyday words, words of headers, makers, products and the names that filters and methods carry
/// ("hand", "dixon", "siemens"); `lower` in lower case. In a full name they count.
bool isCommonWord(std::string_view lower);
/// Words that many institutions share ("hospital"); `lower` in lower case.
bool isInstitutionWord(std::string_view lower);

}  // namespace gantry::anonymizer::leak
