#include <algorithm>
#include <cctype>
#include <cmath>

#include "derived.hpp"
#include "gantry/core/dicom.hpp"
#include "moments.hpp"

namespace gantry::qc {

namespace {

constexpr double kDaysPerYear = 365.25;

/// Years of an AS value, PS3.5 6.2: "034Y", "018M", "003W", "001D".
std::optional<double> yearsOf(std::string_view age) {
    if (age.size() != 4) return std::nullopt;
    const auto number = dicom::parseDecimals(age.substr(0, 3));
    if (number.size() != 1 || !number.front()) return std::nullopt;
    switch (age[3]) {
        case 'Y':
            return *number.front();
        case 'M':
            return *number.front() / 12;
        case 'W':
            return *number.front() * 7 / kDaysPerYear;
        case 'D':
            return *number.front() / kDaysPerYear;
        default:
            return std::nullopt;
    }
}

std::optional<double> yearOf(std::string_view date) {
    return dayNumber(date) ? std::optional(std::stod(std::string(date.substr(0, 4)))) : std::nullopt;
}

/// Year of birth that a series' header says or lets compute.
std::optional<double> birthYear(const Scope& scope, const SeriesView& series) {
    if (const auto year = yearOf(series.agreed(scope.pack, "PatientBirthDate"))) return year;
    const auto age = yearsOf(series.agreed(scope.pack, "PatientAge"));
    const auto scanned = dayNumber(series.agreed(scope.pack, "StudyDate"));
    if (!age || !scanned) return std::nullopt;
    constexpr double kEpochYear = 1970;
    return std::floor(kEpochYear + *scanned / kDaysPerYear - *age);
}

Observation ageDifference(const Scope& scope) {
    const auto& enrolment = scope.context.enrolment;
    if (!enrolment || !enrolment->birth_year) return unknown("the year of birth is not known from enrolment");
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto year = birthYear(scope, series);
        if (!year) return unknown("neither birth date nor age is in the header");
        constexpr double kYear = kDaysPerYear * kSecondsPerDay;
        return known(numberItem(std::abs(*year - *enrolment->birth_year) * kYear));
    });
}

/// The newest value that an earlier scan of this slot has for a measure of the pixels.
std::optional<double> earlierMeasure(const Scope& scope, std::string_view slot, const std::string& check) {
    const std::string& today = scope.notes.study_date;
    for (const EarlierScan& scan : scope.context.earlier)
        for (const Fingerprint& print : scan.fingerprints) {
            if (!today.empty() && scan.study_date > today) continue;
            const auto found = print.values.find(check);
            if (print.slot_id != slot || found == print.values.end() || found->second.empty()) continue;
            const auto number = dicom::parseDecimals(found->second.front());
            if (number.size() == 1 && number.front() && *number.front() > 0) return *number.front();
        }
    return std::nullopt;
}

/// Largest relative change of a size of the body since the earlier visit, over the slots that have both.
Observation bodyChange(const Scope& scope, const std::string& check) {
    std::optional<double> largest;
    if (!scope.matched) return unknown("the series are not known");
    for (const auto& [slot, series] : *scope.matched) {
        const auto before = earlierMeasure(scope, slot, check);
        if (!before) continue;
        for (const SeriesView* one : series) {
            const ImageMeasure* now = findMeasure(scope.context, one->uid, check);
            if (!now) continue;
            const double change = std::abs(now->value - *before) / *before;
            largest = std::max(largest.value_or(0), change);
        }
    }
    return largest ? known(numberItem(*largest))
                   : unknown("there is no earlier scan to compare the body with");
}

Observation bodyAreaChange(const Scope& scope) {
    return bodyChange(scope, "image.body_area");
}
Observation headSizeChange(const Scope& scope) {
    return bodyChange(scope, "image.head_size");
}

bool saysPhantom(std::string_view text) {
    std::string lower;
    for (const char c : text) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lower.find("phantom") != std::string::npos;
}

/// A name with "phantom", or sex O at the age of a day: how scanners file test objects.
Observation looksLikePhantom(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        bool any = false;
        for (const auto* attribute :
             {"PatientID", "PatientName", "SeriesDescription", "StudyDescription", "ProtocolName"})
            for (const std::string& text : series.column(scope.pack, attribute).values) {
                any = true;
                if (saysPhantom(text)) return known(textItem("true"));
            }
        if (!any) return unknown("not in the header");
        const bool odd =
            hasWord(scope, series, "PatientSex", "O") &&
            (hasWord(scope, series, "PatientAge", "001D") || hasWord(scope, series, "PatientAge", "000D"));
        return known(textItem(odd ? "true" : "false"));
    });
}

Observation laterality(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        for (const auto* attribute : {"ImageLaterality", "FrameLaterality", "Laterality"}) {
            const Column& sides = series.column(scope.pack, attribute);
            Observation seen;
            for (const std::string& text : sides.values) seen.values.push_back({textItem(text)});
            seen.absent = sides.absent;
            seen.total = sides.total;
            if (sides.absent > 0) seen.reason = "not in the header of every image";
            if (!seen.values.empty()) return seen;
        }
        return unknown("not in the header");
    });
}

