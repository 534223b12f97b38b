#include "leak_patterns.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "gantry/anonymizer/table.hpp"
#include "leak_closed.hpp"
#include "leak_sink.hpp"
#include "leak_words.hpp"

namespace gantry::anonymizer::leak {
namespace {

constexpr std::size_t kShortestPhone = 7;
constexpr std::size_t kShortestAddress = 8;
constexpr std::size_t kShortestInstitutionWord = 6;
constexpr std::size_t kShortestFreeText = 12;
constexpr std::size_t kShortestCore = 6;  // digits of a number with letters that tell it by themselves

constexpr std::string_view kBetweenWords = " \t\r\n,;:()[]=^/\\'\"";

bool allDigits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, isAsciiDigit);
}

bool saysNothing(std::string_view lower) {
    return isCommonWord(lower) || isInstitutionWord(lower);
}

class Expander {
public:
    explicit Expander(const IdentifyingValues& values) : values_(values) {
        out_.options = values.options;
        for (const auto& allowed : values.allowed) out_.allowed.push_back(asciiLower(allowed));
        for (const auto& technical : values.technical)
            for (const auto word : splitAt(technical, kBetweenWords)) with_word_.emplace(word, &technical);
        for (const auto& value : values.values) {
            if (!staysByOption(value.tag, values.options)) continue;
            if (value.kind == ValueKind::FreeText) cleaned_.insert(asciiLower(value.text));
            if (isOfPlaceOrDevice(value.kind)) retained_.insert(asciiLower(value.text));
        }
    }

    PatternSet run() {
        for (const auto& value : values_.values)
            if (!isAllowed(value.text) && !isRetained(value)) expand(value);
        return std::move(out_);
    }

private:
    static bool isOfPlaceOrDevice(ValueKind kind) {
        return kind == ValueKind::Address || kind == ValueKind::Institution || kind == ValueKind::Device;
    }

    /// What an option lets stand in one attribute tells nothing in another.
    bool isRetained(const IdentifyingValue& value) const {
        return isOfPlaceOrDevice(value.kind) && retained_.contains(asciiLower(value.text));
    }

    bool isAllowed(std::string_view text) const {
        return std::ranges::find(out_.allowed, asciiLower(text)) != out_.allowed.end();
    }

    void expand(const IdentifyingValue& value) {
        switch (value.kind) {
            case ValueKind::PatientName:
            case ValueKind::PersonName:
                addName(value, sink_);
                return;
            case ValueKind::BirthDate:
                addDate(value, sink_);
                return;
            case ValueKind::Date:
                if (!values_.options.dates_retained) addDate(value, sink_);
                return;
            case ValueKind::Uid:
                if (!values_.options.uids_retained) uid(value.text);
                return;
            case ValueKind::Telephone:
                telephone(value);
                return;
            case ValueKind::Address:
                address(value);
                return;
            case ValueKind::Institution:
                if (!values_.options.institution_retained) institution(value);
                return;
            case ValueKind::Device:
                // A station that is called like its model tells no more than the model.
                if (!values_.options.device_retained && !isTechnical(value.text)) number(value);
                return;
            case ValueKind::FreeText:
                freeText(value);
                return;
            case ValueKind::OrderOrAdmissionId:
                if (!isTechnical(value.text)) number(value);
                return;
            case ValueKind::PatientId:
            case ValueKind::AccessionNumber:
            case ValueKind::Other:
                number(value);
                return;
        }
    }

    // ---- numbers

    void number(const IdentifyingValue& value) {
        if (!value.raw.empty() && value.raw.size() >= kShortestMixed)
            sink_.add(value.raw, value.kind, Shape::Text, value.raw.size() < kWholeWordBelow);
        numberText(value.text, value.kind);
        const auto compact = toUtf8Bytes(lettersAndDigits(fromUtf8(value.text)));
        if (compact != value.text) numberText(compact, value.kind);
        if (value.kind == ValueKind::PatientId || value.kind == ValueKind::AccessionNumber)
            for (const auto& text : {value.text, compact}) core(text, value.kind);
    }

    /// "KH00481516" is 481516 to those who know the house.
    void core(const std::string& text, ValueKind kind) {
        if (allDigits(text)) return;
        for (std::size_t begin = 0; begin < text.size();) {
            auto end = begin;
            while (end < text.size() && isAsciiDigit(text[end])) ++end;
            const auto digits = std::string_view(text).substr(begin, end - begin);
            const auto zeros = std::min(digits.find_first_not_of('0'), digits.size());
            if (digits.size() - zeros >= kShortestCore) numberText(digits, kind);
            begin = end + 1;
        }
    }

