#include "gantry/scanner/kinds.hpp"

#include <algorithm>

#include "gantry/scanner/dwi.hpp"
#include "gantry/scanner/enhanced.hpp"
#include "gantry/scanner/other_images.hpp"
#include "gantry/scanner/pet.hpp"

namespace gantry::scanner {

namespace {

using Study = std::vector<ImageSeries>;

CtScan venous() {
    CtScan scan;
    scan.contrast_agent = "Agent 350";
    return scan;
}

Study ct(Examination at) {
    return {ctLocalizer(at), ctSeries(at, venous())};
}

Study ctTilted(Examination at) {
    CtScan scan;
    scan.tilt_deg = 18.5;
    return {ctSeries(at, scan)};
}

Study ctSplit(Examination at) {
    return ctStations(at, venous(), 1);
}

Study brainMr(Examination at) {
    at.scanner = machine("Siemens", "MR");
    return {mrSeries(at, t1Mprage()), mrSeries(at, t2Tse()), mrSeries(at, flair())};
}

Study echoMr(Examination at) {
    at.scanner = machine("Siemens", "MR");
    return {mrMultiEcho(at, t2Tse(), {20, 80})};
}

Study dynamicMr(Examination at) {
    at.scanner = machine("Siemens", "MR");
    auto scan = t1Mprage();
    scan.contrast_agent = "Agent 1.0";
    scan.contrast_before_s = -10;
    return {mrDynamic(at, scan, 20, 8)};
}

Study cineMr(Examination at) {
    at.scanner = machine("Siemens", "MR");
    return {mrCine(at, t2Tse(), 25, 900)};
}

Study diffusion(Examination at, std::string_view vendor, DiffusionCoding coding) {
    at.scanner = machine(vendor, "MR");
    const auto series = mrDwi(at, dwiEpi(), diffusionPoints({500, 1000}, 3), coding);
    return {series, adcMap(at, series, dwiEpi().stack.images)};
}

Study mosaic(Examination at) {
    at.scanner = machine("Siemens", "MR");
    return {mrDwiMosaic(at, dwiEpi(), diffusionPoints({500, 1000}, 3))};
}

Study petCt(Examination at) {
    at.scanner = machine("Siemens", "PT");
    return {attenuationCt(at), petSeries(at)};
}

Study petPhilips(Examination at) {
    at.scanner = machine("Philips", "PT");
    PetScan scan;
    scan.units = "CNTS";
    auto series = petSeries(at, scan);
    // SUV per count = 1.6 Bq/ml x 70 kg / (280 MBq less the decay of one hour's uptake)
    addPhilipsFactors(series, 0.00058425, 1.6);
    return {attenuationCt(at), series};
}

Study petGe(Examination at) {
    at.scanner = machine("GE", "PT");
    auto series = petSeries(at);
    addGeScanTime(series, at.date + "100500");
    return {attenuationCt(at), series};
}

constexpr Kind kKinds[] = {
    {"ct", "localizer and a venous CT", ct},
    {"ct-tilted", "CT with a tilted gantry", ctTilted},
    {"ct-stations", "CT in two overlapping stations", ctSplit},
    {"mr-brain", "3D T1, T2 and FLAIR", brainMr},
    {"mr-echoes", "two echoes in one series", echoMr},
    {"mr-dynamic", "20 phases of 8 s with contrast", dynamicMr},
    {"mr-cine", "25 phases of the heart beat", cineMr},
    {"dwi-siemens", "b in (0019,100C)",
     [](Examination at) { return diffusion(std::move(at), "Siemens", DiffusionCoding::Siemens); }},
    {"dwi-siemens-csa", "b in the CSA header alone",
     [](Examination at) { return diffusion(std::move(at), "Siemens", DiffusionCoding::SiemensCsa); }},
    {"dwi-siemens-mosaic", "one image for each b and direction", mosaic},
    {"dwi-ge", "b in (0043,1039)",
     [](Examination at) { return diffusion(std::move(at), "GE", DiffusionCoding::Ge); }},
    {"dwi-philips", "b in (2001,1003)",
     [](Examination at) { return diffusion(std::move(at), "Philips", DiffusionCoding::Philips); }},
    {"dwi-uih", "b in (0065,1009)",
     [](Examination at) { return diffusion(std::move(at), "UIH", DiffusionCoding::Uih); }},
    {"pet", "FDG PET/CT in Bq/ml", petCt},
    {"pet-philips", "PET in counts with private factors", petPhilips},
    {"pet-ge", "PET with the private scan time", petGe},
    {"enhanced-ct", "multi-frame CT, shared groups",
     [](Examination at) -> Study { return {enhanced(ctSeries(at, venous()), Grouping::Shared)}; }},
    {"enhanced-mr", "multi-frame MR, groups in each frame",
     [](Examination at) -> Study { return {enhanced(brainMr(at).front(), Grouping::PerFrame)}; }},
    {"enhanced-dwi", "multi-frame diffusion, shared groups",
     [](Examination at) -> Study {
         return {enhanced(diffusion(at, "Canon", DiffusionCoding::Standard).front(), Grouping::Shared)};
     }},
    {"enhanced-pet", "multi-frame PET, groups in each frame",
     [](Examination at) -> Study { return {enhanced(petCt(at).back(), Grouping::PerFrame)}; }},
    {"capture", "a screen with text in its pixels",
     [](Examination at) -> Study { return {secondaryCapture(at)}; }},
    {"mammography", "R and L, CC and MLO", [](Examination at) { return mammography(at); }},
    {"ultrasound", "one echocardiogram loop", [](Examination at) -> Study { return {ultrasoundLoop(at)}; }},
    {"radiograph", "one chest radiograph", [](Examination at) -> Study { return {radiograph(at)}; }},
    {"densitometry", "one spine densitometry", [](Examination at) -> Study { return {densitometry(at)}; }},
};

}  // namespace

std::span<const Kind> kinds() {
    return kKinds;
}

const Kind* kindNamed(std::string_view name) {
    const auto* kind = std::ranges::find(kKinds, name, &Kind::name);
    return kind == std::end(kKinds) ? nullptr : kind;
}

}  // namespace gantry::scanner
