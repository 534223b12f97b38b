#include "leak_unwrap.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "leak_text.hpp"

namespace gantry::anonymizer::leak {
namespace {

constexpr std::size_t kShortestBase64 = 8;  // characters; six bytes

struct Entity {
    std::string_view name;
    char character;
};
constexpr Entity kEntities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};

/// "#233", "#xE9", "amp"; "" for what is none.
std::string characterOf(std::string_view name) {
    for (const auto& entity : kEntities)
        if (entity.name == name) return {entity.character};
    if (!name.starts_with('#')) return {};
    name.remove_prefix(1);
    const bool hex = name.starts_with('x') || name.starts_with('X');
    if (hex) name.remove_prefix(1);
    std::uint32_t number = 0;
    const auto [end, ec] = std::from_chars(name.data(), name.data() + name.size(), number, hex ? 16 : 10);
    constexpr std::uint32_t kLastCodePoint = 0x10FFFF;
    if (ec != std::errc() || end != name.data() + name.size() || number == 0 || number > kLastCodePoint)
        return {};
    return toUtf8Bytes(CodePoints(1, number));
}

int base64Digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (isAsciiDigit(c)) return c - '0' + 52;
    if (c == '+' || c == '-') return 62;  // the second of each for addresses, RFC 4648 5
    if (c == '/' || c == '_') return 63;
    return -1;
}

std::string fromBase64(std::string_view digits) {
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : digits) {
        bits = bits << 6 | static_cast<std::uint32_t>(base64Digit(c));
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>(static_cast<unsigned char>(bits >> count & 0xFF));
    }
    return out;
}

/// Runs of its digits that say a text.
void addBase64(std::string_view text, std::vector<std::string>& out) {
    for (std::size_t begin = 0; begin < text.size();) {
        auto end = begin;
        while (end < text.size() && base64Digit(text[end]) >= 0) ++end;
        if (end - begin >= kShortestBase64) {
            auto decoded = fromBase64(text.substr(begin, end - begin));
            if (isPlainText(decoded)) out.push_back(std::move(decoded));
        }
        begin = end + 1;
    }
}

}  // namespace

int hexDigit(char c) {
    if (isAsciiDigit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string withEntitiesDecoded(std::string_view text) {
    constexpr std::size_t kLongest = 10;
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto end = text[i] == '&' ? text.substr(i, kLongest).find(';') : std::string_view::npos;
        const auto character =
            end == std::string_view::npos ? std::string() : characterOf(text.substr(i + 1, end - 1));
        if (character.empty()) {
            out += text[i];
            continue;
        }
        out += character;
        i += end;
    }
    return out;
}

std::string withPercentDecoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool coded =
            text[i] == '%' && i + 2 < text.size() && hexDigit(text[i + 1]) >= 0 && hexDigit(text[i + 2]) >= 0;
        if (!coded) {
            out += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        out +=
            static_cast<char>(static_cast<unsigned char>(hexDigit(text[i + 1]) << 4 | hexDigit(text[i + 2])));
        i += 2;
    }
    return out;
}

std::vector<std::string> unwrapped(std::string_view text) {
    std::vector<std::string> out;
    if (text.size() < kShortestBase64) return out;
    if (text.find('&') != std::string_view::npos) out.push_back(withEntitiesDecoded(text));
    if (text.find('%') != std::string_view::npos) out.push_back(withPercentDecoded(text));
    addBase64(text, out);
    return out;
}

}  // namespace gantry::anonymizer::leak
