#include "leak_patterns.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "leak_text.hpp"

namespace gantry::anonymizer::leak {
namespace {

constexpr std::size_t kShortestNamePart = 3;  // letters; shorter ones count inside of full names only
constexpr std::size_t kWholeWordBelow = 6;    // letters; shorter ones are parts of too many words
constexpr std::size_t kShortestDigits = 5;
constexpr std::size_t kShortestMixed = 4;  // letters and digits
constexpr std::size_t kShortestPhone = 7;
constexpr std::size_t kShortestAddress = 8;
constexpr std::size_t kShortestInstitutionWord = 6;
constexpr std::size_t kShortestFreeText = 12;
constexpr std::size_t kLongestPattern = 96;

// Words that stand for no one in particular, and words of headers that are also names: alone they say
// nothing. In a full name they count.
constexpr std::string_view kCommonWords[] = {
    "abdomen", "adult",    "alpha",    "and",       "angio",     "anon",     "anonymized", "anonymous",
    "artis",   "art",      "axial",    "axiom",     "back",      "beam",     "belt",       "black",
    "blue",    "body",     "bone",     "breast",    "brown",     "canon",    "cardiac",    "chest",
    "child",   "clinic",   "contrast", "count",     "del",       "den",      "der",        "des",
    "detail",  "dose",     "dr.",      "drive",     "edge",      "edition",  "emotion",    "face",
    "fall",    "female",   "field",    "filter",    "flash",     "fluoro",   "foot",       "force",
    "frame",   "general",  "gray",     "green",     "grey",      "hand",     "head",       "heart",
    "hip",     "hitachi",  "hold",     "hospital",  "jun",       "knee",     "large",      "left",
    "leg",     "line",     "liver",    "long",      "lung",      "magnetom", "male",       "mean",
    "med",     "mono",     "mri",      "mrs",       "neck",      "none",     "normal",     "original",
    "other",   "patient",  "pelvis",   "perfusion", "pet",       "phantom",  "philips",    "point",
    "portal",  "position", "primary",  "prior",     "prisma",    "prof",     "qc",         "rest",
    "right",   "row",      "rows",     "scan",      "sensation", "sharp",    "short",      "siemens",
    "signa",   "sir",      "small",    "smooth",    "soft",      "spine",    "standard",   "star",
    "start",   "static",   "step",     "strong",    "subject",   "summer",   "supine",     "symbia",
    "syngo",   "test",     "time",     "toshiba",   "trial",     "trio",     "unknown",    "van",
    "venous",  "vida",     "view",     "volume",    "von",       "water",    "white",      "whole",
    "winter",  "yes"};

// Words of an institution's name that many institutions share.
constexpr std::string_view kInstitutionWords[] = {
    "academic",   "center",     "centre",   "central",      "college",     "community",
    "department", "diagnostic", "general",  "health",       "healthcare",  "hospital",
    "imaging",    "institute",  "klinik",   "klinikum",     "krankenhaus", "medical",
    "medicine",   "memorial",   "mobile",   "national",     "nuclear",     "oncology",
    "private",    "radiology",  "regional", "research",     "school",      "scientific",
    "services",   "system",     "systems",  "universitaet", "university",  "universitätsklinikum",
    "philips",    "siemens",    "toshiba"};

template <std::size_t N>
bool contains(const std::string_view (&list)[N], std::string_view word) {
    return std::ranges::find(list, word) != std::end(list);
}

bool allDigits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, isAsciiDigit);
}

class Expander {
public:
    explicit Expander(const IdentifyingValues& values) : values_(values) {
        out_.options = values.options;
        for (const auto& allowed : values.allowed) out_.allowed.push_back(asciiLower(allowed));
    }

    PatternSet run() {
        for (const auto& value : values_.values)
            if (!isAllowed(value.text)) expand(value);
        return std::move(out_);
    }

private:
    bool isAllowed(std::string_view text) const {
        return std::ranges::find(out_.allowed, asciiLower(text)) != out_.allowed.end();
    }

    void expand(const IdentifyingValue& value) {
        switch (value.kind) {
            case ValueKind::PatientName:
            case ValueKind::PersonName:
                name(value);
                return;
            case ValueKind::BirthDate:
                date(value);
                return;
            case ValueKind::Date:
                if (!values_.options.dates_retained) date(value);
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
                if (!values_.options.device_retained) number(value);
                return;
            case ValueKind::FreeText:
                if (value.text.size() >= kShortestFreeText)
                    phrase(value.text.substr(0, kLongestPattern), value.kind);
                return;
            case ValueKind::PatientId:
            case ValueKind::AccessionNumber:
            case ValueKind::OrderOrAdmissionId:
            case ValueKind::Other:
                number(value);
                return;
        }
    }

    // ---- adding

