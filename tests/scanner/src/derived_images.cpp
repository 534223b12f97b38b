// Processed maps and captures.
#include "gantry/scanner/other_images.hpp"
#include "seeded.hpp"

namespace gantry::scanner {

namespace {

constexpr std::string_view kSecondaryCapture = "1.2.840.10008.5.1.4.1.1.7";

}  // namespace

ImageSeries adcMap(const Examination& examination, const ImageSeries& diffusion, int images) {
    const Seeded seeded(examination.seed);
    ImageSeries map;
    for (int place = 0; place < images; ++place) {
        auto image = diffusion.images.at(static_cast<std::size_t>(place));
        const auto source = image.text("SOPInstanceUID");
        image.set("ImageType", "DERIVED\\PRIMARY\\DIFFUSION\\ADC\\NORM\\DIS2D")
            .set("SOPInstanceUID", seeded.uid("adc of " + source))
            .set("SeriesInstanceUID", seeded.uid("adc of " + diffusion.uid()))
            .set("SeriesNumber", image.text("SeriesNumber") + "01")
            .set("SeriesDescription", image.text("SeriesDescription") + "_ADC")
            .set("DerivationDescription", "apparent diffusion coefficient")
            .set("RescaleType", "US");
        image.item("SourceImageSequence")
            .set("ReferencedSOPClassUID", image.text("SOPClassUID"))
            .set("ReferencedSOPInstanceUID", source);
        map.images.push_back(std::move(image));
    }
    return map;
}

ImageSeries secondaryCapture(const Examination& examination) {
    SeriesIdentity identity{"OT", std::string(kSecondaryCapture), "Dose Report",
                            "DERIVED\\SECONDARY\\SCREEN SAVE"};
    identity.number = 999;
    ImageSeries series;
    auto& image = series.images.emplace_back(composeImage(examination, identity, 0));
    image.set("ConversionType", "WSD").set("BurnedInAnnotation", "YES").set("PatientOrientation", "");
    addPixels(image, 16, 16, 1, 8);
    return series;
}

ImageSeries densitometry(const Examination& examination) {
    SeriesIdentity identity{"BMD", std::string(kSecondaryCapture), "AP Spine", "ORIGINAL\\PRIMARY"};
    ImageSeries series;
    auto& image = series.images.emplace_back(composeImage(examination, identity, 0));
    image.set("ConversionType", "DI")
        .set("PatientOrientation", "L\\F")
        .set("BodyPartExamined", "LSPINE")
        .set("ViewPosition", "AP")
        .set("ScanOptions", "FAST ARRAY");
    addPixels(image, 16, 16, 1, 8);
    return series;
}

}  // namespace gantry::scanner
