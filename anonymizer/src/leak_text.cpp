#include "leak_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace gantry::anonymizer::leak {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Base {
    char32_t first;
    char32_t last;
    const char* letters;  ///< one a code point
};
// Base letters of U+00C0 to U+017F; a point keeps the character.
constexpr Base kBases[] = {
    {0x00C0, 0x00FF, "AAAAAAACEEEEIIIIDNOOOOO.OUUUUY.saaaaaaaceeeeiiiidnooooo.ouuuuy.y"},
    {0x0100, 0x017F,
     "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLl."
     ".LlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs"},
};

std::u32string_view spelledOut(char32_t c) {
    switch (c) {
        case U'ä':
            return U"ae";
        case U'ö':
        case U'ø':
            return U"oe";
        case U'ü':
            return U"ue";
        case U'Ä':
            return U"Ae";
        case U'Ö':
        case U'Ø':
            return U"Oe";
        case U'Ü':
            return U"Ue";
        case U'ß':
            return U"ss";
        case U'å':
            return U"aa";
        case U'Å':
            return U"Aa";
        case U'æ':
            return U"ae";
        case U'Æ':
            return U"Ae";
        case U'ẞ':
            return U"SS";
        default:
            return {};
    }
}

char32_t base(char32_t c) {
    for (const auto& range : kBases)
        if (c >= range.first && c <= range.last) {
            const char letter = range.letters[c - range.first];
            return letter == '.' ? c : static_cast<char32_t>(letter);
        }
    return c;
}

bool within(char32_t c, char32_t first, char32_t last) {
    return c >= first && c <= last;
}

char32_t lower(char32_t c) {
    constexpr char32_t kMultiplication = 0xD7;
    if (within(c, U'A', U'Z') || (within(c, 0xC0, 0xDE) && c != kMultiplication) ||
        within(c, 0x0391, 0x03A9) || within(c, 0x0410, 0x042F))
        return c + 0x20;
    if (within(c, 0x0400, 0x040F)) return c + 0x50;
    // Latin Extended-A pairs capital and small; the parity turns between U+0139 and U+0148, and after U+0178.
    if (within(c, 0x0100, 0x0137) || within(c, 0x014A, 0x0177)) return c | 1;
    if (within(c, 0x0139, 0x0148) || within(c, 0x0179, 0x017E)) return c % 2 == 1 ? c + 1 : c;
    return c;
}

char32_t upper(char32_t c) {
    constexpr char32_t kDivision = 0xF7;
    if (within(c, U'a', U'z') || (within(c, 0xE0, 0xFE) && c != kDivision) || within(c, 0x03B1, 0x03C9) ||
        within(c, 0x0430, 0x044F))
        return c - 0x20;
    if (within(c, 0x0450, 0x045F)) return c - 0x50;
    if (within(c, 0x0100, 0x0137) || within(c, 0x014A, 0x0177)) return c & ~char32_t{1};
    if (within(c, 0x0139, 0x0148) || within(c, 0x0179, 0x017E)) return c % 2 == 0 ? c - 1 : c;
    return c;
}

CodePoints mapped(const CodePoints& text, char32_t (*map)(char32_t)) {
    CodePoints out(text);
    std::ranges::transform(out, out.begin(), map);
    return out;
}

}  // namespace

CodePoints fromUtf8(std::string_view text) {
    CodePoints out;
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        const std::size_t length = first < 0x80    ? 1
                                   : first >= 0xF0 ? 4
                                   : first >= 0xE0 ? 3
                                   : first >= 0xC0 ? 2
                                                   : 0;
        if (length == 0 || i + length > text.size()) {
            out += kReplacement;
            ++i;
            continue;
        }
        char32_t c = length == 1 ? first : first & (0xFFu >> (length + 1));
        for (std::size_t k = 1; k < length; ++k)
            c = c << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3Fu);
        out += c;
        i += length;
    }
    return out;
}

std::string toUtf8Bytes(const CodePoints& text) {
    std::string out;
    const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    for (const char32_t c : text) {
        if (c < 0x80) {
            put(c);
        } else if (c < 0x800) {
            put(0xC0 | c >> 6);
            put(0x80 | (c & 0x3F));
        } else if (c < 0x10000) {
            put(0xE0 | c >> 12);
            put(0x80 | (c >> 6 & 0x3F));
            put(0x80 | (c & 0x3F));
        } else {
            put(0xF0 | (c >> 18 & 0x07));
            put(0x80 | (c >> 12 & 0x3F));
            put(0x80 | (c >> 6 & 0x3F));
            put(0x80 | (c & 0x3F));
        }
    }
    return out;
}

std::string toLatin1(const CodePoints& text) {
    std::string out;
    for (const char32_t c : text) {
        if (c > 0xFF) return {};
        out += static_cast<char>(static_cast<unsigned char>(c));
    }
    return out;
}

std::string toUtf16(const CodePoints& text, bool big_endian) {
    std::string out;
    for (const char32_t c : text) {
        if (c > 0xFFFF) return {};
        const auto low = static_cast<char>(static_cast<unsigned char>(c & 0xFF));
        const auto high = static_cast<char>(static_cast<unsigned char>(c >> 8));
        out += big_endian ? high : low;
        out += big_endian ? low : high;
    }
    return out;
}

CodePoints toLower(const CodePoints& text) {
    return mapped(text, lower);
}
CodePoints toUpper(const CodePoints& text) {
    return mapped(text, upper);
}

CodePoints withoutAccents(const CodePoints& text, bool spelled_out) {
    CodePoints out;
    for (const char32_t c : text) {
        const auto letters = spelledOut(c);
        const bool ligature = c == U'ß' || c == U'ẞ' || c == U'æ' || c == U'Æ';
        if (!letters.empty() && (spelled_out || ligature))
            out += letters;
        else
            out += base(c);
    }
    return out;
}

CodePoints lettersAndDigits(const CodePoints& text) {
    CodePoints out;
    for (const char32_t c : text)
        if (c >= 0x80 || within(c, U'0', U'9') || within(c, U'A', U'Z') || within(c, U'a', U'z')) out += c;
    return out;
}

bool isPlainText(std::string_view bytes) {
    while (!bytes.empty() && bytes.back() == '\0') bytes.remove_suffix(1);
    return !bytes.empty() && std::ranges::all_of(bytes, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x20 || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\x1B';
    });
}

bool isAsciiLetter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool isAsciiDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isWordByte(std::byte b) {
    const auto c = static_cast<char>(b);
    return isAsciiLetter(c) || isAsciiDigit(c);
}

std::string asciiLettersAndDigits(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (isAsciiLetter(c) || isAsciiDigit(c)) out += c;
    return out;
}

std::string asciiLower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::vector<std::string_view> splitAt(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(separators), text.size());
        if (end > 0) parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

void addWords(std::string_view camel_case, std::unordered_set<std::string>& into) {
    std::size_t start = 0;
    for (std::size_t i = 1; i <= camel_case.size(); ++i) {
        const bool boundary = i == camel_case.size() || (camel_case[i] >= 'A' && camel_case[i] <= 'Z');
        if (!boundary) continue;
        if (i - start > 2) into.insert(asciiLower(camel_case.substr(start, i - start)));
        start = i;
    }
}

}  // namespace gantry::anonymizer::leak
