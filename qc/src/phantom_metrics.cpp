// What metrics of phantoms are called among people.
#include <algorithm>

#include "gantry/qc/phantom_limits.hpp"

namespace gantry::qc {

namespace {

struct Label {
    std::string_view metric, label;
};
constexpr Label kLabels[] = {
    {"acr_mri.diameter_1_h", "Diameter of slice 1 along rows"},
    {"acr_mri.diameter_1_v", "Diameter of slice 1 along columns"},
    {"acr_mri.diameter_5_h", "Diameter of slice 5 along rows"},
    {"acr_mri.diameter_5_v", "Diameter of slice 5 along columns"},
    {"acr_mri.diameter_5_d1", "Diameter of slice 5, falling diagonal"},
    {"acr_mri.diameter_5_d2", "Diameter of slice 5, rising diagonal"},
    {"acr_mri.diameter_error_max", "Largest error of a diameter"},
    {"acr_mri.length", "Length from end to end"},
    {"acr_mri.length_error", "Error of the length"},
    {"acr_mri.slice_thickness", "Slice thickness"},
    {"acr_mri.slice_thickness_error", "Error of the slice thickness"},
    {"acr_mri.bar_difference_1", "Bar difference of slice 1"},
    {"acr_mri.bar_difference_11", "Bar difference of slice 11"},
    {"acr_mri.piu", "Intensity uniformity (PIU)"},
    {"acr_mri.psg", "Signal ghosting (PSG)"},
    {"acr_mri.resolved_mm", "Smallest holes resolved"},
    {"acr_mri.resolved_rows_mm", "Smallest holes resolved along rows"},
    {"acr_mri.resolved_columns_mm", "Smallest holes resolved along columns"},
    {"acr_mri.spokes", "Spokes seen in slices 8 to 11"},
    {"acr_mri.spokes_8", "Spokes seen in slice 8"},
    {"acr_mri.spokes_9", "Spokes seen in slice 9"},
    {"acr_mri.spokes_10", "Spokes seen in slice 10"},
    {"acr_mri.spokes_11", "Spokes seen in slice 11"},
    {"acr464.hu.air", "Air"},
    {"acr464.hu.polyethylene", "Polyethylene"},
    {"acr464.hu.acrylic", "Acrylic"},
    {"acr464.hu.bone", "Bone"},
    {"acr464.hu.water", "Water"},
    {"acr464.hu.uniform_water", "Water in module 3"},
    {"acr464.slice_thickness", "Slice width"},
    {"acr464.slice_thickness_error", "Error of the slice width"},
    {"acr464.cnr", "Contrast to noise"},
    {"acr464.uniformity", "Largest difference of edge and centre"},
    {"acr464.noise", "Noise"},
    {"acr464.bead_distance", "Distance of the beads"},
    {"acr464.bead_distance_error", "Error of the distance of the beads"},
    {"acr464.mtf50", "Half of the contrast is left at"},
    {"acr464.mtf10", "A tenth of the contrast is left at"},
    {"acr464.resolved_lp_cm", "Finest bars resolved"},
    {"acr464.bar_modulation", "Modulation of the bars"},
    {"ct.water_mean", "CT number of water"},
    {"ct.water_sd", "Noise"},
    {"ct.edge_minus_centre_max", "Largest difference of edge and centre"},
    {"ct.ring_hu", "Strongest ring"},
    {"mr.snr_nema1", "SNR, NEMA MS 1 method 1 (difference of two scans)"},
    {"mr.snr_nema4", "SNR, NEMA MS 1 method 4 (noise of air)"},
    {"mr.snr_local", "SNR, noise of neighbouring pixels"},
    {"mr.piu", "Intensity uniformity (PIU)"},
    {"mr.nonuniformity_nema", "Non-uniformity, NEMA MS 3"},
    {"dwi.adc_centre", "ADC at the isocentre"},
    {"dwi.adc_by_position", "ADC by position along the axis"},
    {"dwi.b_dependence", "Dependence of ADC on b"},
    {"dwi.adc_cv", "Variation of ADC within the region"},
    {"dwi.intra_exam_wcv", "Variation of ADC between repeats"},
    {"dwi.repeats", "Repeats"},
    {"dwi.snr_b0", "SNR without diffusion weighting"},
    {"pet.suv_mean", "Mean SUV"},
    {"pet.axial_suv_range", "Mean SUV of single images"},
    {"pet.voxel_cov", "Variation of voxels"},
    {"pet.axial_uniformity", "Range of the means of images"},
    {"pet.axial_slope", "Slope from end to end"},
    {"pet.settled", "Slope from top to bottom"},
    {"pet.transverse_roi_max_dev", "Furthest square centimetre"},
    {"pet.clock_skew", "Clocks of scanner and calibrator"},
    {"pet.sphere_background_ratio", "Ratio of sphere and background"},
    {"pet.background_suv_bias", "Bias of the background"},
    {"pet.background_variability_10mm", "Variability of the background, 10 mm"},
    {"pet.lung_residual", "Residue in the lung insert"},
    {"pet.rc_a50", "Recovery, mean within 50 %"},
    {"pet.rc_max", "Recovery, highest voxel"},
    {"pet.rc_peak", "Recovery, best 1 ml"},
    {"pet.contrast_recovery", "Contrast recovery, NEMA NU 2"},
};

}  // namespace

std::string phantomMetricLabel(std::string_view metric) {
    const auto* found = std::ranges::find(kLabels, metric, &Label::metric);
    return std::string(found == std::end(kLabels) ? metric : found->label);
}

}  // namespace gantry::qc
