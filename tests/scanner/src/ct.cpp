#include "gantry/scanner/ct.hpp"

#include <cmath>
#include <numbers>

#include "ct_plan.hpp"

namespace gantry::scanner {

namespace {

/// C.8.2.1 CT image, with what newer scanners add of CT's enhanced attributes.
void writeCt(Header& image, const CtScan& scan) {
    image.set("RescaleIntercept", "-1024")
        .set("RescaleSlope", "1")
        .set("RescaleType", "HU")
        .set("KVP", scan.kvp)
        .set("XRayTubeCurrent", 200)
        .set("ExposureTime", 500)
        .set("Exposure", 120)
        .set("ExposureModulationType", "XYZ_EC")
        .set("CTDIvol", scan.ctdi_vol_mgy)
        .set("ConvolutionKernel", scan.kernel)
        .set("GantryDetectorTilt", scan.tilt_deg)
        .set("TableHeight", 150)
        .set("ScanOptions", "HELICAL MODE")
        .set("AcquisitionType", "SPIRAL")
        .set("SpiralPitchFactor", scan.pitch)
        .set("DataCollectionDiameter", 500)
        .set("ReconstructionDiameter", scan.stack.pixel_mm * scan.stack.columns)
        .set("ReconstructionAlgorithm", "ITERATIVE")
        .set("BodyPartExamined", "CHEST");
}

void writeContrast(Header& image, const Examination& examination, const CtScan& scan) {
    if (scan.contrast_agent.empty()) return;
    image.set("ContrastBolusAgent", scan.contrast_agent)
        .set("ContrastBolusRoute", "IV")
        .set("ContrastBolusVolume", 100)
        .set("ContrastBolusStartTime", timeOfDay(examination.start_s + scan.after_s - scan.contrast_delay_s));
}

}  // namespace

ImageSeries ctSeries(const Examination& examination, const CtScan& scan) {
    auto stack = scan.stack;
    if (scan.tilt_deg != 0) {
        const double tilt = scan.tilt_deg * std::numbers::pi / 180;
        stack.column = {0, std::cos(tilt), std::sin(tilt)};
    }
    const SeriesIdentity identity{"CT",
                                  std::string(kCtImageStorage),
                                  scan.description,
                                  "ORIGINAL\\PRIMARY\\AXIAL",
                                  scan.number,
                                  scan.after_s,
                                  0.1,
                                  scan.frame};
    auto series = composeSeries(examination, identity, stack);
    return series.each([&](Header& image, int) {
        writeCt(image, scan);
        writeContrast(image, examination, scan);
    });
}

ImageSeries ctLocalizer(const Examination& examination) {
    CtScan scan;
    scan.number = 1;
    scan.description = "Topogram";
    scan.kernel = "T20f";
    scan.after_s = 10;
    scan.stack.images = 1;
    scan.stack.column = {0, 0, -1};
    auto series = ctSeries(examination, scan);
    return series.setAll("ImageType", "ORIGINAL\\PRIMARY\\LOCALIZER");
}

std::vector<ImageSeries> ctStations(const Examination& examination, const CtScan& scan, int overlap) {
    auto second = scan;
    second.number += 1;
    second.after_s += 15;
    for (std::size_t axis = 0; axis < 3; ++axis)
        second.stack.first[axis] += (scan.stack.images - overlap) * scan.stack.step[axis];
    return {ctSeries(examination, scan), ctSeries(examination, second)};
}

}  // namespace gantry::scanner
