// Siemens' CSA image header, version 2, as public readers describe it: "SV10" 4 3 2 1, the number of
// elements, 77; each element a name of 64 bytes, multiplicity, VR, type, number of items, 77; each item four
// lengths and its text, padded to four.
#include <algorithm>

#include "gantry/scanner/dwi.hpp"

namespace gantry::scanner {

namespace {

constexpr std::uint32_t kMark = 77;
constexpr std::size_t kLeastItems = 6;  // consoles write six, empty ones at the end

void append32(std::string& out, std::uint32_t number) {
    for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(number >> shift & 0xFF);
}

void appendField(std::string& out, std::string_view text, std::size_t width) {
    out += text.substr(0, width - 1);
    out.append(width - std::min(text.size(), width - 1), '\0');
}

void appendItem(std::string& out, const std::string& value) {
    const auto length = value.empty() ? 0 : static_cast<std::uint32_t>(value.size() + 1);
    for (const auto field : {length, length, kMark, length}) append32(out, field);
    out += value;
    out.append((length + 3) / 4 * 4 - value.size(), '\0');
}

}  // namespace

std::string csaHeader(const std::vector<CsaElement>& elements) {
    std::string out("SV10\x04\x03\x02\x01", 8);
    append32(out, static_cast<std::uint32_t>(elements.size()));
    append32(out, kMark);
    for (const auto& element : elements) {
        const auto items = std::max(element.values.size(), kLeastItems);
        appendField(out, element.name, 64);
        append32(out, static_cast<std::uint32_t>(element.values.size()));
        appendField(out, element.vr, 4);
        append32(out, element.vr == "IS" ? 6 : 4);
        append32(out, static_cast<std::uint32_t>(items));
        append32(out, kMark);
        for (std::size_t i = 0; i < items; ++i)
            appendItem(out, i < element.values.size() ? element.values[i] : std::string());
    }
    return out;
}

}  // namespace gantry::scanner
