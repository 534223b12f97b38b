#include <algorithm>
#include <cmath>

#include "derived.hpp"
#include "gantry/core/dicom.hpp"
#include "moments.hpp"

namespace gantry::qc {

namespace {

constexpr std::string_view kDose = "RadiopharmaceuticalInformationSequence.RadionuclideTotalDose";
constexpr std::string_view kHalfLife = "RadiopharmaceuticalInformationSequence.RadionuclideHalfLife";
constexpr std::string_view kStart = "RadiopharmaceuticalInformationSequence.RadiopharmaceuticalStartTime";
constexpr std::string_view kStartDateTime =
    "RadiopharmaceuticalInformationSequence.RadiopharmaceuticalStartDateTime";
constexpr std::string_view kNoInjection = "the injection time is not in the header";

std::optional<double> perKilogram(const Scope& scope, const SeriesView& series) {
    const auto dose = oneNumber(scope, series, kDose);
    const auto weight = oneNumber(scope, series, "PatientWeight");
    return dose && weight && *weight > 0 ? std::optional(*dose / *weight) : std::nullopt;
}

Observation dosePerKg(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto value = perKilogram(scope, series);
        return value ? known(numberItem(*value)) : unknown("activity or weight is not in the header");
    });
}

/// Injection of the tracer. A time without date is on the day of the scan, or the day before when it would be
/// more than half a day later than the scan.
std::optional<double> tracerTime(const Scope& scope, const SeriesView& series, double scan) {
    if (const auto whole = momentOnClock(scope, series, series.first(scope.pack, kStartDateTime)))
        return whole;
    const auto second = secondsOfDay(series.first(scope.pack, kStart));
    if (!second) return std::nullopt;
    const double midnight = std::floor(scan / kSecondsPerDay) * kSecondsPerDay;
    const double moment = midnight + *second;
    return moment - scan > kSecondsPerDay / 2 ? moment - kSecondsPerDay : moment;
}

/// Start of the first bed.
std::optional<double> scanStart(const Scope& scope, const SeriesView& series) {
    const auto span = acquired(scope, series);
    return span ? std::optional(span->first) : std::nullopt;
}

std::optional<double> privateScanStart(const Scope& scope, const SeriesView& series) {
    return momentOnClock(scope, series, series.first(scope.pack, "Gantry.GePetScanStart"));
}

template <class Function>
Observation uptakeFrom(const Scope& scope, Function start, std::string_view no_start) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto scan = start(scope, series);
        if (!scan) return unknown(std::string(no_start));
        const auto injection = tracerTime(scope, series, *scan);
        if (!injection) return unknown(std::string(kNoInjection));
        return known(numberItem(*scan - *injection));
    });
}

Observation uptakeTime(const Scope& scope) {
    return uptakeFrom(scope, scanStart, "the acquisition time is not in the header");
}
Observation uptakeTimePrivate(const Scope& scope) {
    return uptakeFrom(scope, privateScanStart, "the scanner's own start of the scan is not in the header");
}

Observation injectionBeforeScan(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto scan = scanStart(scope, series);
        const auto injection = scan ? tracerTime(scope, series, *scan) : std::nullopt;
        if (!injection) return unknown(std::string(kNoInjection));
        const bool good = *injection < *scan && *scan - *injection < kSecondsPerDay / 2;
        return known(textItem(good ? "true" : "false"));
    });
}

/// The scanner's private SUV factor divided by the one from weight, activity and decay. Philips keeps the
/// factor from counts to SUV in (7053,1000) and from counts to Bq/ml in (7053,1009).
Observation suvFactorAgreement(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto suv = oneNumber(scope, series, "Gantry.PhilipsSuvFactor");
        const auto activity = oneNumber(scope, series, "Gantry.PhilipsActivityFactor");
        if (!suv || !activity || *suv <= 0 || *activity <= 0)
            return unknown("no private factor is in the header");
        const auto per_kg = perKilogram(scope, series);
        const auto half_life = oneNumber(scope, series, kHalfLife);
        const auto filed =
            momentOf(series.first(scope.pack, "SeriesDate"), series.first(scope.pack, "SeriesTime"));
        const auto injection = filed ? tracerTime(scope, series, *filed) : std::nullopt;
        if (!per_kg || *per_kg <= 0 || !half_life || *half_life <= 0 || !injection)
            return unknown("weight, activity, half-life or times are not in the header");
        const bool at_injection = hasWord(scope, series, "DecayCorrection", "ADMIN");
        const double elapsed = at_injection ? 0 : *filed - *injection;
        constexpr double kGramsPerKilogram = 1000;
        const double per_gram = *per_kg * std::exp2(-elapsed / *half_life) / kGramsPerKilogram;
        return known(numberItem(*suv / (*activity / per_gram)));
    });
}

/// Every bed starts at a time of its own.
Observation beds(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto& times = series.column(scope.pack, "AcquisitionDate&AcquisitionTime").values;
        if (times.empty()) return unknown("the acquisition time is not in the header");
        return known(numberItem(static_cast<double>(times.size())));
    });
}

std::optional<Interval> extent(const SeriesView& series) {
    if (!series.stack || series.stack->plane != Plane::Axial) return std::nullopt;
    return Interval{series.stack->first_mm(), series.stack->last_mm()};
}