    void add(std::string bytes, ValueKind kind, Shape shape, bool whole_word, std::uint32_t tag = 0) {
        if (bytes.size() < 3) return;
        if (bytes.size() > kLongestPattern) bytes.resize(kLongestPattern);
        bytes = asciiLower(bytes);
        const bool dated = shape == Shape::PlainDate;
        if (!seen_.insert({bytes, static_cast<int>(kind), dated ? tag : 0}).second) return;
        out_.patterns.push_back({std::move(bytes), kind, shape, whole_word, tag});
    }

    /// One word or phrase in every case and encoding.
    void spellings(const CodePoints& text, ValueKind kind, bool whole_word) {
        for (const auto& spelled : {text, withoutAccents(text, false), withoutAccents(text, true)})
            for (const auto& cased : {spelled, toLower(spelled), toUpper(spelled)}) {
                add(toUtf8Bytes(cased), kind, Shape::Text, whole_word);
                add(toLatin1(cased), kind, Shape::Text, whole_word);
                add(toUtf16(cased, false), kind, Shape::Wide, whole_word);
                add(toUtf16(cased, true), kind, Shape::Wide, whole_word);
            }
    }

    void phrase(std::string_view utf8, ValueKind kind) {
        const auto text = fromUtf8(utf8);
        spellings(text, kind, text.size() < kWholeWordBelow);
    }

    // ---- names

    void name(const IdentifyingValue& value) {
        if (!value.raw.empty())
            for (const auto part : splitAt(value.raw, "^= "))
                if (part.size() >= 4) add(std::string(part), value.kind, Shape::Text, false);
        for (const auto group : splitAt(value.text, "=")) nameGroup(group, value.kind);
    }

    void nameGroup(std::string_view group, ValueKind kind) {
        std::vector<CodePoints> parts;
        for (const auto part : splitAt(group, "^ ,.;/\\()")) {
            if (allDigits(part)) {
                if (part.size() >= kShortestDigits) add(std::string(part), kind, Shape::Digits, true);
                continue;
            }
            parts.push_back(fromUtf8(part));
            namePart(parts.back(), kind);
            for (const auto piece : splitAt(part, "-'")) namePart(fromUtf8(piece), kind);
        }
        if (group.size() >= 5 && parts.size() > 1) phrase(group, kind);
        for (std::size_t i = 0; i < std::min<std::size_t>(parts.size(), 3); ++i)
            for (std::size_t k = 0; k < std::min<std::size_t>(parts.size(), 3); ++k)
                if (i != k) together(parts[i], parts[k], kind);
    }

    void namePart(const CodePoints& part, ValueKind kind) {
        // A character beyond Latin, Greek and Cyrillic is a syllable or a word.
        const bool ideographic = std::ranges::any_of(part, [](char32_t c) { return c >= 0x1100; });
        if (part.size() < (ideographic ? 2 : kShortestNamePart)) return;
        const auto lower = asciiLower(toUtf8Bytes(part));
        if (contains(kCommonWords, lower) || contains(kInstitutionWords, lower)) return;
        spellings(part, kind, !ideographic && part.size() < kWholeWordBelow);
    }

    /// Two parts of a name next to each other, as people and programs write them.
    void together(const CodePoints& first, const CodePoints& second, ValueKind kind) {
        constexpr std::size_t kShortest = 5;
        if (first.size() + second.size() < kShortest) return;
        for (const auto* separator : {U"", U"^", U" ", U", ", U",", U"_", U"-", U"."}) {
            const auto both = first + separator + second;
            const bool bare = *separator == U'\0';
            if (bare && both.size() < kWholeWordBelow) continue;
            for (const auto& spelled : {both, withoutAccents(both, false), withoutAccents(both, true)}) {
                for (const auto& cased : {toLower(spelled), toUpper(spelled)}) {
                    add(toUtf8Bytes(cased), kind, Shape::Text, false);
                    add(toLatin1(cased), kind, Shape::Text, false);
                }
                add(toUtf16(toLower(spelled), false), kind, Shape::Wide, false);
                add(toUtf16(toUpper(spelled), false), kind, Shape::Wide, false);
            }
        }
    }

    // ---- numbers

    void number(const IdentifyingValue& value) {
        if (!value.raw.empty() && value.raw.size() >= kShortestMixed)
            add(value.raw, value.kind, Shape::Text, value.raw.size() < kWholeWordBelow);
        numberText(value.text, value.kind);
        const auto compact = toUtf8Bytes(lettersAndDigits(fromUtf8(value.text)));
        if (compact != value.text) numberText(compact, value.kind);
    }

