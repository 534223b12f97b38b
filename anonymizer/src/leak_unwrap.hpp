#pragma once
/// Text in text: entities, percent signs, base64. For the gate alone.

#include <string>
#include <string_view>
#include <vector>

namespace gantry::anonymizer::leak {

int hexDigit(char c);  ///< -1 for others

/// XML's and HTML's character references and the five named entities, as UTF-8.
std::string withEntitiesDecoded(std::string_view text);
/// "%42" as in addresses, "+" as a blank.
std::string withPercentDecoded(std::string_view text);

/// What the text says besides what it shows: each way of wrapping that stands in it, unwrapped. None for
/// nearly all.
std::vector<std::string> unwrapped(std::string_view text);

}  // namespace gantry::anonymizer::leak
