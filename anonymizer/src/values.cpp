#include "values.hpp"

#include <algorithm>
#include <charconv>

#include "gantry/anonymizer/mapping.hpp"
#include "text.hpp"
#include "vocabulary.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::Vr;
using Verdict = Checked::Verdict;

constexpr dicom::Tag kPatientAge{0x00101010};
constexpr dicom::Tag kTimezoneOffset{0x00080201};
constexpr std::string_view kIllegal = "the value is illegal for its VR";

Checked same() {
    return {Verdict::Same, {}, {}};
}
Checked illegal(std::string_view reason = kIllegal) {
    return {Verdict::Illegal, {}, reason};
}
Checked corrected(std::string value, std::string_view reason) {
    return {Verdict::Corrected, std::move(value), reason};
}

bool allOf(std::string_view text, auto test) {
    return std::ranges::all_of(text, test);
}

/// Components between backslashes, blanks left as they are.
template <class Test>
bool everyComponent(std::string_view value, Test test) {
    while (true) {
        const auto end = value.find('\\');
        if (!test(value.substr(0, end))) return false;
        if (end == std::string_view::npos) return true;
        value.remove_prefix(end + 1);
    }
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

bool isDecimalString(std::string_view component) {
    auto text = trimmed(component);
    if (text.empty()) return true;
    constexpr std::size_t kLongest = 32;  // PS3.5 says 16; longer ones are common and still numbers
    if (text.size() > kLongest) return false;
    if (text.front() == '+') text.remove_prefix(1);
    double number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    // "inf" and "nan" are numbers to from_chars and not to PS3.5.
    return ec == std::errc() && end == text.data() + text.size() && !isLetter(text.front()) &&
           text.back() != 'n' && text.back() != 'f';
}

bool isIntegerString(std::string_view component) {
    auto text = trimmed(component);
    if (text.empty()) return true;
    if (text.front() == '+' || text.front() == '-') text.remove_prefix(1);
    constexpr std::size_t kLongest = 11;
    return !text.empty() && text.size() <= kLongest && allOf(text, isDigit);
}

bool isAgeString(std::string_view component) {
    const auto text = trimmed(component);
    constexpr std::string_view kUnits = "DWMY";
    return text.empty() || (text.size() == 4 && allOf(text.substr(0, 3), isDigit) &&
                            kUnits.find(text[3]) != std::string_view::npos);
}

std::size_t widthOf(Vr vr) {
    if (vr == Vr("US") || vr == Vr("SS")) return 2;
    if (vr == Vr("UL") || vr == Vr("SL") || vr == Vr("FL") || vr == Vr("AT")) return 4;
    if (vr == Vr("FD") || vr == Vr("UV") || vr == Vr("SV")) return 8;
    return 0;
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

std::size_t longestOf(Vr vr) {
    if (vr == Vr("SH") || vr == Vr("CS") || vr == Vr("AE")) return 16;
    if (vr == Vr("LO") || vr == Vr("PN")) return 64;
    if (vr == Vr("ST")) return 1024;
    return 10240;
}

/// "Stack ID", "In-Stack Position Number": the keyword but for blanks and hyphens.
bool isAttributeName(std::string_view text) {
    std::string keyword(text);
    std::erase_if(keyword, [](char c) { return c == ' ' || c == '-'; });
    return keyword.empty() || dicom::lookup(std::string_view(keyword)) != nullptr;
}

bool isTime(std::string_view text) {
    constexpr std::size_t kLongest = 13;
    if (text.size() > kLongest) return false;
    if (const auto point = text.find('.'); point != std::string_view::npos) {
        const auto fraction = text.substr(point + 1);
        if (point != 6 || fraction.empty() || !allOf(fraction, isDigit)) return false;
        text = text.substr(0, point);
    }
    if (text.empty() || text.size() > 6 || text.size() % 2 != 0 || !allOf(text, isDigit)) return false;
    constexpr int kLimits[] = {23, 59, 60};
    for (std::size_t i = 0; i < text.size(); i += 2)
        if ((text[i] - '0') * 10 + (text[i + 1] - '0') > kLimits[i / 2]) return false;
    return true;
}

Checked checkNumbers(dicom::Tag tag, Vr vr, Bytes value) {
    const auto text = unpadded(asText(value));
    const auto judge = [&](auto test) { return everyComponent(text, test) ? same() : illegal(); };
    if (vr == Vr("DS")) return judge(isDecimalString);
    if (vr == Vr("IS")) {
        if (everyComponent(text, isIntegerString)) return same();
        return everyComponent(text, isDecimalString) ? same() : illegal();  // "120.0" is common, and a number
    }
    if (vr == Vr("AS")) return judge(isAgeString);
    const auto width = widthOf(vr);
    if (width == 0 || value.size() % width != 0) return illegal();
    const auto* known = dicom::lookup(tag);
    return known != nullptr && !isCountAllowed(known->vm, value.size() / width)
               ? illegal("more or fewer numbers than the attribute has")
               : same();
}

/// Unknown components of ImageType become OTHER, so that the others keep their places.
Checked checkCodeString(dicom::Tag tag, std::string_view value) {
    const auto text = unpadded(value);
    std::string out;
    bool changed = false;
    bool first = true;
    for (const auto component : dicom::splitValues(text)) {
        if (!first) out += '\\';
        first = false;
        const auto upper = upperAscii(component);
        if (isKnownCodeString(upper)) {
            changed |= upper != component;
            out += upper;
            continue;
        }
        if (tag != dicom::tags::kImageType)
            return illegal("a word that is not in the vocabulary of coded words");
        out += "OTHER";
        changed = true;
    }
    return changed ? corrected(std::move(out), "words that are not in the vocabulary of coded words replaced")
                   : same();
}

/// HHMMSS.FFFFFF or less; the colons of the standard's predecessor are taken out.
Checked checkTime(std::string_view value) {
    const auto text = unpadded(value);
    if (text.empty()) return same();
    if (everyComponent(text, [](std::string_view c) { return isTime(trimmed(c)); })) return same();
    std::string plain(text);
    std::erase(plain, ':');
    if (everyComponent(plain, [](std::string_view c) { return isTime(trimmed(c)); }))
        return corrected(std::move(plain), "time written in today's form");
    return illegal();
}

/// Printable, within the VR's length, no control characters but ESC.
Checked checkRetainedText(Vr vr, std::string_view value) {
    const auto text = unpadded(value);
    const auto longest = longestOf(vr);
    const bool lines = vr == Vr("ST") || vr == Vr("LT") || vr == Vr("UT");
    const auto allowed = [&](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7F) || c == '\x1B' || (lines && (c == '\r' || c == '\n'));
    };
    const auto fits = [&](std::string_view c) { return c.size() <= longest * 4; };  // bytes of a character
    if (!allOf(text, allowed)) return illegal();
    return (lines ? fits(text) : everyComponent(text, fits)) ? same() : illegal();
}

Checked checkKeptText(KeepAs as, Vr vr, std::string_view value, bool device_retained) {
    const auto text = unpadded(value);
    if (as == KeepAs::Device && device_retained) return checkRetainedText(vr, value);
    const auto legal = checkRetainedText(vr, value);
    if (!legal.ok()) return legal;
    const auto judge = [&](std::string_view component) {
        component = trimmed(component);
        if (as == KeepAs::Keyword) return isAttributeName(component);
        if (as == KeepAs::Indicator) return component.size() <= 4 && allOf(component, isDigit);
        return as == KeepAs::Device ? isDeviceText(component) : isTechnicalText(component);
    };
    return everyComponent(text, judge) ? same() : illegal("text of other than technical words");
}

/// "&ZZXX" of TimezoneOffsetFromUTC.
bool isZone(std::string_view value) {
    const auto text = unpadded(value);
    return text.size() == 5 && (text[0] == '+' || text[0] == '-') && allOf(text.substr(1), isDigit);
}

/// Dates that an option keeps must be dates; moving them by nothing tells.
Checked checkDates(Vr vr, std::string_view text) {
    for (const auto value : dicom::splitValues(unpadded(text)))
        if (!value.empty() && !(vr == Vr("DA") ? shiftDate(value, 0) : shiftDateTime(value, 0)))
            return illegal();
    return same();
}

/// Ages above 89 years are told as 90 (45 CFR 164.514(b)(2)(i)(C)).
Checked checkAge(Bytes value) {
    const auto text = unpadded(asText(value));
    if (text.size() == 4 && text.back() == 'Y' && text.substr(0, 3) > "089" && isAgeString(text))
        return corrected("090Y", "ages above 89 years are told as 90");
    return checkNumbers(kPatientAge, "AS", value);
}

}  // namespace

