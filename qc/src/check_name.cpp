#include "check_name.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "check_table.hpp"
#include "derived.hpp"
#include "gantry/core/dicom.hpp"

namespace gantry::qc {

namespace {

/// Attributes whose number has a unit by PS3.3, and those whose keyword is no word people use.
constexpr NativeRow kNative[] = {
    {"AcquisitionDuration", "duration of the acquisition", "s"},
    {"ActualFrameDuration", "frame duration", "ms"},
    {"BodyPartThickness", "thickness of the body part", "mm"},
    {"CompressionForce", "compression force", "N"},
    {"ContrastBolusAgent", "IV contrast", ""},
    {"ContrastBolusVolume", "contrast volume", "ml"},
    {"ConvolutionKernel", "kernel", ""},
    {"CTDIvol", "dose (CTDIvol)", "mGy"},
    {"DataCollectionDiameter", "scan field of view", "mm"},
    {"DistanceSourceToDetector", "distance of source and detector", "mm"},
    {"DistanceSourceToPatient", "distance of source and patient", "mm"},
    {"EchoTime", "echo time", "ms"},
    {"EffectiveEchoTime", "echo time", "ms"},
    {"Exposure", "exposure", "mAs"},
    {"ExposureInmAs", "exposure", "mAs"},
    {"ExposureInuAs", "exposure", "uAs"},
    {"ExposureTime", "exposure time", "ms"},
    {"ExposureTimeInms", "exposure time", "ms"},
    {"FlipAngle", "flip angle", "deg"},
    {"FrameReferenceTime", "frame reference time", "ms"},
    {"FrameTime", "frame time", "ms"},
    {"FrameTimeVector", "frame times", "ms"},
    {"GantryDetectorTilt", "gantry tilt", "deg"},
    {"ImagerPixelSpacing", "pixel size at the detector", "mm"},
    {"ImagingFrequency", "imaging frequency", "MHz"},
    {"InversionTime", "inversion time", "ms"},
    {"InversionTimes", "inversion time", "ms"},
    {"KVP", "tube voltage", "kV"},
    {"MagneticFieldStrength", "field strength", "T"},
    {"NominalInterval", "nominal heart interval", "ms"},
    {"OrganDose", "organ dose", "dGy"},
    {"PatientBirthDate", "birth date", ""},
    {"PatientID", "patient number", ""},
    {"PatientName", "patient name", ""},
    {"PatientSex", "sex", ""},
    {"PatientSize", "height", "m"},
    {"PatientWeight", "weight", "kg"},
    {"PercentPhaseFieldOfView", "phase field of view", "%"},
    {"PercentSampling", "sampling", "%"},
    {"PixelBandwidth", "bandwidth of a pixel", "Hz"},
    {"PixelSpacing", "pixel size", "mm"},
    {"RadionuclideHalfLife", "half-life", "s"},
    {"RadionuclideTotalDose", "injected activity", "Bq"},
    {"ReconstructionDiameter", "reconstruction diameter", "mm"},
    {"RepetitionTime", "repetition time", "ms"},
    {"SAR", "SAR", "W/kg"},
    {"SliceThickness", "slice thickness", "mm"},
    {"SpacingBetweenSlices", "slice spacing in the header", "mm"},
    {"TableFeedPerRotation", "table feed per rotation", "mm"},
    {"TableHeight", "table height", "mm"},
    {"TemporalResolution", "temporal resolution", "ms"},
    {"TotalCollimationWidth", "collimation", "mm"},
    {"TriggerTime", "trigger time", "ms"},
    {"XRayTubeCurrent", "tube current", "mA"},
    {"XRayTubeCurrentInmA", "tube current", "mA"},
};

const NativeRow* findNative(std::string_view keyword) {
    const auto* row = std::ranges::find(kNative, keyword, &NativeRow::keyword);
    return row == std::end(kNative) ? nullptr : row;
}

bool isNumeric(std::string_view vr) {
    constexpr std::string_view kNumeric[] = {"DS", "IS", "FD", "FL", "US", "UL", "SS", "SL", "US or SS"};
    return std::ranges::find(kNumeric, vr) != std::end(kNumeric);
}

/// Shown are numbers, coded words and a few texts of the technique; anything else may hold a name, a date, a
/// number of the hospital or free text.
bool mayIdentify(const dicom::DictionaryEntry& entry) {
    constexpr std::string_view kShown[] = {"AttenuationCorrectionMethod",
                                           "ConvolutionKernel",
                                           "Manufacturer",
                                           "ManufacturerModelName",
                                           "PulseSequenceName",
                                           "Radiopharmaceutical",
                                           "ReceiveCoilName",
                                           "ReconstructionMethod",
                                           "SOPClassUID",
                                           "ScatterCorrectionMethod",
                                           "SequenceName",
                                           "SoftwareVersions",
                                           "TransferSyntaxUID"};
    if (isNumeric(entry.vr) || entry.vr == "CS") return false;
    return std::ranges::find(kShown, entry.keyword) == std::end(kShown);
}

bool isHex(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); });
}