    void numberText(std::string_view text, ValueKind kind) {
        const auto lower = asciiLower(text);
        if (saysNothing(lower)) return;
        // "0000" or "----" stands for no number.
        if (std::ranges::all_of(text, [&](char c) { return c == text.front(); })) return;
        if (!allDigits(text)) {
            if (text.size() >= kShortestMixed)
                sink_.phrase(text, kind);
            else
                sink_.shortValue(lower, kind);
            return;
        }
        const auto significant = text.substr(std::min(text.find_first_not_of('0'), text.size() - 1));
        if (significant.size() < kShortestDigits) {
            if (text.size() >= kShortestDigits)
                sink_.add(std::string(text), kind, Shape::Digits, true);
            else
                sink_.shortValue(lower, kind);
            return;
        }
        sink_.add(std::string(significant), kind, Shape::Digits, true);
        sink_.add(toUtf16(fromUtf8(significant), false), kind, Shape::Wide, true);
        sink_.add(toUtf16(fromUtf8(significant), true), kind, Shape::Wide, true);
    }

    void telephone(const IdentifyingValue& value) {
        if (value.text.size() >= kShortestPhone) sink_.phrase(value.text, value.kind);
        std::string digits;
        for (const char c : value.text)
            if (isAsciiDigit(c)) digits += c;
        if (digits.size() >= kShortestPhone) sink_.add(digits, value.kind, Shape::Digits, true);
    }

    // ---- places

    void address(const IdentifyingValue& value) {
        if (value.text.size() >= kShortestAddress) sink_.phrase(value.text, value.kind);
        for (const auto line : splitAt(value.text, "\r\n,;^")) {
            const auto start = line.find_first_not_of(' ');
            if (start != std::string_view::npos && line.size() - start >= kShortestAddress)
                sink_.phrase(line.substr(start), value.kind);
        }
    }

    void institution(const IdentifyingValue& value) {
        constexpr std::string_view kBetween = " ,.;-/()'&";
        constexpr std::ptrdiff_t kFewest = 3;  // "n.a." names no place
        const auto lower = asciiLower(value.text);
        const auto letters =
            std::ranges::count_if(lower, [&](char c) { return kBetween.find(c) == std::string_view::npos; });
        if (value.text.size() >= kShortestMixed && letters >= kFewest && !saysNothing(lower))
            sink_.phrase(value.text, value.kind);
        for (const auto word : splitAt(value.text, kBetween)) {
            const auto lower_word = asciiLower(word);
            const bool shared = saysNothing(lower_word);
            if (!shared && !allDigits(word) && word.size() >= kShortestInstitutionWord)
                sink_.phrase(word, value.kind);
        }
    }

    // ---- text

    /// As a whole and line by line; of text that the profile removes, also what looks like a number.
    void freeText(const IdentifyingValue& value) {
        if (staysByOption(value.tag, values_.options) || isTechnical(value.text)) return;
        // The series description again, word for word: it stays as far as each of its words may.
        const bool again = cleaned_.contains(asciiLower(value.text));
        if (!again && value.text.size() >= kShortestFreeText) sink_.phrase(value.text, value.kind);
        const auto lines = splitAt(value.text, "\r\n");
        for (const auto line : lines)
            if (lines.size() > 1 && line.size() >= kShortestFreeText && !isTechnical(line))
                sink_.phrase(line, value.kind);
        for (const auto word : splitAt(value.text, kBetweenWords)) numberInText(word);
    }

    /// The same words, or a text with them, stand in an attribute that stays.
    bool isTechnical(std::string_view text) const {
        const auto lower = asciiLower(text);
        if (values_.technical.contains(lower)) return true;
        const auto words = splitAt(lower, kBetweenWords);
        const auto [first, last] = with_word_.equal_range(words.empty() ? std::string_view() : words.front());
        return std::any_of(first, last,
                           [&](const auto& entry) { return entry.second->find(lower) != std::string::npos; });
    }

    void numberInText(std::string_view word) {
        constexpr std::size_t kShortest = 7;
        constexpr std::size_t kDigits = 5;
        const auto digits = static_cast<std::size_t>(std::ranges::count_if(word, isAsciiDigit));
        const bool decimal = word.find_first_not_of("0123456789.+-eE") == std::string_view::npos;
        if (word.size() < kShortest || digits < kDigits || values_.technical.contains(asciiLower(word)))
            return;
        if (!decimal) numberText(word, ValueKind::FreeText);
    }

    // ---- UIDs

    void uid(const std::string& text) {
        constexpr std::string_view kStandardRoot = "1.2.840.10008.";
        if (text.starts_with(kStandardRoot) || !out_.uids.insert(text).second) return;
        out_.longest_uid = std::max(out_.longest_uid, text.size());
        if (text.size() >= kUidStartLength)
            sink_.add(text.substr(0, kUidStartLength), ValueKind::Uid, Shape::UidStart, false);
    }

    const IdentifyingValues& values_;
    PatternSet out_;
    PatternSink sink_{out_};
    std::unordered_multimap<std::string_view, const std::string*> with_word_;  ///< technical texts
    std::unordered_set<std::string> cleaned_;   ///< lower case: texts of attributes that an option cleans
    std::unordered_set<std::string> retained_;  ///< lower case: places and devices that an option retains
};

}  // namespace

PatternSet expand(const IdentifyingValues& values) {
    return Expander(values).run();
}

}  // namespace gantry::anonymizer::leak
