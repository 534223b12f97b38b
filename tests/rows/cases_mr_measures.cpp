// C10 and E: what is computed from several attributes, frames or makers' own places.
#include "gantry/scanner/dwi.hpp"
#include "gantry/scanner/enhanced.hpp"
#include "row_kit.hpp"

namespace gantry::test {

namespace {

using namespace scanner;

std::function<Sample()> mr(
    MrScan scan, std::function<void(MrScan&)> change = [](MrScan&) {}) {
    change(scan);
    return [scan] { return sample({mrSeries(examination("Siemens", "MR"), scan)}); };
}

std::function<Sample()> enhancedMr(const MrScan& scan) {
    return
        [scan] { return sample({enhanced(mrSeries(examination("Siemens", "MR"), scan), Grouping::Shared)}); };
}

std::function<Sample()> echoes(std::vector<double> te_ms) {
    return [te_ms = std::move(te_ms)] {
        return sample({mrMultiEcho(examination("Siemens", "MR"), t2Tse(), te_ms)});
    };
}

std::function<Sample()> dynamic(int phases, double seconds) {
    return [=] { return sample({mrDynamic(examination("Siemens", "MR"), t1Mprage(), phases, seconds)}); };
}

std::vector<RowCase> sequenceCases() {
    const std::string family = "check: derived.sequence_family, op: equals, value: ir_gre";
    const std::string inversion = "check: derived.inversion_time, op: between, value: [2000 ms, 2600 ms]";
    const auto early = [](MrScan& scan) { scan.ti_ms = 1800; };
    auto plain_t1 = t1Mprage();
    auto early_flair = flair();
    early(early_flair);
    return {
        {"E2", "the sequence is a prepared gradient echo", family, mr(t1Mprage()), mr(t2Tse())},
        {"E2", "the sequence of an enhanced MR is a prepared gradient echo", family, enhancedMr(plain_t1),
         enhancedMr(t2Tse())},
        {"E2", "diffusion is echo planar", "check: derived.sequence_family, op: equals, value: epi",
         mr(dwiEpi()), mr(t2Tse())},
        {"E4", "the echo time is near the one asked for",
         "check: derived.echo_time, op: within, value: 100 ms, tol: 5 %", mr(t2Tse()), mr(flair())},
        {"E4", "no echo is absent",
         "check: derived.echo_times, op: superset, value: [20 ms, 80 ms], tol: 5 %", echoes({20, 80}),
         echoes({20, 60})},
        {"E5", "the inversion is in its range", inversion, mr(flair()), mr(flair(), early)},
        {"E5", "the inversion of an enhanced MR is in its range", inversion, enhancedMr(flair()),
         enhancedMr(early_flair)},
        {"C7", "the acquired pixel is small enough",
         "check: derived.acquired_pixel, op: at_most, value: 1 mm", mr(t1Mprage()),
         [] {
             return sample({mrSeries(examination("Siemens", "MR"), t1Mprage())
                                .setAll("AcquisitionMatrix", "0\\8\\8\\0")});
         }},
        {"E11", "the maker says that distortion is corrected",
         "check: derived.distortion_corrected, op: equals, value: true", mr(t1Mprage()),
         mr(t1Mprage(), [](MrScan& scan) { scan.image_type = "ORIGINAL\\PRIMARY\\M\\ND"; })},
    };
}

std::vector<RowCase> timeCases() {
    return {
        {"E12", "time points are enough", "check: derived.n_dynamics, op: at_least, value: 15",
         dynamic(15, 8), dynamic(10, 8)},
        {"E12", "time points are close enough",
         "check: derived.temporal_resolution, op: at_most, value: 10 s", dynamic(15, 8), dynamic(15, 12)},
        {"E12", "the dynamic scan is long enough",
         "check: derived.dynamic_duration, op: at_least, value: 2 min", dynamic(15, 8), dynamic(14, 8)},
    };
}

constexpr auto kThreeScans =
    "  s:\n"
    "    label: T1 before\n"
    "    match: {must: [{check: SeriesNumber, op: equals, value: 2}], accept: {score: 0}}\n"
    "  t2:\n"
    "    label: T2\n"
    "    match: {must: [{check: SeriesNumber, op: equals, value: 3}], accept: {score: 0}}\n"
    "  post:\n"
    "    label: T1 after\n"
    "    match: {must: [{check: SeriesNumber, op: equals, value: 4}], accept: {score: 0}}\n";

/// T1, T2 and T1 again, injected 300 s before the last: T2 begins at `t2_after_s`.
std::function<Sample()> contrastProtocol(double t2_after_s, Vector post_first = t1Mprage().stack.first) {
    return [=] {
        auto t2 = t2Tse();
        t2.after_s = t2_after_s;
        auto post = t1Mprage();
        post.number = 4;
        post.after_s = 1000;
        post.contrast_agent = "Agent 1.0";
        post.stack.first = post_first;
        const auto at = examination("Siemens", "MR");
        return sample({mrSeries(at, t1Mprage()), mrSeries(at, t2), mrSeries(at, post)});
    };
}

std::vector<RowCase> siblingCases() {
    RowCase order{"E14",
                  "T2 lies between injection and the T1 after it",
                  "check: derived.order, op: sequence, value: [s, injection, t2, post]",
                  contrastProtocol(800),
                  contrastProtocol(400),
                  Place::Across};
    RowCase slab{"C10",
                 "the T1 after contrast lies where the one before lay",
                 "check: derived.affine, op: same_as, slot: s, tol: {affine: 2 mm, angle: 1 deg}",
                 contrastProtocol(800),
                 contrastProtocol(800, {1, -8, 8}),
                 Place::Slot};
    order.slots = slab.slots = kThreeScans;
    return {order, slab};
}

}  // namespace

std::vector<RowCase> mrMeasureCases() {
    std::vector<RowCase> all;
    for (auto& list : {sequenceCases(), timeCases(), siblingCases()})
        all.insert(all.end(), list.begin(), list.end());
    return all;
}

}  // namespace gantry::test
