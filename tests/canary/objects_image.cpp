/// CT, MR, PET, nuclear medicine.
#include "objects.hpp"

namespace gantry::canary {

void patientAndStudy(Draft& draft) {
    auto& set = draft.set;
    set.keep("SOPClassUID", draft.sop_class);
    set.keep("SOPInstanceUID", draft.shared.uid(draft.series + "." + draft.instance));
    set.keep("StudyInstanceUID", draft.shared.uid(draft.study));
    set.keep("SeriesInstanceUID", draft.shared.uid(draft.series));
    for (const auto* keyword : {"StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"})
        set.keep(keyword, draft.study_date);
    set.put("PatientName",
            draft.shared.family + "^" + draft.shared.given + "^" + draft.shared.middle + "^Dr.");
    set.put("PatientID", draft.shared.patient_id);
    set.put("PatientBirthDate", draft.shared.birth_date);
    set.put("AccessionNumber", draft.shared.accession);
    set.keep("InstanceNumber", draft.instance);
    describe(draft, R"(
        StudyTime=235112
        SeriesTime=235415.5
        AcquisitionTime=235530.250000
        ContentTime=235531
        Manufacturer=SIEMENS
        ManufacturerModelName=Biograph64
        -InstitutionName={w} Kreiskrankenhaus
        -InstitutionAddress=Lindenallee 17, {n} {w}
        -InstitutionalDepartmentName=Radiologie {w}
        -ReferringPhysicianName={w}^{w}^^Dr.
        -ReferringPhysicianTelephoneNumbers=+49 {n}
        -PhysiciansOfRecord={w}^{w}
        -PerformingPhysicianName={w}^{w}
        -NameOfPhysiciansReadingStudy={w}^{w}
        -OperatorsName={w}^{w}\{w}^{w}
        -StationName={t}
        ~StudyDescription=CHEST {family} {w} ABDOMEN|CHEST ABDOMEN
        ~SeriesDescription=Abd venous {w} 5mm {id}|Abd venous 5mm
        ~ProtocolName=Thorax {given} {w} Abdomen|Thorax Abdomen
        -OtherPatientIDs={n}\{t}
        -OtherPatientNames={w}^{w}\{w}
        -PatientBirthName={w}^{w}
        -PatientMotherBirthName={w}
        -PatientAddress=Am {w} 4, {n} {w}
        -PatientTelephoneNumbers=+49 {n}
        -MedicalRecordLocator={t}
        -EthnicGroup={t}
        -Occupation={w}
        -AdditionalPatientHistory=Had surgery by {w}, neighbour of {family}
        -PatientComments=calls herself {w}; {given} {family} born {birth}, last seen {d}
        -ImageComments=patient {id} moved, told {w}
        -RequestingPhysician={w}^{w}
        -RequestingService={t}
        -RequestedProcedureDescription=CT {w}
        -PerformedProcedureStepDescription=CT {w}
        -PerformedProcedureStepID={t}
        -StudyID={t}
        -IssuerOfPatientID={w}
        PatientSex=F
        PatientAge=074Y
        PatientSize=1.68
        PatientWeight=71.5
        -DeviceSerialNumber={n}
        SeriesNumber=2
        AcquisitionNumber=1
    )");
    set.keep("FrameOfReferenceUID", draft.shared.uid(draft.study + ".frame"));
}

void pixels(Draft& draft, unsigned rows, unsigned columns, unsigned bits, unsigned frames, unsigned samples) {
    auto& set = draft.set;
    set.numbers("Rows", {static_cast<double>(rows)});
    set.numbers("Columns", {static_cast<double>(columns)});
    set.numbers("SamplesPerPixel", {static_cast<double>(samples)});
    const unsigned allocated = bits > 8 ? 16 : bits == 1 ? 1 : 8;
    set.numbers("BitsAllocated", {static_cast<double>(allocated)});
    set.numbers("BitsStored", {static_cast<double>(bits)});
    set.numbers("HighBit", {static_cast<double>(bits - 1)});
    set.numbers("PixelRepresentation", {0});
    set.keep("PhotometricInterpretation", samples == 3 ? "RGB" : "MONOCHROME2");
    if (samples == 3) set.numbers("PlanarConfiguration", {0});
    const std::size_t cells = std::size_t{rows} * columns * frames * samples;
    std::string data;
    for (std::size_t i = 0; i < (allocated == 1 ? (cells + 7) / 8 : cells); ++i) {
        const auto value = (i % columns + i / columns * 3) * 5 % (1u << std::min(bits, 11u));
        data += static_cast<char>(value);
        if (allocated == 16) data += static_cast<char>(value >> 8);
    }
    if (data.size() % 2 != 0) data += '\0';
    set.keep(dicom::tags::kPixelData, allocated == 16 ? "OW" : "OB", data);
}

namespace {

constexpr std::string_view kPlane = R"(
    ImagePositionPatient=-170.5\-170.5\12
    ImageOrientationPatient=1\0\0\0\1\0
    -PositionReferenceIndicator={t}
    SliceLocation=12
    SliceThickness=5
    PixelSpacing=0.7\0.7
    PatientPosition=HFS
    RescaleIntercept=-1024
    RescaleSlope=1
    WindowCenter=40\-600
    WindowWidth=400\1200
    -WindowCenterWidthExplanation={w}\LUNG
    BodyPartExamined=CHEST
    LossyImageCompression=00
)";

void referencedImages(Draft& draft) {
    Set reference;
    reference.keep("ReferencedSOPClassUID", draft.sop_class);
    reference.keep("ReferencedSOPInstanceUID", draft.shared.uid(draft.series + ".1"));
    draft.set.sequence("ReferencedImageSequence", {reference});
    auto source = reference;
    source.sequence("PurposeOfReferenceCodeSequence",
                    {codeItem("121322", "DCM", "Source image for image processing operation")});
    draft.set.sequence("SourceImageSequence", {source});
}

void request(Draft& draft) {
    auto request = item(draft, R"(
        -RequestedProcedureID={t}
        -ScheduledProcedureStepID={t}
        -ScheduledProcedureStepDescription=CT of {w}
        -RequestedProcedureDescription={w} on {d}
        -ReasonForTheRequestedProcedure=fell, says {w}
    )");
    request.sequence("RequestedProcedureCodeSequence",
                     {item(draft, "-CodeValue={t}\n-CodingSchemeDesignator=99{n}\n-CodeMeaning=for {w}")});
    draft.set.sequence("RequestAttributesSequence", {request});
    auto local = item(draft, "-CodeValue={t}\n-CodingSchemeDesignator=L\n-CodeMeaning=ask {w}");
    draft.set.sequence("ProcedureCodeSequence", {local});
    auto person = item(draft, "-PersonAddress={w}\n-InstitutionName={w}");
    person.sequence("PersonIdentificationCodeSequence",
                    {item(draft, "-CodeValue={n}\n-CodingSchemeDesignator=99STAFF\n-CodeMeaning={w}, {w}")});
    draft.set.sequence("OperatorIdentificationSequence", {person});
}

}  // namespace

