#include "judge_images.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "derived.hpp"

namespace gantry::qc {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Limits of a measure. NaN: none. The relative ones count once 20 accepted series made a running median.
struct Limits {
    std::string_view check;
    std::string_view rule;
    std::string_view modality;  ///< "" for any
    Severity severity;
    Repair repair;
    double low;
    double high;
    double least_of_median;  ///< share of the running median
    double most_of_median;
    double most_deviations;  ///< median absolute deviations above the running median
    std::string_view clause;
    std::string_view advice;
};

constexpr Limits kLimits[] = {
    {"image.undecodable", "IMAGE-UNREADABLE", "", Severity::Rescan, Repair::Resend, kNone, 0, kNone, kNone,
     kNone, "images cannot be decoded", "Send the series again from the console."},
    {"image.blank_frames", "IMAGE-BLANK", "", Severity::Rescan, Repair::Resend, kNone, 0, kNone, kNone, kNone,
     "images inside the series are blank", "Send the series again; if they stay blank, scan again."},
    {"image.saturated", "IMAGE-SATURATED", "MR", Severity::Query, Repair::None, kNone, 0.005, kNone, kNone,
     kNone, "the brightest pixels are cut off",
     "Look at the pictures. Repeat the scan if the region of interest is cut off."},
    {"image.saturated", "IMAGE-SATURATED", "CT", Severity::Query, Repair::None, kNone, 0.001, kNone, kNone,
     kNone, "the brightest pixels are cut off",
     "Send the original images: these look like pictures of a window."},
    {"image.body_truncation", "IMAGE-TRUNCATED", "", Severity::Query, Repair::Reconstruct, kNone, 0.01, kNone,
     kNone, kNone, "the body reaches out of the field of view", "Reconstruct with a larger field of view."},
    {"image.edge_truncation", "IMAGE-EDGE", "", Severity::Query, Repair::None, kNone, 0.02, kNone, kNone,
     kNone, "the body reaches the edge of the image", "Look for tissue that is folded over."},
    {"image.stack_discontinuity", "IMAGE-BREAK", "", Severity::Query, Repair::None, kNone, 8, kNone, kNone,
     kNone, "neighbouring images do not fit together",
     "Look at the place in the picture. Images may be swapped or the patient moved."},
    {"image.air_hu", "IMAGE-AIR", "", Severity::Query, Repair::None, -1020, -980, kNone, kNone, kNone,
     "air is not at -1000 HU", "Run the scanner's daily calibration."},
    {"image.ghost_percent", "IMAGE-GHOST", "", Severity::Query, Repair::None, kNone, 0.05, kNone, kNone, 5,
     "there may be ghosts or motion",
     "Look at the air beside the body. Repeat the scan if the region of interest is touched."},
    {"image.snr", "IMAGE-SNR", "", Severity::Query, Repair::None, 10, kNone, 0.6, kNone, kNone,
     "the images are noisy", "Check the coil and its plugs."},
    {"image.gnl_hu", "IMAGE-NOISE", "", Severity::Query, Repair::None, kNone, kNone, kNone, 1.6, kNone,
     "the images are noisier than usual on this scanner", "Check the dose settings against the protocol."},
    {"image.metal_ppm", "IMAGE-METAL", "", Severity::Note, Repair::None, kNone, 50, kNone, kNone, kNone,
     "there is metal in the images", ""},
    {"image.slice_drop", "IMAGE-DROP", "", Severity::Query, Repair::None, kNone, 6, kNone, kNone, kNone,
     "the signal of one image drops", "Look at the image in the picture."},
    {"image.frame_motion", "IMAGE-MOTION", "", Severity::Query, Repair::None, kNone, 2, kNone, kNone, kNone,
     "the patient moved between time points", "Look at the series as a movie."},
    {"image.liver_suv_mean", "IMAGE-LIVER", "PT", Severity::Query, Repair::None, 1.3, 3.5, kNone, kNone,
     kNone, "the uptake of the liver is unusual",
     "Check weight, activity and times. Ask whether the injection went beside the vein."},
    {"image.liver_cov", "IMAGE-LIVER-NOISE", "PT", Severity::Query, Repair::None, kNone, 0.15, kNone, kNone,
     kNone, "the PET is noisy", "Scan longer for each bed next time."},
    {"derived.liver_dome_shift", "IMAGE-DOME", "CT", Severity::Query, Repair::None, kNone, 10, kNone, kNone,
     kNone, "PET and CT show the liver at different heights",
     "Look at both together at the dome of the liver."}};

bool hasRule(const Slot& slot, std::string_view check) {
    return std::ranges::any_of(slot.rules, [&](const Rule& rule) {
        return std::ranges::any_of(rule.conditions,
                                   [&](const Condition& condition) { return condition.check.name == check; });
    });
}

/// "at most 5 %", and where it comes from when it is not a fixed one; "" when the measure is as it should be.
std::string brokenLimit(const Limits& limits, const ImageMeasure& measure, const Unit* unit) {
    const auto text = [&](double value) { return formatQuantity(value, unit); };
    if (measure.value > limits.high) return "at most " + text(limits.high);
    if (measure.value < limits.low) return "at least " + text(limits.low);
    if (!measure.median) return {};
    const std::string usual = ", by what is usual on this scanner";
    const double median = *measure.median;
    if (measure.value < limits.least_of_median * median)
        return "at least " + text(limits.least_of_median * median) + usual;
    if (measure.value > limits.most_of_median * median)
        return "at most " + text(limits.most_of_median * median) + usual;
    if (measure.mad && measure.value > median + limits.most_deviations * *measure.mad)
        return "at most " + text(median + limits.most_deviations * *measure.mad) + usual;
    return {};
}

/// The measure as the worker told it, or as it follows from several.
std::optional<ImageMeasure> measureOf(const Limits& limits, const Scope& base, const Slot& slot,
                                      const SeriesView& series) {
    if (!limits.modality.empty() && series.only(base.pack, "Modality") != limits.modality)
        return std::nullopt;
    if (const auto* told = findMeasure(base.context, series.uid, std::string(limits.check))) return *told;
    const auto check = findCheckName(limits.check);
    if (!check->derive && check->name != kLiverSuv) return std::nullopt;
    Scope scope = base;
    scope.slot = slot.id;
    scope.series = {&series};
    const Observation seen = observe(scope, *check);
    if (seen.values.size() != 1 || seen.partial || !seen.values.front().front().number) return std::nullopt;
    ImageMeasure measure;
    measure.value = *seen.values.front().front().number;
    return measure;
}

Judged finding(const Limits& limits, const Slot& slot, const SeriesView& series, const ImageMeasure& measure,
               const std::string& broken) {
    const auto check = findCheckName(limits.check);
    Judged one;
    Finding& finding = one.finding;
    finding.rule_id = limits.rule;
    finding.slot_id = slot.id;
    finding.series_instance_uid = series.uid;
    finding.label = check->label;
    finding.expected = broken;
    finding.found = formatQuantity(measure.value, check->native);
    finding.result = RuleResult::Fail;
    finding.severity = limits.severity;
    finding.repair = limits.repair;
    finding.why = "The pictures themselves look wrong.";
    finding.advice = limits.advice;
    if (measure.has_picture) finding.picture = limits.check;
    one.clause = limits.clause;
    one.where = slot.short_label;
    return one;
}

Judged identical(const Slot& slot, const SeriesView& series, bool in_other_study) {
    Judged one;
    Finding& finding = one.finding;
    finding.rule_id = "SERIES-IDENTICAL";
    finding.slot_id = slot.id;
    finding.series_instance_uid = series.uid;
    finding.label = "series sent twice";
    finding.expected = "pixels of its own";
    finding.found = in_other_study ? "the same pixels as a series of another study"
                                   : "the same pixels as another series of the study";
    finding.result = RuleResult::Fail;
    finding.severity = Severity::Query;
    finding.why = "A copy of a series is not a second scan.";
    finding.advice = in_other_study
                         ? "Check whose scan this is, and of which visit: these images came before."
                         : "Check whether the right series was sent under each name.";
    one.clause =
        in_other_study ? "these images came before, in another study" : "two series have the same pixels";
    one.where = slot.short_label;
    return one;
}

/// Images that nobody could look at: a worker that they broke, a compression that is not decoded here.
std::optional<Judged> undecoded(const Slot& slot, const SeriesView& series, const SeriesImages& images) {
    const auto reason = images.reasons.find("image.undecodable");
    if (reason == images.reasons.end()) return std::nullopt;
    Judged one;
    Finding& finding = one.finding;
    finding.rule_id = "IMAGE-UNREADABLE";
    finding.slot_id = slot.id;
    finding.series_instance_uid = series.uid;
    finding.label = "images that cannot be decoded";
    finding.expected = "none";
    finding.found = reason->second;
    finding.result = RuleResult::CannotTell;
    finding.severity = images.failed ? Severity::Query : Severity::Note;
    finding.why = "Nobody has looked at pixels that cannot be decoded.";
    finding.advice = images.failed ? "Look at the images on the console." : "";
    one.clause = "the images could not be looked at";
    one.where = slot.short_label;
    return one;
}

}  // namespace

