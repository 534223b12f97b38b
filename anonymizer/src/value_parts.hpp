#pragma once
/// Shared by the checks of values: verdicts, components, numbers.

#include <algorithm>
#include <string>
#include <string_view>

#include "values.hpp"

namespace gantry::anonymizer {

inline Checked same() {
    return {Checked::Verdict::Same, {}, {}};
}
inline Checked illegal(std::string_view reason = "the value is illegal for its VR") {
    return {Checked::Verdict::Illegal, {}, reason};
}
inline Checked corrected(std::string value, std::string_view reason) {
    return {Checked::Verdict::Corrected, std::move(value), reason};
}

inline bool allOf(std::string_view text, auto test) {
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

inline std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

/// DS IS and binary numbers: syntax, count, length.
Checked checkNumbers(dicom::Tag tag, dicom::Vr vr, Bytes value);

/// AS: "nnnD", "nnnW", "nnnM", "nnnY"; an age above the cap is told as one year more than the cap.
Checked checkAge(std::string_view value, int cap_years);

/// Bytes that spell something where numbers should stand: letters and digits throughout, or a long run of
/// them.
bool spellsText(Bytes value);

/// Bytes of one number of this VR, 0 for VRs that are not binary numbers; OB and OW count as numbers.
std::size_t widthOf(dicom::Vr vr);

}  // namespace gantry::anonymizer
