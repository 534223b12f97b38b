#include "check_name.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "gantry/core/dicom.hpp"

namespace gantry::qc {

namespace {

struct DerivedRow {
    std::string_view name;
    std::string_view label;
    Kind kind;
    Dimension dimension;
    Measure measure;  ///< None: known to the format, has no source here
};

constexpr DerivedRow kDerived[] = {
    {"derived.slice_thickness", "slice thickness", Kind::Number, Dimension::Length, Measure::SliceThickness},
    {"derived.slice_spacing", "slice spacing", Kind::Number, Dimension::Length, Measure::SliceSpacing},
    {"derived.slice_gap", "gap between slices", Kind::Number, Dimension::Length, Measure::SliceGap},
    {"derived.slices_missing", "missing slices", Kind::Number, Dimension::None, Measure::SlicesMissing},
    {"derived.slices_duplicate", "slices at one position", Kind::Number, Dimension::None,
     Measure::SlicesDuplicate},
    {"derived.slices_irregular", "irregular slice steps", Kind::Number, Dimension::None,
     Measure::SlicesIrregular},
    {"derived.n_slices", "number of slices", Kind::Number, Dimension::None, Measure::SliceCount},
    {"derived.n_instances", "number of images", Kind::Number, Dimension::None, Measure::InstanceCount},
    {"derived.coverage", "covered length", Kind::Number, Dimension::Length, Measure::Coverage},
    {"derived.plane", "slice plane", Kind::Text, Dimension::None, Measure::Plane},
    {"derived.obliquity", "obliquity", Kind::Number, Dimension::Angle, Measure::Obliquity},
    {"derived.ever_lossy", "lossy compression", Kind::Flag, Dimension::None, Measure::EverLossy},
    {"derived.contrast_given", "contrast given", Kind::Flag, Dimension::None, Measure::ContrastGiven},
    {"derived.contrast_delay", "delay after contrast", Kind::Number, Dimension::Time, Measure::ContrastDelay},
    {"derived.fov_max", "field of view", Kind::Number, Dimension::Length, Measure::FieldOfView},
    {"derived.voxel_max", "largest voxel edge", Kind::Number, Dimension::Length, Measure::VoxelLargest},
    {"derived.voxel_anisotropy", "voxel anisotropy", Kind::Number, Dimension::None, Measure::VoxelAnisotropy},
    {"derived.body_area_change", "change of body cross-section", Kind::Number, Dimension::Fraction,
     Measure::None},
    {"derived.head_size_change", "change of head size", Kind::Number, Dimension::Fraction, Measure::None},
    {"derived.sequence_family", "pulse sequence family", Kind::Text, Dimension::None, Measure::None},
    {"derived.echo_time", "echo time", Kind::Number, Dimension::Time, Measure::None},
    {"derived.inversion_time", "inversion time", Kind::Number, Dimension::Time, Measure::None},
    {"derived.before_contrast", "before contrast", Kind::Flag, Dimension::None, Measure::None},
    {"derived.acceleration_total", "acceleration", Kind::Number, Dimension::None, Measure::None},
    {"derived.voxel", "voxel size", Kind::Number, Dimension::Length, Measure::None},
    {"derived.affine", "slab position", Kind::Number, Dimension::Length, Measure::None},
    {"derived.b_values", "b-values", Kind::Number, Dimension::None, Measure::None},
    {"derived.n_directions", "diffusion directions", Kind::Number, Dimension::None, Measure::None},
    {"derived.order", "order of scans", Kind::Text, Dimension::None, Measure::None},
    {"derived.study_duration", "duration of the study", Kind::Number, Dimension::Time, Measure::None},
    {"derived.dose_per_kg", "activity per body weight", Kind::Number, Dimension::ActivityPerMass,
     Measure::None},
    {"derived.uptake_time", "uptake time", Kind::Number, Dimension::Time, Measure::None},
    {"derived.uptake_time_private", "uptake time", Kind::Number, Dimension::Time, Measure::None},
    {"derived.injection_before_scan", "injection before the scan", Kind::Flag, Dimension::None,
     Measure::None},
    {"derived.suv_factor_agreement", "agreement of SUV factors", Kind::Number, Dimension::None,
     Measure::None},
    {"derived.covers", "series covered", Kind::Text, Dimension::None, Measure::None},
    {"derived.gap_to_pet", "time between CT and PET", Kind::Number, Dimension::Time, Measure::None},
    {"image.body_truncation", "body outside the field of view", Kind::Number, Dimension::Fraction,
     Measure::None},
    {"image.gnl_hu", "image noise", Kind::Number, Dimension::Hounsfield, Measure::None},
    {"image.ghost_percent", "ghosting", Kind::Number, Dimension::Fraction, Measure::None},
    {"image.liver_suv_mean", "liver SUV", Kind::Number, Dimension::None, Measure::None},
    {"image.liver_cov", "liver noise", Kind::Number, Dimension::Fraction, Measure::None},
    {"scanner.key", "scanner", Kind::Text, Dimension::None, Measure::None},
    {"scanner.is_pet_ct", "PET/CT scanner", Kind::Flag, Dimension::None, Measure::None},
    {"scanner.qualified", "scanner qualification", Kind::Flag, Dimension::None, Measure::None},
    {"recon.matches_qualified", "qualified reconstruction", Kind::Text, Dimension::None, Measure::None},
};

struct ContextRow {
    std::string_view name;
    std::string_view label;
    Told told;
    bool identifying;
};

constexpr ContextRow kContext[] = {
    {"enrolment.subject_id", "subject", Told::SubjectId, true},
    {"enrolment.subject_ids", "enrolled subjects", Told::SubjectIds, true},
    {"enrolment.sex", "sex at enrolment", Told::SubjectSex, false},
    {"visit.id", "visit", Told::VisitId, false},
    {"visit.previous", "previous visit", Told::VisitPrevious, false},
    {"site.id", "site", Told::SiteId, false},
    {"slot", "slot", Told::Slot, false},
};

struct NativeRow {
    std::string_view keyword;
    std::string_view label;
    std::string_view unit;
};

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
    if (const auto* row = std::ranges::find(kDerived, name, &DerivedRow::name); row != std::end(kDerived)) {
        check.label = row->label;
        check.kind = row->kind;
        check.dimension = row->dimension;
        check.measure = row->measure;
        check.origin = row->measure == Measure::None ? Origin::Elsewhere : Origin::Derived;
        check.native = usualUnit(row->dimension);
        return check;
    }
    if (const auto* row = std::ranges::find(kContext, name, &ContextRow::name); row != std::end(kContext)) {
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
