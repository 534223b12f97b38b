#include "seeded.hpp"

#include <algorithm>

#include "gantry/core/crypto.hpp"

namespace gantry::scanner {

namespace {

Digest digestOf(std::uint64_t seed, std::string_view label) {
    return sha256(asBytes("gantry-scanner/" + std::to_string(seed) + "/" + std::string(label)));
}

std::uint64_t bigEndian(Bytes eight) {
    std::uint64_t number = 0;
    for (const auto byte : eight) number = number << 8 | std::to_integer<std::uint64_t>(byte);
    return number;
}

}  // namespace

std::uint64_t Seeded::number(std::string_view label) const {
    return bigEndian(Bytes(digestOf(seed_, label)).first(8));
}

int Seeded::between(std::string_view label, int low, int high) const {
    return low + static_cast<int>(number(label) % static_cast<std::uint64_t>(high - low + 1));
}

std::string Seeded::digits(std::string_view label, int count) const {
    std::string text;
    auto rest = number(label);
    for (int i = 0; i < count; ++i, rest /= 10) text += static_cast<char>('0' + rest % 10);
    if (text.front() == '0') text.front() = '7';
    return text;
}

std::string_view Seeded::pick(std::string_view label, std::span<const std::string_view> choices) const {
    return choices[number(label) % choices.size()];
}

std::string Seeded::uid(std::string_view label) const {
    const auto digest = digestOf(seed_, label);
    using Uuid = unsigned __int128;
    auto uuid =
        static_cast<Uuid>(bigEndian(Bytes(digest).first(8))) << 64 | bigEndian(Bytes(digest).subspan(8, 8));
    uuid &= ~(static_cast<Uuid>(0xF000) << 64 | static_cast<Uuid>(0xC000) << 48);
    uuid |= static_cast<Uuid>(0x8000) << 64 | static_cast<Uuid>(0x8000)
                                                  << 48;  // RFC 9562: version 8, variant 10
    std::string decimal;
    for (; uuid != 0; uuid /= 10) decimal += static_cast<char>('0' + static_cast<int>(uuid % 10));
    std::reverse(decimal.begin(), decimal.end());
    return "2.25." + decimal;
}

}  // namespace gantry::scanner