std::string_view unpadded(std::string_view value) {
    while (!value.empty() && (value.back() == ' ' || value.back() == '\0')) value.remove_suffix(1);
    return value;
}

Checked checkKept(dicom::Tag tag, Vr vr, KeepAs as, Bytes value, bool device_retained) {
    const auto text = asText(value);
    if (tag == kPatientAge) return checkAge(value);
    if (tag == kTimezoneOffset) return isZone(text) ? same() : illegal();
    if (vr == Vr("CS")) return checkCodeString(tag, text);
    if (vr == Vr("TM")) return checkTime(text);
    if (vr == Vr("DA") || vr == Vr("DT")) return checkDates(vr, text);
    if (!dicom::usesCharacterSet(vr) && vr != Vr("UR") && vr != Vr("AE")) return checkNumbers(tag, vr, value);
    return as == KeepAs::No ? checkRetainedText(vr, text) : checkKeptText(as, vr, text, device_retained);
}

std::string dummyFor(Vr vr) {
    if (vr == Vr("DA")) return "19000101";
    if (vr == Vr("TM")) return "000000";
    if (vr == Vr("DT")) return "19000101000000";
    if (vr == Vr("AS")) return "000Y";
    if (vr == Vr("DS") || vr == Vr("IS")) return "0";
    if (vr == Vr("OB") || vr == Vr("OW") || vr == Vr("UN") || vr == Vr("US") || vr == Vr("SS"))
        return std::string(2, '\0');
    if (vr == Vr("CS") || vr == Vr("AE")) return "UNKNOWN";
    if (vr == Vr("UR")) return "urn:removed";
    if (dicom::isTextVr(vr) && vr != Vr("UI")) return "REMOVED";
    return {};
}

}  // namespace gantry::anonymizer