void ct(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.2";
    patientAndStudy(draft);
    describe(draft, kPlane);
    describe(draft, R"(
        ImageType=ORIGINAL\PRIMARY\AXIAL
        Modality=CT
        -ContrastBolusAgent=Ultravist 370 for {w}
        ContrastBolusVolume=90
        ContrastFlowRate=3
        KVP=120
        DataCollectionDiameter=500
        ReconstructionDiameter=341
        DistanceSourceToDetector=1085.6
        DistanceSourceToPatient=595
        GantryDetectorTilt=0
        TableHeight=151
        RotationDirection=CW
        ExposureTime=500
        XRayTubeCurrent=186
        Exposure=93
        FilterType=FLAT
        GeneratorPower=23
        FocalSpots=1.2
        ConvolutionKernel=B30f
        RescaleType=HU
        CTDIvol=7.25
        SpiralPitchFactor=0.9
        TableSpeed=23
        SingleCollimationWidth=0.6
        TotalCollimationWidth=19.2
        DateOfLastCalibration=20260309
        TimeOfLastCalibration=081500
        SoftwareVersions=VA50A
    )");
    draft.set.sequence("CTDIPhantomTypeCodeSequence",
                       {codeItem("113691", "DCM", "IEC Body Dosimetry Phantom")});
    draft.set.sequence("AnatomicRegionSequence", {codeItem("51185008", "SCT", "Chest")});
    referencedImages(draft);
    request(draft);
    pixels(draft, 16, 16, 12);
}

