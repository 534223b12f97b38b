#pragma once
/// Small PET series and the low-dose CT beside them.

#include "gantry/scanner/ct.hpp"

namespace gantry::scanner {

/// C.8.9 PET image; the radiopharmaceutical of C.8.9.2.
struct PetScan {
    ImageStack stack;
    int number = 4;
    std::string description = "PET AC WB";
    double after_s = 300;        ///< start of the first bed, after the study began
    double uptake_s = 3600;      ///< from injection to the first bed
    double activity_bq = 280e6;  ///< RadionuclideTotalDose
    std::string tracer = "Fluorodeoxyglucose";
    std::string nuclide_code = "C-111A1";
    std::string nuclide = "^18^Fluorine";
    double half_life_s = 6586.2;
    std::string units = "BQML";
    std::string decay_correction = "START";
    std::string corrected = "DECY\\ATTN\\SCAT\\DTIM\\RAN\\NORM";
    double frame_ms = 120000;  ///< ActualFrameDuration, of each bed
    int images_per_bed = 5;
    std::string reconstruction = "PSF+TOF 4i5s";
    std::string kernel = "XYZ Gauss5.00";
    std::string attenuation_method = "measured,AC CT";
    std::string calibrated_on = "20260401";
    double slope = 0.5;
};

ImageSeries petSeries(const Examination& examination, const PetScan& scan = {});
/// The CT that PET/CT scanners correct attenuation with: same frame of reference and range.
ImageSeries attenuationCt(const Examination& examination, const PetScan& scan = {});
/// Philips' factors beside a PET in counts: SUV for each count (7053,1000), Bq/ml for each count (7053,1009).
void addPhilipsFactors(ImageSeries& series, double suv_per_count, double bqml_per_count);
/// GE's time of the first bed, DT "YYYYMMDDHHMMSS" in (0009,100D), for series whose time was overwritten.
void addGeScanTime(ImageSeries& series, std::string_view date_time);

}  // namespace gantry::scanner
