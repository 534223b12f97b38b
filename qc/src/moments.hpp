#pragma once
/// Dates and times as headers write them (PS3.5 6.2: DA, TM, DT), and when things happened.

#include <optional>
#include <string>
#include <string_view>

#include "observation.hpp"

namespace gantry::qc {

inline constexpr double kSecondsPerDay = 86400;

/// Days since 1970-01-01 of "YYYYMMDD"; nullopt unless it is a day of the calendar.
std::optional<int> dayNumber(std::string_view date);
/// "20261124" of a day number; with a separator "2026-11-24".
std::string dateText(int day, std::string_view separator = "");
/// Seconds since midnight of a TM value; nullopt unless hours and minutes are there.
std::optional<double> secondsOfDay(std::string_view time);
/// Seconds since 1970-01-01 00:00 on the clock that wrote them; the zone of a DT is not applied, see
/// momentOnClock().
std::optional<double> momentOf(std::string_view date, std::string_view time);
std::optional<double> momentOf(std::string_view date_time);
/// Seconds that the zone of a DT or of TimezoneOffsetFromUTC ("+0100") is ahead of UTC; nullopt when it names
/// none.
std::optional<double> zoneOffset(std::string_view date_time_or_zone);

/// The zone of a series' DA and TM values: TimezoneOffsetFromUTC (0008,0201), seconds ahead of UTC; nullopt
/// when it is absent or not the same in all images.
std::optional<double> zoneOf(const Scope& scope, const SeriesView& series);
/// A DT on the clock of the series' DA and TM values: one with a zone of its own is moved to zoneOf(), one
/// without stands in that zone already (PS3.3 Table C.12-1). As written when one of the zones is not known.
std::optional<double> momentOnClock(const Scope& scope, const SeriesView& series, std::string_view date_time);

/// When the images of a series were acquired, seconds on the clock of its DA and TM values;
/// FrameAcquisitionDateTime (0018,9074), AcquisitionDateTime (0008,002A), else AcquisitionDate (0008,0022),
/// or the series' or the study's date, with AcquisitionTime (0008,0032). Without any date the times are those
/// of one unnamed day.
struct Span {
    double first;
    double last;
    bool dated = true;
    bool whole = true;                      ///< every image says when
    std::optional<double> other_zone = {};  ///< of a DT that could not be moved, as zoneOf() is not known
};
std::optional<Span> acquired(const Scope& scope, const SeriesView& series);
inline constexpr std::string_view kSomeTimesMissing = "not every image says when it was acquired";
/// Why there is no such span.
std::string noAcquisition(const Scope& scope, const SeriesView& series);
/// A measure that rests on such spans: known for certain when they are whole.
Observation timed(Item item, bool whole);

/// Where enhanced objects keep ContrastBolusStartTime (PS3.3 C.7.6.4b).
inline constexpr std::string_view kEnhancedContrastStart =
    "ContrastBolusAgentSequence.ContrastAdministrationProfileSequence.ContrastBolusStartTime";
/// When contrast was given, seconds on the scanner's clock: ContrastBolusStartTime (0018,1042), else what a
/// person answered. Nullopt when the header cannot be read, or tells of several times.
std::optional<double> injectionTime(const Scope& scope, const SeriesView& series);
std::string noInjection(const Scope& scope, const SeriesView& series);

/// The console question whose answer says when contrast was given (TM).
inline constexpr std::string_view kContrastTimeQuestion = "contrast_time";

}  // namespace gantry::qc
