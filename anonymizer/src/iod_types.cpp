#include "iod_types.hpp"

#include <algorithm>

namespace gantry::anonymizer {
namespace {

constexpr unsigned of(Family family) {
    return 1u << static_cast<unsigned>(family);
}
constexpr unsigned kAll = ~0u;
constexpr unsigned kNotRt = kAll & ~of(Family::Radiotherapy);
// With ContentDate and ContentTime of Type 1: SR Document General (C.17.2), Waveform Identification (C.10.8).
constexpr unsigned kDated =
    of(Family::Enhanced) | of(Family::Segmentation) | of(Family::Report) | of(Family::Waveform);
constexpr unsigned kEnhanced = of(Family::Enhanced) | of(Family::Segmentation);

struct TypeRow {
    std::uint32_t tag;
    unsigned families;
    Type type;
};

// PS3.3 modules: Patient, General Study, General Series, Frame of Reference, General and Enhanced General
// Equipment, General Image, PET Series and Image, Enhanced CT/MR/PET Image, Segmentation, RT.
constexpr TypeRow kTypes[] = {
    {0x00080020, kAll, Type::Two},             // StudyDate
    {0x00080021, of(Family::Pet), Type::One},  // SeriesDate, PET Series
    {0x00080022, of(Family::Pet), Type::Two},  // AcquisitionDate, PET Image
    {0x00080023, kDated, Type::One},           // ContentDate
    {0x00080023, kAll, Type::Two},
    {0x0008002A, of(Family::Enhanced) | of(Family::Waveform), Type::One},  // AcquisitionDateTime
    {0x00080030, kAll, Type::Two},                                         // StudyTime
    {0x00080031, of(Family::Pet), Type::One},                              // SeriesTime
    {0x00080032, of(Family::Pet), Type::Two},                              // AcquisitionTime
    {0x00080033, kDated, Type::One},                                       // ContentTime
    {0x00080033, kAll, Type::Two},
    {0x00080050, kAll, Type::Two},       // AccessionNumber
    {0x00080070, kEnhanced, Type::One},  // Manufacturer
    {0x00080070, kAll, Type::Two},
    {0x00080090, kAll, Type::Two},                      // ReferringPhysicianName
    {0x00081070, of(Family::Radiotherapy), Type::Two},  // OperatorsName, RT Series
    {0x00081090, kEnhanced, Type::One},                 // ManufacturerModelName
    {0x00100030, kAll, Type::Two},                      // PatientBirthDate
    {0x00100040, kAll, Type::Two},                      // PatientSex
    {0x00180010, kAll, Type::Two},                      // ContrastBolusAgent
    {0x00181000, kEnhanced, Type::One},                 // DeviceSerialNumber
    {0x00181020, kEnhanced, Type::One},                 // SoftwareVersions
    {0x00189074, of(Family::Enhanced), Type::One},      // FrameAcquisitionDateTime
    {0x00189151, of(Family::Enhanced), Type::One},      // FrameReferenceDateTime
    {0x00189701, of(Family::Enhanced), Type::One},      // DecayCorrectionDateTime
    {0x00200010, kAll, Type::Two},                      // StudyID
    {0x00201040, kNotRt, Type::Two},                    // PositionReferenceIndicator
    {0x00400555, kEnhanced, Type::Two},                 // AcquisitionContextSequence
    {0x00409210, kAll, Type::One},                      // LUTLabel, Real World Value Mapping
    {0x00620005, kAll, Type::One},                      // SegmentLabel
    {0x00700080, kAll, Type::One},                      // ContentLabel
    {0x00700081, kAll, Type::Two},                      // ContentDescription
    {0x00700084, kAll, Type::Two},                      // ContentCreatorName
    {0x30020002, kAll, Type::One},                      // RTImageLabel
    {0x30060002, kAll, Type::One},                      // StructureSetLabel
    {0x30060008, kAll, Type::Two},                      // StructureSetDate
    {0x30060009, kAll, Type::Two},                      // StructureSetTime
    {0x30060026, kAll, Type::Two},                      // ROIName
    {0x300600A6, kAll, Type::Two},                      // ROIInterpreter
    {0x300A0002, kAll, Type::One},                      // RTPlanLabel
    {0x300A0006, kAll, Type::Two},                      // RTPlanDate
    {0x300A0007, kAll, Type::Two},                      // RTPlanTime
    {0x300A00B2, kAll, Type::Two},                      // TreatmentMachineName
    {0x300A00F9, kAll, Type::Three},                    // AccessoryCode
    {0x300E0008, kAll, Type::Two},                      // ReviewerName
};

}  // namespace

Type typeOf(dicom::Tag tag, Family family) {
    const auto* found = std::ranges::find_if(
        kTypes, [&](const TypeRow& row) { return row.tag == tag.value && (row.families & of(family)) != 0; });
    return found == std::end(kTypes) ? Type::Three : found->type;
}

Action withoutValue(Type type) {
    if (type == Type::One) return Action::D;
    return type == Type::Two ? Action::Z : Action::X;
}

Action resolve(Action action, Type type) {
    switch (action) {
        case Action::XZ:
            return type == Type::Three ? Action::X : Action::Z;
        case Action::XD:
        case Action::XZD:
            return withoutValue(type);
        case Action::ZD:
            return type == Type::One ? Action::D : Action::Z;
        case Action::XZU:
            return Action::K;
        case Action::None:
            return Action::X;
        case Action::X:
        case Action::Z:
        case Action::D:
        case Action::K:
        case Action::C:
        case Action::U:
            return action;
    }
    return Action::X;
}

}  // namespace gantry::anonymizer
