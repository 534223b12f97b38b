#include "gantry/scanner/enhanced.hpp"

#include <algorithm>

#include "enhanced_dimensions.hpp"
#include "seeded.hpp"

namespace gantry::scanner {

namespace {

/// An attribute of a classic object and its place in the enhanced one.
struct Move {
    std::string_view from;   ///< keyword in the classic object
    std::string_view macro;  ///< functional group sequence
    std::string_view to;     ///< keyword there
};

constexpr Move kAlwaysPerFrame[] = {
    {"ImagePositionPatient", "PlanePositionSequence", "ImagePositionPatient"},
    {"AcquisitionDateTime", "FrameContentSequence", "FrameAcquisitionDateTime"},
    {"TemporalPositionIdentifier", "FrameContentSequence", "TemporalPositionIndex"},
    {"DiffusionBValue", "MRDiffusionSequence", "DiffusionBValue"},
    {"DiffusionDirectionality", "MRDiffusionSequence", "DiffusionDirectionality"},
    {"TriggerTime", "CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime"},
};

constexpr Move kEither[] = {
    {"ImageOrientationPatient", "PlaneOrientationSequence", "ImageOrientationPatient"},
    {"PixelSpacing", "PixelMeasuresSequence", "PixelSpacing"},
    {"SliceThickness", "PixelMeasuresSequence", "SliceThickness"},
    {"RescaleIntercept", "PixelValueTransformationSequence", "RescaleIntercept"},
    {"RescaleSlope", "PixelValueTransformationSequence", "RescaleSlope"},
    {"RescaleType", "PixelValueTransformationSequence", "RescaleType"},
    {"KVP", "CTXRayDetailsSequence", "KVP"},
    {"XRayTubeCurrent", "CTExposureSequence", "XRayTubeCurrentInmA"},
    {"ExposureTime", "CTExposureSequence", "ExposureTimeInms"},
    {"ExposureModulationType", "CTExposureSequence", "ExposureModulationType"},
    {"CTDIvol", "CTExposureSequence", "CTDIvol"},
    {"ConvolutionKernel", "CTReconstructionSequence", "ConvolutionKernel"},
    {"ReconstructionAlgorithm", "CTReconstructionSequence", "ReconstructionAlgorithm"},
    {"ReconstructionDiameter", "CTReconstructionSequence", "ReconstructionDiameter"},
    {"SpiralPitchFactor", "CTTableDynamicsSequence", "SpiralPitchFactor"},
    {"AcquisitionType", "CTAcquisitionTypeSequence", "AcquisitionType"},
    {"GantryDetectorTilt", "CTAcquisitionDetailsSequence", "GantryDetectorTilt"},
    {"EchoTime", "MREchoSequence", "EffectiveEchoTime"},
    {"RepetitionTime", "MRTimingAndRelatedParametersSequence", "RepetitionTime"},
    {"FlipAngle", "MRTimingAndRelatedParametersSequence", "FlipAngle"},
    {"EchoTrainLength", "MRTimingAndRelatedParametersSequence", "EchoTrainLength"},
    {"InversionTime", "MRModifierSequence", "InversionTimes"},
    {"ParallelReductionFactorInPlane", "MRModifierSequence", "ParallelReductionFactorInPlane"},
    {"NumberOfAverages", "MRAveragesSequence", "NumberOfAverages"},
    {"ReceiveCoilName", "MRReceiveCoilSequence", "ReceiveCoilName"},
    {"InPlanePhaseEncodingDirection", "MRFOVGeometrySequence", "InPlanePhaseEncodingDirection"},
};

constexpr std::string_view kClassicOnly[] = {"SliceLocation",     "ScanningSequence", "SequenceVariant",
                                             "ScanOptions",       "SequenceName",     "EchoNumbers",
                                             "AcquisitionMatrix", "ImageIndex"};

/// The enhanced classes of PS3.4 B.5 beside their classic ones.
std::string_view enhancedClass(std::string_view modality) {
    if (modality == "MR") return "1.2.840.10008.5.1.4.1.1.4.1";
    if (modality == "PT") return "1.2.840.10008.5.1.4.1.1.130";
    return "1.2.840.10008.5.1.4.1.1.2.1";
}

std::string_view frameTypeSequence(std::string_view modality) {
    if (modality == "MR") return "MRImageFrameTypeSequence";
    if (modality == "PT") return "PETFrameTypeSequence";
    return "CTImageFrameTypeSequence";
}

void move(const Move& one, const Header& image, Header& group) {
    if (!image.has(one.from)) return;
    const auto value = image.text(one.from);
    group.item(one.macro).set(one.to, value == "COL" ? "COLUMN" : value);
}

/// Enhanced image types have four values, the third a flavour (C.8.16.1.3).
std::string enhancedType(const std::string& classic) {
    const auto values = dicom::splitValues(classic);
    const auto value = [&](std::size_t i) { return i < values.size() ? std::string(values[i]) : ""; };
    const bool flavoured = values.size() > 2 && value(2).size() > 2;
    return value(0) + "\\" + value(1) + "\\" + (flavoured ? value(2) : "VOLUME") + "\\NONE";
}

bool isShared(const ImageSeries& classic, std::string_view keyword) {
    return std::ranges::all_of(classic.images, [&](const Header& image) {
        return image.text(keyword) == classic.images.front().text(keyword);
    });
}

void writeFrame(Header& top, const Header& image, std::size_t frame, const std::vector<Move>& per_frame) {
    auto& group = top.item("PerFrameFunctionalGroupsSequence", frame);
    for (const auto& one : kAlwaysPerFrame) move(one, image, group);
    group.item("FrameContentSequence")
        .set("FrameAcquisitionNumber", 1)
        .set("FrameReferenceDateTime", image.text("AcquisitionDateTime"))
        .set("FrameAcquisitionDuration", 500);
    group.item(frameTypeSequence(image.text("Modality")))
        .set("FrameType", enhancedType(image.text("ImageType")))
        .set("PixelPresentation", "MONOCHROME")
        .set("VolumetricProperties", "VOLUME")
        .set("VolumeBasedCalculationTechnique", "NONE");
    if (image.has("DiffusionGradientOrientation"))
        group.item("MRDiffusionSequence")
            .item("DiffusionGradientDirectionSequence")
            .set("DiffusionGradientOrientation", image.text("DiffusionGradientOrientation"));
    for (const auto& one : per_frame) move(one, image, group);
}

/// What the scanning sequence means in the words of C.8.13.4.
void writePulseSequence(Header& top, const Header& image) {
    const auto words = image.text("ScanningSequence");
    if (words.empty()) return;
    const bool gradient = words.find("GR") != words.npos || words.find("EP") != words.npos;
    top.set("EchoPulseSequence", gradient ? "GRADIENT" : "SPIN")
        .set("EchoPlanarPulseSequence", words.find("EP") != words.npos ? "YES" : "NO")
        .set("InversionRecovery", words.find("IR") != words.npos ? "YES" : "NO")
        .set("AcquisitionContrast", "UNKNOWN");
}

}  // namespace

ImageSeries enhanced(const ImageSeries& classic, Grouping grouping) {
    const auto& first = classic.images.front();
    Header top = first;
    std::vector<Move> shared;
    std::vector<Move> per_frame;
    for (const auto& one : kEither)
        (grouping == Grouping::Shared && isShared(classic, one.from) ? shared : per_frame).push_back(one);
    std::string pixels;
    for (std::size_t frame = 0; frame < classic.images.size(); ++frame) {
        const auto& image = classic.images[frame];
        writeFrame(top, image, frame, per_frame);
        pixels += image.text("PixelData");
    }
    auto& shared_groups = top.item("SharedFunctionalGroupsSequence");
    for (const auto& one : shared) move(one, first, shared_groups);
    shared_groups.item("FrameAnatomySequence")
        .set("FrameLaterality", "U")
        .item("AnatomicRegionSequence")
        .set("CodeValue", "T-D0010")
        .set("CodingSchemeDesignator", "SRT")
        .set("CodeMeaning", "Entire body");
    writeDimensions(top, classic);
    writePulseSequence(top, first);
    for (const auto& one : kAlwaysPerFrame)
        if (one.from != "AcquisitionDateTime") top.remove(one.from);
    for (const auto& one : kEither) top.remove(one.from);
    for (const auto keyword : kClassicOnly) top.remove(keyword);
    const auto frames = static_cast<double>(classic.images.size());
    top.set("SOPClassUID", enhancedClass(first.text("Modality")))
        .set("SOPInstanceUID", Seeded(0).uid("enhanced " + first.text("SOPInstanceUID")))
        .set("SeriesInstanceUID", Seeded(0).uid("enhanced " + classic.uid()))
        .set("ImageType", enhancedType(first.text("ImageType")))
        .set("NumberOfFrames", frames)
        .set("PixelPresentation", "MONOCHROME")
        .set("VolumetricProperties", "VOLUME")
        .set("VolumeBasedCalculationTechnique", "NONE")
        .set("AcquisitionContextSequence", "")
        .set("PixelData", pixels);
    ImageSeries series;
    series.images.push_back(std::move(top));
    return series;
}

}  // namespace gantry::scanner
