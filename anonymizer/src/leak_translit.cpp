#include "leak_translit.hpp"

#include <algorithm>
#include <array>

namespace gantry::anonymizer::leak {
namespace {

struct Letter {
    char32_t from;
    std::u32string_view one;
    std::u32string_view other;
};

// Small letters; BGN/PCGN and the passports' ICAO 9303.
constexpr Letter kLetters[] = {
    {U'а', U"a", U"a"},   {U'б', U"b", U"b"},   {U'в', U"v", U"v"},      {U'г', U"g", U"h"},
    {U'д', U"d", U"d"},   {U'е', U"e", U"e"},   {U'ё', U"yo", U"e"},     {U'ж', U"zh", U"zh"},
    {U'з', U"z", U"z"},   {U'и', U"i", U"y"},   {U'й', U"y", U"i"},      {U'к', U"k", U"k"},
    {U'л', U"l", U"l"},   {U'м', U"m", U"m"},   {U'н', U"n", U"n"},      {U'о', U"o", U"o"},
    {U'п', U"p", U"p"},   {U'р', U"r", U"r"},   {U'с', U"s", U"s"},      {U'т', U"t", U"t"},
    {U'у', U"u", U"u"},   {U'ф', U"f", U"f"},   {U'х', U"kh", U"h"},     {U'ц', U"ts", U"c"},
    {U'ч', U"ch", U"ch"}, {U'ш', U"sh", U"sh"}, {U'щ', U"shch", U"sch"}, {U'ъ', U"", U"ie"},
    {U'ы', U"y", U"y"},   {U'ь', U"", U""},     {U'э', U"e", U"e"},      {U'ю', U"yu", U"iu"},
    {U'я', U"ya", U"ia"}, {U'і', U"i", U"i"},   {U'ї', U"yi", U"i"},     {U'є', U"ye", U"ie"},
    {U'ґ', U"g", U"g"},   {U'α', U"a", U"a"},   {U'β', U"v", U"b"},      {U'γ', U"g", U"g"},
    {U'δ', U"d", U"d"},   {U'ε', U"e", U"e"},   {U'ζ', U"z", U"z"},      {U'η', U"i", U"e"},
    {U'θ', U"th", U"th"}, {U'ι', U"i", U"i"},   {U'κ', U"k", U"c"},      {U'λ', U"l", U"l"},
    {U'μ', U"m", U"m"},   {U'ν', U"n", U"n"},   {U'ξ', U"x", U"ks"},     {U'ο', U"o", U"o"},
    {U'π', U"p", U"p"},   {U'ρ', U"r", U"rh"},  {U'σ', U"s", U"s"},      {U'ς', U"s", U"s"},
    {U'τ', U"t", U"t"},   {U'υ', U"y", U"u"},   {U'φ', U"f", U"ph"},     {U'χ', U"ch", U"h"},
    {U'ψ', U"ps", U"ps"}, {U'ω', U"o", U"o"},   {U'ά', U"a", U"a"},      {U'έ', U"e", U"e"},
    {U'ή', U"i", U"e"},   {U'ί', U"i", U"i"},   {U'ό', U"o", U"o"},      {U'ύ', U"y", U"u"},
    {U'ώ', U"o", U"o"}};

// Hepburn, from U+3041 to U+3093; small ones join the syllable before.
constexpr std::array<std::u32string_view, 83> kHiragana = {
    U"a",  U"a",  U"i",  U"i",  U"u",   U"u",  U"e",  U"e",   U"o",   U"o",  U"ka", U"ga", U"ki", U"gi",
    U"ku", U"gu", U"ke", U"ge", U"ko",  U"go", U"sa", U"za",  U"shi", U"ji", U"su", U"zu", U"se", U"ze",
    U"so", U"zo", U"ta", U"da", U"chi", U"ji", U"",   U"tsu", U"zu",  U"te", U"de", U"to", U"do", U"na",
    U"ni", U"nu", U"ne", U"no", U"ha",  U"ba", U"pa", U"hi",  U"bi",  U"pi", U"fu", U"bu", U"pu", U"he",
    U"be", U"pe", U"ho", U"bo", U"po",  U"ma", U"mi", U"mu",  U"me",  U"mo", U"ya", U"ya", U"yu", U"yu",
    U"yo", U"yo", U"ra", U"ri", U"ru",  U"re", U"ro", U"wa",  U"wa",  U"i",  U"e",  U"o",  U"n"};
constexpr char32_t kFirstHiragana = 0x3041;
constexpr char32_t kFirstKatakana = 0x30A1;
constexpr char32_t kKana = 0x53;        // of each, without the rare ones
constexpr char32_t kSmallTsu = 0x3063;  // doubles the consonant that follows
constexpr char32_t kProlonged = 0x30FC;

bool isKatakana(char32_t c) {
    return c >= kFirstKatakana && c < kFirstKatakana + kKana;
}
bool isHiragana(char32_t c) {
    return c >= kFirstHiragana && c < kFirstHiragana + kKana;
}
bool isSmallY(char32_t c) {
    return c == U'ゃ' || c == U'ゅ' || c == U'ょ';
}

CodePoints asHiragana(CodePoints text) {
    for (auto& c : text)
        if (isKatakana(c)) c -= kFirstKatakana - kFirstHiragana;
    return text;
}
CodePoints asKatakana(CodePoints text) {
    for (auto& c : text)
        if (isHiragana(c)) c += kFirstKatakana - kFirstHiragana;
    return text;
}

/// "きょ" is "kyo", "しょ" is "sho".
void joinSmallY(CodePoints& out, std::u32string_view syllable) {
    if (out.empty() || out.back() != U'i') return;
    out.pop_back();
    const bool soft = out.ends_with(U"sh") || out.ends_with(U"ch") || out.ends_with(U"j");
    out += soft ? syllable.substr(1) : syllable;
}

CodePoints romaji(const CodePoints& hiragana) {
    CodePoints out;
    bool doubled = false;
    for (const auto c : hiragana) {
        if (c == kSmallTsu) {
            doubled = true;
            continue;
        }
        if (c == kProlonged || !isHiragana(c)) continue;
        const auto syllable = kHiragana[c - kFirstHiragana];
        if (isSmallY(c)) {
            joinSmallY(out, syllable);
            continue;
        }
        if (doubled && !syllable.empty()) out += syllable.starts_with(U"ch") ? U't' : syllable[0];
        doubled = false;
        out += syllable;
    }
    return out;
}

/// "taro" for "tarou", "ono" for "oono".
CodePoints withoutLongVowels(const CodePoints& latin) {
    CodePoints out;
    for (const auto c : latin) {
        const bool prolongs = !out.empty() && ((out.back() == U'o' && (c == U'u' || c == U'o')) ||
                                               (out.back() == U'u' && c == U'u'));
        if (!prolongs) out += c;
    }
    return out;
}

std::vector<CodePoints> fromKana(const CodePoints& text) {
    const auto latin = romaji(asHiragana(text));
    return {asHiragana(text), asKatakana(text), latin, withoutLongVowels(latin)};
}

}  // namespace

std::vector<CodePoints> inOtherScripts(const CodePoints& text) {
    if (std::ranges::any_of(text, [](char32_t c) { return isKatakana(c) || isHiragana(c); }))
        return fromKana(text);
    CodePoints one;
    CodePoints other;
    bool changed = false;
    for (const auto c : toLower(text)) {
        const auto* letter = std::ranges::find(kLetters, c, &Letter::from);
        changed = changed || letter != std::end(kLetters);
        one += letter == std::end(kLetters) ? std::u32string_view(&c, 1) : letter->one;
        other += letter == std::end(kLetters) ? std::u32string_view(&c, 1) : letter->other;
    }
    if (!changed) return {};
    return one == other ? std::vector{one} : std::vector{one, other};
}

}  // namespace gantry::anonymizer::leak
