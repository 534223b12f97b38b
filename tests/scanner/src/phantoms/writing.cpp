#include "phantoms/writing.hpp"

#include <algorithm>
#include <cmath>

#include "gantry/scanner/enhanced.hpp"

namespace gantry::scanner {

namespace {

Coding mrCoding(const PhantomSetup& setup) {
    if (setup.vendor == "ge") return {1 / 3000.0, 0, 16, true};
    if (setup.vendor.starts_with("philips")) return {1 / 1500.0, 0, 12, false};
    return {1 / 1800.0, 0, 12, false};
}

/// The scanner's x, y and z in patient coordinates (PS3.3 C.7.6.2.1.1).
struct Axes {
    Vector x, y, z;
};
Axes axesOf(std::string_view plane) {
    if (plane == "coronal") return {{1, 0, 0}, {0, 0, -1}, {0, 1, 0}};
    if (plane == "sagittal") return {{0, 1, 0}, {0, 0, -1}, {-1, 0, 0}};
    return {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
}

Vector toPatient(const Axes& axes, const Vector& v) {
    Vector out{};
    for (std::size_t i = 0; i < 3; ++i) out[i] = v[0] * axes.x[i] + v[1] * axes.y[i] + v[2] * axes.z[i];
    return out;
}

}  // namespace

ScannerSpec machineOf(const PhantomSetup& setup, std::string_view modality) {
    const auto vendor = setup.vendor.substr(0, setup.vendor.find('-'));
    const auto maker = vendor == "ge" ? "GE" : vendor == "philips" ? "Philips" : "Siemens";
    return machine(maker, modality);
}

void writePixels(Header& image, const DrawnSlice& slice, const Coding& coding) {
    const int low = coding.is_signed ? -(1 << (coding.bits - 1)) : 0;
    const int high = coding.is_signed ? (1 << (coding.bits - 1)) - 1 : (1 << coding.bits) - 1;
    std::string bytes;
    bytes.reserve(slice.values.size() * 2);
    for (const double value : slice.values) {
        const auto stored = std::lround((value - coding.intercept) / coding.slope);
        const auto word = static_cast<std::uint16_t>(std::clamp(static_cast<int>(stored), low, high));
        bytes += static_cast<char>(word & 0xFF);
        bytes += static_cast<char>(word >> 8);
    }
    image.set("SamplesPerPixel", 1)
        .set("PhotometricInterpretation", "MONOCHROME2")
        .set("Rows", slice.grid.rows)
        .set("Columns", slice.grid.columns)
        .set("PixelSpacing", {slice.grid.pixel_mm, slice.grid.pixel_mm})
        .set("BitsAllocated", 16)
        .set("BitsStored", coding.bits)
        .set("HighBit", coding.bits - 1)
        .set("PixelRepresentation", coding.is_signed ? "1" : "0")
        .set("PixelData", bytes);
}

ImageStack stackOf(const PhantomSetup& setup, const std::vector<DrawnSlice>& slices, double thickness_mm) {
    const auto axes = axesOf(setup.plane);
    const auto& grid = slices.front().grid;
    ImageStack stack;
    stack.images = static_cast<int>(slices.size());
    stack.first = toPatient(axes, grid.first);
    stack.row = toPatient(axes, grid.row);
    stack.column = toPatient(axes, grid.column);
    stack.step = {0, 0, 0};
    if (slices.size() > 1) {
        const auto next = toPatient(axes, slices[1].grid.first);
        for (std::size_t i = 0; i < 3; ++i) stack.step[i] = next[i] - stack.first[i];
    }
    stack.thickness_mm = thickness_mm;
    stack.pixel_mm = grid.pixel_mm;
    stack.rows = stack.columns = 16;  // the builder's own picture; ours replaces it
    return stack;
}

ImageSeries mrImages(const Examination& examination, const PhantomSetup& setup, MrScan scan,
                     const std::vector<DrawnSlice>& slices) {
    scan.field_t = setup.field_t;
    auto series = mrSeries(examination, scan);
    const auto coding = mrCoding(setup);
    const auto& grid = slices.front().grid;
    series.each([&](Header& image, int place) {
        writePixels(image, slices[static_cast<std::size_t>(place)], coding);
        const double side = grid.rows;
        image.set("AcquisitionMatrix", {0, side, side, 0});
        if (setup.vendor.starts_with("philips"))
            image.set("RescaleSlope", 2.4420024)
                .set("RescaleIntercept", "0")
                .set("RescaleType", "normalized");
    });
    return series;
}

ImageSeries asWritten(const PhantomSetup& setup, ImageSeries series) {
    if (setup.vendor == "siemens-enhanced") return enhanced(series, Grouping::PerFrame);
    if (setup.vendor == "philips-enhanced") return enhanced(series, Grouping::Shared);
    return series;
}

void nameSeries(ImageSeries& series, const Examination& examination, const PhantomSetup& setup,
                std::string_view id, std::string_view name) {
    if (setup.ids == "patient") return;
    if (examination.patient.patient_id.empty()) series.setAll("PatientID", id);
    series.setAll("PatientName", name).setAll("PatientSex", "O").setAll("BodyPartExamined", "PHANTOM");
}

}  // namespace gantry::scanner
