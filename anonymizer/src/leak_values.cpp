#include <algorithm>

#include "gantry/anonymizer/leak_gate.hpp"
#include "gantry/anonymizer/table.hpp"
#include "leak_closed.hpp"
#include "leak_text.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Tag;
using dicom::Vr;
using leak::asciiLower;
using leak::isPlainText;

struct Source {
    std::uint32_t tag;
    ValueKind kind;
};
// Attributes whose meaning their VR does not tell. PN, DA, DT and UI are taken wherever they stand.
constexpr Source kSources[] = {
    {0x00080050, ValueKind::AccessionNumber},     // AccessionNumber
    {0x00080054, ValueKind::Device},              // RetrieveAETitle
    {0x00080055, ValueKind::Device},              // StationAETitle
    {0x00080080, ValueKind::Institution},         // InstitutionName
    {0x00080081, ValueKind::Address},             // InstitutionAddress
    {0x00080092, ValueKind::Address},             // ReferringPhysicianAddress
    {0x00080094, ValueKind::Telephone},           // ReferringPhysicianTelephoneNumbers
    {0x00081010, ValueKind::Device},              // StationName
    {0x00081040, ValueKind::Institution},         // InstitutionalDepartmentName
    {0x00084000, ValueKind::FreeText},            // IdentifyingComments
    {0x00100012, ValueKind::PatientName},         // NameToUse
    {0x00100020, ValueKind::PatientId},           // PatientID
    {0x00101000, ValueKind::PatientId},           // OtherPatientIDs
    {0x00101040, ValueKind::Address},             // PatientAddress
    {0x00101050, ValueKind::PatientId},           // InsurancePlanIdentification
    {0x00101090, ValueKind::PatientId},           // MedicalRecordLocator
    {0x00102154, ValueKind::Telephone},           // PatientTelephoneNumbers
    {0x00102155, ValueKind::Telephone},           // PatientTelecomInformation
    {0x001021B0, ValueKind::FreeText},            // AdditionalPatientHistory
    {0x00102299, ValueKind::Institution},         // ResponsibleOrganization
    {0x00104000, ValueKind::FreeText},            // PatientComments
    {0x00181000, ValueKind::Device},              // DeviceSerialNumber
    {0x00181002, ValueKind::Device},              // DeviceUID, kept with the device: Table E.1-1
    {0x00181004, ValueKind::Device},              // PlateID
    {0x00181007, ValueKind::Device},              // CassetteID
    {0x00181008, ValueKind::Device},              // GantryID
    {0x0018100B, ValueKind::Device},              // ManufacturerDeviceClassUID, kept with the device
    {0x0018700A, ValueKind::Device},              // DetectorID
    {0x00200010, ValueKind::OrderOrAdmissionId},  // StudyID
    {0x00204000, ValueKind::FreeText},            // ImageComments
    {0x00324000, ValueKind::FreeText},            // StudyComments
    {0x00380010, ValueKind::OrderOrAdmissionId},  // AdmissionID
    {0x00380060, ValueKind::OrderOrAdmissionId},  // ServiceEpisodeID
    {0x00380300, ValueKind::Address},             // CurrentPatientLocation
    {0x00380400, ValueKind::Address},             // PatientInstitutionResidence
    {0x00400009, ValueKind::OrderOrAdmissionId},  // ScheduledProcedureStepID
    {0x00400253, ValueKind::OrderOrAdmissionId},  // PerformedProcedureStepID
    {0x00401001, ValueKind::OrderOrAdmissionId},  // RequestedProcedureID
    {0x00401102, ValueKind::Address},             // PersonAddress
    {0x00401103, ValueKind::Telephone},           // PersonTelephoneNumbers
    {0x00402010, ValueKind::Telephone},           // OrderCallbackPhoneNumber
    {0x00402016, ValueKind::OrderOrAdmissionId},  // PlacerOrderNumberImagingServiceRequest
    {0x00402017, ValueKind::OrderOrAdmissionId},  // FillerOrderNumberImagingServiceRequest
    {0x0040050A, ValueKind::AccessionNumber},     // SpecimenAccessionNumber
};
constexpr Tag kBirthDate{0x00100030};
constexpr Tag kContentText{0x0040A160};
constexpr Tag kContentUid{0x0040A124};
constexpr Tag kMediaStorageSopInstanceUid{0x00020003};
constexpr std::string_view kStandardUidRoot = "1.2.840.10008.";
constexpr std::uint16_t kPatientGroup = 0x0010;

// UIDs that name software, coding schemes and the like; they may stay as they are.
constexpr std::uint32_t kPublicUids[] = {
    0x0008010C,  // CodingSchemeUID
    0x0008010D,  // ContextGroupExtensionCreatorUID
    0x00080117,  // ContextUID
    0x00080118,  // MappingResourceUID
};

bool isFreeTextVr(Vr vr) {
    return vr == Vr("LO") || vr == Vr("SH") || vr == Vr("LT") || vr == Vr("ST") || vr == Vr("UT") ||
           vr == Vr("UC");
}

/// What the profile takes out, so that its text has no place in an output.
bool isRemoved(const TableRow& row) {
    return row.basic != Action::None && row.basic != Action::K && row.basic != Action::U &&
           row.basic != Action::C && row.basic != Action::XZU;
}

std::optional<ValueKind> byVr(const Element& element) {
    if (element.vr == Vr("PN"))
        return element.tag.group() == kPatientGroup ? ValueKind::PatientName : ValueKind::PersonName;
    if (element.vr == Vr("DA") || element.vr == Vr("DT")) return ValueKind::Date;
    if (element.vr == Vr("UI") && std::ranges::find(kPublicUids, element.tag.value) == std::end(kPublicUids))
        return ValueKind::Uid;
    return std::nullopt;
}

