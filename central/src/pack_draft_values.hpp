#pragma once
/// Values of a group of series as a drafted pack writes them.

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "pack_grouping.hpp"

namespace gantry::central {

/// A header's text as YAML: JSON's double quotes keep every character and no line's end.
std::string quoted(const std::string& text);
/// At most eight digits.
std::string numberText(double value);
/// "[\"a\", \"b\"]"
std::string listOf(const std::set<std::string>& words);

/// How often each text is there, the most frequent first.
using Tally = std::vector<std::pair<std::string, std::size_t>>;
Tally tally(const std::vector<std::string>& texts);
/// "5 in 2 of 3 series"
std::string majority(const Tally& counts, std::size_t all);

/// From the smallest to the largest number over all series; nullopt when one of them has none.
struct Span {
    double low;
    double high;
};
std::optional<Span> spanOf(const TechniqueGroup& group, std::string_view keyword);
/// "50", "4.9/9.8"
std::string numbersOf(const SeriesTechnique& series, std::string_view keyword);

/// Components of a text attribute over all series, which all must have it; empty when one of them may not
/// stand in a pack.
std::set<std::string> wordsOf(const TechniqueGroup& group, std::string_view keyword);
/// Those that every value has.
std::set<std::string> sharedWords(const TechniqueGroup& group, std::string_view keyword);

}  // namespace gantry::central
