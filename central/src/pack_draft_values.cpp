#include "pack_draft_values.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <map>

#include "gantry/core/dicom.hpp"

namespace gantry::central {

namespace {

/// What may stand in a pack as a plain text: "$x" and the names of the context mean something else there.
bool isPlain(const std::string& text) {
    constexpr std::size_t kLongest = 64;
    return !text.empty() && text.size() <= kLongest && text[0] != '$' && !text.starts_with("enrolment.") &&
           !text.starts_with("visit.");
}

}  // namespace

std::string quoted(const std::string& text) {
    return boost::json::serialize(boost::json::string(text));
}

std::string numberText(double value) {
    std::array<char, 32> text{};
    const auto [end, ec] =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 8);
    return ec == std::errc() ? std::string(text.data(), end) : std::string("0");
}

Tally tally(const std::vector<std::string>& texts) {
    std::map<std::string, std::size_t> counts;
    for (const std::string& text : texts) ++counts[text];
    Tally ordered(counts.begin(), counts.end());
    std::ranges::stable_sort(ordered, std::greater<>{}, [](const auto& one) { return one.second; });
    return ordered;
}

std::string majority(const Tally& counts, std::size_t all) {
    return counts.front().first + " in " + std::to_string(counts.front().second) + " of " +
           std::to_string(all) + " series";
}

std::optional<Span> spanOf(const TechniqueGroup& group, std::string_view keyword) {
    std::optional<Span> span;
    for (const SeriesTechnique& series : group.series) {
        const auto numbers = series.numbers(keyword);
        if (numbers.empty()) return std::nullopt;
        if (!span) span = Span{numbers.front(), numbers.back()};
        span = Span{std::min(span->low, numbers.front()), std::max(span->high, numbers.back())};
    }
    return span;
}

std::string numbersOf(const SeriesTechnique& series, std::string_view keyword) {
    std::string text;
    for (const double value : series.numbers(keyword)) text += (text.empty() ? "" : "/") + numberText(value);
    return text;
}

std::set<std::string> wordsOf(const TechniqueGroup& group, std::string_view keyword) {
    std::set<std::string> words;
    for (const SeriesTechnique& series : group.series)
        for (const std::string& value : series.values.find(keyword)->second)
            for (const auto component : dicom::splitValues(value)) words.emplace(component);
    constexpr std::size_t kMost = 20;
    if (words.size() > kMost || !std::ranges::all_of(words, isPlain)) return {};
    return words;
}

std::set<std::string> sharedWords(const TechniqueGroup& group, std::string_view keyword) {
    std::set<std::string> shared = wordsOf(group, keyword);
    for (const SeriesTechnique& series : group.series)
        for (const std::string& value : series.values.find(keyword)->second) {
            const auto components = dicom::splitValues(value);
            std::erase_if(shared, [&](const std::string& word) {
                return std::ranges::find(components, word) == components.end();
            });
        }
    return shared;
}

std::string listOf(const std::set<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + quoted(word);
    return "[" + text + "]";
}

}  // namespace gantry::central
