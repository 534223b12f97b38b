#include <algorithm>
#include <array>
#include <cmath>

#include "derived.hpp"
#include "gantry/core/dicom.hpp"

namespace gantry::qc {

namespace {

constexpr double kMillisecond = 1e-3;

/// Of two attributes for the same thing (classic and enhanced), the one that the series has.
std::string_view eitherOf(const Scope& scope, const SeriesView& series, std::string_view classic,
                          std::string_view enhanced) {
    return hasAny(scope, series, classic) ? classic : enhanced;
}

Observation milliseconds(const Scope& scope, const SeriesView& series, std::string_view attribute) {
    const Column& column = series.column(scope.pack, attribute);
    Observation seen;
    seen.absent = column.absent;
    seen.total = column.total;
    for (const double number : presentNumbers(scope, series, attribute))
        seen.values.push_back({numberItem(number * kMillisecond)});
    seen.partial = !column.values.empty() && !numbersOf(scope, series, attribute);
    if (seen.values.empty()) seen.reason = "not in the header";
    if (seen.partial) seen.reason = "not readable in the header of every image";
    return seen;
}

Observation echoTime(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        return milliseconds(scope, series, eitherOf(scope, series, "EchoTime", "EffectiveEchoTime"));
    });
}

Observation echoTimes(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto times = numbersOf(scope, series, eitherOf(scope, series, "EchoTime", "EffectiveEchoTime"));
        if (!times) return unknown("an image has no echo time");
        std::vector<Item> items;
        for (const double time : *times) items.push_back(numberItem(time * kMillisecond));
        return knownList(std::move(items));
    });
}

/// Without inversion there is none to find: 0 in the header, or a sequence that does not say IR.
Observation inversionTime(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        Observation seen =
            milliseconds(scope, series, eitherOf(scope, series, "InversionTime", "InversionTimes"));
        std::erase_if(seen.values, [](const auto& value) { return value.front().number == 0; });
        const bool inverted = hasWord(scope, series, "ScanningSequence", "IR") ||
                              hasWord(scope, series, "InversionRecovery", "YES") ||
                              hasWord(scope, series, "SequenceVariant", "MP");
        const bool told =
            hasAny(scope, series, "ScanningSequence") || hasAny(scope, series, "InversionRecovery");
        seen.none = seen.values.empty() && !seen.partial && told && !inverted;
        if (seen.none) seen.reason = "no inversion";
        return seen;
    });
}

bool isEchoPlanar(const Scope& scope, const SeriesView& series) {
    return hasWord(scope, series, "ScanningSequence", "EP") ||
           hasWord(scope, series, "EchoPlanarPulseSequence", "YES");
}

/// Families by what the standard's own attributes say: enhanced MR names them YES/NO, classic MR by code
/// words.
std::string_view familyOf(const Scope& scope, const SeriesView& series) {
    const auto has = [&](std::string_view attribute, std::string_view word) {
        return hasWord(scope, series, attribute, word);
    };
    if (isEchoPlanar(scope, series)) return "epi";
    const auto train = presentNumbers(scope, series, "EchoTrainLength");
    const bool many_echoes = !train.empty() && train.back() > 1;
    const auto inversion =
        presentNumbers(scope, series, eitherOf(scope, series, "InversionTime", "InversionTimes"));
    const bool prepared = has("ScanningSequence", "IR") || has("SequenceVariant", "MP") ||
                          has("InversionRecovery", "YES") || (!inversion.empty() && inversion.back() > 0);
    if (has("ScanningSequence", "GR") || has("EchoPulseSequence", "GRADIENT")) {
        if (prepared) return "ir_gre";
        return has("SteadyStatePulseSequence", "TIME_REVERSED") ||
                       has("SteadyStatePulseSequence", "FREE_PRECESSION")
                   ? "bssfp"
                   : "gre";
    }
    const bool spin =
        has("ScanningSequence", "SE") || has("EchoPulseSequence", "SPIN") || has("ScanningSequence", "IR");
    if (!spin) return {};
    return many_echoes || has("MultipleSpinEcho", "YES") ? "tse" : "se";
}

