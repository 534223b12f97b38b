#pragma once
/// Digital reference objects: phantoms as a scanner with known faults would image them, and what a right
/// analysis has to find. Truth is worked out from the geometry, not from the pixels.

#include <map>
#include <span>
#include <string>
#include <vector>

#include "gantry/core/result.hpp"
#include "gantry/scanner/examination.hpp"

namespace gantry::scanner {

/// How the phantom lies and what the scanner does wrong. Zero is perfect.
struct PhantomSetup {
    std::string vendor = "siemens";  ///< siemens, ge, philips, siemens-enhanced, philips-enhanced
    std::string plane = "axial";  ///< how the headers say the phantom's axis runs: axial, coronal, sagittal
    std::string ids =
        "phantom";      ///< whose ID and name the headers bear: phantom, or patient for an invented person
    int matrix = 0;     ///< 0: what is usual for the kind
    double fov_mm = 0;  ///< 0: the same
    double field_t = 1.5;
    double roll_deg = 0;    ///< about the phantom's axis, clockwise as seen
    double tilt_deg = 0;    ///< about the axis that runs across the image
    double yaw_deg = 0;     ///< about the axis that runs down the image
    bool reversed = false;  ///< put in the other way round: slices run backwards and look mirrored
    double shift_x_mm = 0, shift_y_mm = 0;
    double position_error_mm = 0;  ///< slices lie so far towards the head of where they should
    double spacing_error_mm = 0;   ///< each step from slice to slice is so much too long
    double scale_x = 1, scale_y = 1, scale_z = 1;  ///< how large an object appears
    double thickness_mm = 0;                       ///< what slices really have; 0: what the header says
    double softness = 0;                           ///< of the slice profile, 0 to 1
    double snr = 0;                                ///< of water in one pixel; 0: no noise
    double noise_hu = 0;                           ///< CT
    double noise = 0;                              ///< PET, share of the background, one voxel
    double bias = 0;                               ///< share of the signal lost at the phantom's rim
    double bias_x_mm = 0, bias_y_mm = 0;           ///< where the signal is highest
    double ghost = 0;           ///< share of the signal that appears half a field of view away, by columns
    bool ghost_across = false;  ///< by rows instead
    double hu_offset = 0;       ///< added to every CT number
    double cupping_hu = 0;      ///< how much lower the centre of water is than its rim
    double ring_hu = 0;         ///< of a ring of 30 mm radius
    double blur_mm = 0;         ///< full width at half maximum in the plane, and in PET in all directions
    double suv_error = 0;       ///< share by which activity is read too high
    double axial_slope = 0;     ///< PET: share by which activity changes from the first slice to the last
    double adc_error = 0;       ///< share by which diffusion is read too high
    double drift = 0;           ///< share by which the signal changes from one repeat to the next
    std::uint64_t noise_seed = 1;
};

/// Sets one field by its name: "roll_deg=3". @errors InvalidArgument, with the fields there are
Result<> configure(PhantomSetup& setup, std::string_view assignment);

struct PhantomStudy {
    std::vector<ImageSeries> series;
    /// Metric as analyses name it to what a perfect analysis reads, in the metric's unit.
    std::map<std::string, double> truth;
    /// What a site would type in its form about the filling, by the names of the form.
    std::map<std::string, std::string> form{};
};

struct PhantomKind {
    std::string_view name;  ///< "acr-mri"
    std::string_view says;  ///< one line for --help
    PhantomStudy (*make)(Examination examination, const PhantomSetup& setup);
};
std::span<const PhantomKind> phantomKinds();
const PhantomKind* phantomKindNamed(std::string_view name);

}  // namespace gantry::scanner
