#pragma once
/// Attributes whose value in the output is the trial's own, whatever the original said.

#include <algorithm>
#include <array>

#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer {

namespace trial {
using dicom::Tag;
inline constexpr Tag kSponsorName{0x00120010};
inline constexpr Tag kProtocolId{0x00120020};
inline constexpr Tag kProtocolName{0x00120021};
inline constexpr Tag kSiteId{0x00120030};
inline constexpr Tag kSiteName{0x00120031};
inline constexpr Tag kSubjectId{0x00120040};
inline constexpr Tag kSubjectReadingId{0x00120042};
inline constexpr Tag kTimePointId{0x00120050};
inline constexpr Tag kCoordinatingCenterName{0x00120060};
inline constexpr Tag kPatientIdentityRemoved{0x00120062};
inline constexpr Tag kDeidentificationMethod{0x00120063};
inline constexpr Tag kDeidentificationMethodCodes{0x00120064};
inline constexpr Tag kBurnedInAnnotation{0x00280301};
inline constexpr Tag kLongitudinalModified{0x00280303};
}  // namespace trial

constexpr bool isTrialAttribute(dicom::Tag tag) {
    constexpr std::array kAll = {dicom::tags::kPatientName,
                                 dicom::tags::kPatientId,
                                 trial::kSponsorName,
                                 trial::kProtocolId,
                                 trial::kProtocolName,
                                 trial::kSiteId,
                                 trial::kSiteName,
                                 trial::kSubjectId,
                                 trial::kSubjectReadingId,
                                 trial::kTimePointId,
                                 trial::kCoordinatingCenterName,
                                 trial::kPatientIdentityRemoved,
                                 trial::kDeidentificationMethod,
                                 trial::kDeidentificationMethodCodes,
                                 trial::kLongitudinalModified};
    return std::ranges::find(kAll, tag) != kAll.end();
}

}  // namespace gantry::anonymizer