Observation sequenceFamily(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto family = familyOf(scope, series);
        return family.empty() ? unknown("the header does not say") : known(textItem(std::string(family)));
    });
}

Observation bValues(const Scope& scope) {
    std::vector<double> all;
    for (const SeriesView* series : scope.series) {
        const auto values = numbersOf(scope, *series, "Gantry.BValue");
        if (!values) return unknown("an image has no b-value");
        all.insert(all.end(), values->begin(), values->end());
    }
    if (all.empty()) return unknown("no images");
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    std::vector<Item> items;
    for (const double value : all) items.push_back(numberItem(value));
    return knownList(std::move(items));
}

/// Directions that differ by more than a degree; a direction and its opposite are one.
Observation directions(const Scope& scope) {
    constexpr double kSameCosine = 0.99985;
    std::vector<std::array<double, 3>> found;
    for (const SeriesView* series : scope.series)
        for (const std::string& text : series->column(scope.pack, "Gantry.GradientDirection").values) {
            const auto numbers = dicom::parseDecimals(text);
            if (numbers.size() != 3 || !numbers[0] || !numbers[1] || !numbers[2]) continue;
            const std::array<double, 3> one = {*numbers[0], *numbers[1], *numbers[2]};
            const double length = std::hypot(one[0], one[1], one[2]);
            if (!(length > 0.1)) continue;  // b = 0 has none
            const auto same = [&](const auto& other) {
                const double cosine = one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
                return std::abs(cosine) / (length * std::hypot(other[0], other[1], other[2])) > kSameCosine;
            };
            constexpr std::size_t kEnough = 1024;
            if (found.size() < kEnough && std::ranges::none_of(found, same)) found.push_back(one);
        }
    if (found.empty()) return unknown("no gradient direction is in the header");
    return known(numberItem(static_cast<double>(found.size())));
}

Observation acceleration(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto factor = numbersOf(scope, series, "Gantry.AccelerationFactor");
        return factor ? known(numberItem(factor->back())) : unknown("not in the header");
    });
}

/// "AP": from front to back, and so on for the patient's axes (PS3.3 C.7.6.2.1.1: +x left, +y back, +z head).
std::string directionName(const std::array<double, 3>& direction) {
    constexpr std::string_view kNames[3][2] = {{"RL", "LR"}, {"AP", "PA"}, {"FH", "HF"}};
    std::size_t axis = 0;
    for (std::size_t i = 1; i < 3; ++i)
        if (std::abs(direction[i]) > std::abs(direction[axis])) axis = i;
    return std::string(kNames[axis][direction[axis] < 0 ? 1 : 0]);
}

/// Rows or columns of an orientation, the way in which phase is encoded; nullopt when it cannot be read.
std::optional<std::array<double, 3>> phaseDirection(std::string_view orientation, bool rows, bool positive) {
    const auto cosines = dicom::parseDecimals(orientation);
    if (cosines.size() != 6) return std::nullopt;
    std::array<double, 3> direction{};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto& cosine = cosines[rows ? i : i + 3];
        if (!cosine) return std::nullopt;
        direction[i] = (positive ? 1 : -1) * *cosine;
    }
    return direction;
}

Observation phaseEncoding(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto axis = series.agreed(scope.pack, "InPlanePhaseEncodingDirection");
        const Column& orientations = series.column(scope.pack, "ImageOrientationPatient");
        const bool rows = axis == "ROW";
        if ((!rows && axis != "COL" && axis != "COLUMN") || orientations.absent > 0)
            return unknown("not in the header");
        const auto positive = oneNumber(scope, series, "Gantry.PhaseEncodingPositive");
        if (!positive) return unknown("the polarity is not in the header");
        Observation seen;
        for (const std::string& orientation : orientations.values) {
            const auto direction = phaseDirection(orientation, rows, *positive > 0);
            if (!direction) return unknown("the orientation cannot be read");
            std::string name = directionName(*direction);
            const auto same = [&](const auto& value) { return value.front().text == name; };
            if (std::ranges::none_of(seen.values, same)) seen.values.push_back({textItem(std::move(name))});
        }
        return seen;
    });
}

