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

// Text, bytes and codes that stay. What is not here and has such a VR goes.
constexpr Entry kEntries[] = {
    {0x00080005, KeepAs::CharacterSet},  // SpecificCharacterSet
    {0x00080070, KeepAs::Device},        // Manufacturer: corrections depend on it
    {0x00080100, KeepAs::CodeItem},      // CodeValue
    {0x00080102, KeepAs::CodeItem},      // CodingSchemeDesignator
    {0x00080104, KeepAs::CodeItem},      // CodeMeaning
    {0x00080119, KeepAs::CodeItem},      // LongCodeValue
    {0x00080222, KeepAs::Device},        // ManufacturerRelatedModelGroup
    {0x00081090, KeepAs::Device},        // ManufacturerModelName
    {0x00180024, KeepAs::Technical},     // SequenceName
    {0x00180031, KeepAs::Technical},     // Radiopharmaceutical
    {0x00180085, KeepAs::Technical},     // ImagedNucleus
    {0x00181020, KeepAs::Device},        // SoftwareVersions
    {0x00181040, KeepAs::Technical},     // ContrastBolusRoute
    {0x00181061, KeepAs::Technical},     // TriggerSourceOrType
    {0x00181064, KeepAs::Technical},     // CardiacFramingType
    {0x00181070, KeepAs::Technical},     // RadiopharmaceuticalRoute
    {0x00181085, KeepAs::Technical},     // PVCRejection
    {0x00181160, KeepAs::Technical},     // FilterType
    {0x00181180, KeepAs::Technical},     // CollimatorGridName
    {0x00181210, KeepAs::Technical},     // ConvolutionKernel
    {0x00181250, KeepAs::Technical},     // ReceiveCoilName
    {0x00181251, KeepAs::Technical},     // TransmitCoilName
    {0x00181260, KeepAs::Technical},     // PlateType
    {0x00189005, KeepAs::Technical},     // PulseSequenceName
    {0x00189041, KeepAs::Device},        // ReceiveCoilManufacturerName
    {0x00189047, KeepAs::Technical},     // MultiCoilElementName
    {0x00189050, KeepAs::Device},        // TransmitCoilManufacturerName
    {0x00189320, KeepAs::Technical},     // ImageFilter
    {0x0018702A, KeepAs::Device},        // DetectorManufacturerName
    {0x0018702B, KeepAs::Device},        // DetectorManufacturerModelName
    {0x00201040, KeepAs::Technical},     // PositionReferenceIndicator
    {0x00209056, KeepAs::Indicator},     // StackID
    {0x00209421, KeepAs::Keyword},       // DimensionDescriptionLabel
    {0x00620005, KeepAs::Technical},     // SegmentLabel
    {0x00620009, KeepAs::Technical},     // SegmentAlgorithmName
    {0x00281054, KeepAs::Technical},     // RescaleType
    {0x00281055, KeepAs::Technical},     // WindowCenterWidthExplanation
    {0x00283003, KeepAs::Technical},     // LUTExplanation
    {0x00283004, KeepAs::Technical},     // ModalityLUTType
    {0x00409210, KeepAs::Technical},     // LUTLabel
    {0x00541101, KeepAs::Technical},     // AttenuationCorrectionMethod
    {0x00541103, KeepAs::Technical},     // ReconstructionMethod
    {0x00541104, KeepAs::Technical},     // DetectorLinesOfResponseUsed
    {0x00541105, KeepAs::Technical},     // ScatterCorrectionMethod
    {0x00281201, KeepAs::LookupTable},   // RedPaletteColorLookupTableData
    {0x00281202, KeepAs::LookupTable},   // GreenPaletteColorLookupTableData
    {0x00281203, KeepAs::LookupTable},   // BluePaletteColorLookupTableData
    {0x00283006, KeepAs::LookupTable},   // LUTData
    {0x7FE00001, KeepAs::PixelBytes},    // ExtendedOffsetTable
    {0x7FE00002, KeepAs::PixelBytes},    // ExtendedOffsetTableLengths
    {0x7FE00008, KeepAs::PixelBytes},    // FloatPixelData
    {0x7FE00009, KeepAs::PixelBytes},    // DoubleFloatPixelData
    {0x7FE00010, KeepAs::PixelBytes},    // PixelData
};

