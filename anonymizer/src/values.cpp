#include "values.hpp"

#include <algorithm>

#include "gantry/anonymizer/mapping.hpp"
#include "text.hpp"
#include "value_parts.hpp"
#include "vocabulary.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::Vr;
using Verdict = Checked::Verdict;

constexpr dicom::Tag kTimezoneOffset{0x00080201};

std::size_t longestOf(Vr vr) {
    if (vr == Vr("SH") || vr == Vr("CS") || vr == Vr("AE")) return 16;
    if (vr == Vr("LO") || vr == Vr("PN")) return 64;
    if (vr == Vr("ST")) return 1024;
    return 10240;
}

/// "Stack ID", "In-Stack Position Number", "X Offset in Slide Coordinate System": the keyword but for blanks,
/// hyphens and the first letters of words.
bool isAttributeName(std::string_view text) {
    std::string keyword;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != ' ' && text[i] != '-')
            keyword += i == 0 || text[i - 1] == ' ' ? upperAscii(text.substr(i, 1)) : std::string(1, text[i]);
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

struct Enumeration {
    std::uint32_t tag;
    std::string_view values;
};
constexpr Enumeration kEnumerations[] = {
#include "enumerated_values.inc"
};

/// One of the attribute's enumerated values, or where PS3.3 only defines some, of all defined terms.
bool isTermOf(dicom::Tag tag, std::string_view component) {
    const auto* row = std::ranges::lower_bound(kEnumerations, tag.value, {}, &Enumeration::tag);
    if (component.empty() || row == std::end(kEnumerations) || row->tag != tag.value)
        return isKnownCodeString(component);
    for (auto rest = row->values; !rest.empty();) {
        const auto end = std::min(rest.find('|'), rest.size());
        if (rest.substr(0, end) == component) return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

/// Unknown components of ImageType become OTHER, so that the others keep their places; of other lists they
/// are left out where the attribute may have any number of values.
Checked checkCodeString(dicom::Tag tag, std::string_view value) {
    const auto* known = dicom::lookup(tag);
    const bool list = known != nullptr && known->vm.starts_with("1-n");
    std::string out;
    bool changed = false;
    std::size_t written = 0;
    const auto put = [&](std::string_view component) {
        if (written++ > 0) out += '\\';
        out += component;
    };
    for (const auto component : dicom::splitValues(unpadded(value))) {
        const auto upper = upperAscii(component);
        changed |= upper != component;
        if (isTermOf(tag, upper)) {
            put(upper);
            continue;
        }
        changed = true;
        if (tag == dicom::tags::kImageType)
            put("OTHER");
        else if (!list)
            return illegal("a word that is not in the vocabulary of coded words");
    }
    if (changed && written == 0) return illegal("words that are not in the vocabulary of coded words");
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

Checked checkKeptText(KeepAs as, Vr vr, std::string_view value) {
    const auto text = unpadded(value);
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

/// YYYY or YYYYMM, which DT allows (PS3.5 Table 6.2-1).
bool isPartOfDate(std::string_view text) {
    if ((text.size() != 4 && text.size() != 6) || !allOf(text, isDigit)) return false;
    return shiftDate(std::string(text) + (text.size() == 4 ? "0101" : "01"), 0).has_value();
}

/// Dates that an option keeps must be dates; moving them by nothing tells.
Checked checkDates(Vr vr, std::string_view text) {
    for (const auto value : dicom::splitValues(unpadded(text))) {
        if (value.empty()) continue;
        const bool date = vr == Vr("DA") ? shiftDate(value, 0).has_value()
                                         : shiftDateTime(value, 0).has_value() || isPartOfDate(value);
        if (!date) return illegal();
    }
    return same();
}

}  // namespace

std::string_view unpadded(std::string_view value) {
    while (!value.empty() && (value.back() == ' ' || value.back() == '\0')) value.remove_suffix(1);
    return value;
}

Checked checkKept(dicom::Tag tag, Vr vr, KeepAs as, Bytes value, int age_cap_years) {
    const auto text = asText(value);
    if (vr == Vr("AS")) return checkAge(text, age_cap_years);
    if (tag == kTimezoneOffset) return isZone(text) ? same() : illegal();
    if (vr == Vr("CS")) return checkCodeString(tag, text);
    if (vr == Vr("TM")) return checkTime(text);
    if (vr == Vr("DA") || vr == Vr("DT")) return checkDates(vr, text);
    if (!dicom::usesCharacterSet(vr) && vr != Vr("UR") && vr != Vr("AE")) return checkNumbers(tag, vr, value);
    return as == KeepAs::No ? checkRetainedText(vr, text) : checkKeptText(as, vr, text);
}

std::string dummyFor(Vr vr) {
    if (vr == Vr("DA")) return "19000101";
    if (vr == Vr("TM")) return "000000";
    if (vr == Vr("DT")) return "19000101000000";
    if (vr == Vr("AS")) return "000Y";
    if (vr == Vr("DS") || vr == Vr("IS")) return "0";
    if (const auto width = widthOf(vr); width > 0) return std::string(std::max<std::size_t>(width, 2), '\0');
    if (vr == Vr("UN")) return std::string(2, '\0');
    if (vr == Vr("CS") || vr == Vr("AE")) return "UNKNOWN";
    if (vr == Vr("UR")) return "urn:removed";
    if (dicom::isTextVr(vr) && vr != Vr("UI")) return "REMOVED";
    return {};
}

}  // namespace gantry::anonymizer
