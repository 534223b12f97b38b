// Series, equipment and CT image modules, PS3.3 C.7.3, C.7.5, C.7.6 and C.8.2.1.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdeftag.h>

#include <cstdio>

#include "body_phantom.hpp"
#include "ct_plan.hpp"

namespace gantry::scanner {

namespace {

constexpr double kFirstSliceMm = -120.0;
constexpr double kSecondsPerMm = 0.02;  // of table travel

double sliceZ(const CtPlan& plan, const Slice& slice) {
    return kFirstSliceMm - slice.index * plan.spec.thickness_mm;
}

double acquisitionTime(const CtPlan& plan, const Slice& slice) {
    return plan.start_s + slice.index * plan.spec.thickness_mm * kSecondsPerMm;
}

std::string joined(double a, double b) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.10g\\%.10g", a, b);
    return buffer;
}

void writeRequest(ItemWriter& out, const CtPlan& plan) {
    auto request = out.item(DCM_RequestAttributesSequence);
    request.planted(DCM_AccessionNumber, Gives::Identifier, plan.accession_number);
    request.item(DCM_ReferencedStudySequence)
        .reference("1.2.840.10008.3.1.2.3.1", plan.uids.referenced_study);
    request.planted(DCM_RequestedProcedureID, Gives::Identifier, plan.procedure_id);
    request.planted(DCM_RequestedProcedureDescription, Gives::Person, "CT CAP, " + plan.patient.name);
    request.planted(DCM_ScheduledProcedureStepID, Gives::Identifier, "SPS" + plan.procedure_id);
    request.text(DCM_ScheduledProcedureStepDescription, "CT chest abdomen pelvis");
    auto protocol = request.item(DCM_ScheduledProtocolCodeSequence);
    protocol.code("CAP-PV", "99LOCAL", "portal venous");
    protocol.item(DCM_ProtocolContextSequence).planted(DCM_PersonName, Gives::Person, plan.staff.operators);
}

void writePerformedStep(ItemWriter& out, const CtPlan& plan) {
    out.planted(DCM_PerformedProcedureStepID, Gives::Identifier, "PPS" + plan.procedure_id);
    out.planted(DCM_PerformedProcedureStepStartDate, Gives::Date, plan.study_date);
    out.text(DCM_PerformedProcedureStepStartTime, timeOfDay(plan.start_s - 300));
    out.text(DCM_PerformedProcedureStepDescription, "CT chest abdomen pelvis");
    out.planted(DCM_CommentsOnThePerformedProcedureStep, Gives::Person,
                "Vein left, by " + plan.staff.operators);
    out.item(DCM_ReferencedPerformedProcedureStepSequence)
        .reference("1.2.840.10008.3.1.2.3.3", plan.uids.performed_step);
}

void writePlane(ItemWriter& out, const CtPlan& plan, const Slice& slice) {
    const auto& spec = plan.spec;
    const double pixel_mm = spec.field_of_view_mm / spec.columns;
    const double corner_mm = -(spec.field_of_view_mm - pixel_mm) / 2;
    char position[96];
    if (plan.localizer) {
        std::snprintf(position, sizeof position, "%.6g\\%.6g\\%.6g", corner_mm, 0.0, kFirstSliceMm);
        out.text(DCM_ImageOrientationPatient, "1\\0\\0\\0\\0\\-1");
    } else {
        std::snprintf(position, sizeof position, "%.6g\\%.6g\\%.6g", corner_mm, corner_mm,
                      sliceZ(plan, slice));
        out.text(DCM_ImageOrientationPatient, "1\\0\\0\\0\\1\\0");
        out.decimal(DCM_SliceLocation, sliceZ(plan, slice));
    }
    out.text(DCM_ImagePositionPatient, position);
    out.text(DCM_PixelSpacing, joined(pixel_mm, pixel_mm));
    out.decimal(DCM_SliceThickness, spec.thickness_mm);
}

void writeReferences(ItemWriter& out, const CtPlan& plan) {
    if (plan.localizer) return;
    auto reference = out.item(DCM_ReferencedImageSequence);
    reference.reference(kCtImageStorage, plan.uids.localizer);
    reference.item(DCM_PurposeOfReferenceCodeSequence).code("121311", "DCM", "Localizer");
    auto derivation = out.item(DCM_DerivationCodeSequence);
    derivation.code("113091", "DCM", "Reformat");
    derivation.item(DCM_EquivalentCodeSequence).code("RECO-" + plan.study_id, "99LOCAL", "as ordered");
}

void writePixelModule(ItemWriter& out, const SeriesSpec& spec) {
    out.number16(DCM_SamplesPerPixel, 1);
    out.text(DCM_PhotometricInterpretation, "MONOCHROME2");
    out.number16(DCM_Rows, static_cast<std::uint16_t>(spec.rows));
    out.number16(DCM_Columns, static_cast<std::uint16_t>(spec.columns));
    out.number16(DCM_BitsAllocated, 16);
    out.number16(DCM_BitsStored, 12);
    out.number16(DCM_HighBit, 11);
    out.number16(DCM_PixelRepresentation, 0);
    out.integer(DCM_RescaleIntercept, kRescaleIntercept);
    out.integer(DCM_RescaleSlope, 1);
    out.text(DCM_RescaleType, "HU");
    out.text(DCM_WindowCenter, "40");
    out.text(DCM_WindowWidth, "400");
    out.text(DCM_LossyImageCompression, "00");
    out.text(DCM_BurnedInAnnotation, "NO");
}

}  // namespace

