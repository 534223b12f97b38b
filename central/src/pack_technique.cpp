#include "pack_technique.hpp"

#include <algorithm>
#include <cctype>

#include "gantry/core/dicom.hpp"
#include "gantry/qc/geometry.hpp"

namespace gantry::central {

namespace {

/// What a pack may ask of a technique; none of it says who was scanned.
constexpr std::string_view kKept[] = {
    "ActualFrameDuration",
    "ConvolutionKernel",
    "CorrectedImage",
    "DecayCorrection",
    "EchoTime",
    "EchoTrainLength",
    "EffectiveEchoTime",
    "FlipAngle",
    "InversionTime",
    "KVP",
    "MRAcquisitionType",
    "MagneticFieldStrength",
    "PixelBandwidth",
    "PixelSpacing",
    "ReceiveCoilName",
    "ReconstructionMethod",
    "RepetitionTime",
    "SOPClassUID",
    "ScanningSequence",
    "SequenceVariant",
    "SliceThickness",
    "Units",
};

/// Components of Image Type that tell one kind of image from another, PS3.3 C.7.6.1.1.2 and its likes.
constexpr std::string_view kTelling[] = {
    "ORIGINAL",  "DERIVED",
    "PRIMARY",   "SECONDARY",
    "LOCALIZER", "M",
    "P",         "R",
    "I",         "ADC",
    "FA",        "TRACEW",
    "MPR",       "MIP",
    "MIN",       "MOSAIC",
    "DIFFUSION", "PERFUSION",
    "SUB",       "T2MAP",
    "T1MAP",     "PROJECTION IMAGE",
    "AVERAGE",   "FIELD_MAP",
    "PHASE MAP",
};

/// Attributes whose words must not get into a pack by way of a description.
constexpr std::string_view kOfPeople[] = {
    "PatientName", "PatientID",     "OtherPatientIDs",        "AccessionNumber",         "InstitutionName",
    "StationName", "OperatorsName", "ReferringPhysicianName", "PerformingPhysicianName", "StudyID"};

constexpr std::size_t kMostValues = 64;  // of one keyword in one series; more is no technique

template <std::size_t N>
bool contains(const std::string_view (&names)[N], std::string_view name) {
    return std::ranges::find(names, name) != std::end(names);
}

/// Words of letters and digits that begin with a letter, lower case, three characters or more and "t1", "t2".
std::set<std::string> wordsIn(std::string_view text) {
    std::set<std::string> words;
    std::string word;
    const auto take = [&] {
        const bool telling = word.size() >= 3 || word == "t1" || word == "t2" || word == "pd";
        if (telling && word.size() <= 24 && std::isalpha(static_cast<unsigned char>(word[0])) != 0)
            words.insert(word);
        word.clear();
    };
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80 && std::isalnum(byte) != 0)
            word += static_cast<char>(std::tolower(byte));
        else
            take();
    }
    take();
    return words;
}

std::string_view valueOf(const Facts& facts, std::string_view keyword) {
    const auto found = facts.find(keyword);
    return found == facts.end() ? std::string_view{} : std::string_view(found->second);
}

/// The keyword of an attribute at top level or in a functional group, PS3.3 C.7.6.16; "" for any other.
std::string_view keywordOf(std::string_view name) {
    const auto dot = name.rfind('.');
    if (dot == std::string_view::npos) return name;
    const bool in_group = name.starts_with("SharedFunctionalGroupsSequence[") ||
                          name.starts_with("PerFrameFunctionalGroupsSequence[");
    return in_group ? name.substr(dot + 1) : std::string_view{};
}

std::optional<qc::Vector3> vectorFrom(const std::vector<std::optional<double>>& numbers, std::size_t at) {
    if (numbers.size() < at + 3) return std::nullopt;
    for (std::size_t i = at; i < at + 3; ++i)
        if (!numbers[i]) return std::nullopt;
    return qc::Vector3{*numbers[at], *numbers[at + 1], *numbers[at + 2]};
}

class Gatherer {
public:
    explicit Gatherer(const qc::SeriesFacts& series) : series_(series) {
        technique_.series_instance_uid = series.series_instance_uid;
        technique_.images = series.instances.size();
    }

