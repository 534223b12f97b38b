// What sites really send: the same rules met by the odd headers that are common in practice.
#include "gantry/scanner/damage.hpp"
#include "gantry/scanner/dwi.hpp"
#include "gantry/scanner/enhanced.hpp"
#include "gantry/scanner/other_images.hpp"
#include "gantry/scanner/pet.hpp"
#include "row_kit.hpp"

namespace gantry::test {

namespace {

using namespace scanner;

Sample plain() {
    return sample({ctSeries(examination())});
}

/// A PET that begins ten minutes after midnight, injected at `time` of the day before, told without a date.
std::function<Sample()> petAfterMidnight(std::string time) {
    return [time = std::move(time)] {
        auto at = examination("Siemens", "PT");
        at.start_s = 300;
        auto series = petSeries(at);
        for (auto& image : series.images)
            image.item("RadiopharmaceuticalInformationSequence")
                .remove("RadiopharmaceuticalStartDateTime")
                .set("RadiopharmaceuticalStartTime", time);
        return sample({series});
    };
}

/// Phases of a GE scan: one acquisition time, milliseconds in TriggerTime, no temporal positions.
std::function<Sample()> gePhases(int phases, double seconds) {
    return [=] {
        auto series = mrDynamic(examination("GE", "MR"), t1Mprage(), phases, seconds);
        series.setAll("AcquisitionTime", "100100").setAll("AcquisitionDateTime", "20260415100100");
        for (const auto* keyword :
             {"TemporalPositionIdentifier", "NumberOfTemporalPositions", "TemporalResolution"})
            removeEverywhere(series, keyword);
        return sample({series});
    };
}

/// b-values of images that sum all directions, which have none of their own.
std::function<Sample()> traces(std::vector<double> b) {
    return [b = std::move(b)] {
        std::vector<DiffusionPoint> points;
        for (const double one : b) points.push_back({one, {}});
        return sample({mrDwi(examination("Siemens", "MR"), dwiEpi(), points, DiffusionCoding::Siemens)});
    };
}

/// GE's b-value with this number added.
std::function<Sample()> geCoded(long offset, std::vector<int> b) {
    return [=] {
        ImageSeries series;
        MrScan scan = dwiEpi();
        series = mrMultiEcho(examination("GE", "MR"), scan, std::vector<double>(b.size(), 80));
        series.each([&](Header& image, int place) {
            const int value = b[static_cast<std::size_t>(place / scan.stack.images)];
            image.setPrivate(dicom::makeTag(0x0043, 0x1039), "GEMS_PARM_01", "IS",
                             std::to_string(value > 0 ? offset + value : 0) + "\\8\\0\\0");
        });
        return sample({series});
    };
}

Sample localizerInside() {
    auto series = ctSeries(examination());
    auto inside = ctLocalizer(examination()).images.front();
    inside.set("SeriesInstanceUID", series.uid()).set("InstanceNumber", 6);
    series.images.push_back(inside);
    return sample({series});
}

Sample onePersonless() {
    auto series = ctSeries(examination());
    setInOne(series, 2, "PatientBirthDate", "");
    return sample({series});
}

std::function<Sample()> clockOf(std::string zone) {
    return [zone = std::move(zone)] {
        return sample({ctSeries(examination()).setAll("TimezoneOffsetFromUTC", zone)});
    };
}

}  // namespace

std::vector<RowCase> fieldCases() {
    const std::string uptake = "check: derived.uptake_time, op: between, value: [55 min, 75 min]";
    const std::string b = "check: derived.b_values, op: superset, value: [0, 500, 1000], tol: 5 %";
    return {
        {"A2", "an image that does not name the person is not a pass",
         "check: [PatientID, PatientBirthDate], op: constant, over: study", plain, onePersonless,
         Place::Identity, RuleResult::CannotTell},
        {"A8", "the scanner's clock is read in its own time zone",
         "check: derived.clock_ahead, op: at_most, value: 2 min", clockOf("+0100"), clockOf("-0500"),
         Place::Identity},
        {"B8", "a localizer inside the series is set apart",
         "check: derived.n_geometries, op: equals, value: 1", localizerInside,
         [] {
             auto series = ctSeries(examination());
             turnImage(series, 4, {1, 0, 0}, {0, 0, -1});
             return sample({series});
         }},
        {"E7", "no b-value is absent in trace images", b, traces({0, 500, 1000}), traces({0, 1000})},
        {"E7", "no b-value is absent as older GE software writes them", b, geCoded(1000000, {0, 500, 1000}),
         geCoded(1000000, {0, 1000})},
        {"E7", "no b-value is absent as GE software without an offset writes them", b,
         geCoded(0, {0, 500, 1000}), geCoded(0, {0, 1000})},
        {"E12", "GE's phases are counted by positions", "check: derived.n_dynamics, op: at_least, value: 15",
         gePhases(15, 8), gePhases(10, 8)},
        {"E12", "GE's phases are timed by their trigger times",
         "check: derived.temporal_resolution, op: at_most, value: 10 s", gePhases(15, 8), gePhases(15, 12)},
        {"F3", "an injection before midnight is the day before", uptake, petAfterMidnight("231000"),
         petAfterMidnight("223000")},
    };
}

}  // namespace gantry::test