void writeSeries(ItemWriter& out, const CtPlan& plan) {
    const auto& technique = plan.spec.technique;
    out.text(DCM_Modality, "CT");
    out.planted(DCM_SeriesInstanceUID, Gives::Uid, plan.uids.series);
    out.integer(DCM_SeriesNumber, plan.spec.series_number);
    out.planted(DCM_SeriesDate, Gives::Date, plan.study_date);
    out.text(DCM_SeriesTime, timeOfDay(plan.start_s + 20));
    out.text(DCM_SeriesDescription, technique.series_description);
    out.text(DCM_ProtocolName, "CAP portal venous");
    out.text(DCM_BodyPartExamined, "CHEST_TO_PELVIS");
    out.text(DCM_PatientPosition, "FFS");
    out.planted(DCM_PerformingPhysicianName, Gives::Person, plan.staff.performing);
    out.planted(DCM_OperatorsName, Gives::Person, plan.staff.operators);
    out.planted(DCM_FrameOfReferenceUID, Gives::Uid, plan.uids.frame_of_reference);
    out.text(DCM_PositionReferenceIndicator, "");
    writeRequest(out, plan);
    writePerformedStep(out, plan);
}

void writeEquipment(ItemWriter& out, const CtPlan& plan) {
    const auto& scanner = plan.spec.scanner;
    out.text(DCM_Manufacturer, scanner.manufacturer);
    out.text(DCM_ManufacturerModelName, scanner.model);
    out.text(DCM_SoftwareVersions, scanner.software);
    out.planted(DCM_InstitutionName, Gives::Place, plan.site.institution);
    out.planted(DCM_InstitutionAddress, Gives::Place, plan.site.address);
    out.planted(DCM_InstitutionalDepartmentName, Gives::Place, plan.site.department);
    out.planted(DCM_StationName, Gives::Device, plan.site.station);
    out.planted(DCM_DeviceSerialNumber, Gives::Device, plan.site.device_serial);
    out.planted(DCM_DeviceUID, Gives::Device, plan.uids.device);
    out.text(DCM_DateOfLastCalibration, plan.study_date.substr(0, 4) + "0105");
    out.text(DCM_TimeOfLastCalibration, "063000.000000");
}

void writeImage(ItemWriter& out, const CtPlan& plan, const Slice& slice) {
    out.text(DCM_SpecificCharacterSet, "ISO_IR 100");
    out.text(DCM_ImageType, plan.spec.technique.image_type);
    out.text(DCM_SOPClassUID, kCtImageStorage);
    out.planted(DCM_SOPInstanceUID, Gives::Uid, slice.sop_instance_uid);
    out.planted(DCM_InstanceCreationDate, Gives::Date, plan.study_date);
    out.text(DCM_InstanceCreationTime, timeOfDay(acquisitionTime(plan, slice) + 30));
    out.planted(DCM_AcquisitionDate, Gives::Date, plan.study_date);
    out.planted(DCM_ContentDate, Gives::Date, plan.study_date);
    out.text(DCM_AcquisitionTime, timeOfDay(acquisitionTime(plan, slice)));
    out.text(DCM_ContentTime, timeOfDay(acquisitionTime(plan, slice) + 25));
    out.planted(DCM_AcquisitionDateTime, Gives::Date,
                plan.study_date + timeOfDay(acquisitionTime(plan, slice)));
    out.integer(DCM_AcquisitionNumber, plan.localizer ? 1 : 2);
    out.integer(DCM_InstanceNumber, slice.instance_number);
    if (plan.spec.pixel_variant == 0)
        out.planted(DCM_ImageComments, Gives::Person, "Pat. " + plan.patient.name + " breath held");
    else
        out.planted(DCM_ImageComments, Gives::Person, "Pat. " + plan.patient.name + " processed anew");
    writePlane(out, plan, slice);
    writeReferences(out, plan);
    writePixelModule(out, plan.spec);
}

void writeTechnique(ItemWriter& out, const CtPlan& plan, const Slice& slice) {
    const auto& technique = plan.spec.technique;
    out.text(DCM_ScanOptions, "SPIRAL");
    out.integer(DCM_KVP, technique.kvp);
    out.integer(DCM_DataCollectionDiameter, 500);
    out.decimal(DCM_ReconstructionDiameter, plan.spec.field_of_view_mm);
    out.decimal(DCM_GantryDetectorTilt, 0);
    out.decimal(DCM_TableHeight, 152);
    out.text(DCM_RotationDirection, "CW");
    out.integer(DCM_ExposureTime, 500);
    out.integer(DCM_XRayTubeCurrent, 210 + slice.index % 40);
    out.integer(DCM_Exposure, 131 + slice.index % 25);
    out.text(DCM_FilterType, "FLAT");
    out.integer(DCM_GeneratorPower, 26);
    out.text(DCM_FocalSpots, "1.2");
    out.text(DCM_ConvolutionKernel, technique.kernel);
    out.planted(DCM_IrradiationEventUID, Gives::Uid, plan.uids.irradiation_event);
    if (technique.contrast_agent.empty() || plan.localizer) return;
    out.text(DCM_ContrastBolusAgent, technique.contrast_agent);
    out.text(DCM_ContrastBolusRoute, "IV");
    out.integer(DCM_ContrastBolusVolume, 100);
    out.text(DCM_ContrastBolusStartTime, timeOfDay(plan.start_s - technique.contrast_delay_s));
}

}  // namespace gantry::scanner
