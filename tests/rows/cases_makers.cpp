// What makers write into places of their own: B13, E7, E8, E9, F3, F5.
#include <cmath>

#include "gantry/scanner/dwi.hpp"
#include "gantry/scanner/enhanced.hpp"
#include "gantry/scanner/pet.hpp"
#include "row_kit.hpp"

namespace gantry::test {

namespace {

using namespace scanner;

std::function<Sample()> phaseEncoded(std::string_view vendor, std::string_view axis, bool positive) {
    return [=] {
        auto series = mrSeries(examination(vendor, "MR"), dwiEpi());
        setPhaseEncoding(series, axis, positive);
        return sample({series});
    };
}

using Points = std::vector<DiffusionPoint>;

std::function<Sample()> diffusion(std::string_view vendor, DiffusionCoding coding, Points points) {
    return [=] { return sample({mrDwi(examination(vendor, "MR"), dwiEpi(), points, coding)}); };
}

std::function<Sample()> mosaic(Points points) {
    return [points = std::move(points)] {
        return sample({mrDwiMosaic(examination("Siemens", "MR"), dwiEpi(), points)});
    };
}

std::function<Sample()> enhancedDiffusion(Points points) {
    return [points = std::move(points)] {
        const auto classic = mrDwi(examination("Canon", "MR"), dwiEpi(), points, DiffusionCoding::Standard);
        return sample({enhanced(classic, Grouping::Shared)});
    };
}

/// Every maker's b-values and directions: 0, 500, 1000 with three directions, and 0, 1000 with two.
std::vector<RowCase> diffusionCases() {
    struct Maker {
        std::string words;
        std::string_view vendor;
        DiffusionCoding coding;
    };
    const Maker makers[] = {{"the standard", "Canon", DiffusionCoding::Standard},
                            {"Siemens", "Siemens", DiffusionCoding::Siemens},
                            {"the CSA header", "Siemens", DiffusionCoding::SiemensCsa},
                            {"GE", "GE", DiffusionCoding::Ge},
                            {"Philips", "Philips", DiffusionCoding::Philips},
                            {"UIH", "UIH", DiffusionCoding::Uih}};
    const auto whole = diffusionPoints({500, 1000}, 3);
    const auto poor = diffusionPoints({1000}, 2);
    const std::string b = "check: derived.b_values, op: superset, value: [0, 500, 1000], tol: 5 %";
    const std::string n = "check: derived.n_directions, op: at_least, value: 3";
    std::vector<RowCase> all;
    for (const auto& [words, vendor, coding] : makers) {
        const auto good = diffusion(vendor, coding, whole);
        const auto bad = diffusion(vendor, coding, poor);
        all.push_back({"E7", "no b-value is absent as " + words + " writes them", b, good, bad});
        all.push_back({"E7", "directions are enough as " + words + " writes them", n, good, bad});
    }
    all.push_back({"E7", "no b-value is absent in mosaics", b, mosaic(whole), mosaic(poor)});
    all.push_back(
        {"E7", "no b-value is absent in enhanced MR", b, enhancedDiffusion(whole), enhancedDiffusion(poor)});
    all.push_back({"E7", "an MR without b-values is not a pass", b, mosaic(whole),
                   [] { return sample({mrSeries(examination("Siemens", "MR"), t2Tse())}); }, Place::Slot,
                   RuleResult::CannotTell});
    return all;
}

/// A GE series whose acquisition time is that of its processing, two hours late.
std::function<Sample()> geOverwritten(std::string scan_start) {
    return [scan_start = std::move(scan_start)] {
        auto series = petSeries(examination("GE", "PT"));
        series.setAll("AcquisitionTime", "120500").setAll("SeriesTime", "120500");
        series.setAll("AcquisitionDateTime", "20260415120500");
        addGeScanTime(series, scan_start);
        return sample({series});
    };
}

/// Philips' factor to SUV, right when `share` is 1: 1.6 Bq/ml for each count, 70 kg, 280 MBq an hour before.
std::function<Sample()> philips(double share) {
    return [share] {
        const PetScan scan;
        const double left_bq = scan.activity_bq * std::exp2(-scan.uptake_s / scan.half_life_s);
        const double suv_per_count = 1.6 * 70000 / left_bq;
        auto series = petSeries(examination("Philips", "PT"), scan);
        addPhilipsFactors(series, suv_per_count * share, 1.6);
        return sample({series});
    };
}

/// A T1 at the baseline, and one with this acceleration now.
std::function<Sample()> accelerated(double factor) {
    return [factor] {
        auto now = t1Mprage();
        now.acceleration = factor;
        return followUp({mrSeries(examination("Siemens", "MR"), now)},
                        {mrSeries(baselineExamination("Siemens", "MR"), t1Mprage())});
    };
}

std::vector<RowCase> placeCases() {
    const std::string phase = "check: derived.phase_encoding, op: equals, value: AP";
    const auto plain = [] { return sample({petSeries(examination("Siemens", "PT"))}); };
    const auto one = diffusionPoints({1000}, 3);
    return {
        {"E9", "phase is encoded from front to back", phase, phaseEncoded("Siemens", "COL", true),
         phaseEncoded("Siemens", "COL", false)},
        {"E9", "phase is not encoded from side to side", phase, phaseEncoded("Siemens", "COL", true),
         phaseEncoded("Siemens", "ROW", true)},
        {"E9", "a sense no header tells of is not a pass", phase, phaseEncoded("Siemens", "COL", true),
         phaseEncoded("Philips", "COL", true), Place::Slot, RuleResult::CannotTell},
        {"B13", "the scanner's private header came along",
         "check: derived.private_blocks, op: contains, value: SIEMENS CSA HEADER",
         diffusion("Siemens", DiffusionCoding::SiemensCsa, one),
         diffusion("Siemens", DiffusionCoding::Standard, one)},
        {"E8", "the acceleration is that of the baseline", "check: derived.acceleration_total, op: same",
         accelerated(1), accelerated(3), Place::Baseline},
        {"F3", "the uptake time by the scanner's own start is in its range",
         "check: derived.uptake_time_private, op: between, value: [55 min, 75 min]",
         geOverwritten("20260415100500"), geOverwritten("20260415103500")},
        {"F5", "the scanner's factor to SUV is the one from weight and activity",
         "check: derived.suv_factor_agreement, op: within, value: 1, tol: 2 %", philips(1), philips(1.1)},
        {"F5", "no factor in the header is not a pass",
         "check: derived.suv_factor_agreement, op: within, value: 1, tol: 2 %", philips(1), plain,
         Place::Slot, RuleResult::CannotTell},
    };
}

}  // namespace

std::vector<RowCase> makerCases() {
    auto all = diffusionCases();
    for (auto& one : placeCases()) all.push_back(std::move(one));
    return all;
}

}  // namespace gantry::test
