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
    if (const auto whole = momentOnClock(scope, series, series.agreed(scope.pack, kStartDateTime)))
        return whole;
    const auto second = secondsOfDay(series.agreed(scope.pack, kStart));
    if (!second) return std::nullopt;
    const double midnight = std::floor(scan / kSecondsPerDay) * kSecondsPerDay;
    const double moment = midnight + *second;
    return moment - scan > kSecondsPerDay / 2 ? moment - kSecondsPerDay : moment;
}

std::string noTracerTime(const Scope& scope, const SeriesView& series) {
    const auto& starts = series.column(scope.pack, kStart);
    const auto& whole = series.column(scope.pack, kStartDateTime);
    return lackOf("injection time", starts.values.empty() ? whole : starts, starts.absent > 0);
}

/// Start of the first bed.
std::optional<Span> scanStart(const Scope& scope, const SeriesView& series) {
    return acquired(scope, series);
}

std::optional<Span> privateScanStart(const Scope& scope, const SeriesView& series) {
    const auto start = momentOnClock(scope, series, series.agreed(scope.pack, "Gantry.GePetScanStart"));
    return start ? std::optional(Span{*start, *start}) : std::nullopt;
}

/// @param no_start  why there is none; "": as acquisition times say
template <class Function>
Observation uptakeFrom(const Scope& scope, Function start, const std::string& no_start = "") {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto scan = start(scope, series);
        if (!scan) return unknown(no_start.empty() ? noAcquisition(scope, series) : no_start);
        const auto injection = tracerTime(scope, series, scan->first);
        if (!injection) return unknown(noTracerTime(scope, series));
        return timed(numberItem(scan->first - *injection), scan->whole);
    });
}

Observation uptakeTime(const Scope& scope) {
    return uptakeFrom(scope, scanStart);
}
Observation uptakeTimePrivate(const Scope& scope) {
    return uptakeFrom(scope, privateScanStart, "the scanner's own start of the scan is not in the header");
}

Observation injectionBeforeScan(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto scan = scanStart(scope, series);
        const auto injection = scan ? tracerTime(scope, series, scan->first) : std::nullopt;
        if (!scan) return unknown(noAcquisition(scope, series));
        if (!injection) return unknown(noTracerTime(scope, series));
        const bool good = *injection < scan->first && scan->first - *injection < kSecondsPerDay / 2;
        return timed(textItem(good ? "true" : "false"), scan->whole);
    });
}

/// Seconds from the injection to the first acquisition; nullopt when there is no telling, or it comes first.
std::optional<double> sinceInjection(const Scope& scope, const SeriesView& series) {
    const auto scan = scanStart(scope, series);
    if (!scan || !scan->whole) return std::nullopt;
    const auto injection = tracerTime(scope, series, scan->first);
    if (!injection || *injection > scan->first) return std::nullopt;
    return scan->first - *injection;
}

/// What one Bq/ml is in SUV by body weight; nullopt when a part of it cannot be told.
std::optional<double> suvOfActivity(const Scope& scope, const SeriesView& series) {
    constexpr double kGramsPerKilogram = 1000;
    const auto per_kg = perKilogram(scope, series);
    if (!per_kg || *per_kg <= 0) return std::nullopt;
    const auto correction = series.agreed(scope.pack, "DecayCorrection");
    if (correction == "ADMIN") return kGramsPerKilogram / *per_kg;
    const auto half_life = oneNumber(scope, series, kHalfLife);
    const auto elapsed = sinceInjection(scope, series);
    if (correction != "START" || !elapsed || !half_life || *half_life <= 0) return std::nullopt;
    return kGramsPerKilogram / (*per_kg * std::exp2(-*elapsed / *half_life));
}

/// What one unit of the pixels is in SUV.
std::optional<double> suvOfPixel(const Scope& scope, const SeriesView& series) {
    const auto units = series.agreed(scope.pack, "Units");
    if (units == "BQML") return suvOfActivity(scope, series);
    if (units != "CNTS") return std::nullopt;
    const auto philips = oneNumber(scope, series, "Gantry.PhilipsSuvFactor");
    return philips && *philips > 0 ? philips : std::nullopt;
}

/// The dome of the liver in a series' pixels.
const ImageMeasure* domeIn(const Scope& scope, const SeriesView& series) {
    return findMeasure(scope.context, series.uid, "image.liver_dome");
}

