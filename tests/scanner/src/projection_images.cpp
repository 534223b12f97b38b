// Mammograms, radiographs and ultrasound loops.
#include "gantry/scanner/other_images.hpp"

namespace gantry::scanner {

namespace {

constexpr std::string_view kDxForPresentation = "1.2.840.10008.5.1.4.1.1.1.1";
constexpr std::string_view kMgForPresentation = "1.2.840.10008.5.1.4.1.1.1.2";
constexpr std::string_view kMgForProcessing = "1.2.840.10008.5.1.4.1.1.1.2.1";
constexpr std::string_view kUsMultiFrame = "1.2.840.10008.5.1.4.1.1.3.1";

Header& first(ImageSeries& series, const Examination& examination, const SeriesIdentity& identity) {
    return series.images.emplace_back(composeImage(examination, identity, 0));
}

/// CID 4014.
void writeViewCode(Header& image, const std::string& view) {
    const bool oblique = view == "MLO";
    image.item("ViewCodeSequence")
        .set("CodeValue", oblique ? "R-10226" : "R-10242")
        .set("CodingSchemeDesignator", "SRT")
        .set("CodeMeaning", oblique ? "medio-lateral oblique" : "cranio-caudal")
        .set("ViewModifierCodeSequence", "");
}

struct Region {
    std::string_view code, meaning, positioner;
};
constexpr Region kBreast = {"T-04000", "Breast", "MAMMOGRAPHIC"};
constexpr Region kChest = {"T-D3000", "Chest", "NONE"};

/// What C.8.11 asks of every digital X-ray image.
void writeDx(Header& image, const Region& region) {
    image.item("AnatomicRegionSequence")
        .set("CodeValue", region.code)
        .set("CodingSchemeDesignator", "SRT")
        .set("CodeMeaning", region.meaning);
    image.set("PositionerType", region.positioner)
        .set("DetectorType", "DIRECT")
        .set("AcquisitionContextSequence", "")
        .set("PixelIntensityRelationship", "LOG")
        .set("PixelIntensityRelationshipSign", "1")
        .set("RescaleIntercept", "0")
        .set("RescaleSlope", "1")
        .set("RescaleType", "US")
        .set("PresentationLUTShape", "IDENTITY")
        .set("WindowCenter", "1024")
        .set("WindowWidth", "2048");
}

/// C.8.5.5: two scales, pixels for tissue in cm and time in seconds are enough for a check.
void writeRegion(Header& image) {
    image.item("SequenceOfUltrasoundRegions")
        .set("RegionSpatialFormat", 1)
        .set("RegionDataType", 1)
        .set("RegionFlags", 0.0)
        .set("RegionLocationMinX0", 0.0)
        .set("RegionLocationMinY0", 0.0)
        .set("RegionLocationMaxX1", 15)
        .set("RegionLocationMaxY1", 15)
        .set("PhysicalUnitsXDirection", 3)
        .set("PhysicalUnitsYDirection", 3)
        .set("PhysicalDeltaX", 0.05)
        .set("PhysicalDeltaY", 0.05);
}

}  // namespace

ImageSeries mammogram(const Examination& examination, const MammogramView& view, int number) {
    const bool raw = view.intent == "FOR PROCESSING";
    SeriesIdentity identity{"MG", std::string(raw ? kMgForProcessing : kMgForPresentation),
                            view.laterality + " " + view.view};
    identity.number = number;
    ImageSeries series;
    auto& image = first(series, examination, identity);
    image.set("PresentationIntentType", view.intent)
        .set("BodyPartExamined", "BREAST")
        .set("ImageLaterality", view.laterality)
        .set("ViewPosition", view.view)
        .set("KVP", view.kvp)
        .set("ExposureInuAs", view.exposure_uas)
        .set("CompressionForce", view.force_n)
        .set("BodyPartThickness", view.thickness_mm)
        .set("OrganDose", view.organ_dose_mgy / 100)  // dGy
        .set("AnodeTargetMaterial", "TUNGSTEN")
        .set("FilterMaterial", "RHODIUM")
        .set("ImagerPixelSpacing", {0.085, 0.085})
        .set("PatientOrientation", view.laterality == "R" ? "P\\L" : "A\\R");
    image.set("OrganExposed", "BREAST");
    writeDx(image, kBreast);
    writeViewCode(image, view.view);
    addPixels(image, 16, 16);
    return series;
}

std::vector<ImageSeries> mammography(const Examination& examination) {
    std::vector<ImageSeries> all;
    for (const auto* laterality : {"R", "L"}) {
        for (const auto* view : {"CC", "MLO"}) {
            MammogramView shot;
            shot.laterality = laterality;
            shot.view = view;
            all.push_back(mammogram(examination, shot, static_cast<int>(all.size()) + 1));
        }
    }
    return all;
}

ImageSeries ultrasoundLoop(const Examination& examination, const UltrasoundLoop& loop, int number) {
    SeriesIdentity identity{"US", std::string(kUsMultiFrame), "Echocardiogram"};
    identity.number = number;
    ImageSeries series;
    auto& image = first(series, examination, identity);
    image.set("ViewName", loop.view)
        .set("ViewNumber", 1)
        .set("NumberOfViewsInStage", 1)
        .set("StageName", loop.stage)
        .set("StageNumber", 1)
        .set("NumberOfStages", 1)
        .set("PatientOrientation", "")
        .set("NumberOfFrames", loop.frames)
        .set("FrameIncrementPointer", std::string("\x18\x00\x63\x10", 4))  // FrameTime (0018,1063)
        .set("FrameTime", loop.frame_ms)
        .set("CineRate", static_cast<int>(1000 / loop.frame_ms))
        .set("HeartRate", loop.heart_rate)
        .set("BodyPartExamined", "HEART");
    if (loop.calibrated) writeRegion(image);
    addPixels(image, 16, 16, loop.frames, 8);
    return series;
}

ImageSeries radiograph(const Examination& examination, const Radiograph& shot, int number) {
    SeriesIdentity identity{"DX", std::string(kDxForPresentation), shot.body_part + " " + shot.view};
    identity.number = number;
    ImageSeries series;
    auto& image = first(series, examination, identity);
    image.set("PresentationIntentType", "FOR PRESENTATION")
        .set("BodyPartExamined", shot.body_part)
        .set("ImageLaterality", shot.laterality.empty() ? "U" : shot.laterality)
        .set("ViewPosition", shot.view)
        .set("ImagerPixelSpacing", {shot.imager_spacing_mm, shot.imager_spacing_mm})
        .set("EstimatedRadiographicMagnificationFactor", shot.magnification)
        .set("ExposureIndex", shot.exposure_index)
        .set("TargetExposureIndex", 250)
        .set("DeviationIndex", shot.deviation_index)
        .set("KVP", 120)
        .set("PatientOrientation", "L\\F");
    writeDx(image, kChest);
    addPixels(image, 16, 16);
    return series;
}

}  // namespace gantry::scanner
