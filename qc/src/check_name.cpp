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
    {"ActualFrameDuration", "frame duration", "ms"},
    {"ContrastBolusAgent", "IV contrast", ""},
    {"ContrastBolusVolume", "contrast volume", ""},
    {"ConvolutionKernel", "kernel", ""},
    {"CTDIvol", "dose (CTDIvol)", "mGy"},
    {"DataCollectionDiameter", "scan field of view", "mm"},
    {"EchoTime", "echo time", "ms"},
    {"Exposure", "exposure", "mAs"},
    {"ExposureTime", "exposure time", "ms"},
    {"FlipAngle", "flip angle", "deg"},
    {"GantryDetectorTilt", "gantry tilt", "deg"},
    {"ImagingFrequency", "imaging frequency", "MHz"},
    {"InversionTime", "inversion time", "ms"},
    {"InversionTimes", "inversion time", "ms"},
    {"KVP", "tube voltage", "kV"},
    {"MagneticFieldStrength", "field strength", "T"},
    {"PatientBirthDate", "birth date", ""},
    {"PatientID", "patient number", ""},
    {"PatientName", "patient name", ""},
    {"PatientSex", "sex", ""},
    {"PatientSize", "height", "m"},
    {"PatientWeight", "weight", "kg"},
    {"PixelSpacing", "pixel size", "mm"},
    {"RadionuclideHalfLife", "half-life", "s"},
    {"RadionuclideTotalDose", "injected activity", "Bq"},
    {"ReconstructionDiameter", "reconstruction diameter", "mm"},
    {"RepetitionTime", "repetition time", "ms"},
    {"SliceThickness", "slice thickness", "mm"},
    {"SpacingBetweenSlices", "slice spacing in the header", "mm"},
    {"TableHeight", "table height", "mm"},
    {"XRayTubeCurrent", "tube current", "mA"},
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

std::optional<CheckName> attributeName(std::string_view name) {
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
        check.identifying = name == "scanner.key";  // holds the serial number
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
        check.unmeasured = !row->measured;
        check.native = usualUnit(row->dimension);
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