std::optional<ValueKind> kindOf(const Element& element) {
    const auto* source = std::ranges::find(kSources, element.tag.value, &Source::tag);
    if (source != std::end(kSources)) return source->kind;
    if (element.tag == kBirthDate) return ValueKind::BirthDate;
    if (const auto kind = byVr(element)) return kind;
    const bool text = isFreeTextVr(element.vr);
    if (element.tag.isPrivate()) {
        const bool creator = element.tag.element() <= 0x00FF;
        const bool unknown = element.vr == Vr("UN") && isPlainText(asText(element.value));
        return !creator && (text || unknown) ? std::optional(ValueKind::FreeText) : std::nullopt;
    }
    const auto* row = text ? profileRow(element.tag) : nullptr;
    return row != nullptr && isRemoved(*row) ? std::optional(ValueKind::FreeText) : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    return text;
}

class Collector {
public:
    explicit Collector(IdentifyingValues& into) : into_(into) {}

    void walk(const DataSet& dataset, std::string_view character_set) {
        const auto own = dataset.text(dicom::tags::kSpecificCharacterSet);
        if (!own.empty()) character_set = own;
        for (const auto& element : dataset.elements) {
            for (const auto& item : element.items) walk(item, character_set);
            if (element.sequence || element.encapsulated) continue;
            const bool content = element.tag == kContentUid || element.tag == kContentText;
            if (content && leak::namesDevice(dataset))
                take(element, ValueKind::Device, character_set);
            else if (const auto kind = kindOf(element))
                take(element, *kind, character_set);
            else
                takeTechnical(element, character_set);
        }
    }

    /// Of the file meta: a UID or an application entity title.
    void take(const Element& element) {
        take(element, element.vr == Vr("UI") ? ValueKind::Uid : ValueKind::Device, {});
    }

private:
    void take(const Element& element, ValueKind kind, std::string_view character_set) {
        constexpr std::size_t kLongest = 64u << 10;  // longer values are no identifiers
        const auto bytes = trimmed(asText(element.value));
        if (bytes.empty() || bytes.size() > kLongest) return;
        const bool coded = dicom::usesCharacterSet(element.vr) || element.vr == Vr("UN");
        const auto utf8 = coded ? dicom::toUtf8(bytes, character_set, element.vr) : std::string(bytes);
        const bool lines = element.vr == Vr("LT") || element.vr == Vr("ST") || element.vr == Vr("UT");
        if (lines || utf8 != bytes) {  // a backslash may be half of a character
            into_.values.insert(
                {kind, utf8, utf8 == bytes ? std::string() : std::string(bytes), element.tag});
            if (lines) return;
        }
        for (const auto part : dicom::splitValues(utf8))
            if (!trimmed(part).empty() && !(kind == ValueKind::Uid && part.starts_with(kStandardUidRoot)))
                into_.values.insert({kind, std::string(trimmed(part)), {}, element.tag});
    }

    /// Texts that stay, so that the same words elsewhere in the original tell nothing.
    void takeTechnical(const Element& element, std::string_view character_set) {
        constexpr std::size_t kLongest = 256;
        if (element.tag.isPrivate() || !dicom::isTextVr(element.vr)) return;
        if (element.vr == Vr("DS") || element.vr == Vr("IS") || element.vr == Vr("TM")) return;
        if (element.value.size() > kLongest || into_.technical.size() >= kMostTechnical) return;
        const auto utf8 = dicom::toUtf8(trimmed(asText(element.value)), character_set, element.vr);
        into_.technical.insert(asciiLower(utf8));
        for (const auto part : dicom::splitValues(utf8)) into_.technical.insert(asciiLower(trimmed(part)));
    }

    static constexpr std::size_t kMostTechnical = 20'000;
    IdentifyingValues& into_;
};

}  // namespace

std::string_view toString(ValueKind kind) {
    switch (kind) {
        case ValueKind::PatientName:
            return "patient name";
        case ValueKind::PatientId:
            return "patient ID";
        case ValueKind::AccessionNumber:
            return "accession number";
        case ValueKind::OrderOrAdmissionId:
            return "order or admission number";
        case ValueKind::BirthDate:
            return "birth date";
        case ValueKind::Date:
            return "date";
        case ValueKind::Address:
            return "address";
        case ValueKind::Telephone:
            return "telephone number";
        case ValueKind::PersonName:
            return "name of a person";
        case ValueKind::Institution:
            return "institution";
        case ValueKind::Device:
            return "device";
        case ValueKind::Uid:
            return "original UID";
        case ValueKind::FreeText:
            return "free text about the patient";
        case ValueKind::Other:
            return "other";
    }
    return "";
}

void IdentifyingValues::add(ValueKind kind, std::string_view text) {
    if (!trimmed(text).empty()) values.insert({kind, std::string(trimmed(text)), {}, {}});
}

void IdentifyingValues::allow(std::string_view text) {
    if (!text.empty()) allowed.insert(std::string(text));
}

void IdentifyingValues::merge(const IdentifyingValues& other) {
    values.insert(other.values.begin(), other.values.end());
    allowed.insert(other.allowed.begin(), other.allowed.end());
    technical.insert(other.technical.begin(), other.technical.end());
}

IdentifyingValues collect(const dicom::DicomFile& original) {
    IdentifyingValues values;
    Collector collector(values);
    for (const auto& element : original.meta.elements)
        if (element.tag == kMediaStorageSopInstanceUid || element.vr == Vr("AE")) collector.take(element);
    collector.walk(original.dataset, {});
    return values;
}

}  // namespace gantry::anonymizer
