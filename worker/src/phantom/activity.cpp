#include "phantom/activity.hpp"

#include <charconv>
#include <cmath>

namespace gantry::imaging::phantom {

namespace {

constexpr double kBqPerMbq = 1e6;

bool holds(std::string_view text, std::string_view word) {
    return text.find(word) != text.npos;
}

}  // namespace

Calibration calibrationOf(const SeriesFacts& facts, const std::vector<ImageFacts>& images) {
    Calibration out;
    if (facts.half_life_s && *facts.half_life_s > 0) out.half_life_s = *facts.half_life_s;
    if (facts.units == "BQML") out.bqml_per_value = 1;
    if (facts.units == "GML" || facts.units == "SUVBW") out.suv_per_value = 1;
    if (facts.units == "CNTS" && facts.activity_factor) out.bqml_per_value = *facts.activity_factor;
    if (facts.units == "CNTS" && facts.suv_factor) out.suv_per_value = *facts.suv_factor;
    if (out.bqml_per_value == 0 && out.suv_per_value == 0) {
        out.why = facts.units.empty()
                      ? "The header does not say the unit of the values (0054,1001)."
                      : "Values are in " + facts.units + ", which is neither activity nor SUV.";
        return out;
    }
    // PS3.3 C.8.9.1.1.4: START is the beginning of the scan, ADMIN that of the injection.
    std::optional<double> first;
    for (const auto& image : images)
        if (image.acquired_s && (!first || *image.acquired_s < *first)) first = image.acquired_s;
    if (holds(facts.decay_correction, "ADMIN"))
        out.moment_s = facts.injected_s;
    else if (holds(facts.decay_correction, "NONE"))
        out.moment_s = std::nullopt;
    // Some rewrite the series' time when they make images anew; a scan does not begin after its images.
    else
        out.moment_s = facts.scan_start_s && first && *facts.scan_start_s <= *first ? facts.scan_start_s
                       : first                                                      ? first
                                                                                    : facts.scan_start_s;
    return out;
}

std::optional<double> formNumber(const Form& form, std::string_view name) {
    const auto found = form.find(name);
    if (found == form.end()) return std::nullopt;
    double value = 0;
    const auto& text = found->second;
    const auto done = std::from_chars(text.data(), text.data() + text.size(), value);
    if (done.ec != std::errc() || done.ptr != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<double> formTime(const Form& form, std::string_view name, std::optional<double> near_s) {
    const auto found = form.find(name);
    if (found == form.end()) return std::nullopt;
    std::string digits;
    for (const char one : found->second)
        if (one >= '0' && one <= '9') digits += one;
    if (digits.size() >= 12) return clockSeconds(digits, "");
    if (!near_s || digits.size() < 4) return std::nullopt;
    const auto of_day = clockSeconds("19700101", digits);
    if (!of_day) return std::nullopt;
    const double day = std::floor(*near_s / 86400) * 86400;
    return day + *of_day;
}

std::optional<double> filledConcentration(const Form& form, std::string_view prefix,
                                          const Calibration& calibration) {
    const std::string p(prefix);
    const auto activity = formNumber(form, p + "activity_mbq"), volume = formNumber(form, p + "volume_ml");
    const auto assayed = formTime(form, p + "assay_time", calibration.moment_s);
    if (!activity || !volume || !assayed || !calibration.moment_s || *volume <= 0) return std::nullopt;
    const auto left = [&](double from) {
        return std::exp2(-(*calibration.moment_s - from) / calibration.half_life_s);
    };
    double filled = *activity * left(*assayed);
    if (const auto residual = formNumber(form, p + "residual_mbq"))
        filled -=
            *residual * left(formTime(form, p + "residual_time", calibration.moment_s).value_or(*assayed));
    return filled * kBqPerMbq / *volume;
}

}  // namespace gantry::imaging::phantom
