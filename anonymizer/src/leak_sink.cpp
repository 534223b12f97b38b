#include "leak_sink.hpp"

#include <algorithm>

#include "leak_encodings.hpp"

namespace gantry::anonymizer::leak {
namespace {

constexpr std::size_t kShortestPattern = 3;
constexpr std::size_t kLongestPattern = 96;
constexpr std::size_t kShortestValue = 3;

}  // namespace

void PatternSink::add(std::string bytes, ValueKind kind, Shape shape, bool whole_word, std::uint32_t tag) {
    if (bytes.size() < kShortestPattern) return;
    if (bytes.size() > kLongestPattern) bytes.resize(kLongestPattern);
    if (shape == Shape::PlainDate) out_.dates.emplace(tag, bytes);
    bytes = asciiLower(bytes);
    auto key = bytes;
    key += static_cast<char>(kind);
    if (shape == Shape::PlainDate) key += std::to_string(tag);
    if (!seen_.insert(std::move(key)).second) return;
    out_.patterns.push_back({std::move(bytes), kind, shape, whole_word, tag});
}

void PatternSink::spellings(const CodePoints& text, ValueKind kind, bool whole_word) {
    // ASCII letters match in either case, and everything writes them alike.
    if (std::ranges::all_of(text, [](char32_t c) { return c < 0x80; })) return both(text, kind, whole_word);
    for (const auto& spelled : {text, withoutAccents(text, false), withoutAccents(text, true)})
        for (const auto& cased : {spelled, toLower(spelled), toUpper(spelled)}) {
            both(cased, kind, whole_word);
            for (auto& bytes : inOtherSets(cased)) add(std::move(bytes), kind, Shape::Text, false);
        }
}

void PatternSink::both(const CodePoints& text, ValueKind kind, bool whole_word) {
    add(toUtf8Bytes(text), kind, Shape::Text, whole_word);
    add(toLatin1(text), kind, Shape::Text, whole_word);
    add(toUtf16(text, false), kind, Shape::Wide, whole_word);
    add(toUtf16(text, true), kind, Shape::Wide, whole_word);
}

void PatternSink::phrase(std::string_view utf8, ValueKind kind) {
    auto end = std::min(utf8.size(), kLongestPattern);
    while (end < utf8.size() && end > 0 && (static_cast<unsigned char>(utf8[end]) & 0xC0u) == 0x80u) --end;
    const auto text = fromUtf8(utf8.substr(0, end));
    spellings(text, kind, text.size() < kWholeWordBelow);
}

void PatternSink::shortValue(const std::string& lower, ValueKind kind) {
    if (lower.size() >= kShortestValue) out_.short_values.emplace_back(lower, kind);
}

}  // namespace gantry::anonymizer::leak
