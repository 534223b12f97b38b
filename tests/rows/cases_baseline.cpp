// Rules against the accepted baseline: D, E, F, G.
#include "gantry/scanner/mr.hpp"
#include "gantry/scanner/pet.hpp"
#include "row_kit.hpp"

namespace gantry::test {

namespace {

using namespace scanner;

/// A CT at the baseline, and one that `change` made different now.
std::function<Sample()> ct(std::function<void(CtScan&)> change) {
    return [change = std::move(change)] {
        CtScan before;
        before.contrast_agent = "Agent 350";
        auto now = before;
        change(now);
        return followUp({ctSeries(examination(), now)}, {ctSeries(baselineExamination(), before)});
    };
}

std::function<Sample()> ctSaying(std::string keyword, std::string value) {
    return [keyword = std::move(keyword), value = std::move(value)] {
        return followUp({ctSeries(examination()).setAll(keyword, value)}, {ctSeries(baselineExamination())});
    };
}

std::function<Sample()> t1(std::function<void(MrScan&)> change) {
    return [change = std::move(change)] {
        auto now = t1Mprage();
        change(now);
        return followUp({mrSeries(examination("Siemens", "MR"), now)},
                        {mrSeries(baselineExamination("Siemens", "MR"), t1Mprage())});
    };
}

std::function<Sample()> pet(std::string_view vendor, double frame_ms) {
    return [vendor, frame_ms] {
        PetScan now;
        now.frame_ms = frame_ms;
        return followUp({petSeries(examination(vendor, "PT"), now)},
                        {petSeries(baselineExamination("Siemens", "PT"))});
    };
}

constexpr auto kScannerKey =
    "scanners:\n"
    "  key: [Manufacturer, ManufacturerModelName, DeviceSerialNumber]";

RowCase against(std::string row, std::string title, std::string rule, std::function<Sample()> good,
                std::function<Sample()> bad) {
    return {std::move(row),  std::move(title), std::move(rule),
            std::move(good), std::move(bad),   Place::Baseline};
}

}  // namespace

std::vector<RowCase> baselineCases() {
    const auto same_ct = ct([](CtScan&) {});
    const auto same_t1 = t1([](MrScan&) {});
    std::vector<RowCase> all = {
        against("D1", "the tube voltage is that of the baseline", "check: KVP, op: same", same_ct,
                ct([](CtScan& scan) { scan.kvp = 100; })),
        against("D2", "the dose is near that of the baseline", "check: CTDIvol, op: ratio, value: [0.5, 2]",
                same_ct, ct([](CtScan& scan) { scan.ctdi_vol_mgy = 20; })),
        against("D3", "the kernel is that of the baseline", "check: ConvolutionKernel, op: same", same_ct,
                ct([](CtScan& scan) { scan.kernel = "Br36d"; })),
        against("D4", "the reconstruction is that of the baseline",
                "check: ReconstructionAlgorithm, op: same", ctSaying("ReconstructionAlgorithm", "ITERATIVE"),
                ctSaying("ReconstructionAlgorithm", "FILTER_BACK_PROJ")),
        against("D7", "contrast was given as at the baseline", "check: ContrastBolusAgent, op: same", same_ct,
                ct([](CtScan& scan) { scan.contrast_agent = "Other 300"; })),
        against("D9", "the table is as high as at the baseline",
                "check: TableHeight, op: change_at_most, value: 20 mm", ctSaying("TableHeight", "160"),
                ctSaying("TableHeight", "190")),
        against("E1", "the field strength is that of the baseline", "check: MagneticFieldStrength, op: same",
                same_t1, t1([](MrScan& scan) { scan.field_t = 1.5; })),
        against("E8", "the bandwidth is near that of the baseline",
                "check: PixelBandwidth, op: ratio, value: [0.9, 1.1]",
                t1([](MrScan& scan) { scan.bandwidth_hz = 210; }),
                t1([](MrScan& scan) { scan.bandwidth_hz = 300; })),
        against("E8", "averages are those of the baseline", "check: NumberOfAverages, op: same", same_t1,
                t1([](MrScan& scan) { scan.averages = 2; })),
        against("F7", "beds are as long as at the baseline",
                "check: ActualFrameDuration, op: change_at_most, value: 10 %", pet("Siemens", 120000),
                pet("Siemens", 90000)),
        against("G5", "the coil is that of the baseline", "check: ReceiveCoilName, op: same", same_t1,
                t1([](MrScan& scan) { scan.coil = "Head_32"; })),
    };
    for (const auto* row : {"F9", "G2"}) {
        all.push_back(against(row, "the scanner is that of the baseline", "check: scanner.key, op: same",
                              pet("Siemens", 120000), pet("GE", 120000)));
        all.back().more = kScannerKey;
    }
    return all;
}

}  // namespace gantry::test
