#include "word_lists.hpp"

#include <algorithm>

namespace gantry::anonymizer {
namespace {

constexpr std::string_view kCodeStringWords =
#include "code_strings.inc"
    ;
constexpr std::string_view kTechnicalWords =
#include "technical_words.inc"
    ;
constexpr std::string_view kDescriptorWords =
#include "descriptor_words.inc"
    ;
constexpr std::string_view kDeviceWords =
#include "device_words.inc"
    ;

/// Blank-separated words; lines that start with # are comments.
WordSet wordsOf(std::string_view text) {
    WordSet words;
    while (!text.empty()) {
        const auto line_end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, line_end);
        text.remove_prefix(std::min(line_end + 1, text.size()));
        if (line.starts_with('#')) continue;
        while (!line.empty()) {
            const auto end = std::min(line.find(' '), line.size());
            if (end > 0) words.insert(line.substr(0, end));
            line.remove_prefix(std::min(end + 1, line.size()));
        }
    }
    return words;
}

}  // namespace

const WordSet& codeStrings() {
    static const auto words = wordsOf(kCodeStringWords);
    return words;
}
const WordSet& technicalWords() {
    static const auto words = wordsOf(kTechnicalWords);
    return words;
}
const WordSet& descriptorWords() {
    static const auto words = wordsOf(kDescriptorWords);
    return words;
}
const WordSet& deviceWords() {
    static const auto words = wordsOf(kDeviceWords);
    return words;
}

bool inAny(const Lists& lists, std::string_view lower_word) {
    return std::ranges::any_of(lists, [&](const WordSet* list) { return list->contains(lower_word); });
}

}  // namespace gantry::anonymizer
