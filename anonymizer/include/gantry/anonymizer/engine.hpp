#pragma once
/// De-identifies one instance: reads it where it lies in the spool, writes a new file, copies pixel bytes by
/// the kernel. Pure apart from the two files: the same input, policy, keys and subject give the same output
/// bytes.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gantry/anonymizer/mapping.hpp"
#include "gantry/anonymizer/policy.hpp"

namespace gantry::anonymizer {

/// What a look at the pixels came to; taken by gantry-worker before the engine runs.
enum class PixelState : std::uint8_t {
    NotLookedAt,  ///< risky classes are refused
    Clean,        ///< no text was found, or only text that may stay
    Blanked,      ///< text was found and is blanked in this file
};

/// A PS3.10 file that lies at [offset, offset + length) of `path`.
struct DeidInput {
    std::filesystem::path path;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length = {};  ///< to the end of the file when absent
    PixelState pixels = PixelState::NotLookedAt;
};

/// What the trial calls this subject. Printable ASCII without backslash, caret and equals sign, at most 64
/// bytes.
struct SubjectIdentity {
    std::string trial_id;  ///< ClinicalTrialProtocolID, required
    std::string site_id;   ///< ClinicalTrialSiteID, may be empty (Type 2)
    std::string
        subject_id;  ///< ClinicalTrialSubjectID, PatientID and PatientName, required; keys the date offset
    std::string visit_id;      ///< ClinicalTrialTimePointID; the attribute is left out when empty
    std::string sponsor_name;  ///< ClinicalTrialSponsorName (Type 1): "SPONSOR" when empty
};

/// What was done in the end, conditional actions resolved.
enum class Done : std::uint8_t {
    Kept,
    Removed,
    Emptied,
    Replaced,
    UidMapped,
    DateShifted,
    TrialValue,
    Cleaned
};
inline constexpr std::size_t kDoneKinds = 8;
std::string_view toString(Done done);  ///< "kept", "removed", ...

/// One line of the report: no original value, ever.
struct DeidLine {
    std::string where;  ///< "RadiopharmaceuticalInformationSequence[].RadionuclideCodeSequence[].CodeMeaning"
    Done done;
    std::string_view reason;  ///< static storage
    std::uint32_t count = 1;  ///< occurrences, all items together
};

struct DeidReport {
    std::string sop_class_uid;
    std::string transfer_syntax_uid;                 ///< of the output
    std::string sop_instance_uid;                    ///< new
    std::string series_instance_uid;                 ///< new
    std::string study_instance_uid;                  ///< new
    std::array<std::uint64_t, kDoneKinds> counts{};  ///< elements by Done
    std::vector<DeidLine> lines;
    bool already_deidentified = false;  ///< the input was an output of ours for this subject, proven by key
    Digest sha256{};                    ///< of the output file
    std::uint64_t size_bytes = 0;       ///< of the output file
    std::uint64_t count(Done done) const { return counts[static_cast<std::size_t>(done)]; }
};

/// Writes `out` (beside, then renamed over it). Not synced: call syncOutputs() for a group before any of them
/// counts.
/// @errors NotDicom, DicomLimit; Unsupported with a reason for what cannot be made safe yet (hold it);
///         InvalidArgument for a subject that is not as described; Io, DiskFull
Result<DeidReport> deidentify(const DeidInput& input, const DeidPolicy& policy, const DeidKeys& keys,
                              const SubjectIdentity& subject, const std::filesystem::path& out);

/// fdatasync of each file, then fsync of each directory that holds one.
Result<> syncOutputs(const std::vector<std::filesystem::path>& outputs);

}  // namespace gantry::anonymizer
