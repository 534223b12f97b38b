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

/// A place in the pixels that is always blanked, for images of this origin. Empty texts and zeros match all.
struct PixelRegion {
    std::string modality;                     ///< (0008,0060), whole
    std::string manufacturer;                 ///< (0008,0070), a part of it, case does not count
    std::string model;                        ///< (0008,1090), a part of it, case does not count
    int rows = 0, columns = 0;                ///< (0028,0010), (0028,0011)
    int x = 0, y = 0, width = 0, height = 0;  ///< pixels; from the left and from the top
};

/// Which images are looked at for burnt-in text.
enum class Screening : std::uint8_t {
    Risky,  ///< the classes and devices that are known for it, and what says YES or nothing where it should
    All,
};

/// What happens to encapsulated documents (PDF, CDA).
enum class Documents : std::uint8_t {
    Hold,     ///< the object stays here
    Replace,  ///< a notice takes the document's place
    Clean,    ///< text and metadata are taken out where that can be done, else a notice
};

struct DeidPolicy {
    std::uint32_t options = 0;  ///< bit per DeidOption
    std::vector<dicom::Tag>
        keep;  ///< standard attributes that the pack needs besides; their values are checked
    std::vector<dicom::Tag> remove;  ///< a person at the site or the pack wants them gone, at every depth
    std::vector<std::string> words;  ///< upper case; may stand in descriptors besides the built-in vocabulary
    int age_cap_years = 89;          ///< older is told as one more; 0: ages are told as they are
    std::string uid_root = "2.25";
    Documents documents = Documents::Hold;
    Screening screening = Screening::Risky;
    bool gate_reads_pixels = false;  ///< text that is left in the outputs' pixels is read for the gate
    std::vector<PixelRegion> pixel_regions;
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
/// A policy may be put together without parsePolicy(): the same refusals, the UID root, and `keep`, which may
/// name standard attributes alone that Table E.1-1 does not decide.
/// @errors Unsupported, InvalidArgument
Result<> validate(const DeidPolicy& policy);
/// The names in force, "basic_profile" first.
std::vector<std::string> policyNames(const DeidPolicy& policy);

/// Why an attribute is treated as it is.
enum class Origin : std::uint8_t {
    Profile,    ///< Basic Profile column
    Option,     ///< column of an option in force
    KeepList,   ///< not in the table; standard, and its VR or its entry in the keep list allows it
    Private,    ///< odd group
    NotListed,  ///< default-deny
    Person,     ///< a person at the site removed it
    Structure,  ///< group lengths, command and file meta elements, overlays, curves, padding
    Trial,      ///< the value is the trial's own
};

struct Rule {
    Action action =
        Action::X;  ///< may be conditional; never None. C: dates are moved, text is cleaned word by word
    Origin origin = Origin::NotListed;
    std::string_view reason;  ///< one short sentence for the report; static storage
};

/// What happens to this attribute, at any depth. Pure.
Rule actionFor(dicom::Tag tag, const DeidPolicy& policy);

}  // namespace gantry::anonymizer