/// What the words of an ImageType say of distortion; nullopt when they say nothing.
std::optional<bool> correctedBy(std::string_view image_type) {
    const auto words = dicom::splitValues(image_type);
    const auto has = [&](std::string_view word) { return std::ranges::find(words, word) != words.end(); };
    if (has("DIS2D") || has("DIS3D")) return true;
    return has("ND") ? std::optional(false) : std::nullopt;
}

Observation distortionCorrected(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const Column& types = series.column(scope.pack, "ImageType");
        std::optional<bool> otherwise;
        if (hasWord(scope, series, "VolumetricProperties", "DISTORTED")) otherwise = false;
        Observation seen;
        bool silent = types.absent > 0 && !otherwise;
        for (const std::string& type : types.values) {
            auto corrected = correctedBy(type);
            if (!corrected) corrected = otherwise;
            silent = silent || !corrected;
            if (corrected) seen.values.push_back({textItem(*corrected ? "true" : "false")});
        }
        seen.partial = silent && !seen.values.empty();
        if (silent) seen.reason = "the header does not say";
        return seen;
    });
}

/// Samples per direction that were really acquired: AcquisitionMatrix holds frequency rows and columns, then
/// phase rows and columns, two of them 0 (PS3.3 C.8.3.1).
std::optional<std::array<double, 2>> acquiredMatrix(const Scope& scope, const SeriesView& series) {
    if (hasAny(scope, series, "AcquisitionMatrix")) {
        const auto m = dicom::parseDecimals(series.agreed(scope.pack, "AcquisitionMatrix"));
        if (m.size() != 4 || !m[0] || !m[1] || !m[2] || !m[3]) return std::nullopt;
        return std::array{std::max(*m[0], *m[2]), std::max(*m[1], *m[3])};
    }
    const auto frequency = oneNumber(scope, series, "MRAcquisitionFrequencyEncodingSteps");
    const auto phase = oneNumber(scope, series, "MRAcquisitionPhaseEncodingStepsInPlane");
    if (!frequency || !phase) return std::nullopt;
    return hasWord(scope, series, "InPlanePhaseEncodingDirection", "ROW") ? std::array{*frequency, *phase}
                                                                          : std::array{*phase, *frequency};
}

Observation acquiredPixel(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto matrix = acquiredMatrix(scope, series);
        if (!matrix || (*matrix)[0] <= 0 || (*matrix)[1] <= 0)
            return unknown("the acquired matrix is not in the header");
        return eachPlane(scope, series, [&](const InPlane& plane) {
            return numberItem(std::max(plane.height / (*matrix)[0], plane.width / (*matrix)[1]));
        });
    });
}

/// ReceiveCoilName, or the elements that Siemens lists: classic Siemens MR has no ReceiveCoilName.
Observation receiveCoil(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        for (const auto* attribute : {"ReceiveCoilName", "Gantry.CoilElements"}) {
            const Column& coils = series.column(scope.pack, attribute);
            if (coils.values.empty()) continue;
            Observation seen;
            for (const std::string& coil : coils.values) seen.values.push_back({textItem(coil)});
            seen.absent = coils.absent;
            seen.total = coils.total;
            if (coils.absent > 0) seen.reason = "not in the header of every image";
            return seen;
        }
        return unknown("not in the header");
    });
}

}  // namespace