CheckName privateName(std::string_view name) {
    CheckName check;
    check.name = name;
    check.keyword = name;
    check.label = name;
    check.identifying = true;  // a maker may write anything there
    return check;
}

std::optional<CheckName> attributeName(std::string_view name) {
    if (isPrivateName(name)) return privateName(name);
    CheckName check;
    check.name = name;
    const auto dot = name.find('.');
    check.keyword = dot == std::string_view::npos ? name : name.substr(dot + 1);
    if (dot != std::string_view::npos) {
        check.sequence = name.substr(0, dot);
        if (check.sequence == "Radiopharmaceutical")
            check.sequence = "RadiopharmaceuticalInformationSequence";
        const auto* sequence = dicom::lookup(check.sequence);
        if (!sequence || sequence->vr != "SQ") return std::nullopt;
    }
    const auto* entry = dicom::lookup(check.keyword);
    if (!entry) return std::nullopt;
    check.label = labelOfKeyword(check.keyword);
    check.kind = isNumeric(entry->vr) ? Kind::Number : Kind::Text;
    check.identifying = mayIdentify(*entry);
    if (const auto* native = findNative(check.keyword); native && !native->unit.empty()) {
        check.native = findUnit(native->unit);
        check.dimension = check.native->dimension;
    }
    return check;
}

}  // namespace

/// "(0019,0C):SIEMENS MR HEADER": group, last two digits of the element, creator of the block (PS3.5 7.8.1).
bool isPrivateName(std::string_view name) {
    constexpr std::size_t kTag = 10;      // "(0019,0C):"
    constexpr std::size_t kCreator = 64;  // LO
    if (name.size() <= kTag || name.size() > kTag + kCreator || name[0] != '(' || name[5] != ',')
        return false;
    const bool odd = std::string_view("13579BDF").find(name[4]) != std::string_view::npos;
    const auto creator = name.substr(kTag);
    return odd && isHex(name.substr(1, 4)) && isHex(name.substr(6, 2)) && name.substr(8, 2) == "):" &&
           std::ranges::all_of(creator, [](unsigned char c) { return c >= ' ' && c != '\\' && c != '&'; });
}

std::span<const NativeRow> nativeRows() {
    return kNative;
}

std::string labelOfKeyword(std::string_view keyword) {
    if (const auto* native = findNative(keyword)) return std::string(native->label);
    std::string label;
    for (std::size_t i = 0; i < keyword.size(); ++i) {
        const auto isUpper = [&](std::size_t at) {
            return at < keyword.size() && std::isupper(static_cast<unsigned char>(keyword[at])) != 0;
        };
        const bool in_acronym =
            isUpper(i) && (isUpper(i + 1) || (i > 0 && isUpper(i - 1) && i + 1 == keyword.size()));
        if (isUpper(i) && i > 0 && (!isUpper(i - 1) || (i + 1 < keyword.size() && !isUpper(i + 1))))
            label += ' ';
        label += isUpper(i) && !in_acronym
                     ? static_cast<char>(std::tolower(static_cast<unsigned char>(keyword[i])))
                     : keyword[i];
    }
    return label;
}

std::optional<CheckName> findCheckName(std::string_view name) {
    CheckName check;
    check.name = name;
    const auto& derived = derivedRows();
    if (const auto row = std::ranges::find(derived, name, &DerivedRow::name); row != derived.end()) {
        check.label = row->label;
        check.kind = row->kind;
        check.dimension = row->dimension;
        check.derive = row->derive;
        check.inputs = row->inputs;
        check.words = row->words;
        check.identifying = name == "scanner.key";  // holds the serial number
        check.only_warns = row->of_pixels;
        check.origin = Origin::Derived;
        check.native = usualUnit(row->dimension);
        return check;
    }
    const auto images = imageRows();
    if (const auto row = std::ranges::find(images, name, &ImageRow::name); row != images.end()) {
        check.label = row->label;
        check.kind = row->kind;
        check.dimension = row->dimension;
        check.origin = Origin::Image;
        check.only_warns = !row->certain;
        check.native = usualUnit(row->dimension);
        if (name == kLiverSuv) check.inputs = suvInputs();
        return check;
    }
    if (name == kPhantomAge || (name.starts_with(kPhantomAge) && name[kPhantomAge.size()] == '.')) {
        check.label = "time since the last phantom scan that passed";
        check.kind = Kind::Number;
        check.dimension = Dimension::Time;
        check.origin = Origin::PhantomAge;
        check.native = findUnit("d");
        return check;
    }
    const auto contexts = contextRows();
    if (const auto row = std::ranges::find(contexts, name, &ContextRow::name); row != contexts.end()) {
        check.label = row->label;
        check.told = row->told;
        check.kind = row->told == Told::VisitPrevious ? Kind::Flag : Kind::Text;
        check.origin = Origin::Context;
        check.identifying = row->identifying;
        return check;
    }
    return attributeName(name);
}

}  // namespace gantry::qc