    void numberText(std::string_view text, ValueKind kind) {
        const auto lower = asciiLower(text);
        if (contains(kCommonWords, lower) || contains(kInstitutionWords, lower)) return;
        // "0000" or "----" stands for no number.
        if (std::ranges::all_of(text, [&](char c) { return c == text.front(); })) return;
        if (!allDigits(text)) {
            if (text.size() >= kShortestMixed)
                phrase(text, kind);
            else
                shortValue(lower, kind);
            return;
        }
        const auto significant = text.substr(std::min(text.find_first_not_of('0'), text.size() - 1));
        if (significant.size() < kShortestDigits) {
            if (text.size() >= kShortestDigits)
                add(std::string(text), kind, Shape::Digits, true);
            else
                shortValue(lower, kind);
            return;
        }
        add(std::string(significant), kind, Shape::Digits, true);
        add(toUtf16(fromUtf8(significant), false), kind, Shape::Wide, true);
        add(toUtf16(fromUtf8(significant), true), kind, Shape::Wide, true);
    }

    void shortValue(const std::string& lower, ValueKind kind) {
        if (lower.size() >= 3) out_.short_values.emplace_back(lower, kind);
    }

    void telephone(const IdentifyingValue& value) {
        if (value.text.size() >= kShortestPhone) phrase(value.text.substr(0, kLongestPattern), value.kind);
        std::string digits;
        for (const char c : value.text)
            if (isAsciiDigit(c)) digits += c;
        if (digits.size() >= kShortestPhone) add(digits, value.kind, Shape::Digits, true);
    }

    // ---- places

    void address(const IdentifyingValue& value) {
        if (value.text.size() >= kShortestAddress) phrase(value.text.substr(0, kLongestPattern), value.kind);
        for (const auto line : splitAt(value.text, "\r\n,;^")) {
            const auto start = line.find_first_not_of(' ');
            if (start != std::string_view::npos && line.size() - start >= kShortestAddress)
                phrase(line.substr(start), value.kind);
        }
    }

    void institution(const IdentifyingValue& value) {
        const auto lower = asciiLower(value.text);
        if (value.text.size() >= kShortestMixed && !contains(kCommonWords, lower) &&
            !contains(kInstitutionWords, lower))
            phrase(value.text.substr(0, kLongestPattern), value.kind);
        for (const auto word : splitAt(value.text, " ,.;-/()'&")) {
            const auto lower_word = asciiLower(word);
            const bool shared = contains(kInstitutionWords, lower_word) || contains(kCommonWords, lower_word);
            if (!shared && !allDigits(word) && word.size() >= kShortestInstitutionWord)
                phrase(word, value.kind);
        }
    }

    // ---- dates

    void date(const IdentifyingValue& value) {
        std::string plain;
        for (const char c : value.text.substr(0, 10))
            if (isAsciiDigit(c)) plain += c;
        if (plain.size() < 8) return;
        plain.resize(8);
        // What consoles write where no date is known.
        for (const std::string_view unknown : {"19000101", "00010101", "00000000", "18000101", "99991231"})
            if (plain == unknown) return;
        add(plain, value.kind, Shape::PlainDate, false, value.tag.value);
        const auto year = plain.substr(0, 4);
        const auto month = plain.substr(4, 2);
        const auto day = plain.substr(6, 2);
        for (const std::string mark : {"-", "/", ".", " "}) {
            writtenDate(year + mark + month + mark + day, value.kind);
            writtenDate(day + mark + month + mark + year, value.kind);
            writtenDate(month + mark + day + mark + year, value.kind);
        }
        writtenDate(day + month + year, value.kind);
        writtenDate(month + day + year, value.kind);
        namedMonth(year, month, day, value.kind);
    }

    void writtenDate(const std::string& text, ValueKind kind) {
        add(text, kind, Shape::Date, true);
        add(toUtf16(fromUtf8(text), false), kind, Shape::Wide, true);
    }

    void namedMonth(const std::string& year, const std::string& month, std::string day, ValueKind kind) {
        constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                              "jul", "aug", "sep", "oct", "nov", "dec"};
        const auto index = static_cast<std::size_t>((month[0] - '0') * 10 + (month[1] - '0'));
        if (index < 1 || index > kMonths.size()) return;
        const std::string name(kMonths[index - 1]);
        for (int form = 0; form < 2; ++form) {
            for (const std::string mark : {"-", " ", "/", ""})
                add(day + mark + name + mark + year, kind, Shape::Date, true);
            add(name + " " + day + ", " + year, kind, Shape::Date, true);
            add(name + " " + day + " " + year, kind, Shape::Date, true);
            if (day[0] != '0') return;
            day.erase(0, 1);
        }
    }

    // ---- UIDs

    void uid(const std::string& text) {
        constexpr std::string_view kStandardRoot = "1.2.840.10008.";
        if (text.starts_with(kStandardRoot) || !out_.uids.insert(text).second) return;
        out_.longest_uid = std::max(out_.longest_uid, text.size());
        if (text.size() >= kUidStartLength)
            add(text.substr(0, kUidStartLength), ValueKind::Uid, Shape::UidStart, false);
    }

    const IdentifyingValues& values_;
    PatternSet out_;
    std::set<std::tuple<std::string, int, std::uint32_t>> seen_;
};

}  // namespace

PatternSet expand(const IdentifyingValues& values) {
    return Expander(values).run();
}

}  // namespace gantry::anonymizer::leak
