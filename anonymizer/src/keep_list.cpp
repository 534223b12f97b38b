#include "keep_list.hpp"

#include <algorithm>

namespace gantry::anonymizer {
namespace {

using dicom::DictionaryEntry;
using dicom::Tag;

struct Entry {
    std::uint32_t tag;
    KeepAs as;
};
constexpr Entry kEntries[] = {
#include "keep_list.inc"
};

// Groups of workflow, people, stores, security, print and directories.
constexpr std::uint16_t kRefusedGroups[] = {0x0032, 0x0038, 0x0088, 0x0100, 0x0400, 0x2000, 0x2010,
                                            0x2020, 0x2030, 0x2040, 0x2100, 0x2110, 0x2120, 0x2130,
                                            0x2200, 0x4008, 0x4010, 0x4FFE, 0xFFFA, 0xFFFC};

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};
// What tells about patients, people, places, orders, stores or private elements in the groups that stay.
constexpr Range kRefused[] = {
    {0x00080001, 0x00080001},  // LengthToEnd
    {0x00080051, 0x00080056},  // issuer, query level, availability
    {0x000800FF, 0x000800FF},
    {0x00080300, 0x00080310},  // PrivateDataElementCharacteristicsSequence and its company
    {0x00080400, 0x00080429},  // inventories
    {0x00081100, 0x00081100},  // ReferencedResultsSequence
    {0x00081125, 0x00081125},  // ReferencedVisitSequence
    {0x00081196, 0x00081198},  // failures of storage
    {0x0008119A, 0x0008119B},
    {0x00100022, 0x00100027},  // kind, issuer and groups of patient IDs
    {0x00100033, 0x00100035},  // other calendars
    {0x00102298, 0x00102298},  // ResponsiblePersonRole
    {0x00201070, 0x00201070},  // OtherStudyNumbers
    {0x00203100, 0x002031FF},  // SourceImageIDs
    {0x00203402, 0x00203404},  // ModifiedImageID
    {0x00205000, 0x00205002},  // OriginalImageIdentification
    {0x00400001, 0x00400007},  // scheduled steps
    {0x0040000B, 0x0040025F},
    {0x00400261, 0x0040029F},  // performed steps, billing
    {0x00400320, 0x00400340},
    {0x00404001, 0x00404074},  // work items
    {0x0040A021, 0x0040A028},  // findings groups, documents and observers of the trial-use templates
    {0x0040A066, 0x0040A089},
    {0x0040A390, 0x0040A390},  // HL7StructuredDocumentReferenceSequence
    {0x0040A402, 0x0040A404},
    {0x0040E001, 0x0040E031},  // documents in other stores
    {0x00440100, 0x00440110},  // approvals
    {0x00720060, 0x00720083},  // values of selectors
    {0x00741000, 0x00741008},  // unified procedure steps
    {0x00741200, 0x00741246},
    {0x00420000, 0x0042FFFF},  // encapsulated documents
    {0x30080200, 0x30080200},  // CurrentTreatmentStatus
};
// Of the refused groups: coded procedures, and how stored values become grey.
constexpr std::uint32_t kSingles[] = {0x00321064, 0x00321065};

// Patient characteristics that Table E.1-1 does not name; the option for them keeps them.
constexpr std::uint32_t kCharacteristics[] = {0x00101021, 0x00101022};  // size code, body mass index

constexpr std::string_view kNumberVrs[] = {"DS", "IS", "AS", "US", "SS", "UL",
                                           "SL", "FL", "FD", "UV", "SV", "AT"};

bool contains(const auto& list, const auto& value) {
    return std::ranges::find(list, value) != std::end(list);
}

/// Every alternative of "US or SS" is a number VR.
bool isNumberVr(std::string_view vr) {
    for (std::size_t at = 0; at < vr.size(); at += sizeof "US or " - 1)
        if (!contains(kNumberVrs, vr.substr(at, 2))) return false;
    return !vr.empty();
}

bool isRefused(Tag tag) {
    if (contains(kRefusedGroups, tag.group())) return !contains(kSingles, tag.value);
    return std::ranges::any_of(
        kRefused, [&](const Range& range) { return range.first <= tag.value && tag.value <= range.last; });
}

Keeping byVr(std::string_view vr) {
    if (vr == "SQ") return {KeepAs::Sequence, "a sequence: its items are treated by the same rules"};
    if (vr == "UI") return {KeepAs::Uid, "a UID that is not the standard's own"};
    if (vr == "CS") return {KeepAs::CodeString, "coded words, checked against the vocabulary"};
    if (vr == "DA" || vr == "DT" || vr == "TM") return {KeepAs::Time, "dates and times"};
    if (isNumberVr(vr)) return {KeepAs::Numbers, "numbers that describe the image or its acquisition"};
    return {};
}

}  // namespace

Keeping keeping(Tag tag, std::span<const Tag> asked) {
    const auto* listed = std::ranges::lower_bound(kEntries, tag.value, {}, &Entry::tag);
    if (listed != std::end(kEntries) && listed->tag == tag.value)
        return {listed->as, "needed to read the image; its value is checked"};
    const DictionaryEntry* known = dicom::lookup(tag);
    if (known == nullptr) return {};
    const bool wanted = contains(asked, tag);
    if (isRefused(tag) && !wanted) return {};
    const auto kept = byVr(known->vr);
    const bool text = known->vr.size() == 2 && dicom::usesCharacterSet({known->vr[0], known->vr[1]});
    if (kept.as == KeepAs::No && wanted && text) return {KeepAs::Description, "the pack needs it; cleaned"};
    return kept;
}

bool isPatientCharacteristic(Tag tag) {
    return contains(kCharacteristics, tag.value);
}

}  // namespace gantry::anonymizer
