#pragma once
/// Descriptions cleaned word by word (PS3.15 E.3.4): what is not known to be harmless is cut.

#include <span>
#include <string>
#include <string_view>

namespace gantry::anonymizer {

/// Words of the vocabulary and of `more_words` (upper case), short codes and short numbers of `text`, with
/// what joins them. Dates, years, long and neighbouring numbers, letters beyond ASCII and escape sequences
/// are cut.
/// "" when nothing of meaning remains. Applied to its own result it changes nothing.
/// @param products  names of makers and products may stand there too
std::string cleanedDescription(std::string_view text, std::span<const std::string> more_words,
                               bool products = false);

}  // namespace gantry::anonymizer
