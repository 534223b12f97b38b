#pragma once
/// UCUM, the code of units.

#include <string_view>

namespace gantry::anonymizer {

/// A unit put together of UCUM's atoms with their prefixes, exponents of two digits, factors below 1000, and
/// annotations of known words: "mm2/s", "g/ml{SUVbw}", "[hnsf'U]", "10-6.mm2/s".
bool isUcum(std::string_view value);

}  // namespace gantry::anonymizer
