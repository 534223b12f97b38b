#pragma once
/// Which profile options are in force, and what that means for one attribute. Default-deny: what neither the
/// table nor the keep list knows does not leave.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/anonymizer/table.hpp"
#include "gantry/core/result.hpp"

namespace gantry::anonymizer {

/// Options of PS3.15 E.1-1, E.3.1 to E.3.12. The Basic Profile is always in force.
enum class DeidOption : std::uint8_t {
    RetainSafePrivate,
    RetainUids,
    RetainDeviceIdentity,
    RetainInstitutionIdentity,
    RetainPatientCharacteristics,
    RetainLongitudinalFullDates,
    RetainLongitudinalModifiedDates,
    CleanDescriptors,
    CleanStructuredContent,
    CleanGraphics,
    CleanPixelData,
    CleanRecognizableVisualFeatures,
};

struct DeidOptionRow {
    DeidOption option;
    std::string_view name;     ///< as packs write it: "retain_device_identity"
    std::string_view code;     ///< CID 7050, scheme DCM
    std::string_view meaning;  ///< CID 7050
    bool supported;            ///< false: asking for it is an error
};
/// All options, supported or not, in the enum's order.
std::span<const DeidOptionRow> deidOptions();

struct DeidPolicy {
    std::uint32_t options = 0;  ///< bit per DeidOption
    bool has(DeidOption option) const { return (options >> static_cast<unsigned>(option) & 1u) != 0; }
    DeidPolicy& add(DeidOption option) {
        options |= 1u << static_cast<unsigned>(option);
        return *this;
    }
};

/// From names as packs write them; "basic_profile" is allowed and changes nothing.
/// @errors InvalidArgument for an unknown name or options that contradict each other; Unsupported for an
/// option that
///         the standard knows and this engine does not offer. Nothing is ever ignored.
Result<DeidPolicy> parsePolicy(std::span<const std::string> names);
/// The names in force, "basic_profile" first.
std::vector<std::string> policyNames(const DeidPolicy& policy);

/// Why an attribute is treated as it is.
enum class Origin : std::uint8_t {
    Profile,    ///< Basic Profile column
    Option,     ///< column of an option in force
    KeepList,   ///< not in the table; standard, and its VR or its entry in the keep list allows it
    Private,    ///< odd group
    NotListed,  ///< default-deny
    Structure,  ///< group lengths, command and file meta elements, overlays, curves, padding
    Trial,      ///< the value is the trial's own
};

struct Rule {
    Action action =
        Action::X;  ///< may be conditional; never None. C only for dates and times that are shifted
    Origin origin = Origin::NotListed;
    std::string_view reason;  ///< one short sentence for the report; static storage
};

/// What happens to this attribute, at any depth. Pure.
Rule actionFor(dicom::Tag tag, const DeidPolicy& policy);

}  // namespace gantry::anonymizer