void noteIdentical(std::vector<SeriesImages>& images, const std::vector<std::string>& digests) {
    for (std::size_t i = 0; i < images.size(); ++i)
        for (std::size_t k = 0; k < images.size(); ++k)
            if (k != i && !digests[i].empty() && digests[i] == digests[k])
                images[i].identical_to = images[k].series_instance_uid;
}

std::vector<Judged> judgeImages(const Scope& base, const Matching& matching) {
    std::vector<Judged> found;
    for (const Slot& slot : base.pack.slots) {
        const auto judged = matching.judged.find(slot.id);
        if (judged == matching.judged.end()) continue;
        for (const SeriesView* series : judged->second) {
            for (const Limits& limits : kLimits) {
                if (hasRule(slot, limits.check)) continue;
                const auto measure = measureOf(limits, base, slot, *series);
                if (!measure) continue;
                const auto broken = brokenLimit(limits, *measure, findCheckName(limits.check)->native);
                if (!broken.empty()) found.push_back(finding(limits, slot, *series, *measure, broken));
            }
            const auto& images = base.context.images;
            const auto own = std::ranges::find(images, series->uid, &SeriesImages::series_instance_uid);
            if (own != images.end() && !own->identical_to.empty() && !hasRule(slot, "image.identical"))
                found.push_back(identical(slot, *series, own->in_other_study));
            if (own != images.end() && !hasRule(slot, "image.undecodable"))
                if (auto unknown = undecoded(slot, *series, *own)) found.push_back(*std::move(unknown));
        }
    }
    return found;
}

}  // namespace gantry::qc
