#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "gantry/core/dicom.hpp"

namespace gantry::dicom {
namespace {

template <std::size_t N>
bool oneOf(Vr vr, const std::array<Vr, N>& set) {
    return std::ranges::find(set, vr) != set.end();
}

std::string_view cutBlanks(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(std::string_view(" \0", 2)) - first + 1);
}

template <class T>
T numberAt(Bytes bytes, bool big) {
    std::array<std::byte, sizeof(T)> raw{};
    std::memcpy(raw.data(), bytes.data(), sizeof(T));
    if (big) std::ranges::reverse(raw);
    return std::bit_cast<T>(raw);
}

template <class T>
std::vector<double> numbersOf(Bytes bytes, bool big) {
    std::vector<double> out;
    out.reserve(bytes.size() / sizeof(T));
    for (std::size_t i = 0; i + sizeof(T) <= bytes.size(); i += sizeof(T))
        out.push_back(static_cast<double>(numberAt<T>(bytes.subspan(i), big)));
    return out;
}

}  // namespace

bool isKnownVr(Vr vr) {
    static constexpr std::array<Vr, 34> kAll = {
        "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FL", "FD", "IS", "LO", "LT", "OB", "OD", "OF", "OL", "OV",
        "OW", "PN", "SH", "SL", "SQ", "SS", "ST", "SV", "TM", "UC", "UI", "UL", "UN", "UR", "US", "UT", "UV"};
    return oneOf(vr, kAll);
}

bool hasLongLength(Vr vr) {
    static constexpr std::array<Vr, 13> kLong = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ",
                                                 "SV", "UC", "UN", "UR", "UT", "UV"};
    return oneOf(vr, kLong);
}

bool isTextVr(Vr vr) {
    static constexpr std::array<Vr, 17> kText = {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT",
                                                 "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"};
    return oneOf(vr, kText);
}

bool usesCharacterSet(Vr vr) {
    static constexpr std::array<Vr, 7> kCoded = {"LO", "LT", "PN", "SH", "ST", "UC", "UT"};
    return oneOf(vr, kCoded);
}

const Element* DataSet::find(Tag tag) const {
    const auto found = std::ranges::find(elements, tag, &Element::tag);
    return found == elements.end() ? nullptr : &*found;
}

std::string_view DataSet::text(Tag tag) const {
    const auto* element = find(tag);
    return element && !element->sequence ? cutBlanks(asText(element->value)) : std::string_view{};
}

bool isValidUid(std::string_view uid) {
    if (uid.empty() || uid.size() > 64 || uid.front() == '.' || uid.back() == '.') return false;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= uid.size(); ++i) {
        if (i < uid.size() && uid[i] != '.') {
            if (uid[i] < '0' || uid[i] > '9') return false;
            continue;
        }
        const auto component = uid.substr(start, i - start);
        if (component.empty() || (component.size() > 1 && component.front() == '0')) return false;
        start = i + 1;
    }
    return true;
}

std::vector<std::string_view> splitValues(std::string_view value) {
    std::vector<std::string_view> out;
    if (value.empty()) return out;
    std::size_t start = 0;
    while (true) {
        const auto end = value.find('\\', start);
        out.push_back(cutBlanks(value.substr(start, end == std::string_view::npos ? end : end - start)));
        if (end == std::string_view::npos) return out;
        start = end + 1;
    }
}

std::vector<std::optional<double>> parseDecimals(std::string_view value) {
    std::vector<std::optional<double>> out;
    for (auto text : splitValues(value)) {
        if (text.starts_with('+')) text.remove_prefix(1);
        double number = 0;
        const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool whole = ec == std::errc() && end == text.data() + text.size() && std::isfinite(number);
        out.push_back(whole ? std::optional(number) : std::nullopt);
    }
    return out;
}

std::vector<double> binaryNumbers(const Element& element, Encoding encoding) {
    const bool big = encoding == Encoding::ExplicitBig;
    const auto vr = element.vr;
    if (vr == Vr("US") || vr == Vr("AT") || vr == Vr("OW"))
        return numbersOf<std::uint16_t>(element.value, big);
    if (vr == Vr("SS")) return numbersOf<std::int16_t>(element.value, big);
    if (vr == Vr("UL") || vr == Vr("OL")) return numbersOf<std::uint32_t>(element.value, big);
    if (vr == Vr("SL")) return numbersOf<std::int32_t>(element.value, big);
    if (vr == Vr("FL") || vr == Vr("OF")) return numbersOf<float>(element.value, big);
    if (vr == Vr("FD") || vr == Vr("OD")) return numbersOf<double>(element.value, big);
    if (vr == Vr("UV") || vr == Vr("OV")) return numbersOf<std::uint64_t>(element.value, big);
    if (vr == Vr("SV")) return numbersOf<std::int64_t>(element.value, big);
    return {};
}

}  // namespace gantry::dicom
