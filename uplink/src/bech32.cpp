#include "bech32.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace gantry::uplink::bech32 {
namespace {

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t kChecksumSymbols = 6;

using Symbols = std::vector<std::uint8_t>;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool isLower(char c) {
    return c >= 'a' && c <= 'z';
}
bool isUpper(char c) {
    return c >= 'A' && c <= 'Z';
}

// The BCH code of BIP 173; a valid string gives 1.
std::uint32_t polymod(const Symbols& values) {
    constexpr std::array<std::uint32_t, 5> kGenerator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                      0x2a1462b3};
    std::uint32_t checksum = 1;
    for (const auto value : values) {
        const std::uint32_t top = checksum >> 25;
        checksum = (checksum & 0x1ffffff) << 5 ^ value;
        for (std::size_t i = 0; i < kGenerator.size(); ++i)
            if ((top >> i) & 1) checksum ^= kGenerator[i];
    }
    return checksum;
}

Symbols expandPrefix(std::string_view prefix) {
    Symbols out;
    for (const char c : prefix) out.push_back(static_cast<std::uint8_t>(lower(c) >> 5));
    out.push_back(0);
    for (const char c : prefix) out.push_back(static_cast<std::uint8_t>(lower(c) & 31));
    return out;
}

Symbols toSymbols(Bytes data) {
    Symbols out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const auto byte : data) {
        bits = (bits << 8 | std::to_integer<std::uint32_t>(byte)) & 0xfff;
        for (count += 8; count >= 5; count -= 5) out.push_back((bits >> (count - 5)) & 31);
    }
    if (count > 0) out.push_back((bits << (5 - count)) & 31);
    return out;
}

Result<std::string> toBytes(const Symbols& symbols) {
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const auto symbol : symbols) {
        bits = (bits << 5 | symbol) & 0xfff;
        count += 5;
        if (count < 8) continue;
        count -= 8;
        out.push_back(static_cast<char>((bits >> count) & 0xff));
    }
    if (count >= 5 || (bits & ((1u << count) - 1)) != 0)
        return fail(Errc::BadFormat, "Bech32: stray bits at the end");
    return out;
}

}  // namespace

std::string encode(std::string_view prefix, Bytes data) {
    const auto symbols = toSymbols(data);
    auto all = expandPrefix(prefix);
    all.insert(all.end(), symbols.begin(), symbols.end());
    all.insert(all.end(), kChecksumSymbols, 0);
    const auto checksum = polymod(all) ^ 1;
    std::string out(prefix);
    out += '1';
    for (const auto symbol : symbols) out += kAlphabet[symbol];
    for (std::size_t i = 0; i < kChecksumSymbols; ++i)
        out += kAlphabet[(checksum >> (5 * (kChecksumSymbols - 1 - i))) & 31];
    return out;
}

Result<Decoded> decode(std::string_view text) {
    if (std::any_of(text.begin(), text.end(), isLower) && std::any_of(text.begin(), text.end(), isUpper))
        return fail(Errc::BadFormat, "Bech32: mixed case");
    const auto separator = text.rfind('1');
    if (separator == std::string_view::npos || separator == 0 ||
        separator + 1 + kChecksumSymbols > text.size())
        return fail(Errc::BadFormat, "Bech32: no separator, or too short");
    const auto prefix = text.substr(0, separator);
    if (std::any_of(prefix.begin(), prefix.end(), [](char c) { return c < 33 || c > 126; }))
        return fail(Errc::BadFormat, "Bech32: prefix with unprintable characters");
    Symbols symbols;
    for (const char c : text.substr(separator + 1)) {
        const auto at = kAlphabet.find(lower(c));
        if (at == std::string_view::npos)
            return fail(Errc::BadFormat, "Bech32: a character outside the alphabet");
        symbols.push_back(static_cast<std::uint8_t>(at));
    }
    auto all = expandPrefix(prefix);
    all.insert(all.end(), symbols.begin(), symbols.end());
    if (polymod(all) != 1) return fail(Errc::BadFormat, "Bech32: wrong checksum");
    symbols.resize(symbols.size() - kChecksumSymbols);
    auto bytes = GANTRY_TRY(toBytes(symbols));
    return Decoded{std::string(prefix), std::move(bytes)};
}

}  // namespace gantry::uplink::bech32
