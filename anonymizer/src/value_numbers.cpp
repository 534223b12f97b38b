#include <charconv>

#include "text.hpp"
#include "value_parts.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::Vr;

constexpr std::size_t kLongestDecimal = 16;  // PS3.5 Table 6.2-1
constexpr std::size_t kLongestInteger = 12;
constexpr std::size_t kLongestRead = 40;  // longer ones are common and still numbers

bool parse(std::string_view text, double& number) {
    if (text.size() > kLongestRead) return false;
    if (text.front() == '+') text.remove_prefix(1);
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    // "inf" and "nan" are numbers to from_chars and not to PS3.5.
    return ec == std::errc() && end == text.data() + text.size() && !isLetter(text.front()) &&
           text.back() != 'n' && text.back() != 'f' && text.back() != 'y' && text.back() != ')';
}

bool isIntegerString(std::string_view text) {
    if (text.size() > kLongestInteger) return false;
    if (text.front() == '+' || text.front() == '-') text.remove_prefix(1);
    return !text.empty() && allOf(text, isDigit);
}

/// The nearest number that 16 characters can say.
std::string shortened(double number) {
    char buffer[48];
    for (int precision = 15; precision > 0; --precision) {
        const auto [end, ec] =
            std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::general, precision);
        const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
        if (ec == std::errc() && text.size() <= kLongestDecimal) return std::string(text);
    }
    return "0";
}

Checked checkDecimals(Vr vr, std::string_view value) {
    std::string out;
    bool changed = false;
    bool first = true;
    const bool legal = everyComponent(value, [&](std::string_view component) {
        if (!first) out += '\\';
        first = false;
        const auto text = trimmed(component);
        double number = 0;
        if (text.empty() || (vr == Vr("IS") && isIntegerString(text))) {
            out += component;
            return true;
        }
        if (!parse(text, number)) return false;
        const bool fits = text.size() <= kLongestDecimal;
        out += fits ? std::string(component) : shortened(number);
        changed |= !fits;
        return true;
    });
    if (!legal) return illegal();
    return changed ? corrected(std::move(out), "numbers of too many digits rounded") : same();
}

/// VM of PS3.6: "1", "3", "1-3", "1-n", "2-2n", "1-n or 1". No number at all is allowed everywhere.
bool isCountAllowed(std::string_view vm, std::size_t count) {
    const auto dash = vm.find('-');
    const auto numberAt = [&](std::size_t at) {
        std::size_t number = 0;
        const auto rest = vm.substr(std::min(at, vm.size()));
        std::from_chars(rest.data(), rest.data() + rest.size(), number);
        return number;
    };
    const auto least = numberAt(0);
    if (count == 0 || least == 0) return true;
    if (dash == std::string_view::npos) return count == least;
    const bool open = vm.find('n', dash) != std::string_view::npos;
    return count >= least && (open || count <= numberAt(dash + 1));
}

bool isWordLike(std::byte b) {
    const auto c = static_cast<char>(b);
    return isDigit(c) || isLetter(c) || c == ' ' || c == '^' || c == '_' || c == '-' || c == '.';
}

/// An attribute of a private block, PS3.5 7.8.1.
bool isPrivateNumber(std::uint32_t tag) {
    return dicom::Tag{tag}.isPrivate() && (tag & 0xFFFF) >= 0x1000 && (tag >> 16) > 0x0008;
}

/// Every value is the tag of an attribute that the standard knows, in either byte order; one alone may be
/// private.
bool areKnownTags(Bytes value) {
    const bool single = value.size() == 4 && !std::ranges::all_of(value, isWordLike);
    const auto at = [&](std::size_t i) { return std::to_integer<std::uint32_t>(value[i]); };
    for (std::size_t i = 0; i + 4 <= value.size(); i += 4) {
        const auto little = at(i + 1) << 24 | at(i) << 16 | at(i + 3) << 8 | at(i + 2);
        const auto big = at(i) << 24 | at(i + 1) << 16 | at(i + 2) << 8 | at(i + 3);
        const bool known = dicom::lookup(dicom::Tag{little}) || dicom::lookup(dicom::Tag{big});
        if (!known && !(single && isPrivateNumber(little)) && !(single && isPrivateNumber(big))) return false;
    }
    return true;
}

}  // namespace

std::size_t widthOf(Vr vr) {
    if (vr == Vr("US") || vr == Vr("SS") || vr == Vr("OW")) return 2;
    if (vr == Vr("UL") || vr == Vr("SL") || vr == Vr("FL") || vr == Vr("AT") || vr == Vr("OF") ||
        vr == Vr("OL"))
        return 4;
    if (vr == Vr("FD") || vr == Vr("UV") || vr == Vr("SV") || vr == Vr("OD") || vr == Vr("OV")) return 8;
    return vr == Vr("OB") ? 1 : 0;
}

bool spellsText(Bytes value) {
    constexpr std::size_t kShortest = 8;
    constexpr std::size_t kLongRun = 16;
    while (!value.empty() && (value.back() == std::byte{0} || value.back() == std::byte{' '}))
        value = value.first(value.size() - 1);
    std::size_t run = 0;
    std::size_t longest = 0;
    for (const auto b : value) {
        run = isWordLike(b) ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest >= kLongRun || (longest == value.size() && longest >= kShortest - 1);
}

Checked checkNumbers(dicom::Tag tag, Vr vr, Bytes value) {
    if (vr == Vr("DS") || vr == Vr("IS")) return checkDecimals(vr, unpadded(asText(value)));
    const auto width = widthOf(vr);
    if (width == 0 || value.size() % width != 0) return illegal();
    if (spellsText(value)) return illegal("bytes that spell text where numbers should stand");
    if (vr == Vr("AT") && !areKnownTags(value)) return illegal("a tag that no attribute has");
    const auto* known = dicom::lookup(tag);
    return known != nullptr && !isCountAllowed(known->vm, value.size() / width)
               ? illegal("more or fewer numbers than the attribute has")
               : same();
}

Checked checkAge(std::string_view value, int cap_years) {
    const auto text = trimmed(unpadded(value));
    if (text.empty()) return same();
    constexpr std::string_view kUnits = "DWMY";
    constexpr std::size_t kLength = 4;
    if (text.size() < 2 || text.size() > kLength || !allOf(text.substr(0, text.size() - 1), isDigit) ||
        kUnits.find(text.back()) == std::string_view::npos)
        return illegal();
    int count = 0;
    for (const char digit : text.substr(0, text.size() - 1)) count = count * 10 + (digit - '0');
    const char unit = text.back();
    const int years = unit == 'Y' ? count : unit == 'M' ? count / 12 : unit == 'W' ? count / 52 : 0;
    const bool capped = cap_years > 0 && years > cap_years;
    auto told = std::to_string(capped ? cap_years + 1 : count);
    told.insert(0, kLength - 1 - std::min(kLength - 1, told.size()), '0');
    told += capped ? 'Y' : unit;
    if (told == text) return same();
    return corrected(told, capped ? "greater ages are told as one year more than the pack's limit"
                                  : "an age written with three digits");
}

}  // namespace gantry::anonymizer
