#include "gantry/scanner/pet.hpp"

#include "ct_plan.hpp"

namespace gantry::scanner {

namespace {

constexpr std::string_view kPetImageStorage = "1.2.840.10008.5.1.4.1.1.128";

void writeTracer(Header& image, const Examination& examination, const PetScan& scan) {
    auto& tracer = image.item("RadiopharmaceuticalInformationSequence");
    const auto injected = timeOfDay(examination.start_s + scan.after_s - scan.uptake_s);
    tracer.set("Radiopharmaceutical", scan.tracer)
        .set("RadiopharmaceuticalStartTime", injected)
        .set("RadiopharmaceuticalStartDateTime", examination.date + injected)
        .set("RadionuclideTotalDose", scan.activity_bq)
        .set("RadionuclideHalfLife", scan.half_life_s)
        .set("RadionuclidePositronFraction", "0.967");
    tracer.item("RadionuclideCodeSequence")
        .set("CodeValue", scan.nuclide_code)
        .set("CodingSchemeDesignator", "SRT")
        .set("CodeMeaning", scan.nuclide);
}

void writePetSeries(Header& image, const PetScan& scan) {
    image.set("Units", scan.units)
        .set("CountsSource", "EMISSION")
        .set("SeriesType", "WHOLE BODY\\IMAGE")
        .set("NumberOfSlices", scan.stack.images)
        .set("CorrectedImage", scan.corrected)
        .set("DecayCorrection", scan.decay_correction)
        .set("CollimatorType", "NONE")
        .set("ReconstructionMethod", scan.reconstruction)
        .set("ConvolutionKernel", scan.kernel)
        .set("RandomsCorrectionMethod", "DLYD")
        .set("AttenuationCorrectionMethod", scan.attenuation_method)
        .set("ScatterCorrectionMethod", "Model-based")
        .set("DateOfLastCalibration", scan.calibrated_on)
        .set("TimeOfLastCalibration", "063000")
        .set("DoseCalibrationFactor", "1")
        .set("PatientOrientationCodeSequence", "")
        .set("PatientGantryRelationshipCodeSequence", "");
}

/// Times of the bed that the image belongs to (C.8.9.4): beds follow each other without pause.
void writePetImage(Header& image, const Examination& examination, const PetScan& scan, int place) {
    const double bed_s = place / scan.images_per_bed * scan.frame_ms / 1000;
    const auto at = timeOfDay(examination.start_s + scan.after_s + bed_s);
    image.set("AcquisitionTime", at)
        .set("AcquisitionDateTime", examination.date + at)
        .set("FrameReferenceTime", bed_s * 1000 + scan.frame_ms / 2)
        .set("ActualFrameDuration", scan.frame_ms)
        .set("ImageIndex", place + 1)
        .set("DecayFactor", "1")
        .set("RescaleIntercept", "0")
        .set("RescaleSlope", scan.slope)
        .set("BodyPartExamined", "WHOLEBODY");
}

}  // namespace

ImageSeries petSeries(const Examination& examination, const PetScan& scan) {
    SeriesIdentity identity{"PT", std::string(kPetImageStorage), scan.description};
    identity.number = scan.number;
    identity.after_s = scan.after_s;
    auto series = composeSeries(examination, identity, scan.stack);
    return series.each([&](Header& image, int place) {
        addPixels(image, scan.stack.rows, scan.stack.columns, 1, 16);
        image.remove("PatientPosition");  // C.8.9.5 says it by codes
        writeTracer(image, examination, scan);
        writePetSeries(image, scan);
        writePetImage(image, examination, scan, place);
    });
}

ImageSeries attenuationCt(const Examination& examination, const PetScan& scan) {
    CtScan ct;
    ct.stack = scan.stack;
    ct.description = "AC CT WB";
    ct.kernel = "Hr38f";
    ct.ctdi_vol_mgy = 2;
    ct.after_s = scan.after_s - 60;
    return ctSeries(examination, ct);
}

void addPhilipsFactors(ImageSeries& series, double suv_per_count, double bqml_per_count) {
    constexpr std::string_view kCreator = "Philips PET Private Group";
    for (auto& image : series.images) {
        image.setPrivate(dicom::makeTag(0x7053, 0x1000), kCreator, "DS", joined({suv_per_count}));
        image.setPrivate(dicom::makeTag(0x7053, 0x1009), kCreator, "DS", joined({bqml_per_count}));
    }
}

void addGeScanTime(ImageSeries& series, std::string_view date_time) {
    for (auto& image : series.images)
        image.setPrivate(dicom::makeTag(0x0009, 0x100D), "GEMS_PETD_01", "DT", date_time);
}

}  // namespace gantry::scanner
