#pragma once
/// Text that people typed and that may stay all the same: labels of lesions, measurements, markers. Stricter
/// than technical text: every word of any length is in a list, so that short names cannot pass.

#include <string>
#include <string_view>

#include "gantry/anonymizer/policy.hpp"

namespace gantry::anonymizer {

/// At most `longest` characters: words of the vocabulary, of the pack or of a list of short words, units,
/// marks, and numbers of at most four digits, not three in a row (dates) nor more than five digits in a row.
bool isPlainText(std::string_view text, const DeidPolicy& policy, std::size_t longest = 64);

/// The plain words of `text`, and numbers of at most three digits beside them; "" when nothing is left. Plain
/// text comes back as it is.
std::string plainPartOf(std::string_view text, const DeidPolicy& policy);

}  // namespace gantry::anonymizer