std::span<const DerivedRow> mrRows() {
    static const std::vector<std::string_view> kEcho = {"EchoTime", "EffectiveEchoTime"};
    static const std::vector<std::string_view> kFamily = {
        "ScanningSequence", "SequenceVariant",         "InversionRecovery", "EchoPulseSequence",
        "MultipleSpinEcho", "EchoPlanarPulseSequence", "EchoTrainLength",   "SteadyStatePulseSequence",
        "InversionTime",    "InversionTimes"};
    static const std::vector<DerivedRow> kRows = {
        {"derived.sequence_family", "pulse sequence family", Kind::Text, Dimension::None, sequenceFamily,
         kFamily,
         "epi, ir_gre, bssfp, gre, tse, se; from ScanningSequence (0018,0020), SequenceVariant (0018,0021), "
         "EchoTrainLength (0018,0091), InversionTime (0018,0082); enhanced: EchoPulseSequence (0018,9008), "
         "InversionRecovery (0018,9009), EchoPlanarPulseSequence (0018,9018), MultipleSpinEcho (0018,9011), "
         "SteadyStatePulseSequence (0018,9017)"},
        {"derived.echo_time", "echo time", Kind::Number, Dimension::Time, echoTime, kEcho,
         "EchoTime (0018,0081), EffectiveEchoTime (0018,9082)"},
        {"derived.echo_times", "echo times", Kind::Number, Dimension::Time, echoTimes, kEcho,
         "all different echo times of the series as one list"},
        {"derived.inversion_time", "inversion time", Kind::Number, Dimension::Time, inversionTime, kFamily,
         "InversionTime (0018,0082), InversionTimes (0018,9079); 0 counts as none"},
        {"derived.b_values",
         "b-values",
         Kind::Number,
         Dimension::None,
         bValues,
         {"Gantry.BValue"},
         "all different b-values as one list, s/mm2: DiffusionBValue (0018,9087); Siemens CSA B_value, "
         "(0019,100C); GE (0043,1039); Philips (2001,1003); UIH (0065,1009)"},
        {"derived.n_directions",
         "diffusion directions",
         Kind::Number,
         Dimension::None,
         directions,
         {"Gantry.GradientDirection"},
         "different directions of DiffusionGradientOrientation (0018,9089) or the vendors' own; opposite "
         "ones count once"},
        {"derived.acceleration_total",
         "acceleration",
         Kind::Number,
         Dimension::None,
         acceleration,
         {"Gantry.AccelerationFactor"},
         "ParallelReductionFactorInPlane (0018,9069) times ParallelReductionFactorOutOfPlane (0018,9155); "
         "Siemens (0051,1011)"},
        {"derived.receive_coil",
         "receive coil",
         Kind::Text,
         Dimension::None,
         receiveCoil,
         {"ReceiveCoilName", "Gantry.CoilElements"},
         "ReceiveCoilName (0018,1250), else the coil elements of Siemens (0051,100F), (0021,114F)"},
        {"derived.phase_encoding",
         "phase encoding",
         Kind::Text,
         Dimension::None,
         phaseEncoding,
         {"InPlanePhaseEncodingDirection", "ImageOrientationPatient", "Gantry.PhaseEncodingPositive"},
         "AP PA RL LR FH HF; InPlanePhaseEncodingDirection (0018,1312) turned by the orientation, with the "
         "vendor's polarity",
         false,
         {"AP", "PA", "RL", "LR", "FH", "HF"}},
        {"derived.distortion_corrected",
         "distortion correction",
         Kind::Flag,
         Dimension::None,
         distortionCorrected,
         {"ImageType", "VolumetricProperties"},
         "DIS2D or DIS3D in ImageType (0008,0008) says yes; ND there or VolumetricProperties (0008,9206) "
         "DISTORTED says no"},
        {"derived.acquired_pixel",
         "acquired pixel size",
         Kind::Number,
         Dimension::Length,
         acquiredPixel,
         {"AcquisitionMatrix", "MRAcquisitionFrequencyEncodingSteps",
          "MRAcquisitionPhaseEncodingStepsInPlane", "InPlanePhaseEncodingDirection", "PixelSpacing", "Rows",
          "Columns"},
         "field of view divided by AcquisitionMatrix (0018,1310), or by (0018,9058) and (0018,9231): "
         "interpolated pixels do not count"}};
    return kRows;
}

}  // namespace gantry::qc
