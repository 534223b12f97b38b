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

/// DS IS AS: syntax of each component, PS3.5 Table 6.2-1. Binary numbers: whole ones, as many as the VM
/// allows.
Checked checkNumbers(dicom::Tag tag, dicom::Vr vr, Bytes value);
/// CS: vocabulary. Unknown components of ImageType become OTHER, so that the others keep their places.
Checked checkCodeString(dicom::Tag tag, std::string_view value);
/// TM: HHMMSS.FFFFFF or less; the predecessor's colons are taken out.
Checked checkTime(std::string_view value);
/// Text that an option retains: printable, within the VR's length, no control characters but ESC.
Checked checkRetainedText(dicom::Vr vr, std::string_view value);
/// Text of the keep list. `device_retained`: product names may be made of any words.
Checked checkKeptText(KeepAs as, dicom::Vr vr, std::string_view value, bool device_retained);
/// "&ZZXX" of TimezoneOffsetFromUTC.
bool isZone(std::string_view value);

/// Dummy of non-zero length for action D, valid for the VR; "" for VRs that have none.
std::string dummyFor(dicom::Vr vr);

/// Without the padding of the VR.
std::string_view unpadded(std::string_view value);

}  // namespace gantry::anonymizer
