#pragma once
/// Values that stay are checked against their VR first: what is illegal there could carry anything.

#include <optional>
#include <string>
#include <string_view>

#include "gantry/core/dicom.hpp"
#include "keep_list.hpp"

namespace gantry::anonymizer {

/// A value that may be written: as it was, corrected, or not at all.
struct Checked {
    enum class Verdict : unsigned char { Same, Corrected, Illegal } verdict = Verdict::Illegal;
    std::string corrected;
    std::string_view reason;  ///< for Corrected and Illegal; static storage
    bool ok() const { return verdict != Verdict::Illegal; }
};

/// By VR: DS IS AS and binary numbers by their syntax and count (PS3.5 Table 6.2-1, PS3.6), CS by the
/// vocabulary, dates and times by being such, text by how the keep list wants it. Numbers of more characters
/// than PS3.5 allows are rounded to fit.
/// @param as               No for what an option retains: any legal text
/// @param age_cap_years    greater ages are told as one year more; 0: as they are
Checked checkKept(dicom::Tag tag, dicom::Vr vr, KeepAs as, Bytes value, int age_cap_years = 89);

/// Dummy of non-zero length for action D, valid for the VR; "" for VRs that have none.
std::string dummyFor(dicom::Vr vr);

/// Without the padding of the VR.
std::string_view unpadded(std::string_view value);

}  // namespace gantry::anonymizer
