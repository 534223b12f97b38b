#include <algorithm>

#include "leak_sink.hpp"
#include "leak_translit.hpp"
#include "leak_words.hpp"

namespace gantry::anonymizer::leak {
namespace {

constexpr std::size_t kShortestPart = 3;     // letters; shorter ones count inside of full names only
constexpr std::size_t kShortestFull = 5;     // letters of two parts together
constexpr std::size_t kMostWords = 3;        // of one component of a name; more are a sentence
constexpr std::size_t kMostParts = 4;        // of a name that are put together in every order
constexpr char32_t kFirstSyllable = 0x1100;  // from here on a character is a syllable or a word

bool isIdeographic(const CodePoints& text) {
    return std::ranges::any_of(text, [](char32_t c) { return c >= kFirstSyllable; });
}

bool isAscii(const CodePoints& text) {
    return std::ranges::all_of(text, [](char32_t c) { return c < 0x80; });
}

bool isCommon(const CodePoints& text) {
    const auto lower = asciiLower(toUtf8Bytes(text));
    return isCommonWord(lower) || isInstitutionWord(lower);
}

/// In a sentence that somebody typed where a name belongs.
bool joinsWords(std::string_view lower) {
    constexpr std::string_view kWords[] = {
        "a",   "and", "as",   "at",  "by",  "for",    "from", "had",  "has",  "in",   "is",   "now",  "of",
        "on",  "or",  "seen", "she", "he",  "the",    "to",   "told", "ward", "was",  "with", "der",  "die",
        "das", "und", "mit",  "von", "bei", "number", "no",   "id",   "last", "born", "told", "moved"};
    return std::ranges::find(kWords, lower) != std::end(kWords);
}

bool isNumber(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, isAsciiDigit);
}

/// One of the alphabetic, ideographic and phonetic groups of a name.
class Group {
public:
    Group(std::string_view text, ValueKind kind, PatternSink& sink) : text_(text), kind_(kind), sink_(sink) {}

    void add() {
        for (const auto component : splitAt(text_, "^")) addComponent(component);
        if (text_.size() >= kShortestFull && parts_.size() > 1) sink_.phrase(text_, kind_);
        const auto count = std::min(parts_.size(), kMostParts);
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t k = 0; k < count; ++k)
                if (i != k) addTogether(parts_[i], parts_[k]);
        addInitials();
    }

private:
    /// "van der Berg", "Müller-Lee": its words, and all of it without what joins them.
    void addComponent(std::string_view component) {
        std::size_t words = 0;
        const auto parts = splitAt(component, " ,.;:/\\()");
        const bool prose = parts.size() > kMostWords;
        for (const auto part : parts) {
            if (prose && joinsWords(asciiLower(part))) continue;
            if (isNumber(part)) {
                if (part.size() >= kShortestDigits) sink_.add(std::string(part), kind_, Shape::Digits, true);
                continue;
            }
            ++words;
            parts_.push_back(fromUtf8(part));
            addPart(parts_.back());
            const auto pieces = splitAt(part, "-'");
            for (const auto piece : pieces) addPart(fromUtf8(piece));
            if (pieces.size() > 1) addJoined(part);
        }
        if (words > 1) addJoined(component);
    }

    void addJoined(std::string_view component) {
        CodePoints joined;
        for (const char32_t c : fromUtf8(component))
            if (c >= 0x80 || isAsciiLetter(static_cast<char>(c))) joined += c;
        if (joined.size() >= kShortestFull) addPart(joined);
    }

    void addPart(const CodePoints& part) {
        const bool ideographic = isIdeographic(part);
        const bool letters = std::ranges::any_of(
            part, [](char32_t c) { return c >= 0x80 || isAsciiLetter(static_cast<char>(c)); });
        if (!letters || part.size() < (ideographic ? 2 : kShortestPart) || isCommon(part)) return;
        sink_.spellings(part, kind_, !ideographic && part.size() < kWholeWordBelow);
        for (const auto& other : inOtherScripts(part))
            if (other.size() >= kShortestPart && !isCommon(other))
                sink_.spellings(other, kind_, other.size() < kWholeWordBelow && !isIdeographic(other));
    }

    /// Two parts of a name next to each other, as people and programs write them.
    void addTogether(const CodePoints& first, const CodePoints& second) {
        const bool ideographic = isIdeographic(first) && isIdeographic(second);
        if (!ideographic && first.size() + second.size() < kShortestFull) return;
        for (const auto* separator : {U"", U"^", U" ", U", ", U",", U"_", U"-", U".", U"; ", U"  "}) {
            const auto both = first + separator + second;
            const bool bare = *separator == U'\0';
            if (bare && !ideographic && both.size() < kWholeWordBelow) continue;
            // Without a mark between them "Bo^Ne" is a bone.
            if (bare && isCommon(both)) continue;
            if (ideographic) {
                sink_.spellings(both, kind_, false);
                continue;
            }
            if (isAscii(both)) {
                sink_.both(both, kind_, false);
                continue;
            }
            for (const auto& spelled : {both, withoutAccents(both, false), withoutAccents(both, true)})
                for (const auto& cased : {spelled, toLower(spelled), toUpper(spelled)})
                    sink_.both(cased, kind_, false);
        }
    }

    /// "J. Doe", "Doe, J.", "DOEJ", "jmdoe": the first part is taken for the family's.
    void addInitials() {
        constexpr std::size_t kShortestFamily = 2;
        if (parts_.size() < 2 || parts_[0].size() < kShortestFamily || isIdeographic(parts_[0])) return;
        for (const auto& family :
             {parts_[0], withoutAccents(parts_[0], false), withoutAccents(parts_[0], true)}) {
            const CodePoints one{parts_[1][0]};
            addInitial(family, one);
            if (parts_.size() > 2 && !parts_[2].empty()) addInitial(family, one + parts_[2][0]);
        }
    }

    void addInitial(const CodePoints& family, const CodePoints& initials) {
        const CodePoints dotted =
            initials.size() == 1 ? initials + U"." : CodePoints{initials[0], U'.', initials[1], U'.'};
        std::vector<CodePoints> forms = {dotted + U" " + family,    dotted + family,
                                         family + U", " + initials, family + U"," + initials,
                                         family + U"^" + initials,  initials + U"^" + family,
                                         family + U"_" + initials,  initials + U"_" + family};
        const bool alone = family.size() >= kShortestPart && !isCommon(family);
        if (alone && family.size() < kWholeWordBelow) {
            forms.push_back(family + initials);
            forms.push_back(initials + family);
        }
        for (const auto& form : forms) {
            if (isCommon(form)) continue;
            for (const auto& cased : {toLower(form), toUpper(form)}) sink_.both(cased, kind_, true);
        }
    }

    std::string_view text_;
    ValueKind kind_;
    PatternSink& sink_;
    std::vector<CodePoints> parts_;
};

}  // namespace

void addName(const IdentifyingValue& value, PatternSink& sink) {
    constexpr std::size_t kShortestRaw = 4;
    if (!value.raw.empty())
        for (const auto part : splitAt(value.raw, "^= "))
            if (part.size() >= kShortestRaw) sink.add(std::string(part), value.kind, Shape::Text, false);
    for (const auto group : splitAt(value.text, "=")) Group(group, value.kind, sink).add();
}

}  // namespace gantry::anonymizer::leak
