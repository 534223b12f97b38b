/// Radiotherapy, segmentations, registrations.
#include "objects.hpp"

namespace gantry::canary {
namespace {

Set reference(Draft& draft, std::string_view sop_class, const std::string& name) {
    Set set;
    set.keep("ReferencedSOPClassUID", std::string(sop_class));
    set.keep("ReferencedSOPInstanceUID", draft.shared.uid(name));
    return set;
}

constexpr std::string_view kCt = "1.2.840.10008.5.1.4.1.1.2";

Set referencedSeries(Draft& draft) {
    Set series;
    series.keep("SeriesInstanceUID", draft.shared.uid("ct-explicit"));
    series.sequence("ContourImageSequence", {reference(draft, kCt, "ct-explicit.1")});
    return series;
}

}  // namespace

void structureSet(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.481.3";
    patientAndStudy(draft);
    describe(draft, R"(
        Modality=RTSTRUCT
        -StructureSetLabel={w} plan
        -StructureSetName={w}
        -StructureSetDescription=for {family}, {w}
        StructureSetDate=20260311
        StructureSetTime=101112
        ApprovalStatus=APPROVED
        -ReviewDate={d}
        -ReviewerName={w}^{w}
    )");
    Set study = reference(draft, "1.2.840.10008.3.1.2.3.1", draft.study);
    study.sequence("RTReferencedSeriesSequence", {referencedSeries(draft)});
    Set frame;
    frame.keep("FrameOfReferenceUID", draft.shared.uid(draft.study + ".frame"));
    frame.sequence("RTReferencedStudySequence", {study});
    draft.set.sequence("ReferencedFrameOfReferenceSequence", {frame});
    std::vector<Set> structures, contours, observations;
    const char* names[] = {"GTV {w}", "Lung_L", "BODY"};
    for (int i = 0; i < 3; ++i) {
        const auto number = std::to_string(i + 1);
        auto roi = item(draft, "ROINumber=" + number +
                                   "\nROIGenerationAlgorithm=MANUAL\n-ROIDescription={w}\nROIVolume=12.5");
        if (i == 0)
            describe(draft, roi, "~ROIName=GTV {w}|GTV");
        else
            describe(draft, roi, std::string("ROIName=") + names[i]);
        roi.keep("ReferencedFrameOfReferenceUID", draft.shared.uid(draft.study + ".frame"));
        structures.push_back(roi);
        auto contour = item(draft,
                            "ContourGeometricType=CLOSED_PLANAR\nNumberOfContourPoints=3\n"
                            "ContourData=1.5\\2\\3\\4\\5.25\\3\\7\\8\\3");
        contour.sequence("ContourImageSequence", {reference(draft, kCt, "ct-explicit.1")});
        Set group = item(draft, "ROIDisplayColor=255\\0\\0\nReferencedROINumber=" + number);
        group.sequence("ContourSequence", {contour});
        contours.push_back(group);
        auto observation =
            item(draft, "ObservationNumber=" + number + "\nReferencedROINumber=" + number +
                            "\nRTROIInterpretedType=GTV\n-ROIInterpreter={w}^{w}\n-ROIObservationLabel={w}");
        observation.sequence("RTROIIdentificationCodeSequence", {codeItem("39607008", "SCT", "Lung")});
        observations.push_back(observation);
    }
    draft.set.sequence("StructureSetROISequence", structures);
    draft.set.sequence("ROIContourSequence", contours);
    draft.set.sequence("RTROIObservationsSequence", observations);
}

void radiotherapyPlan(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.481.5";
    patientAndStudy(draft);
    describe(draft, R"(
        Modality=RTPLAN
        -RTPlanLabel={w}
        -RTPlanName={w} {family}
        -RTPlanDescription=for {w}
        RTPlanDate=20260312
        RTPlanTime=120000
        PlanIntent=CURATIVE
        RTPlanGeometry=PATIENT
        ApprovalStatus=APPROVED
        -ReviewerName={w}^{w}
    )");
    draft.set.sequence(
        "DoseReferenceSequence",
        {item(draft,
              "DoseReferenceNumber=1\nDoseReferenceStructureType=SITE\nDoseReferenceType=TARGET\n"
              "TargetPrescriptionDose=60\n-DoseReferenceDescription=target {w}")});
    auto group = item(draft,
                      "FractionGroupNumber=1\nNumberOfFractionsPlanned=30\nNumberOfBeams=1\n"
                      "NumberOfBrachyApplicationSetups=0\n-FractionGroupDescription={w}");
    group.sequence("ReferencedBeamSequence",
                   {item(draft, "ReferencedBeamNumber=1\nBeamMeterset=210.5\nBeamDose=2")});
    draft.set.sequence("FractionGroupSequence", {group});
    auto beam = item(draft, R"(
        BeamNumber=1
        -BeamName={w} AP
        -BeamDescription=beam {w}
        -TreatmentMachineName={t}
        BeamType=STATIC
        RadiationType=PHOTON
        SourceAxisDistance=1000
        PrimaryDosimeterUnit=MU
        TreatmentDeliveryType=TREATMENT
        NumberOfControlPoints=2
        NumberOfWedges=0
        FinalCumulativeMetersetWeight=1
    )");
    auto point = item(draft, R"(
        ControlPointIndex=0
        NominalBeamEnergy=6
        DoseRateSet=600
        GantryAngle=0
        GantryRotationDirection=NONE
        BeamLimitingDeviceAngle=0
        PatientSupportAngle=0
        IsocenterPosition=1\2\3
        CumulativeMetersetWeight=0
    )");
    point.sequence("BeamLimitingDevicePositionSequence",
                   {item(draft, "RTBeamLimitingDeviceType=ASYMX\nLeafJawPositions=-50\\50")});
    beam.sequence("ControlPointSequence",
                  {point, item(draft, "ControlPointIndex=1\nCumulativeMetersetWeight=1")});
    beam.sequence("BeamLimitingDeviceSequence",
                  {item(draft, "RTBeamLimitingDeviceType=ASYMX\nNumberOfLeafJawPairs=1")});
    draft.set.sequence("BeamSequence", {beam});
    draft.set.sequence(
        "PatientSetupSequence",
        {item(draft, "PatientSetupNumber=1\nPatientPosition=HFS\n-SetupTechniqueDescription={w}")});
    draft.set.sequence("ReferencedStructureSetSequence",
                       {reference(draft, "1.2.840.10008.5.1.4.1.1.481.3", "rtstruct.1")});
}

void radiotherapyDose(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.481.2";
    patientAndStudy(draft);
    describe(draft, R"(
        Modality=RTDOSE
        DoseUnits=GY
        DoseType=PHYSICAL
        DoseSummationType=PLAN
        DoseGridScaling=0.001
        -DoseComment=for {w}
        GridFrameOffsetVector=0\2.5
        ImagePositionPatient=-100\-100\0
        ImageOrientationPatient=1\0\0\0\1\0
        PixelSpacing=2.5\2.5
        SliceThickness=2.5
        NumberOfFrames=2
        TissueHeterogeneityCorrection=IMAGE
    )");
    draft.set.keep("FrameIncrementPointer", std::string("\x04\x30\x0C\x00", 4));
    draft.set.sequence("ReferencedRTPlanSequence",
                       {reference(draft, "1.2.840.10008.5.1.4.1.1.481.5", "rtplan.1")});
    auto dvh = item(draft,
                    "DVHType=CUMULATIVE\nDoseUnits=GY\nDoseType=PHYSICAL\nDVHDoseScaling=1\n"
                    "DVHVolumeUnits=CM3\nDVHNumberOfBins=2\nDVHData=0.1\\100\\0.1\\90\nDVHMeanDose=31.5");
    dvh.sequence("DVHReferencedROISequence",
                 {item(draft, "DVHROIContributionType=INCLUDED\nReferencedROINumber=1")});
    draft.set.sequence("DVHSequence", {dvh});
    pixels(draft, 16, 16, 16, 2);
}

void segmentation(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.66.4";
    patientAndStudy(draft);
    describe(draft, R"(
        Modality=SEG
        ImageType=DERIVED\PRIMARY
        SegmentationType=BINARY
        -ContentLabel={t}
        -ContentDescription=lesions of {w}
        -ContentCreatorName={w}^{w}
        NumberOfFrames=2
        LossyImageCompression=00
    )");
    auto segment =
        item(draft,
             "SegmentNumber=1\n-SegmentDescription=seen by {w}\nSegmentAlgorithmType=SEMIAUTOMATIC\n"
             "-SegmentAlgorithmName={w}\nRecommendedDisplayCIELabValue=100\\200\\300\n"
             "-TrackingID={w} lesion\n~SegmentLabel=Lesion {w}|Lesion");
    segment.sequence("SegmentedPropertyCategoryCodeSequence",
                     {codeItem("49755003", "SCT", "Morphologically Abnormal Structure")});
    auto type = codeItem("108369006", "SCT", "Neoplasm");
    type.sequence("SegmentedPropertyTypeModifierCodeSequence", {codeItem("7771000", "SCT", "Left")});
    segment.sequence("SegmentedPropertyTypeCodeSequence", {type});
    segment.sequence("AnatomicRegionSequence", {codeItem("39607008", "SCT", "Lung")});
    segment.keep("TrackingUID", draft.shared.uid("lesion"));
    draft.set.sequence("SegmentSequence", {segment});
    Set series;
    series.keep("SeriesInstanceUID", draft.shared.uid("ct-explicit"));
    series.sequence("ReferencedInstanceSequence", {reference(draft, kCt, "ct-explicit.1")});
    draft.set.sequence("ReferencedSeriesSequence", {series});
    Set common;
    common.sequence("PixelMeasuresSequence", {item(draft, "PixelSpacing=0.7\\0.7\nSliceThickness=5")});
    common.sequence("PlaneOrientationSequence", {item(draft, "ImageOrientationPatient=1\\0\\0\\0\\1\\0")});
    draft.set.sequence("SharedFunctionalGroupsSequence", {common});
    std::vector<Set> frames;
    for (int i = 0; i < 2; ++i) {
        Set frame;
        frame.sequence("PlanePositionSequence",
                       {item(draft, "ImagePositionPatient=1\\2\\" + std::to_string(i))});
        frame.sequence("SegmentIdentificationSequence", {item(draft, "ReferencedSegmentNumber=1")});
        auto derivation = Set();
        derivation.sequence("SourceImageSequence", {reference(draft, kCt, "ct-explicit.1")});
        derivation.sequence("DerivationCodeSequence", {codeItem("113076", "DCM", "Segmentation")});
        frame.sequence("DerivationImageSequence", {derivation});
        frames.push_back(frame);
    }
    draft.set.sequence("PerFrameFunctionalGroupsSequence", frames);
    pixels(draft, 16, 16, 1, 2);
}

void registration(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.66.1";
    patientAndStudy(draft);
    describe(draft, "Modality=REG\n-ContentLabel={t}\n-ContentDescription={w}\n-ContentCreatorName={w}^{w}");
    auto matrix =
        item(draft,
             "FrameOfReferenceTransformationMatrix=1\\0\\0\\4.5\\0\\1\\0\\-2\\0\\0\\1\\3\\0\\0\\0\\1\n"
             "FrameOfReferenceTransformationMatrixType=RIGID");
    Set registered = item(draft, "-FrameOfReferenceTransformationComment={w}");
    registered.sequence("MatrixSequence", {matrix});
    registered.sequence("RegistrationTypeCodeSequence", {codeItem("125025", "DCM", "Visual Alignment")});
    Set moved;
    moved.keep("FrameOfReferenceUID", draft.shared.uid(draft.study + ".frame"));
    moved.sequence("MatrixRegistrationSequence", {registered});
    moved.sequence("ReferencedImageSequence", {reference(draft, kCt, "ct-explicit.1")});
    draft.set.sequence("RegistrationSequence", {moved});
}

}  // namespace gantry::canary
