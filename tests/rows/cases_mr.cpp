// E: MR.
#include "gantry/scanner/dwi.hpp"
#include "gantry/scanner/enhanced.hpp"
#include "row_kit.hpp"

namespace gantry::test {

namespace {

using namespace scanner;

ImageSeries mr(MrScan scan, const std::function<void(MrScan&)>& change) {
    change(scan);
    return mrSeries(examination("Siemens", "MR"), scan);
}

std::function<Sample()> t1(std::function<void(MrScan&)> change) {
    return [change = std::move(change)] { return sample({mr(t1Mprage(), change)}); };
}

std::function<Sample()> dark(std::function<void(MrScan&)> change) {
    return [change = std::move(change)] { return sample({mr(flair(), change)}); };
}

std::function<Sample()> enhancedDark(std::function<void(MrScan&)> change) {
    return
        [change = std::move(change)] { return sample({enhanced(mr(flair(), change), Grouping::PerFrame)}); };
}

std::function<Sample()> dynamic(int phases) {
    return [phases] { return sample({mrDynamic(examination("Siemens", "MR"), t1Mprage(), phases, 8)}); };
}

/// A T1 `minutes` after contrast.
std::function<Sample()> afterContrast(double minutes) {
    return t1([minutes](MrScan& scan) {
        scan.contrast_agent = "Agent 1.0";
        scan.contrast_before_s = minutes * 60;
    });
}

/// As classic Siemens MR names the coil: no ReceiveCoilName, its elements in a private place.
std::function<Sample()> elements(std::string_view names) {
    return [names] {
        auto series = mrSeries(examination("Siemens", "MR"), t1Mprage());
        series.each([&](Header& image, int) {
            image.remove("ReceiveCoilName");
            image.setPrivate({0x0051100F}, "SIEMENS MR HEADER", "LO", names);
        });
        return sample({series});
    };
}

void nothing(MrScan&) {}

}  // namespace

std::vector<RowCase> mrCases() {
    const auto plain = t1(nothing);
    return {
        {"E1", "the field strength is one of those allowed",
         "check: MagneticFieldStrength, op: in, value: [1.5, 3], tol: 0.1", plain,
         t1([](MrScan& scan) { scan.field_t = 0.55; })},
        {"E2", "the acquisition is 3D", "check: MRAcquisitionType, op: equals, value: 3D", plain,
         dark(nothing)},
        {"E3", "the repetition time is long enough", "check: RepetitionTime, op: at_least, value: 6000 ms",
         dark(nothing), dark([](MrScan& scan) { scan.tr_ms = 4000; })},
        {"E3", "the repetition time of an enhanced MR is long enough",
         "check: RepetitionTime, op: at_least, value: 6000 ms", enhancedDark(nothing),
         enhancedDark([](MrScan& scan) { scan.tr_ms = 4000; })},
        {"E4", "the echo time is in its range", "check: EchoTime, op: between, value: [100 ms, 140 ms]",
         dark(nothing), dark([](MrScan& scan) { scan.te_ms = 80; })},
        {"E5", "the inversion time is in its range",
         "check: InversionTime, op: between, value: [2000 ms, 2500 ms]", dark(nothing),
         dark([](MrScan& scan) { scan.ti_ms = 1800; })},
        {"E6", "the flip angle is in its range", "check: FlipAngle, op: between, value: [8 deg, 15 deg]",
         plain, t1([](MrScan& scan) { scan.flip_deg = 30; })},
        {"E10", "the coil is a head coil", "check: ReceiveCoilName, op: matches, value: '(?i)head'", plain,
         t1([](MrScan& scan) { scan.coil = "Body"; })},
        {"E10", "the coil elements that Siemens names are a head coil",
         "check: derived.receive_coil, op: matches, value: '^H'", elements("HEA;HEP"), elements("BO1,2")},
        {"E11", "distortion is corrected", "check: ImageType, op: contains_any, value: [DIS2D, DIS3D]", plain,
         t1([](MrScan& scan) { scan.image_type = "ORIGINAL\\PRIMARY\\M\\ND"; })},
        {"E12", "there are phases enough", "check: NumberOfTemporalPositions, op: at_least, value: 15",
         dynamic(15), dynamic(10)},
        {"E13", "the T1 after contrast is in time",
         "check: derived.contrast_delay, op: between, value: [4 min, 8 min]", afterContrast(5),
         afterContrast(1)},
        {"E13", "the delay runs to the middle of the scan",  // which takes four minutes
         "check: derived.contrast_delay, op: between, value: [6 min, 8 min]", afterContrast(5),
         afterContrast(7)},
        {"E15", "the SAR is within the normal mode", "check: SAR, op: at_most, value: 2", plain,
         [] { return sample({mrSeries(examination("Siemens", "MR"), t1Mprage()).setAll("SAR", 3.4)}); }},
    };
}

}  // namespace gantry::test