/// How far the newest time in the headers is ahead of the moment the image came, s. Behind it says nothing: a
/// scan may be sent late.
Observation clockAhead(const Scope& scope) {
    const auto received = momentOf(scope.context.received_at);
    if (!received) return unknown("the time of arrival is not known");
    std::optional<double> newest;
    for (const SeriesView* series : scope.series) {
        const auto here = zoneOffset(scope.context.received_at);
        auto there = zoneOf(scope, *series);
        if (!there)
            there =
                zoneOffset(series->first(scope.pack, "AcquisitionDateTime"));  // PS3.5 6.2: DT may have one
        const double shift = here && there ? *here - *there : 0;
        const auto look = [&](std::optional<double> moment) {
            if (moment) newest = std::max(newest.value_or(*moment + shift), *moment + shift);
        };
        if (const auto span = acquired(scope, *series); span && span->dated) look(span->last);
        for (const auto* pair : {"ContentDate&ContentTime", "SeriesDate&SeriesTime"})
            for (const std::string& text : series->column(scope.pack, pair).values)
                look(momentOf(text.substr(0, text.find('&')), text.substr(text.find('&') + 1)));
    }
    return newest ? known(numberItem(*newest - *received)) : unknown("no time is in the header");
}

/// The study began before the series, and the series not after its acquisition was over. Processed series get
/// the date of their processing and are passed over.
Observation datesOrdered(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        constexpr double kClockRounding = 60;
        constexpr double kSeriesIsFiled = 3600;  // some scanners stamp a series when it is reconstructed
        if (hasWord(scope, series, "ImageType", "DERIVED") ||
            hasWord(scope, series, "ImageType", "SECONDARY"))
            return known(textItem("true"));
        const auto study =
            momentOf(series.agreed(scope.pack, "StudyDate"), series.agreed(scope.pack, "StudyTime"));
        const auto filed =
            momentOf(series.agreed(scope.pack, "SeriesDate"), series.agreed(scope.pack, "SeriesTime"));
        const auto scan = acquired(scope, series);
        if (!study || !scan || !scan->dated) return unknown("dates or times are not in the header");
        if (!scan->whole) return unknown(std::string(kSomeTimesMissing));
        const auto ordered = [&](double later) {
            return *study <= scan->first + later + kClockRounding &&
                   (!filed ||
                    (*study <= *filed + kClockRounding && *filed <= scan->last + later + kSeriesIsFiled));
        };
        if (ordered(0)) return known(textItem("true"));
        constexpr double kMostAhead = 14 * 3600;  // of UTC, PS3.5 6.2: +1400
        if (scan->other_zone && ordered(kMostAhead - *scan->other_zone))
            return unknown("the acquisition names its time zone and the dates do not");
        return known(textItem("false"));
    });
}

}  // namespace

std::span<const DerivedRow> identityRows() {
    static const std::vector<std::string_view> kTimes = {"AcquisitionDateTime",
                                                         "AcquisitionDate&AcquisitionTime", "SeriesDate",
                                                         "StudyDate", "TimezoneOffsetFromUTC"};
    static const auto with = [](std::vector<std::string_view> more) {
        more.insert(more.end(), kTimes.begin(), kTimes.end());
        return more;
    };
    static const std::vector<DerivedRow> kRows = {
        {"derived.age_difference",
         "difference in age",
         Kind::Number,
         Dimension::Time,
         ageDifference,
         {"PatientBirthDate", "PatientAge", "StudyDate"},
         "year of PatientBirthDate (0010,0030), else PatientAge (0010,1010), and the year of birth at "
         "enrolment"},
        {"derived.body_area_change",
         "change of body cross-section",
         Kind::Number,
         Dimension::Fraction,
         bodyAreaChange,
         {},
         "image.body_area and that of the earlier visit; may only warn",
         true},
        {"derived.head_size_change",
         "change of head size",
         Kind::Number,
         Dimension::Fraction,
         headSizeChange,
         {},
         "image.head_size and that of the earlier visit; may only warn",
         true},
        {"derived.looks_like_phantom",
         "phantom",
         Kind::Flag,
         Dimension::None,
         looksLikePhantom,
         {"PatientID", "PatientName", "PatientSex", "PatientAge", "SeriesDescription", "StudyDescription",
          "ProtocolName"},
         "\"phantom\" in PatientID, PatientName or a description; sex O at the age of a day"},
        {"derived.laterality",
         "side",
         Kind::Text,
         Dimension::None,
         laterality,
         {"Laterality", "ImageLaterality", "FrameLaterality"},
         "ImageLaterality (0020,0062), FrameLaterality (0020,9072), Laterality (0020,0060)"},
        {"derived.clock_ahead", "scanner clock ahead", Kind::Number, Dimension::Time, clockAhead,
         with({"ContentDate&ContentTime", "SeriesDate&SeriesTime"}),
         "newest time in the headers less the time of arrival here, TimezoneOffsetFromUTC (0008,0201) "
         "applied"},
        {"derived.dates_ordered", "order of dates", Kind::Flag, Dimension::None, datesOrdered,
         with({"ImageType", "StudyTime", "SeriesTime"}),
         "StudyDate and StudyTime, SeriesDate and SeriesTime, AcquisitionDate and AcquisitionTime follow "
         "each other; zones as TimezoneOffsetFromUTC (0008,0201) and AcquisitionDateTime say"}};
    return kRows;
}

}  // namespace gantry::qc
