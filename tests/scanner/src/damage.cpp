#include "gantry/scanner/damage.hpp"

#include <algorithm>

#include "seeded.hpp"

namespace gantry::scanner {

namespace {

Header& at(ImageSeries& series, int place) {
    return series.images.at(static_cast<std::size_t>(place));
}

}  // namespace

void dropImages(ImageSeries& series, const std::vector<int>& places) {
    std::vector<Header> kept;
    for (std::size_t i = 0; i < series.images.size(); ++i)
        if (std::ranges::find(places, static_cast<int>(i)) == places.end())
            kept.push_back(std::move(series.images[i]));
    series.images = std::move(kept);
}

void duplicateImage(ImageSeries& series, int place) {
    Header copy = at(series, place);
    copy.set("SOPInstanceUID", Seeded(0).uid("copy of " + copy.text("SOPInstanceUID")))
        .set("InstanceNumber", static_cast<double>(series.images.size() + 1));
    series.images.push_back(std::move(copy));
}

void shiftImage(ImageSeries& series, int place, const Vector& by) {
    auto& image = at(series, place);
    const auto position = dicom::parseDecimals(image.text("ImagePositionPatient"));
    image.set("ImagePositionPatient", {position.at(0).value_or(0) + by[0], position.at(1).value_or(0) + by[1],
                                       position.at(2).value_or(0) + by[2]});
}

void turnImage(ImageSeries& series, int place, const Vector& row, const Vector& column) {
    at(series, place)
        .set("ImageOrientationPatient", {row[0], row[1], row[2], column[0], column[1], column[2]});
}

void resizeImage(ImageSeries& series, int place, int rows, int columns) {
    addPixels(at(series, place), rows, columns);
}

void markLossy(ImageSeries& series, double ratio) {
    series.setAll("LossyImageCompression", "01")
        .setAll("LossyImageCompressionRatio", ratio)
        .setAll("LossyImageCompressionMethod", "ISO_10918_1");
}

void removeEverywhere(ImageSeries& series, std::string_view keyword) {
    for (auto& image : series.images) image.remove(keyword);
}

void setInOne(ImageSeries& series, int place, std::string_view keyword, std::string_view value) {
    at(series, place).set(keyword, value);
}

}  // namespace gantry::scanner
