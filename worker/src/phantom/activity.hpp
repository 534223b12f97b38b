#pragma once
/// What a PET image's numbers mean, and what they should have been.

#include <optional>
#include <string>
#include <vector>

#include "phantom/other_phantoms.hpp"

namespace gantry::imaging::phantom {

/// Factor from image values to Bq/ml at the moment that the values are meant for.
struct Calibration {
    double bqml_per_value = 0;       ///< 0: unknown
    double suv_per_value = 0;        ///< of images that hold SUV, or say how
    std::optional<double> moment_s;  ///< to which decay was corrected, the scanner's clock
    double half_life_s = 6586.2;     ///< fluorine-18 when the header is silent
    std::string why;                 ///< when neither factor is known
};
Calibration calibrationOf(const SeriesFacts& facts, const std::vector<ImageFacts>& images);

/// A number of the form. @return nullopt when it is not there or is none
std::optional<double> formNumber(const Form& form, std::string_view name);
/// A time of the form. Reading what has no date, the scan's day is taken.
std::optional<double> formTime(const Form& form, std::string_view name, std::optional<double> near_s);

/// Concentration that was filled in, Bq/ml at `moment_s`: activity less what stayed in the syringe, over the
/// volume.
/// @param prefix  "" or "sphere_", "background_"
std::optional<double> filledConcentration(const Form& form, std::string_view prefix,
                                          const Calibration& calibration);

}  // namespace gantry::imaging::phantom
