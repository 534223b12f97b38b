#pragma once
/// Images that are no plain CT, MR or PET: processed maps, captures, projections and loops.

#include "gantry/scanner/examination.hpp"

namespace gantry::scanner {

/// A map computed from a diffusion series: DERIVED\PRIMARY\DIFFUSION\ADC over the positions of its b 0.
ImageSeries adcMap(const Examination& examination, const ImageSeries& diffusion, int images);
/// A screen with text in its pixels (C.8.6): BurnedInAnnotation YES, no position.
ImageSeries secondaryCapture(const Examination& examination);

struct MammogramView {
    std::string laterality = "R";  ///< ImageLaterality
    std::string view = "CC";       ///< ViewPosition, and its code of CID 4014
    std::string intent = "FOR PRESENTATION";
    double kvp = 29;
    double exposure_uas = 80000;
    double force_n = 110;
    double thickness_mm = 55;
    double organ_dose_mgy = 1.4;
};
ImageSeries mammogram(const Examination& examination, const MammogramView& view, int number = 1);
/// R and L, CC and MLO.
std::vector<ImageSeries> mammography(const Examination& examination);

struct UltrasoundLoop {
    std::string view = "Apical 4 chamber";  ///< ViewName, 16 characters at most
    std::string stage = "Rest";
    int frames = 60;
    double frame_ms = 16;
    double heart_rate = 60;
    bool calibrated = true;  ///< SequenceOfUltrasoundRegions
};
ImageSeries ultrasoundLoop(const Examination& examination, const UltrasoundLoop& loop = {}, int number = 1);

struct Radiograph {
    std::string view = "PA";
    std::string body_part = "CHEST";
    std::string laterality{};  ///< empty: an unpaired part
    double imager_spacing_mm = 0.139;
    double magnification = 1.05;
    double exposure_index = 250;
    double deviation_index = 0.4;
};
ImageSeries radiograph(const Examination& examination, const Radiograph& shot = {}, int number = 1);
/// A bone densitometer's picture of the spine: modality BMD, stored as a capture of its report's image.
ImageSeries densitometry(const Examination& examination);

}  // namespace gantry::scanner
