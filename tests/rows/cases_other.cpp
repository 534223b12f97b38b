// H: other modalities. G, scanner and site, needs a registry.
#include "gantry/scanner/other_images.hpp"
#include "row_kit.hpp"

namespace gantry::test {

namespace {

using namespace scanner;

std::function<Sample()> breast(std::function<void(MammogramView&)> change) {
    return [change = std::move(change)] {
        MammogramView view;
        change(view);
        return sample({mammogram(examination(), view)});
    };
}

std::function<Sample()> loop(std::function<void(UltrasoundLoop&)> change) {
    return [change = std::move(change)] {
        UltrasoundLoop one;
        change(one);
        return sample({ultrasoundLoop(examination(), one)});
    };
}

std::function<Sample()> chest(std::function<void(Radiograph&)> change) {
    return [change = std::move(change)] {
        Radiograph shot;
        change(shot);
        return sample({radiograph(examination(), shot)});
    };
}

Sample spine() {
    return sample({densitometry(examination())});
}

}  // namespace

std::vector<RowCase> otherCases() {
    const auto raw = breast([](MammogramView& view) { view.intent = "FOR PROCESSING"; });
    const auto plain = breast([](MammogramView&) {});
    const auto film = chest([](Radiograph&) {});
    return {
        {"H2", "the raw image is kept", "check: PresentationIntentType, op: equals, value: FOR PROCESSING",
         raw, plain},
        {"H3", "the tube voltage is in its range", "check: KVP, op: between, value: [25 kV, 34 kV]", plain,
         breast([](MammogramView& view) { view.kvp = 40; })},
        {"H3", "the breast is compressed", "check: CompressionForce, op: between, value: [50, 200]", plain,
         breast([](MammogramView& view) { view.force_n = 10; })},
        {"H3", "the compressed breast has a plausible thickness",
         "check: BodyPartThickness, op: between, value: [20, 110]", plain,
         breast([](MammogramView& view) { view.thickness_mm = 5; })},
        {"H5", "the view is the one asked for", "check: ViewName, op: matches, value: '(?i)4 chamber'",
         loop([](UltrasoundLoop&) {}), loop([](UltrasoundLoop& one) { one.view = "Parasternal long"; })},
        {"H6", "the densitometer's mode is the one asked for",
         "check: ScanOptions, op: equals, value: FAST ARRAY", spine,
         [] { return sample({densitometry(examination()).setAll("ScanOptions", "ARRAY")}); }},
        {"H7", "the projection is the one asked for", "check: ViewPosition, op: in, value: [PA, AP]", film,
         chest([](Radiograph& shot) { shot.view = "LL"; })},
        {"H7", "the detector's pixels have a size", "check: ImagerPixelSpacing, op: present", film,
         [] { return sample({densitometry(examination())}); }},
        {"H7", "the exposure is near its target", "check: DeviationIndex, op: between, value: [-2, 2]", film,
         chest([](Radiograph& shot) { shot.deviation_index = 4; })},
    };
}

}  // namespace gantry::test
