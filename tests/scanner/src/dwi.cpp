#include "gantry/scanner/dwi.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>

namespace gantry::scanner {

namespace {

std::string vectorText(const Vector& vector) {
    return joined({vector[0], vector[1], vector[2]});
}

std::string fixed8(double value) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.8f", value);
    return buffer;
}

double lengthOf(const Vector& vector) {
    return std::hypot(vector[0], vector[1], vector[2]);
}

/// @param mosaic  the stack that is tiled, or none
void writeCsa(Header& image, const DiffusionPoint& point, const ImageStack* mosaic) {
    std::vector<CsaElement> elements{{"B_value", "IS", {std::to_string(std::lround(point.b))}}};
    CsaElement direction{"DiffusionGradientDirection", "FD", {}};
    if (point.directed())
        for (const double part : point.direction) direction.values.push_back(fixed8(part));
    elements.push_back(direction);
    elements.push_back({"PhaseEncodingDirectionPositive", "IS", {"1"}});
    elements.push_back({"DiffusionDirectionality", "CS", {point.directed() ? "DIRECTIONAL" : "NONE"}});
    if (mosaic != nullptr) {
        elements.push_back({"NumberOfImagesInMosaic", "US", {std::to_string(mosaic->images)}});
        CsaElement normal{"SliceNormalVector", "FD", {}};
        for (const double part : mosaic->step) normal.values.push_back(fixed8(part / lengthOf(mosaic->step)));
        elements.push_back(normal);
    }
    image.setPrivate(dicom::makeTag(0x0029, 0x1010), "SIEMENS CSA HEADER", "OB", csaHeader(elements));
}

void writeStandard(Header& image, const DiffusionPoint& point) {
    image.set("DiffusionBValue", point.b)
        .set("DiffusionDirectionality", point.directed() ? "DIRECTIONAL" : "NONE");
    if (point.directed()) image.set("DiffusionGradientOrientation", vectorText(point.direction));
}

void writeSiemens(Header& image, const DiffusionPoint& point) {
    constexpr std::string_view kCreator = "SIEMENS MR HEADER";
    image.setPrivate(dicom::makeTag(0x0019, 0x100C), kCreator, "IS", joined({point.b}));
    image.setPrivate(dicom::makeTag(0x0019, 0x100D), kCreator, "CS",
                     point.directed() ? "DIRECTIONAL" : "NONE");
    if (point.directed())
        image.setPrivate(dicom::makeTag(0x0019, 0x100E), kCreator, "FD", vectorText(point.direction));
}

void writeGe(Header& image, const DiffusionPoint& point) {
    const double coded = point.b > 0 ? 1e9 + point.b : 0;
    char values[64];
    std::snprintf(values, sizeof values, "%.0f\\8\\0\\0", coded);
    image.setPrivate(dicom::makeTag(0x0043, 0x1039), "GEMS_PARM_01", "IS", values);
    for (std::uint16_t axis = 0; axis < 3; ++axis)
        image.setPrivate(dicom::makeTag(0x0019, static_cast<std::uint16_t>(0x10BB + axis)), "GEMS_ACQU_01",
                         "DS", joined({point.direction[axis]}));
}

void writePhilips(Header& image, const DiffusionPoint& point) {
    image.setPrivate(dicom::makeTag(0x2001, 0x1003), "Philips Imaging DD 001", "FL", joined({point.b}));
    for (std::uint16_t axis = 0; axis < 3; ++axis)
        image.setPrivate(dicom::makeTag(0x2005, static_cast<std::uint16_t>(0x10B0 + axis)),
                         "Philips MR Imaging DD 001", "FL", joined({point.direction[axis]}));
}

void writeUih(Header& image, const DiffusionPoint& point) {
    constexpr std::string_view kCreator = "Image Private Header";
    image.setPrivate(dicom::makeTag(0x0065, 0x1009), kCreator, "FD", joined({point.b}));
    if (point.directed())
        image.setPrivate(dicom::makeTag(0x0065, 0x1037), kCreator, "FD", vectorText(point.direction));
}

void writePoint(Header& image, const DiffusionPoint& point, DiffusionCoding coding) {
    switch (coding) {
        case DiffusionCoding::Standard:
            return writeStandard(image, point);
        case DiffusionCoding::SiemensCsa:
            return writeCsa(image, point, nullptr);
        case DiffusionCoding::Siemens:
            return writeSiemens(image, point);
        case DiffusionCoding::Ge:
            return writeGe(image, point);
        case DiffusionCoding::Philips:
            return writePhilips(image, point);
        case DiffusionCoding::Uih:
            return writeUih(image, point);
    }
}

}  // namespace

std::vector<DiffusionPoint> diffusionPoints(const std::vector<double>& b, int directions) {
    std::vector<DiffusionPoint> points{{0, {}}};
    for (const double value : b) {
        for (int i = 0; i < directions; ++i) {
            const double z = directions == 1 ? 1 : 1 - (i + 0.5) / directions;  // no two opposite
            const double turn = i * std::numbers::pi * (3 - std::sqrt(5.0));    // golden angle
            const double flat = std::sqrt(std::max(0.0, 1 - z * z));
            points.push_back({value, {flat * std::cos(turn), flat * std::sin(turn), z}});
        }
    }
    return points;
}

MrScan dwiEpi() {
    MrScan scan;
    scan.number = 5;
    scan.description = "ep2d_diff";
    scan.image_type = "ORIGINAL\\PRIMARY\\DIFFUSION\\NONE\\NORM\\DIS2D";
    scan.scanning_sequence = "EP";
    scan.variant = "SK\\SP";
    scan.sequence_name = "*ep_b1000";
    scan.tr_ms = 6000;
    scan.te_ms = 80;
    scan.after_s = 1000;
    scan.seconds_each = 0.1;
    return scan;
}

ImageSeries mrDwi(const Examination& examination, const MrScan& scan,
                  const std::vector<DiffusionPoint>& points, DiffusionCoding coding) {
    const std::vector<double> echoes(points.size(), scan.te_ms);
    auto series = mrMultiEcho(examination, scan, echoes);
    return series.each([&](Header& image, int place) {
        image.set("EchoNumbers", 1);
        writePoint(image, points[static_cast<std::size_t>(place / scan.stack.images)], coding);
    });
}

ImageSeries mrDwiMosaic(const Examination& examination, const MrScan& scan,
                        const std::vector<DiffusionPoint>& points) {
    const auto& stack = scan.stack;
    const int side = static_cast<int>(std::ceil(std::sqrt(stack.images)));
    auto tiled = scan;
    tiled.stack.images = 1;
    tiled.image_type = "ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC";
    // The mosaic lies as if it were one large image around the centre of the first slice.
    for (std::size_t axis = 0; axis < 3; ++axis)
        tiled.stack.first[axis] -= stack.pixel_mm * (side - 1) / 2 *
                                   (stack.columns * stack.row[axis] + stack.rows * stack.column[axis]);
    auto series = mrDwi(examination, tiled, points, DiffusionCoding::Siemens);
    return series.each([&](Header& image, int place) {
        addPixels(image, stack.rows * side, stack.columns * side);
        image.set("SpacingBetweenSlices", lengthOf(stack.step));
        image.setPrivate(dicom::makeTag(0x0019, 0x100A), "SIEMENS MR HEADER", "US",
                         std::to_string(stack.images));
        writeCsa(image, points[static_cast<std::size_t>(place)], &stack);
    });
}

}  // namespace gantry::scanner
