// B and C of series in which positions repeat: echoes, phases, b-values, heart beats.
#include "gantry/scanner/damage.hpp"
#include "gantry/scanner/dwi.hpp"
#include "gantry/scanner/enhanced.hpp"
#include "row_kit.hpp"

namespace gantry::test {

namespace {

using namespace scanner;

/// A repeating series of ten positions: good as it comes, bad with `damage`.
struct Repeating {
    std::string_view words;
    ImageSeries (*make)();
    bool standard = true;  ///< what parts it has a place in enhanced objects
};

MrScan tenSlices(MrScan scan) {
    scan.stack.images = 10;
    return scan;
}

Examination siemens() {
    return examination("Siemens", "MR");
}

constexpr Repeating kRepeating[] = {
    {"echoes",
     [] {
         return mrMultiEcho(siemens(), tenSlices(t2Tse()), {20, 80});
     }},
    {"phases after contrast", [] { return mrDynamic(siemens(), tenSlices(t1Mprage()), 3, 8); }},
    {"phases of the heart", [] { return mrCine(siemens(), tenSlices(t2Tse()), 4, 900); }},
    {"b-values in the standard's place",
     [] {
         return mrDwi(examination("Canon", "MR"), tenSlices(dwiEpi()), diffusionPoints({1000}, 2),
                      DiffusionCoding::Standard);
     }},
    {"b-values in the place of Siemens",
     [] {
         return mrDwi(siemens(), tenSlices(dwiEpi()), diffusionPoints({1000}, 2), DiffusionCoding::Siemens);
     },
     false},
    {"b-values in the place of GE",
     [] {
         return mrDwi(examination("GE", "MR"), tenSlices(dwiEpi()), diffusionPoints({1000}, 2),
                      DiffusionCoding::Ge);
     },
     false},
};

std::function<Sample()> harmed(const Repeating& series, std::function<void(ImageSeries&)> damage) {
    return [make = series.make, damage = std::move(damage)] {
        auto one = make();
        damage(one);
        return sample({one});
    };
}

std::function<Sample()> enhancedOf(const Repeating& series, std::function<void(ImageSeries&)> damage) {
    return [make = series.make, damage = std::move(damage)] {
        auto one = make();
        damage(one);
        return sample({enhanced(one, Grouping::PerFrame)});
    };
}

std::function<Sample()> mosaic(double step_mm, int images) {
    return [=] {
        auto scan = dwiEpi();
        scan.stack.images = images;
        scan.stack.step = {0, 0, step_mm};
        return sample({mrDwiMosaic(siemens(), scan, diffusionPoints({1000}, 2))});
    };
}

}  // namespace

std::vector<RowCase> volumeCases() {
    const auto nothing = [](ImageSeries&) {};
    const auto drop = [](ImageSeries& series) { dropImages(series, {14, 15}); };
    const auto copy = [](ImageSeries& series) { duplicateImage(series, 14); };
    const auto shift = [](ImageSeries& series) {
        const bool sagittal = series.images.front().text("ImageOrientationPatient").starts_with("0");
        shiftImage(series, 14, sagittal ? Vector{0.3, 0, 0} : Vector{0, 0, 1.5});
    };
    const std::string zero = ", op: equals, value: 0";
    std::vector<RowCase> all;
    for (const auto& one : kRepeating) {
        const std::string words(one.words);
        all.push_back({"B5", words + " are no slices at one position",
                       "check: derived.slices_duplicate" + zero, harmed(one, nothing), harmed(one, copy)});
        all.push_back({"B6", "no slice is missing among " + words, "check: derived.slices_missing" + zero,
                       harmed(one, nothing), harmed(one, drop)});
        all.push_back({"B7", "slices are evenly spaced among " + words,
                       "check: derived.slices_irregular" + zero, harmed(one, nothing), harmed(one, shift)});
        if (!one.standard) continue;
        all.push_back({"B6", "no frame is missing among " + words, "check: derived.slices_missing" + zero,
                       enhancedOf(one, nothing), enhancedOf(one, drop)});
    }
    all.push_back({"C2", "slices in a mosaic are close enough",
                   "check: derived.slice_spacing, op: at_most, value: 5 mm, tol: 0.05 mm", mosaic(5, 10),
                   mosaic(6, 10)});
    all.push_back({"C4", "slices in a mosaic cover enough",
                   "check: derived.coverage, op: at_least, value: 50 mm", mosaic(5, 10), mosaic(5, 9)});
    return all;
}

}  // namespace gantry::test