// Single attributes of groups that do not stay as a whole.
constexpr std::uint32_t kSingles[] = {
    0x004008EA,  // MeasurementUnitsCodeSequence
    0x00409096,  // RealWorldValueMappingSequence
    0x00409211,  // RealWorldValueLastValueMapped
    0x00409212,  // RealWorldValueLUTData
    0x00409213,  // DoubleFloatRealWorldValueLastValueMapped
    0x00409214,  // DoubleFloatRealWorldValueFirstValueMapped
    0x00409216,  // RealWorldValueFirstValueMapped
    0x00409220,  // QuantityDefinitionSequence
    0x00409224,  // RealWorldValueIntercept
    0x00409225,  // RealWorldValueSlope
    0x0040A040,  // ValueType
    0x0040A043,  // ConceptNameCodeSequence
    0x0040A168,  // ConceptCodeSequence
    0x0040A170,  // PurposeOfReferenceCodeSequence
    0x0040A30A,  // NumericValue
    0x00400302,  // EntranceDose
    0x00400306,  // DistanceSourceToEntrance
    0x00400314,  // HalfValueLayer
    0x00400316,  // OrganDose
    0x00400318,  // OrganExposed
    0x00408302,  // EntranceDoseInmGy
    0x00409092,  // ParametricMapFrameTypeSequence
    0x00700080,  // ContentLabel
    0x00700308,  // RegistrationSequence
    0x00700309,  // MatrixRegistrationSequence
    0x0070030A,  // MatrixSequence
    0x0070030C,  // FrameOfReferenceTransformationMatrixType
    0x0070030D,  // RegistrationTypeCodeSequence
    0x20500020,  // PresentationLUTShape
};

// Groups of acquisition, geometry, image pixel, dose, segmentation and radiotherapy: numbers, code strings,
// references and sequences stay. In the other groups only what is listed above.
constexpr std::uint16_t kGroups[] = {0x0008, 0x0018, 0x0020, 0x0028, 0x0054, 0x0062,
                                     0x3002, 0x3004, 0x3006, 0x300A, 0x300C, 0x5200};

// Standard attributes of those groups that an image does not need and that tell about workflow, stores or
// private elements, which are gone.
constexpr std::uint32_t kRefused[] = {
    0x00080001,  // LengthToEnd
    0x00080051,  // IssuerOfAccessionNumberSequence
    0x00080056,  // InstanceAvailability
    0x00080300,  // PrivateDataElementCharacteristicsSequence and its company
    0x00080301, 0x00080303, 0x00080304, 0x00080305, 0x00080306, 0x00080307, 0x0008030B,
    0x00081198,  // FailedSOPSequence
};

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

Keeping byVr(std::string_view vr) {
    if (vr == "SQ") return {KeepAs::Sequence, "a sequence: its items are treated by the same rules"};
    if (vr == "UI") return {KeepAs::Uid, "a UID that is not the standard's own"};
    if (vr == "CS") return {KeepAs::CodeString, "coded words, checked against the vocabulary"};
    if (isNumberVr(vr)) return {KeepAs::Numbers, "numbers that describe the image or its acquisition"};
    return {};
}

}  // namespace

Keeping keeping(Tag tag) {
    const auto* listed = std::ranges::find(kEntries, tag.value, &Entry::tag);
    if (listed != std::end(kEntries)) return {listed->as, "needed to read the image; its value is checked"};
    const DictionaryEntry* known = dicom::lookup(tag);
    if (known == nullptr || known->retired || contains(kRefused, tag.value)) return {};
    if (!contains(kGroups, tag.group()) && !contains(kSingles, tag.value)) return {};
    return byVr(known->vr);
}

}  // namespace gantry::anonymizer