void mr(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.4";
    patientAndStudy(draft);
    describe(draft, kPlane);
    describe(draft, R"(
        ImageType=ORIGINAL\PRIMARY\M\ND\NORM
        Modality=MR
        ScanningSequence=SE
        SequenceVariant=SK\SP
        ScanOptions=FS
        MRAcquisitionType=2D
        SequenceName=*se2d1
        AngioFlag=N
        RepetitionTime=500
        EchoTime=12
        InversionTime=150
        NumberOfAverages=2
        ImagingFrequency=123.2
        ImagedNucleus=1H
        EchoNumbers=1
        MagneticFieldStrength=3
        SpacingBetweenSlices=5.5
        NumberOfPhaseEncodingSteps=256
        EchoTrainLength=1
        PercentSampling=100
        PercentPhaseFieldOfView=100
        PixelBandwidth=180
        TransmitCoilName=Body
        AcquisitionMatrix=0\256\256\0
        InPlanePhaseEncodingDirection=ROW
        FlipAngle=90
        VariableFlipAngleFlag=N
        SAR=0.12
        dBdt=0
        TriggerTime=0
        DiffusionBValue=1000
        DiffusionGradientOrientation=0.1\0.2\0.97
    )");
    referencedImages(draft);
    request(draft);
    pixels(draft, 16, 16, 12);
}

void pet(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.128";
    patientAndStudy(draft);
    describe(draft, kPlane);
    describe(draft, R"(
        ImageType=ORIGINAL\PRIMARY
        Modality=PT
        Units=BQML
        CountsSource=EMISSION
        SeriesType=WHOLE BODY\IMAGE
        ReprojectionMethod=
        DecayCorrection=START
        CorrectedImage=DECY\ATTN\SCAT\DTIM\RANSNG\NORM
        AttenuationCorrectionMethod=measured
        ScatterCorrectionMethod=Model-based
        ReconstructionMethod=OSEM3D 4i8s
        RandomsCorrectionMethod=DLYD
        FrameReferenceTime=1500
        ActualFrameDuration=120000
        DecayFactor=1.0123
        DoseCalibrationFactor=1
        ScatterFractionFactor=0.3
        NumberOfSlices=74
        NumberOfTimeSlices=1
        ImageIndex=1
        CollimatorType=NONE
    )");
    auto drug = item(draft, R"(
        Radiopharmaceutical=FDG
        RadiopharmaceuticalRoute=IV
        RadiopharmaceuticalVolume=5
        RadiopharmaceuticalStartTime=225000
        RadiopharmaceuticalStopTime=225010
        RadiopharmaceuticalStartDateTime=20260309225000.000000+0100
        RadiopharmaceuticalStopDateTime=20260309225010
        RadionuclideTotalDose=371000000
        RadionuclideHalfLife=6586.2
        RadionuclidePositronFraction=0.97
        RadiopharmaceuticalSpecificActivity=37
    )");
    drug.sequence("RadionuclideCodeSequence", {codeItem("C-111A1", "SRT", "^18^Fluorine")});
    drug.sequence("RadiopharmaceuticalCodeSequence",
                  {codeItem("C-B1031", "SRT", "Fluorodeoxyglucose F^18^")});
    draft.set.sequence("RadiopharmaceuticalInformationSequence", {drug});
    draft.set.sequence("PatientOrientationCodeSequence", {codeItem("F-10450", "SRT", "recumbent")});
    draft.set.sequence("PatientGantryRelationshipCodeSequence", {codeItem("F-10470", "SRT", "headfirst")});
    referencedImages(draft);
    request(draft);
    pixels(draft, 16, 16, 16);
}

void nuclear(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.20";
    patientAndStudy(draft);
    describe(draft, R"(
        ImageType=ORIGINAL\PRIMARY\WHOLE BODY\EMISSION
        Modality=NM
        PixelSpacing=2.4\2.4
        CountsAccumulated=530000
        NumberOfEnergyWindows=1
        NumberOfDetectors=2
        EnergyWindowVector=1\1
        DetectorVector=1\2
        NumberOfFrames=2
        ActualFrameDuration=600000
        ScanVelocity=2.5
        WholeBodyTechnique=1PASS
    )");
    auto window = item(draft, "-EnergyWindowName=win {w}");
    window.sequence("EnergyWindowRangeSequence",
                    {item(draft, "EnergyWindowLowerLimit=130\nEnergyWindowUpperLimit=151")});
    draft.set.sequence("EnergyWindowInformationSequence", {window});
    auto drug = item(draft, R"(
        RadiopharmaceuticalStartTime=201500
        RadionuclideTotalDose=700
        -Radiopharmaceutical=MDP {w}
    )");
    drug.sequence("RadionuclideCodeSequence", {codeItem("C-163A8", "SRT", "^99m^Technetium")});
    draft.set.sequence("RadiopharmaceuticalInformationSequence", {drug});
    draft.set.sequence(
        "DetectorInformationSequence",
        {item(draft, "CollimatorType=PARA\nImagePositionPatient=-1\\-2\\3\nFieldOfViewShape=RECTANGLE")});
    pixels(draft, 16, 16, 16, 2);
}

}  // namespace gantry::canary
