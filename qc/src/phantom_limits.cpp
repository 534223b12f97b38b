#include "gantry/qc/phantom_limits.hpp"

#include <algorithm>
#include <cmath>

namespace gantry::qc {

namespace {

constexpr double kNone = 1e300;

/// When a row holds.
enum class When { Always, Large, Medium, Below3T, At3T, Below3TShortEcho, Below3TLongEcho };

struct Row {
    std::string_view set;
    std::string_view metric;
    std::string_view part;
    When when;
    double low, high;            ///< kNone: open
    double warn_low, warn_high;  ///< kNone: none
    std::string_view source;
};

constexpr std::string_view kAcrMr2022 = "ACR Large and Medium Phantom Test Guidance, 10/2022";
constexpr std::string_view kAcrMr2018 = "ACR Large Phantom Test Guidance, 4/2018";
constexpr std::string_view kAcrCt = "ACR CT accreditation, phantom testing criteria";
constexpr std::string_view kQibaDwi = "QIBA profile: diffusion-weighted MRI";
constexpr std::string_view kQibaFdg = "QIBA profile: FDG-PET/CT";
constexpr std::string_view kEarl1 = "EARL accreditation, standard 1";
constexpr std::string_view kEarl2 = "EARL accreditation, standard 2";
constexpr std::string_view kEanm = "EANM procedure guidelines for tumour imaging, version 2.0";
constexpr std::string_view kNema = "NEMA NU 2";
constexpr std::string_view kUsual = "common practice; a trial's pack says its own";

constexpr Row within(std::string_view set, std::string_view metric, When when, double most,
                     std::string_view source, double warn = kNone) {
    return {set, metric, "", when, -most, most, warn == kNone ? kNone : -warn, warn, source};
}
constexpr Row atMost(std::string_view set, std::string_view metric, When when, double most,
                     std::string_view source, double warn = kNone) {
    return {set, metric, "", when, kNone, most, kNone, warn, source};
}
constexpr Row atLeast(std::string_view set, std::string_view metric, When when, double least,
                      std::string_view source) {
    return {set, metric, "", when, least, kNone, kNone, kNone, source};
}
constexpr Row between(std::string_view set, std::string_view metric, double low, double high,
                      std::string_view source, std::string_view part = "") {
    return {set, metric, part, When::Always, low, high, kNone, kNone, source};
}

constexpr Row kRows[] = {
    atMost("ACR-MR-2022", "acr_mri.diameter_error_max", When::Large, 3, kAcrMr2022),
    atMost("ACR-MR-2022", "acr_mri.diameter_error_max", When::Medium, 2, kAcrMr2022),
    within("ACR-MR-2022", "acr_mri.length_error", When::Always, 3, kAcrMr2022),
    within("ACR-MR-2022", "acr_mri.slice_thickness_error", When::Always, 0.7, kAcrMr2022),
    within("ACR-MR-2022", "acr_mri.bar_difference_1", When::Always, 5, kAcrMr2022, 4),
    within("ACR-MR-2022", "acr_mri.bar_difference_11", When::Always, 5, kAcrMr2022, 4),
    atLeast("ACR-MR-2022", "acr_mri.piu", When::Below3T, 85, kAcrMr2022),
    atLeast("ACR-MR-2022", "acr_mri.piu", When::At3T, 80, kAcrMr2022),
    atMost("ACR-MR-2022", "acr_mri.psg", When::Always, 3, kAcrMr2022),
    atMost("ACR-MR-2022", "acr_mri.resolved_mm", When::Always, 1.0, kAcrMr2022),
    atLeast("ACR-MR-2022", "acr_mri.spokes", When::Below3TShortEcho, 30, kAcrMr2022),
    atLeast("ACR-MR-2022", "acr_mri.spokes", When::Below3TLongEcho, 25, kAcrMr2022),
    atLeast("ACR-MR-2022", "acr_mri.spokes", When::At3T, 37, kAcrMr2022),

    atMost("ACR-MR-2018", "acr_mri.diameter_error_max", When::Always, 2, kAcrMr2018),
    within("ACR-MR-2018", "acr_mri.length_error", When::Always, 2, kAcrMr2018),
    within("ACR-MR-2018", "acr_mri.slice_thickness_error", When::Always, 0.7, kAcrMr2018),
    within("ACR-MR-2018", "acr_mri.bar_difference_1", When::Always, 5, kAcrMr2018, 4),
    within("ACR-MR-2018", "acr_mri.bar_difference_11", When::Always, 5, kAcrMr2018, 4),
    atLeast("ACR-MR-2018", "acr_mri.piu", When::Below3T, 87.5, kAcrMr2018),
    atLeast("ACR-MR-2018", "acr_mri.piu", When::At3T, 82, kAcrMr2018),
    atMost("ACR-MR-2018", "acr_mri.psg", When::Always, 2.5, kAcrMr2018),
    atMost("ACR-MR-2018", "acr_mri.resolved_mm", When::Always, 1.0, kAcrMr2018),
    atLeast("ACR-MR-2018", "acr_mri.spokes", When::Below3T, 9, kAcrMr2018),
    atLeast("ACR-MR-2018", "acr_mri.spokes", When::At3T, 37, kAcrMr2018),

    {"ACR-CT", "acr464.hu.water", "", When::Always, -7, 7, -5, 5, kAcrCt},
    between("ACR-CT", "acr464.hu.polyethylene", -107, -84, kAcrCt),
    between("ACR-CT", "acr464.hu.acrylic", 110, 135, kAcrCt),
    between("ACR-CT", "acr464.hu.bone", 850, 970, kAcrCt),
    between("ACR-CT", "acr464.hu.air", -1005, -970, kAcrCt),
    within("ACR-CT", "acr464.slice_thickness_error", When::Always, 1.5, kAcrCt),
    atLeast("ACR-CT", "acr464.cnr", When::Always, 1.0, kAcrCt),
    atMost("ACR-CT", "acr464.uniformity", When::Always, 7, kAcrCt, 5),
    within("ACR-CT", "acr464.bead_distance_error", When::Always, 1, kAcrCt),
    atLeast("ACR-CT", "acr464.resolved_lp_cm", When::Always, 6, kAcrCt),
    within("ACR-CT", "ct.water_mean", When::Always, 7, kAcrCt, 5),
    atMost("ACR-CT", "ct.edge_minus_centre_max", When::Always, 7, kAcrCt, 5),

    between("QIBA-DWI", "dwi.adc_centre", 1.06e-3, 1.14e-3, kQibaDwi),
    atMost("QIBA-DWI", "dwi.adc_cv", When::Always, 2, kQibaDwi),
    atLeast("QIBA-DWI", "dwi.snr_b0", When::Always, 45, kQibaDwi),
    atMost("QIBA-DWI", "dwi.b_dependence", When::Always, 2, kQibaDwi),
    atMost("QIBA-DWI", "dwi.intra_exam_wcv", When::Always, 0.5, kQibaDwi),

    {"EARL1", "pet.suv_mean", "", When::Always, 0.90, 1.10, 0.95, 1.05, kEarl1},
    between("EARL1", "pet.axial_suv_range", 0.90, 1.10, kQibaFdg),
    atMost("EARL1", "pet.transverse_roi_max_dev", When::Always, 10, kUsual),
    atMost("EARL1", "pet.voxel_cov", When::Always, 15, kEanm),
    atMost("EARL1", "pet.clock_skew", When::Always, 60, kQibaFdg),
    between("EARL1", "pet.sphere_background_ratio", 9, 11, kEarl1),
    within("EARL1", "pet.background_suv_bias", When::Always, 10, kEarl1),
    atMost("EARL1", "pet.background_variability_10mm", When::Always, 15, kNema),
    atMost("EARL1", "pet.lung_residual", When::Always, 20, kNema),
    between("EARL1", "pet.rc_a50", 0.76, 0.89, kEarl1, "37"),
    between("EARL1", "pet.rc_a50", 0.72, 0.85, kEarl1, "28"),
    between("EARL1", "pet.rc_a50", 0.63, 0.78, kEarl1, "22"),
    between("EARL1", "pet.rc_a50", 0.57, 0.73, kEarl1, "17"),
    between("EARL1", "pet.rc_a50", 0.44, 0.60, kEarl1, "13"),
    between("EARL1", "pet.rc_a50", 0.27, 0.43, kEarl1, "10"),
    between("EARL1", "pet.rc_max", 0.95, 1.16, kEarl1, "37"),
    between("EARL1", "pet.rc_max", 0.91, 1.13, kEarl1, "28"),
    between("EARL1", "pet.rc_max", 0.83, 1.09, kEarl1, "22"),
    between("EARL1", "pet.rc_max", 0.73, 1.01, kEarl1, "17"),
    between("EARL1", "pet.rc_max", 0.59, 0.85, kEarl1, "13"),
    between("EARL1", "pet.rc_max", 0.34, 0.57, kEarl1, "10"),

    {"EARL2", "pet.suv_mean", "", When::Always, 0.90, 1.10, 0.95, 1.05, kEarl2},
    between("EARL2", "pet.axial_suv_range", 0.90, 1.10, kQibaFdg),
    atMost("EARL2", "pet.transverse_roi_max_dev", When::Always, 10, kUsual),
    atMost("EARL2", "pet.voxel_cov", When::Always, 15, kEanm),
    atMost("EARL2", "pet.clock_skew", When::Always, 60, kQibaFdg),
    between("EARL2", "pet.sphere_background_ratio", 9, 11, kEarl2),
    within("EARL2", "pet.background_suv_bias", When::Always, 10, kEarl2),
    atMost("EARL2", "pet.background_variability_10mm", When::Always, 15, kNema),
    atMost("EARL2", "pet.lung_residual", When::Always, 20, kNema),
    between("EARL2", "pet.rc_a50", 0.85, 1.00, kEarl2, "37"),
    between("EARL2", "pet.rc_a50", 0.82, 0.97, kEarl2, "28"),
    between("EARL2", "pet.rc_a50", 0.80, 0.99, kEarl2, "22"),
    between("EARL2", "pet.rc_a50", 0.76, 0.97, kEarl2, "17"),
    between("EARL2", "pet.rc_a50", 0.63, 0.86, kEarl2, "13"),
    between("EARL2", "pet.rc_a50", 0.39, 0.61, kEarl2, "10"),
    between("EARL2", "pet.rc_max", 1.05, 1.29, kEarl2, "37"),
    between("EARL2", "pet.rc_max", 1.01, 1.26, kEarl2, "28"),
    between("EARL2", "pet.rc_max", 1.01, 1.38, kEarl2, "22"),
    between("EARL2", "pet.rc_max", 1.00, 1.38, kEarl2, "17"),
    between("EARL2", "pet.rc_max", 0.85, 1.22, kEarl2, "13"),
    between("EARL2", "pet.rc_max", 0.52, 0.88, kEarl2, "10"),
};

constexpr PhantomLimitSet kSets[] = {
    {"ACR-MR-2022", "ACR MRI phantom, guidance of October 2022"},
    {"ACR-MR-2018", "ACR MRI phantom, guidance before 2022"},
    {"ACR-CT", "ACR CT phantom and daily water"},
    {"QIBA-DWI", "ice water, QIBA diffusion profile"},
    {"EARL1", "FDG PET, EARL standard 1"},
    {"EARL2", "FDG PET, EARL standard 2"},
};

bool holds(When when, const PhantomContext& context) {
    constexpr double kThreeTesla = 2.5, kLongEchoMs = 60;
    const bool three = context.field_t && *context.field_t >= kThreeTesla;
    const bool below = context.field_t && *context.field_t < kThreeTesla;
    const bool long_echo = context.echo_ms && *context.echo_ms > kLongEchoMs;
    switch (when) {
        case When::Always:
            return true;
        case When::Large:
            return context.variant != "medium";
        case When::Medium:
            return context.variant == "medium";
        case When::Below3T:
            return below;
        case When::At3T:
            return three;
        case When::Below3TShortEcho:
            return below && !long_echo;
        case When::Below3TLongEcho:
            return below && long_echo;
    }
    return false;
}

std::optional<double> known(double value) {
    return value == kNone ? std::nullopt : std::optional(value);
}

/// Values right at a limit pass: a limit is met to the last digit that a double keeps of it.
PhantomVerdict against(const PhantomLimit& limit, double value) {
    const auto slack = [](double bound) { return 1e-9 * std::max(1.0, std::abs(bound)); };
    const auto beyond = [&](const std::optional<double>& low, const std::optional<double>& high) {
        return (low && value < *low - slack(*low)) || (high && value > *high + slack(*high));
    };
    if (beyond(limit.low, limit.high)) return PhantomVerdict::Fail;
    return beyond(limit.warn_low, limit.warn_high) ? PhantomVerdict::Warn : PhantomVerdict::Pass;
}

}  // namespace

std::string_view toString(PhantomVerdict verdict) {
    constexpr std::string_view kNames[] = {"pass", "warn", "fail", "review", "no_limit"};
    return kNames[static_cast<std::size_t>(verdict)];
}

std::vector<PhantomLimitSet> phantomLimitSets() {
    return {std::begin(kSets), std::end(kSets)};
}

bool isPhantomLimitSet(std::string_view name) {
    return std::ranges::find(kSets, name, &PhantomLimitSet::name) != std::end(kSets);
}

std::string_view usualLimitSet(std::string_view kind) {
    if (kind == "acr_mri") return "ACR-MR-2022";
    if (kind == "acr_ct_464" || kind == "ct_water") return "ACR-CT";
    if (kind == "dwi_ice") return "QIBA-DWI";
    if (kind == "pet_uniform" || kind == "nema_iq") return "EARL1";
    return {};
}

PhantomJudged holdAgainst(const PhantomMetric& metric, std::vector<PhantomLimit> limits) {
    PhantomJudged out;
    std::vector<PhantomVerdict> verdicts;
    for (const auto& limit : limits) {
        if (metric.parts.empty()) verdicts.push_back(against(limit, metric.value));
        for (const auto& part : metric.parts)
            if (limit.part.empty() || limit.part == part.label)
                verdicts.push_back(against(limit, part.value));
    }
    out.limits = std::move(limits);
    if (verdicts.empty()) return out;
    out.verdict = worstOf(verdicts);
    if (metric.pre_score) {
        out.suggested = out.verdict;
        out.verdict = PhantomVerdict::Review;
    }
    return out;
}

PhantomJudged judgePhantom(const PhantomMetric& metric, const PhantomContext& context, std::string_view set) {
    std::vector<PhantomLimit> limits;
    for (const auto& row : kRows)
        if (row.set == set && row.metric == metric.name && holds(row.when, context))
            limits.push_back({std::string(row.part), known(row.low), known(row.high), known(row.warn_low),
                              known(row.warn_high), std::string(row.source)});
    return holdAgainst(metric, std::move(limits));
}

PhantomVerdict worstOf(const std::vector<PhantomVerdict>& verdicts) {
    for (const auto one :
         {PhantomVerdict::Fail, PhantomVerdict::Warn, PhantomVerdict::Review, PhantomVerdict::Pass})
        if (std::ranges::find(verdicts, one) != verdicts.end()) return one;
    return PhantomVerdict::NoLimit;
}

}  // namespace gantry::qc
