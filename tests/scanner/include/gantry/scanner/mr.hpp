#pragma once
/// Small classic MR series: what a protocol asks for and each maker's own words for it.

#include "gantry/scanner/examination.hpp"

namespace gantry::scanner {

/// C.8.3.1 MR image; times in ms, angles in degrees.
struct MrScan {
    ImageStack stack;
    int number = 2;
    std::string description;
    std::string image_type = "ORIGINAL\\PRIMARY\\M\\NORM\\DIS3D";
    std::string acquisition_type = "2D";  ///< MRAcquisitionType
    std::string scanning_sequence = "SE";
    std::string variant = "SK";
    std::string sequence_name;
    double tr_ms = 500;
    double te_ms = 10;
    double ti_ms = 0;  ///< 0: no inversion, not written
    double flip_deg = 90;
    double field_t = 3;
    double bandwidth_hz = 200;  ///< PixelBandwidth
    double averages = 1;
    double echo_train = 1;
    double acceleration = 1;  ///< ParallelReductionFactorInPlane
    std::string coil = "HeadNeck_64";
    std::string phase_axis = "COL";  ///< InPlanePhaseEncodingDirection
    std::string contrast_agent{};    ///< empty: none given
    double contrast_before_s = 300;  ///< from injection to the first image
    double after_s = 60;
    double seconds_each = 0.5;
    double duration_s = 240;  ///< AcquisitionDuration
};

MrScan t1Mprage();  ///< 3D inversion recovery gradient echo, 1 mm isotropic, sagittal
MrScan t2Tse();     ///< 2D turbo spin echo, axial
MrScan flair();     ///< 2D inversion recovery turbo spin echo, axial

ImageSeries mrSeries(const Examination& examination, const MrScan& scan);
/// Every position once for each echo time, with EchoNumbers.
ImageSeries mrMultiEcho(const Examination& examination, const MrScan& scan, const std::vector<double>& te_ms);
/// Phases of the same stack, `seconds` apart (C.8.13.1 of temporal positions).
ImageSeries mrDynamic(const Examination& examination, const MrScan& scan, int phases, double seconds);
/// Phases of the heart beat at each position, with TriggerTime and NominalInterval.
ImageSeries mrCine(const Examination& examination, const MrScan& scan, int phases, double interval_ms);

/// Direction and sense of phase encoding as the maker of the series writes it: Siemens (0021,111C), GE
/// RectilinearPhaseEncodeReordering. Others say only the axis.
void setPhaseEncoding(ImageSeries& series, std::string_view axis, bool positive);

}  // namespace gantry::scanner
