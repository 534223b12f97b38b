#pragma once
/// Slices of CT phantoms as series.

#include "gantry/scanner/ct.hpp"
#include "phantoms/rendering.hpp"

namespace gantry::scanner {

struct CtPhantomScan {
    std::string description;
    double thickness_mm = 5;  ///< in the header
    double first_z_mm = 0, last_z_mm = 0;
    int matrix = 512;
    double fov_mm = 250;
    double radius_mm = 100;  ///< of the water that cupping and rings are in
};

/// One slice after another from first to last, spoilt as the setup says; what is outside `radius_mm` is not.
ImageSeries ctImages(const Examination& examination, const PhantomSetup& setup, const CtPhantomScan& scan,
                     const Scene& scene);

/// How much higher the mean of a disc at `distance` is than that of one in the middle, of a field that is
/// `cupping` lower in the middle than at the rim.
double cuppingOf(double cupping, double radius_mm, double distance_mm, double edge_disc_mm,
                 double centre_disc_mm);

}  // namespace gantry::scanner
