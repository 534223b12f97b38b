#pragma once
/// Facts: what checks know of one instance once its bytes are spooled. Header values as text, nothing else,
/// so that they can be stored, compared and judged without opening the file again.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/dicom.hpp"

namespace gantry {

/// Attribute name to value. Names are PS3.6 keywords, nested as "Sequence[0].Keyword"; private ones
/// "(gggg,ee):creator". Values are UTF-8 text, multiple values separated by backslash, binary numbers in
/// decimal. An attribute sent empty is there with "", so is a sequence without items or an item without
/// attributes. Of values longer than kMaxFactLength, bulk data and pixel data only "present" is kept, of
/// private ones nothing. An attribute sent as UN is read as PS3.6 has it.
///
/// Per-frame functional groups (PS3.3 C.7.6.16) have one name for all frames, the frame written as a star:
/// "PerFrameFunctionalGroupsSequence[*].PlanePositionSequence[0].ImagePositionPatient". The value lists the
/// frames in order, separated by DEL (7FH): "=value", "~" without the attribute, "*n" the same for n more
/// frames.
///
/// Of Siemens CSA headers a few values are taken, as "Gantry.Csa.B_value"; a header that cannot be read
/// leaves "Gantry.CsaUnreadable" -> "1".
///
/// gantry/core/attributes.hpp answers what an attribute is, wherever it stands.
using Facts = std::map<std::string, std::string, std::less<>>;

inline constexpr std::size_t kMaxFactLength = 4096;  ///< bytes of one value
inline constexpr std::size_t kMaxFactsBytes =
    1 << 20;  ///< of one instance; what is beyond is left out and says so
              ///< with the fact "Gantry.FactsTruncated" -> "1"

Facts extractFacts(const dicom::DicomFile& file);

/// What differs from `base`: changed and new values, and removed ones marked so. JSON text.
std::string encodeFactsDelta(const Facts& base, const Facts& facts);
/// @errors BadFormat
Result<Facts> decodeFactsDelta(const Facts& base, std::string_view delta);

}  // namespace gantry
