// G: the site's registry of scanners and people. H: views, loops and their scale.
#include "gantry/scanner/mr.hpp"
#include "gantry/scanner/other_images.hpp"
#include "row_kit.hpp"

namespace gantry::test {

namespace {

using namespace scanner;

constexpr auto kScanners =
    "scanners:\n"
    "  key: [Manufacturer, ManufacturerModelName]\n"
    "  invalidate_when: [{changed: SoftwareVersions, recheck_within: 14 d, meanwhile: query}, "
    "{changed: ReceiveCoilName, meanwhile: note}]";

/// A T1 on a scanner that was qualified as it is now, and then `change`d.
std::function<Sample()> onScanner(std::function<void(qc::ScannerRecord&)> change) {
    return [change = std::move(change)] {
        auto one = sample({mrSeries(examination("Siemens", "MR"), t1Mprage())});
        qc::ScannerRecord record;
        record.key = "SIEMENS | Prisma";
        record.qualified = true;
        record.qualified_on = "20260105";
        record.at_qualification = {{"SoftwareVersions", "syngo MR E11"}, {"ReceiveCoilName", "HeadNeck_64"}};
        record.phantom_passed_on = {{"acr", "20260401"}};
        change(record);
        one.context.scanners.push_back(record);
        return one;
    };
}

Sample onUnknownScanner() {
    return sample({mrSeries(examination("Siemens", "MR"), t1Mprage())});
}

RowCase registry(std::string row, std::string title, std::string rule,
                 std::function<void(qc::ScannerRecord&)> change) {
    return {std::move(row),
            std::move(title),
            std::move(rule),
            onScanner([](qc::ScannerRecord&) {}),
            onScanner(std::move(change)),
            Place::Slot,
            RuleResult::Fail,
            kScanners};
}

/// Lists of people are UTF-8, the header is not.
std::function<Sample()> trained(bool in_training_log) {
    return [in_training_log] {
        auto one = onUnknownScanner();
        const auto name = one.series.front().images.front().text("OperatorsName");
        one.context.trained_operators = {in_training_log ? dicom::toUtf8(name, "ISO_IR 100", "PN")
                                                         : "Nobody^Else"};
        return one;
    };
}

std::function<Sample()> breasts(std::size_t views) {
    return [views] {
        auto all = mammography(examination());
        all.resize(views);
        return sample(std::move(all));
    };
}

std::function<Sample()> loop(std::function<void(UltrasoundLoop&)> change) {
    return [change = std::move(change)] {
        UltrasoundLoop one;
        change(one);
        return sample({ultrasoundLoop(examination(), one)});
    };
}

std::vector<RowCase> viewCases() {
    const auto plain = loop([](UltrasoundLoop& one) { one.frames = 200; });
    return {
        {"H1", "both breasts are there in both views",
         "check: derived.views, op: contains_all, value: [R CC, R MLO, L CC, L MLO], over: union", breasts(4),
         breasts(3)},
        {"H4", "loops are fast enough", "check: derived.frame_rate, op: between, value: [50 Hz, 90 Hz]",
         plain, loop([](UltrasoundLoop& one) { one.frame_ms = 33; })},
        {"H4", "loops hold three beats", "check: derived.loop_beats, op: at_least, value: 3", plain,
         loop([](UltrasoundLoop& one) { one.frames = 60; })},
        {"H4", "loops are calibrated", "check: derived.calibrated, op: equals, value: true", plain,
         loop([](UltrasoundLoop& one) { one.calibrated = false; })},
        {"H7", "the radiograph has a scale", "check: derived.calibrated, op: equals, value: true",
         [] { return sample({radiograph(examination())}); },
         [] { return sample({densitometry(examination())}); }},
    };
}

}  // namespace

std::vector<RowCase> scannerCases() {
    auto all = viewCases();
    const std::string qualified = "check: scanner.qualified, op: equals, value: true";
    all.push_back(registry("G1", "the scanner is qualified", qualified,
                           [](qc::ScannerRecord& record) { record.qualified = false; }));
    all.push_back(registry("G1", "a scanner nobody judged is not a pass", qualified,
                           [](qc::ScannerRecord& record) { record.qualified.reset(); }));
    all.back().when_bad = RuleResult::CannotTell;
    all.push_back(registry("G1", "an unknown scanner is not a pass", qualified, {}));
    all.back().bad = onUnknownScanner;
    all.back().when_bad = RuleResult::CannotTell;
    all.push_back(registry(
        "G3", "the software is the one that was qualified",
        "check: scanner.software_changed, op: equals, value: false",
        [](qc::ScannerRecord& record) { record.at_qualification["SoftwareVersions"] = "syngo MR D13"; }));
    all.push_back(registry("G4", "the phantom was scanned lately",
                           "check: scanner.phantom_age.acr, op: at_most, value: 31 d",
                           [](qc::ScannerRecord& record) { record.phantom_passed_on["acr"] = "20260301"; }));
    all.push_back(registry("G4", "no phantom that passed is not a pass",
                           "check: scanner.phantom_age.acr, op: at_most, value: 31 d",
                           [](qc::ScannerRecord& record) { record.phantom_passed_on.clear(); }));
    all.back().when_bad = RuleResult::CannotTell;
    all.push_back(registry("G5", "nothing watched has changed since the qualification",
                           "check: scanner.changed, op: equals, value: false", [](qc::ScannerRecord& record) {
                               record.at_qualification["ReceiveCoilName"] = "Head_32";
                           }));
    all.push_back({"G6", "the operator is trained",
                   "check: OperatorsName, op: in, value: site.trained_operators", trained(true),
                   trained(false), Place::Identity});
    return all;
}

}  // namespace gantry::test