    /// Nullopt for what is no series of images, or one of localizers.
    std::optional<SeriesTechnique> run() {
        for (const auto& instance : series_.instances) {
            if (valueOf(*instance.facts, "Rows").empty()) return std::nullopt;
            image(*instance.facts);
        }
        if (technique_.image_type.contains("LOCALIZER")) return std::nullopt;
        for (const auto& [keyword, having] : having_)
            if (having < technique_.images) technique_.values.erase(keyword);
        geometry();
        for (const auto word : kOfPeople) forget(word);
        return std::move(technique_);
    }

private:
    void image(const Facts& facts) {
        const bool first = technique_.modality.empty();
        technique_.modality = valueOf(facts, "Modality");
        technique_.contrast = technique_.contrast || !valueOf(facts, "ContrastBolusAgent").empty();
        std::set<std::string> telling;
        for (const auto component : dicom::splitValues(valueOf(facts, "ImageType")))
            if (contains(kTelling, component)) telling.emplace(component);
        std::set<std::string> both;
        std::ranges::set_intersection(telling, technique_.image_type, std::inserter(both, both.end()));
        technique_.image_type = first ? telling : both;
        if (first) technique_.description_words = wordsIn(valueOf(facts, "SeriesDescription"));
        attributes(facts);
        plane(facts);
    }

    void attributes(const Facts& facts) {
        std::set<std::string_view> here;
        for (const auto& [name, value] : facts) {
            const auto keyword = keywordOf(name);
            if (value.empty() || !contains(kKept, keyword)) continue;
            auto& values = technique_.values[std::string(keyword)];
            if (values.size() <= kMostValues) values.insert(value);
            here.insert(keyword);
        }
        for (const auto keyword : here) ++having_[std::string(keyword)];
    }

    void plane(const Facts& facts) {
        const auto cosines = dicom::parseDecimals(valueOf(facts, "ImageOrientationPatient"));
        const auto place = vectorFrom(dicom::parseDecimals(valueOf(facts, "ImagePositionPatient")), 0);
        const auto row = vectorFrom(cosines, 0);
        const auto column = vectorFrom(cosines, 3);
        if (place && row && column) planes_.push_back({*place, *row, *column});
    }

    void geometry() {
        if (planes_.size() != technique_.images) return;
        const auto stack = qc::buildStack(planes_);
        if (!stack) return;
        if (stack->plane != qc::Plane::Oblique) technique_.plane = toString(stack->plane);
        const auto thickness = technique_.numbers("SliceThickness");
        if (thickness.size() != 1 || stack->positions_mm.size() < 2) return;
        const qc::Interval covered = qc::coverage(*stack, thickness.front());
        technique_.coverage_mm = covered.to_mm - covered.from_mm;
    }

    void forget(std::string_view keyword) {
        for (const auto& instance : series_.instances)
            for (const std::string& word : wordsIn(valueOf(*instance.facts, keyword)))
                technique_.description_words.erase(word);
    }

    const qc::SeriesFacts& series_;
    SeriesTechnique technique_;
    std::map<std::string, std::size_t> having_;
    std::vector<qc::SlicePlane> planes_;
};

}  // namespace

std::string SeriesTechnique::one(std::string_view keyword) const {
    const auto found = values.find(keyword);
    return found != values.end() && found->second.size() == 1 ? *found->second.begin() : std::string();
}

std::vector<double> SeriesTechnique::numbers(std::string_view keyword) const {
    const auto found = values.find(keyword);
    if (found == values.end() || found->second.size() > kMostValues) return {};
    std::set<double> all;
    for (const std::string& value : found->second)
        for (const auto& number : dicom::parseDecimals(value)) {
            if (!number) return {};
            all.insert(*number);
        }
    return {all.begin(), all.end()};
}

std::vector<SeriesTechnique> techniquesOf(const FolderStudy& study, std::size_t study_index) {
    std::vector<SeriesTechnique> techniques;
    for (const qc::SeriesFacts& series : study.facts().series) {
        auto technique = Gatherer(series).run();
        if (!technique) continue;
        technique->study = study_index;
        techniques.push_back(*std::move(technique));
    }
    return techniques;
}

}  // namespace gantry::central
