/// Ultrasound, secondary capture, radiographs, mammograms, angiograms.
#include "objects.hpp"

namespace gantry::canary {

void ultrasound(Draft& draft, unsigned frames) {
    draft.sop_class = frames > 1 ? "1.2.840.10008.5.1.4.1.1.3.1" : "1.2.840.10008.5.1.4.1.1.6.1";
    patientAndStudy(draft);
    describe(draft, R"(
        ImageType=ORIGINAL\PRIMARY\CARDIAC\0001
        Modality=US
        -BurnedInAnnotation=NO
        HeartRate=62
        -TransducerData={t}
        LossyImageCompression=00
        -StageName={w}
        -EventTimerNames={t}
    )");
    auto region = item(draft, R"(
        RegionSpatialFormat=1
        RegionDataType=1
        RegionFlags=0
        RegionLocationMinX0=0
        RegionLocationMinY0=0
        RegionLocationMaxX1=63
        RegionLocationMaxY1=47
        ReferencePixelX0=32
        ReferencePixelY0=8
        PhysicalUnitsXDirection=3
        PhysicalUnitsYDirection=3
        PhysicalDeltaX=0.0321
        PhysicalDeltaY=0.0321
        TransducerFrequency=3500
    )");
    draft.set.sequence("SequenceOfUltrasoundRegions", {region});
    if (frames > 1) {
        describe(draft, "NumberOfFrames=" + std::to_string(frames) + "\nFrameTime=33.3\nCineRate=30");
        draft.set.keep("FrameIncrementPointer", std::string("\x18\x00\x63\x10", 4));
    }
    pixels(draft, 48, 64, 8, frames, 3);
}

void secondaryCapture(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.7";
    patientAndStudy(draft);
    describe(draft, R"(
        Modality=OT
        ConversionType=WSD
        -BurnedInAnnotation=NO
        DateOfSecondaryCapture=20260311
        TimeOfSecondaryCapture=080910
        -SecondaryCaptureDeviceID={t}
        -SecondaryCaptureDeviceManufacturer={w}
        PatientOrientation=L\P
    )");
    pixels(draft, 48, 64, 8);
}

namespace {

constexpr std::string_view kRadiograph = R"(
    BodyPartExamined=CHEST
    ViewPosition=PA
    KVP=125
    ExposureTime=8
    XRayTubeCurrent=320
    Exposure=3
    DistanceSourceToDetector=1800
    ImagerPixelSpacing=0.143\0.143
    -BurnedInAnnotation=NO
    PatientOrientation=L\F
    ImageLaterality=U
    WindowCenter=2048
    WindowWidth=4096
    -AcquisitionDeviceProcessingDescription={w} chest
    RelativeXRayExposure=412
    LossyImageCompression=00
)";

}  // namespace

void computedRadiograph(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.1";
    patientAndStudy(draft);
    describe(draft, kRadiograph);
    describe(draft, "Modality=CR\n-PlateID={t}\n-CassetteID={n}\nSensitivity=210\nPhosphorType=BaFBr");
    pixels(draft, 48, 64, 12);
}

void digitalRadiograph(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.1.1";
    patientAndStudy(draft);
    describe(draft, kRadiograph);
    describe(draft, R"(
        Modality=DX
        ImageType=ORIGINAL\PRIMARY
        PresentationIntentType=FOR PRESENTATION
        PixelIntensityRelationship=LOG
        PixelIntensityRelationshipSign=1
        RescaleIntercept=0
        RescaleSlope=1
        RescaleType=US
        PresentationLUTShape=IDENTITY
        DetectorType=SCINTILLATOR
        DetectorConfiguration=AREA
        -DetectorID={t}
        DateOfLastDetectorCalibration=20260301
        DetectorTemperature=28.4
        Grid=FOCUSED
        ExposureIndex=412
        TargetExposureIndex=400
        DeviationIndex=0.1
        ImageAndFluoroscopyAreaDoseProduct=1.2
        FieldOfViewShape=RECTANGLE
        Rows=48
    )");
    draft.set.sequence("AnatomicRegionSequence", {codeItem("51185008", "SCT", "Chest")});
    draft.set.sequence("ViewCodeSequence", {codeItem("399348003", "SCT", "antero-posterior")});
    pixels(draft, 48, 64, 12);
}

void mammogram(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.1.2";
    digitalRadiograph(draft);
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.1.2";
    draft.set.keep("SOPClassUID", draft.sop_class);
    describe(draft, R"(
        Modality=MG
        PositionerType=MAMMOGRAPHIC
        BodyPartThickness=52
        CompressionForce=98
        AnodeTargetMaterial=TUNGSTEN
        FilterMaterial=RHODIUM
        OrganDose=0.012
        ImageLaterality=L
        BreastImplantPresent=NO
        EstimatedRadiographicMagnificationFactor=1.07
        PositionerPrimaryAngle=45
    )");
    auto view = codeItem("399368009", "SCT", "medio-lateral oblique");
    draft.set.sequence("ViewCodeSequence", {view});
}

void angiogram(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.12.1";
    patientAndStudy(draft);
    describe(draft, R"(
        ImageType=ORIGINAL\PRIMARY\SINGLE PLANE
        Modality=XA
        -BurnedInAnnotation=NO
        PixelIntensityRelationship=LIN
        RadiationSetting=GR
        KVP=78
        XRayTubeCurrent=512
        ExposureTime=7
        AveragePulseWidth=7.1
        PositionerPrimaryAngle=30.5
        PositionerSecondaryAngle=-12
        PositionerMotion=STATIC
        DistanceSourceToDetector=1000
        DistanceSourceToPatient=750
        ImagerPixelSpacing=0.308\0.308
        IntensifierSize=200
        FrameTime=66.67
        NumberOfFrames=3
        CineRate=15
        LossyImageCompression=00
        ImageAndFluoroscopyAreaDoseProduct=15.2
    )");
    draft.set.keep("FrameIncrementPointer", std::string("\x18\x00\x63\x10", 4));
    auto mask = item(draft, "MaskOperation=AVG_SUB\nMaskFrameNumbers=1\n-MaskOperationExplanation={w}");
    draft.set.sequence("MaskSubtractionSequence", {mask});
    pixels(draft, 32, 32, 8, 3);
}

}  // namespace gantry::canary
