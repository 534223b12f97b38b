#include "leak_closed.hpp"

#include <algorithm>

#include "gantry/anonymizer/table.hpp"
#include "leak_text.hpp"

namespace gantry::anonymizer::leak {
namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Tag;
using dicom::Vr;

// Attributes about people that have no place in any output, at any depth.
constexpr std::uint32_t kMustBeEmpty[] = {
    0x00080050, 0x00080081, 0x00080090, 0x00080092, 0x00080094, 0x00081048, 0x00081050,
    0x00081060, 0x00081070, 0x00100030, 0x00100032, 0x00101000, 0x00101001, 0x00101005,
    0x00101040, 0x00101060, 0x00102154, 0x00102155, 0x001021B0, 0x00102297, 0x00104000,
    0x00321032, 0x00380300, 0x00380400, 0x00400006, 0x00402008, 0x00402010};

// Text that somebody typed: it stays only where it is cleaned (E.3.6), and says nothing otherwise.
constexpr std::uint32_t kDescriptors[] = {
    0x00081030,  // StudyDescription
    0x0008103E,  // SeriesDescription
    0x00081080,  // AdmittingDiagnosesDescription
    0x00082111,  // DerivationDescription
    0x00181030,  // ProtocolName
    0x00181400,  // AcquisitionDeviceProcessingDescription
    0x00189424,  // AcquisitionProtocolDescription
    0x00204000,  // ImageComments
    0x00209158,  // FrameComments
    0x00321060,  // RequestedProcedureDescription
    0x00324000,  // StudyComments
    0x00400007,  // ScheduledProcedureStepDescription
    0x00400254,  // PerformedProcedureStepDescription
    0x00400280,  // CommentsOnThePerformedProcedureStep
    0x00402400,  // ImagingServiceRequestComments
};

// What stands where an object must have a value and none is told; PN and text.
constexpr std::string_view kNeutral[] = {"removed", "unknown", "anonymized", "other", "none"};

constexpr std::string_view kStandardUidRoot = "1.2.840.10008.";

struct Door {
    std::uint32_t tag;
    bool GateOptions::*key;
    std::string_view what;
};
constexpr Door kDoors[] = {
    {0x0040A730, &GateOptions::structured_content, "report content"},   // ContentSequence
    {0x00700001, &GateOptions::graphics, "graphic annotations"},        // GraphicAnnotationSequence
    {0x00420011, &GateOptions::documents, "an encapsulated document"},  // EncapsulatedDocument
};

template <class List>
bool contains(const List& list, std::uint32_t value) {
    return std::ranges::find(list, value) != std::end(list);
}

std::string_view unpadded(std::string_view text) {
    while (!text.empty() && (text.back() == '\0' || text.back() == ' ')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::string_view ClosedDoors::faultOf(const DataSet& dataset, const Element& element) const {
    const auto tag = element.tag;
    if (tag.element() == 0) return "group length";
    if (tag.isPrivate()) return privateFault(dataset, element);
    const auto repeating = tag.group() & 0xFF00;
    if (repeating == 0x5000) return "overlay or curve";
    if (repeating == 0x6000 && !options_.graphics) return "overlay or curve";
    if (dicom::lookup(tag) == nullptr) return "attribute that the standard does not know";
    return standardFault(dataset, element);
}

/// PS3.5 7.8.1: (gggg,00bb) names the creator of (gggg,bb00) to (gggg,bbFF).
std::string_view ClosedDoors::privateFault(const DataSet& dataset, const Element& element) const {
    constexpr std::string_view kPrivate = "private element";
    constexpr unsigned kFirstBlock = 0x10;
    constexpr unsigned kLastBlock = 0xFF;
    if (options_.private_retained.empty()) return kPrivate;
    const auto group = element.tag.group();
    const unsigned number = element.tag.element();
    if (number >= kFirstBlock && number <= kLastBlock) {
        const PrivateKey first{std::string(unpadded(asText(element.value))), 0};
        const auto known = options_.private_retained.lower_bound(first);
        return known != options_.private_retained.end() && known->creator == first.creator ? "" : kPrivate;
    }
    const auto* creator = dataset.find(dicom::makeTag(group, static_cast<std::uint16_t>(number >> 8)));
    if (creator == nullptr || number >> 8 < kFirstBlock) return kPrivate;
    const PrivateKey key{std::string(unpadded(asText(creator->value))),
                         std::uint32_t{group} << 16 | (number & 0xFF)};
    return options_.private_retained.contains(key) ? "" : kPrivate;
}

std::string_view ClosedDoors::standardFault(const DataSet& dataset, const Element& element) const {
    const auto tag = element.tag.value;
    for (const auto& door : kDoors)
        if (door.tag == tag && !(options_.*door.key)) return door.what;
    if (options_.kept.contains(tag)) return "";
    const bool stays = staysByOption(element.tag, options_);
    const bool empty = element.items.empty() && unpadded(asText(element.value)).empty();
    if (contains(kMustBeEmpty, tag) && !empty && !stays) return "attribute about a person that is not empty";
    const auto* known = dicom::lookup(element.tag);
    if (known != nullptr && known->vr == "PN" && !saysNothing(element)) return "a name of a person";
    if (!stays && contains(kDescriptors, tag) && !saysNothing(element))
        return "a description that was not cleaned";
    const bool of_device = options_.device_retained && namesDevice(dataset);
    return element.vr == Vr("UI") && !of_device ? uidFault(element) : "";
}

bool staysByOption(Tag tag, const GateOptions& options) {
    if (options.kept.contains(tag.value)) return true;
    if (tag.isPrivate()) {
        const auto key = tag.value & 0xFFFF00FF;
        return std::ranges::any_of(options.private_retained,
                                   [&](const PrivateKey& safe) { return safe.group_and_element == key; });
    }
    const auto* row = profileRow(tag);
    const auto keeps = [&](bool chosen, Column column) {
        return chosen && row != nullptr && row->option(column) != Action::None;
    };
    return keeps(options.descriptors, Column::CleanDescriptors) ||
           keeps(options.structured_content, Column::CleanStructuredContent) ||
           keeps(options.graphics, Column::CleanGraphics) ||
           keeps(options.device_retained, Column::RetainDeviceIdentity) ||
           keeps(options.institution_retained, Column::RetainInstitutionIdentity) ||
           keeps(options.patient_retained, Column::RetainPatientCharacteristics);
}

bool namesDevice(const DataSet& item) {
    // PS3.16 TID 1004 and 1021: UID, name and serial number of the observing device; names of devices,
    // stations.
    constexpr std::string_view kConcepts[] = {"121012", "121013", "121016", "113877", "113880", "110119"};
    constexpr Tag kConceptName{0x0040A043};
    constexpr Tag kCodeValue{0x00080100};
    constexpr Tag kCodingScheme{0x00080102};
    const auto* concept_name = item.find(kConceptName);
    if (concept_name == nullptr || concept_name->items.empty()) return false;
    const auto& code = concept_name->items.front();
    return code.text(kCodingScheme) == "DCM" &&
           std::ranges::find(kConcepts, code.text(kCodeValue)) != std::end(kConcepts);
}

/// Table E.1-1 asks for replacement: what stands there must be of the root that replaced UIDs have.
std::string_view ClosedDoors::uidFault(const Element& element) const {
    const auto* row = options_.uids_retained ? nullptr : profileRow(element.tag);
    if (row == nullptr || (row->basic != Action::U && row->basic != Action::XZU)) return "";
    if (options_.device_retained && row->option(Column::RetainDeviceIdentity) == Action::K) return "";
    for (const auto part : splitAt(asText(element.value), "\\")) {
        const auto uid = unpadded(part);
        const bool ours = uid.size() > options_.uid_root.size() && uid.starts_with(options_.uid_root) &&
                          uid[options_.uid_root.size()] == '.';
        if (!uid.empty() && !ours && !uid.starts_with(kStandardUidRoot)) return "a UID that was not replaced";
    }
    return "";
}

/// Empty, the trial's own, or a word that stands for nobody.
bool ClosedDoors::saysNothing(const Element& element) const {
    for (const auto part : splitAt(asText(element.value), "\\^=")) {
        const auto word = asciiLower(unpadded(part));
        if (word.empty() || std::ranges::find(kNeutral, word) != std::end(kNeutral)) continue;
        if (std::ranges::find(patterns_.allowed, word) == patterns_.allowed.end()) return false;
    }
    return true;
}

}  // namespace gantry::anonymizer::leak
