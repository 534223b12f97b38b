#pragma once
/// Small CT series for checks: right as they come, wrong where a field says so.

#include "gantry/scanner/examination.hpp"

namespace gantry::scanner {

struct CtScan {
    ImageStack stack;  ///< a tilt turns its orientation, `step` stays the step of the table
    int number = 2;
    std::string description = "CAP venous";
    std::string kernel = "Br40d";
    double kvp = 120;
    double tilt_deg = 0;           ///< GantryDetectorTilt
    std::string contrast_agent{};  ///< empty: none given
    double contrast_delay_s = 70;  ///< start of injection to the first image
    double pitch = 0.8;
    double ctdi_vol_mgy = 9;
    double after_s = 60;
    std::string frame = "main";
};

ImageSeries ctSeries(const Examination& examination, const CtScan& scan = {});
/// The radiograph a study begins with: one coronal image of ImageType LOCALIZER.
ImageSeries ctLocalizer(const Examination& examination);
/// One scan that was made in two stations of one frame of reference, which share `overlap` positions.
std::vector<ImageSeries> ctStations(const Examination& examination, const CtScan& scan, int overlap);

}  // namespace gantry::scanner