/// Slots whose whole length the series of this slot cover, in one frame of reference.
Observation covers(const Scope& scope) {
    if (!scope.matched) return unknown("the series are not known");
    std::vector<Item> slots;
    for (const SeriesView* mine : scope.series) {
        const auto own = extent(*mine);
        if (!own) return unknown("positions cannot be read");
        const auto frame = mine->first(scope.pack, "FrameOfReferenceUID");
        for (const auto& [slot, series] : *scope.matched) {
            if (slot == scope.slot || series.empty()) continue;
            const bool covered = std::ranges::all_of(series, [&](const SeriesView* other) {
                constexpr double kWithin = 5;  // mm: slices of PET and CT do not end at the same place
                const auto theirs = extent(*other);
                return theirs && !frame.empty() && other->first(scope.pack, "FrameOfReferenceUID") == frame &&
                       own->from_mm <= theirs->from_mm + kWithin && own->to_mm >= theirs->to_mm - kWithin;
            });
            if (covered) slots.push_back(textItem(slot));
        }
    }
    if (slots.empty()) slots.push_back(textItem("none"));
    return knownList(std::move(slots));
}

/// Between the start of this series and the start of the nearest PET of the study.
Observation gapToPet(const Scope& scope) {
    if (!scope.matched) return unknown("the series are not known");
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto own = acquired(scope, series);
        std::optional<double> nearest;
        for (const auto& [slot, others] : *scope.matched)
            for (const SeriesView* other : others) {
                const auto pet = acquired(scope, *other);
                if (other->first(scope.pack, "Modality") != "PT" || !pet || !own) continue;
                const double gap = std::abs(pet->first - own->first);
                nearest = std::min(nearest.value_or(gap), gap);
            }
        return nearest ? known(numberItem(*nearest)) : unknown("there is no PET with a time to compare with");
    });
}

/// From the newest DateOfLastCalibration to the day of the study.
Observation calibrationAge(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        std::optional<int> newest;
        for (const std::string& text : series.column(scope.pack, "DateOfLastCalibration").values)
            for (const auto date : dicom::splitValues(text))
                if (const auto day = dayNumber(date)) newest = std::max(newest.value_or(*day), *day);
        const auto scanned = dayNumber(series.first(scope.pack, "StudyDate"));
        if (!newest || !scanned) return unknown("the date of calibration is not in the header");
        return known(numberItem((*scanned - *newest) * kSecondsPerDay));
    });
}

}  // namespace

std::span<const DerivedRow> petRows() {
    static const std::vector<std::string_view> kTimes = {
        "AcquisitionDateTime", "AcquisitionDate&AcquisitionTime",
        "SeriesDate",          "SeriesTime",
        "StudyDate",           "Modality"};
    static const auto with = [](std::vector<std::string_view> more) {
        more.insert(more.end(), kTimes.begin(), kTimes.end());
        return more;
    };
    static const std::vector<DerivedRow> kRows = {
        {"derived.dose_per_kg",
         "activity per body weight",
         Kind::Number,
         Dimension::ActivityPerMass,
         dosePerKg,
         {kDose, "PatientWeight"},
         "RadionuclideTotalDose (0018,1074) divided by PatientWeight (0010,1030)"},
        {"derived.uptake_time", "uptake time", Kind::Number, Dimension::Time, uptakeTime,
         with({kStart, kStartDateTime}),
         "first acquisition less RadiopharmaceuticalStartDateTime (0018,1078) or "
         "RadiopharmaceuticalStartTime (0018,1072)"},
        {"derived.uptake_time_private", "uptake time", Kind::Number, Dimension::Time, uptakeTimePrivate,
         with({kStart, kStartDateTime, "Gantry.GePetScanStart"}),
         "GE's own start of the scan (0009,100D) less the injection"},
        {"derived.injection_before_scan", "injection before the scan", Kind::Flag, Dimension::None,
         injectionBeforeScan, with({kStart, kStartDateTime}), "the same times; less than half a day apart"},
        {"derived.suv_factor_agreement", "agreement of SUV factors", Kind::Number, Dimension::None,
         suvFactorAgreement,
         with({kDose, kHalfLife, kStart, kStartDateTime, "PatientWeight", "DecayCorrection",
               "Gantry.PhilipsSuvFactor", "Gantry.PhilipsActivityFactor"}),
         "Philips (7053,1000) divided by the factor from (7053,1009), weight, activity and decay"},
        {"derived.n_beds", "bed positions", Kind::Number, Dimension::None, beds, kTimes,
         "different acquisition times of one PET series"},
        {"derived.covers",
         "series covered",
         Kind::Text,
         Dimension::None,
         covers,
         {"FrameOfReferenceUID"},
         "slots of the same frame of reference that lie within this series, 5 mm at each end granted; equals "
         "and in hold when one of them is named"},
        {"derived.gap_to_pet", "time between CT and PET", Kind::Number, Dimension::Time, gapToPet, kTimes,
         "between the first acquisition of this series and of the nearest PET series"},
        {"derived.calibration_age",
         "age of the calibration",
         Kind::Number,
         Dimension::Time,
         calibrationAge,
         {"DateOfLastCalibration", "StudyDate"},
         "StudyDate less the newest DateOfLastCalibration (0018,1200)"}};
    return kRows;
}

}  // namespace gantry::qc