/// Between the dome of the liver here and in the nearest PET of the same frame of reference.
Observation domeShift(const Scope& scope) {
    if (!scope.matched) return unknown("the series are not known");
    return eachSeries(scope, [&](const SeriesView& series) {
        const ImageMeasure* own = domeIn(scope, series);
        if (!own) return unknown("the dome of the liver was not found for certain");
        const auto frame = series.agreed(scope.pack, "FrameOfReferenceUID");
        std::optional<double> least;
        for (const auto& [slot, others] : *scope.matched)
            for (const SeriesView* other : others) {
                const ImageMeasure* pet = domeIn(scope, *other);
                if (!pet || other->only(scope.pack, "Modality") != "PT" || frame.empty() ||
                    other->agreed(scope.pack, "FrameOfReferenceUID") != frame)
                    continue;
                const double shift = std::abs(own->value - pet->value);
                least = std::min(least.value_or(shift), shift);
            }
        return least ? known(numberItem(*least)) : unknown("the dome of the liver was not found in a PET");
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
            momentOf(series.agreed(scope.pack, "SeriesDate"), series.agreed(scope.pack, "SeriesTime"));
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
        const Column& times = series.column(scope.pack, "AcquisitionDate&AcquisitionTime");
        double beds = 0;
        bool whole = times.absent == 0;
        for (const std::string& text : times.values) {
            const bool readable = secondsOfDay(std::string_view(text).substr(text.find('&') + 1)).has_value();
            beds += readable ? 1 : 0;
            whole = whole && readable;
        }
        return beds > 0 ? timed(numberItem(beds), whole) : unknown(noAcquisition(scope, series));
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
        if (!own) return unknown(mine->stack ? "the series is not axial" : "positions cannot be read");
        const auto frame = mine->agreed(scope.pack, "FrameOfReferenceUID");
        for (const auto& [slot, series] : *scope.matched) {
            if (slot == scope.slot || series.empty()) continue;
            const bool covered = std::ranges::all_of(series, [&](const SeriesView* other) {
                constexpr double kWithin = 5;  // mm: slices of PET and CT do not end at the same place
                const auto theirs = extent(*other);
                return theirs && !frame.empty() &&
                       other->agreed(scope.pack, "FrameOfReferenceUID") == frame &&
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
        bool whole = true;
        for (const auto& [slot, others] : *scope.matched)
            for (const SeriesView* other : others) {
                const auto pet = acquired(scope, *other);
                if (other->first(scope.pack, "Modality") != "PT" || !pet || !own) continue;
                const double gap = std::abs(pet->first - own->first);
                nearest = std::min(nearest.value_or(gap), gap);
                whole = whole && pet->whole && own->whole;
            }
        return nearest ? timed(numberItem(*nearest), whole)
                       : unknown("there is no PET with a time to compare with");
    });
}

/// From the newest DateOfLastCalibration to the day of the study.
Observation calibrationAge(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        std::optional<int> newest;
        for (const std::string& text : series.column(scope.pack, "DateOfLastCalibration").values)
            for (const auto date : dicom::splitValues(text))
                if (const auto day = dayNumber(date)) newest = std::max(newest.value_or(*day), *day);
        const auto scanned = dayNumber(series.agreed(scope.pack, "StudyDate"));
        if (!newest || !scanned) return unknown("the date of calibration is not in the header");
        return known(numberItem((*scanned - *newest) * kSecondsPerDay));
    });
}

}  // namespace

std::vector<std::string_view> suvInputs() {
    return {kDose,
            kHalfLife,
            kStart,
            kStartDateTime,
            "PatientWeight",
            "DecayCorrection",
            "Units",
            "Gantry.PhilipsSuvFactor",
            "AcquisitionDateTime",
            "AcquisitionDate&AcquisitionTime",
            "SeriesDate",
            "StudyDate"};
}

Observation liverSuv(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const ImageMeasure* mean = findMeasure(scope.context, series.uid, "image.liver_mean");
        if (!mean) return unknown(whyNotMeasured(scope.context, series.uid, "image.liver_mean"));
        const auto factor = suvOfPixel(scope, series);
        return factor ? known(numberItem(mean->value * *factor))
                      : unknown("units, weight, activity, half-life or times are not in the header");
    });
}

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
        {"derived.liver_dome_shift",
         "misplacement of PET and CT",
         Kind::Number,
         Dimension::Length,
         domeShift,
         {"FrameOfReferenceUID", "Modality"},
         "image.liver_dome of this series and of the nearest PET of the same frame of reference; may only "
         "warn",
         true},
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
