/// Enhanced multi-frame CT, MR and PET.
#include "objects.hpp"

namespace gantry::canary {
namespace {

Set dimensions(Draft& draft) {
    auto index = item(draft, "-DimensionDescriptionLabel=pos {w}");
    index.keep("DimensionIndexPointer", std::string("\x20\x00\x32\x00", 4));
    index.keep("FunctionalGroupPointer", std::string("\x20\x00\x13\x91", 4));
    index.keep("DimensionOrganizationUID", draft.shared.uid(draft.study + ".dimensions"));
    return index;
}

Set perFrame(Draft& draft, int frame, std::string_view modality) {
    Set set;
    auto content = item(draft, R"(
        FrameAcquisitionDateTime=20260310235530.25
        FrameReferenceDateTime=20260311000030
        FrameAcquisitionDuration=500
        FrameAcquisitionNumber=1
        -FrameComments=frame of {w} {family}
        StackID=1
        -FrameLabel={t}
    )");
    content.numbers("DimensionIndexValues", {static_cast<double>(frame)});
    content.numbers("InStackPositionNumber", {static_cast<double>(frame)});
    set.sequence("FrameContentSequence", {content});
    set.sequence("PlanePositionSequence",
                 {item(draft, "ImagePositionPatient=-170.5\\-170.5\\" + std::to_string(frame))});
    auto anatomy = item(draft, "FrameLaterality=U");
    anatomy.sequence("AnatomicRegionSequence", {codeItem("51185008", "SCT", "Chest")});
    set.sequence("FrameAnatomySequence", {anatomy});
    auto source = item(draft, "ReferencedSOPClassUID=1.2.840.10008.5.1.4.1.1.2");
    source.keep("ReferencedSOPInstanceUID", draft.shared.uid("ct-explicit.1"));
    source.sequence("PurposeOfReferenceCodeSequence",
                    {codeItem("121322", "DCM", "Source image for image processing operation")});
    auto derivation = item(draft, "-DerivationDescription=made by {w}");
    derivation.sequence("SourceImageSequence", {source});
    set.sequence("DerivationImageSequence", {derivation});
    if (modality == "MR") set.sequence("MREchoSequence", {item(draft, "EffectiveEchoTime=12.5")});
    if (modality == "CT")
        set.sequence("CTExposureSequence",
                     {item(draft,
                           "ExposureTimeInms=500\nXRayTubeCurrentInmA=186\n"
                           "ExposureInmAs=93\nCTDIvol=7.25\nExposureModulationType=NONE")});
    return set;
}

Set shared(Draft& draft) {
    Set set;
    set.sequence("PixelMeasuresSequence",
                 {item(draft, "PixelSpacing=0.7\\0.7\nSliceThickness=5\nSpacingBetweenSlices=5")});
    set.sequence("PlaneOrientationSequence", {item(draft, "ImageOrientationPatient=1\\0\\0\\0\\1\\0")});
    set.sequence("PixelValueTransformationSequence",
                 {item(draft, "RescaleIntercept=-1024\nRescaleSlope=1\nRescaleType=HU")});
    set.sequence("FrameVOILUTSequence", {item(draft,
                                              "WindowCenter=40\nWindowWidth=400\n"
                                              "-WindowCenterWidthExplanation=for {w}")});
    set.sequence(dicom::Tag{0x00211010}, {item(draft, "-PatientName={w}")});
    set.put(dicom::Tag{0x00210010}, "LO", "SIEMENS MR SDS 01");
    return set;
}

void enhanced(Draft& draft, std::string_view modality) {
    patientAndStudy(draft);
    describe(draft, R"(
        ImageType=ORIGINAL\PRIMARY\VOLUME\NONE
        PixelPresentation=MONOCHROME
        VolumetricProperties=VOLUME
        VolumeBasedCalculationTechnique=NONE
        -BurnedInAnnotation=NO
        LossyImageCompression=00
        PresentationLUTShape=IDENTITY
        AcquisitionDateTime=20260310235530.25
        AcquisitionDuration=12.5
        ContentQualification=RESEARCH
        NumberOfFrames=2
        PatientPosition=HFS
    )");
    draft.set.sequence("DimensionIndexSequence", {dimensions(draft)});
    auto organization = Set();
    organization.keep("DimensionOrganizationUID", draft.shared.uid(draft.study + ".dimensions"));
    draft.set.sequence("DimensionOrganizationSequence", {organization});
    auto common = shared(draft);
    if (modality == "CT") {
        common.sequence("CTImageFrameTypeSequence",
                        {item(draft, "FrameType=ORIGINAL\\PRIMARY\\VOLUME\\NONE")});
        common.sequence("CTXRayDetailsSequence",
                        {item(draft, "KVP=120\nFocalSpots=1.2\nFilterType=NONE\nFilterMaterial=ALUMINUM")});
        common.sequence("CTReconstructionSequence",
                        {item(draft,
                              "ReconstructionAlgorithm=FILTER_BACK_PROJ\nConvolutionKernel=B30f\n"
                              "ConvolutionKernelGroup=SOFT_TISSUE\nReconstructionDiameter=341")});
        common.sequence("CTAcquisitionTypeSequence", {item(draft, "AcquisitionType=SPIRAL\nTubeAngle=12")});
    }
    if (modality == "MR") {
        common.sequence(
            "MRImageFrameTypeSequence",
            {item(draft, "FrameType=ORIGINAL\\PRIMARY\\M\\NONE\nComplexImageComponent=MAGNITUDE")});
        common.sequence("MRTimingAndRelatedParametersSequence",
                        {item(draft, "RepetitionTime=500\nFlipAngle=90\nEchoTrainLength=1")});
        common.sequence("MRImagingModifierSequence",
                        {item(draft, "PixelBandwidth=180\nTransmitterFrequency=123.2")});
        auto coil = item(
            draft, "ReceiveCoilType=MULTICOIL\nQuadratureReceiveCoil=NO\n-ReceiveCoilManufacturerName={w}");
        common.sequence("MRReceiveCoilSequence", {coil});
        auto diffusion = item(draft, "DiffusionBValue=1000\nDiffusionDirectionality=DIRECTIONAL");
        diffusion.sequence("DiffusionGradientDirectionSequence",
                           {item(draft, "DiffusionGradientOrientation=0.1\\0.2\\0.97")});
        common.sequence("MRDiffusionSequence", {diffusion});
        describe(draft,
                 "MagneticFieldStrength=3\nResonantNucleus=1H\nPulseSequenceName=se2d\nKSpaceFiltering=NONE");
    }
    draft.set.sequence("SharedFunctionalGroupsSequence", {common});
    draft.set.sequence("PerFrameFunctionalGroupsSequence",
                       {perFrame(draft, 1, modality), perFrame(draft, 2, modality)});
    pixels(draft, 16, 16, 12, 2);
}

}  // namespace

void enhancedCt(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.2.1";
    enhanced(draft, "CT");
    describe(draft, "Modality=CT");
}

void enhancedMr(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.4.1";
    enhanced(draft, "MR");
    describe(draft, "Modality=MR");
}

void enhancedPet(Draft& draft) {
    draft.sop_class = "1.2.840.10008.5.1.4.1.1.130";
    enhanced(draft, "PT");
    describe(draft, R"(
        Modality=PT
        Units=BQML
        DecayCorrected=YES
        DecayCorrectionDateTime=20260310235530
        AttenuationCorrected=YES
        ScatterCorrected=YES
        CountsSource=EMISSION
    )");
    auto drug = item(draft, R"(
        -RadiopharmaceuticalAgentNumber=1
        RadiopharmaceuticalStartDateTime=20260309225000.00+0100
        RadionuclideTotalDose=371000000
        RadionuclideHalfLife=6586.2
        RadionuclidePositronFraction=0.97
    )");
    drug.sequence("RadionuclideCodeSequence", {codeItem("C-111A1", "SRT", "^18^Fluorine")});
    drug.sequence("AdministrationRouteCodeSequence", {codeItem("47625008", "SCT", "Intravenous route")});
    draft.set.sequence("RadiopharmaceuticalInformationSequence", {drug});
}

}  // namespace gantry::canary
