#pragma once
/// Collects the byte strings that the gate looks for, each once.

#include <string>
#include <string_view>
#include <unordered_set>

#include "leak_patterns.hpp"
#include "leak_text.hpp"

namespace gantry::anonymizer::leak {

inline constexpr std::size_t kShortestMixed = 4;  ///< letters and digits; shorter ones count as a whole value
inline constexpr std::size_t kShortestDigits = 5;  ///< digits; shorter ones count as a whole value
inline constexpr std::size_t kWholeWordBelow = 6;  ///< letters; shorter ones are parts of too many words

class PatternSink {
public:
    explicit PatternSink(PatternSet& out) : out_(out) {}

    /// Fewer than three bytes are not looked for; of long ones the beginning is.
    void add(std::string bytes, ValueKind kind, Shape shape, bool whole_word, std::uint32_t tag = 0);
    /// One word or phrase in every case and encoding, with accents and without.
    void spellings(const CodePoints& text, ValueKind kind, bool whole_word);
    /// As spellings; a short one counts as a whole word alone.
    void phrase(std::string_view utf8, ValueKind kind);
    /// As it is, and without capitals, in the encodings that people use for it.
    void both(const CodePoints& text, ValueKind kind, bool whole_word);
    /// Counts as a whole value alone.
    void shortValue(const std::string& lower, ValueKind kind);

private:
    PatternSet& out_;
    std::unordered_set<std::string> seen_;
};

/// All spellings of a name of a person, PS3.5 6.2.1.
void addName(const IdentifyingValue& value, PatternSink& sink);
/// All ways to write a date that begins as YYYYMMDD; others add nothing.
void addDate(const IdentifyingValue& value, PatternSink& sink);

}  // namespace gantry::anonymizer::leak
