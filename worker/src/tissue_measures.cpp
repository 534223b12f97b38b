#include "tissue_measures.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gantry/imaging/robust.hpp"

namespace gantry::imaging {
namespace {

constexpr double kLeastBodyShare = 0.01;  ///< of the image; below it a slice shows no body
constexpr double kEndBodyShare = 0.1;     ///< of the largest slice's area: an end slice with body
constexpr float kMetalHu = 2800;

// Edges that the body may cross because it goes on there: those towards head or feet.
std::array<bool, 4> edgesToLookAt(const FrameHeader& header) {
    if (!header.plane) return {true, true, true, true};
    constexpr double kAlongBody = 0.7071;  // nearer to the long axis of the body than 45 degrees
    const bool rows_go_along = std::abs(header.plane->column[2]) > kAlongBody;
    const bool columns_go_along = std::abs(header.plane->row[2]) > kAlongBody;
    return {!rows_go_along, !rows_go_along, !columns_go_along, !columns_go_along};
}

// Median over slices, and the slice that has most (or least) of it.
template <class Slice, class Get>
void medianInto(Survey& out, const std::string& name, const std::vector<Slice>& slices, Get get,
                bool worst_is_most, const std::string& reason) {
    std::vector<double> values;
    std::optional<double> worst;
    std::size_t where = 0;
    for (const auto& slice : slices) {
        const std::optional<double> value = get(slice);
        if (!value) continue;
        values.push_back(*value);
        if (!worst || (worst_is_most ? *value > *worst : *value < *worst)) {
            worst = value;
            where = slice.frame;
        }
    }
    if (values.empty()) {
        out.reasons[name] = reason;
        return;
    }
    out.measures[name] = {median(std::move(values)), Place{where, std::nullopt}};
}

}  // namespace

void TissueMeasures::add(std::size_t index, const FrameHeader& header, const Frame& frame) {
    const auto body = ct_ ? ctBody(frame) : mrBody(frame, level_);
    Slice slice;
    slice.frame = index;
    const auto pixels = static_cast<double>(body.count());
    slice.body_share = pixels / static_cast<double>(body.on.size());
    slice.area_mm2 = pixels * frame.row_mm * frame.column_mm;
    slice.box = boundsOf(body).value_or(Box{});
    if (ct_)
        addCt(frame, body, slice);
    else
        addMr(header, frame, body, slice);
    slices_.push_back(slice);
}

void TissueMeasures::addCt(const Frame& frame, const Mask& body, Slice& slice) {
    slice.air_hu = medianOf(frame, ctAir(body), 500);
    slice.truncation = bodyOnRing(body);
    if (slices_.size() % noise_each_ == 0) local_sd_.add(frame);
    body_pixels_ += static_cast<double>(body.count());
    Mask metal{body.rows, body.columns, body.on};
    for (std::size_t i = 0; i < metal.on.size(); ++i) metal.on[i] = metal.on[i] && frame.values[i] > kMetalHu;
    const auto count = static_cast<double>(metal.count());
    metal_pixels_ += count;
    if (count > most_metal_) {
        most_metal_ = count;
        metal_ = Place{slice.frame, boundsOf(metal)};
    }
}

void TissueMeasures::addMr(const FrameHeader& header, const Frame& frame, const Mask& body,
                           Slice& slice) const {
    const auto air = airBeside(body);
    slice.ghost = ghostShare(frame, body, air);
    slice.truncation = bodyOnEdges(body, edgesToLookAt(header));
    const auto tissue = medianOf(frame, body);
    const auto noise = immerkaerSigma(frame);
    if (tissue && noise && *noise > 0) slice.immerkaer_snr = *tissue / *noise;
    const auto mean = meanOf(frame, body);
    const auto spread = airSigma(frame, air);
    if (mean && spread && *spread > 0) slice.air_snr = *mean / *spread;
}

void TissueMeasures::finish(Survey& out) const {
    std::vector<Slice> body;
    for (const auto& slice : slices_)
        if (slice.body_share >= kLeastBodyShare) body.push_back(slice);
    if (body.empty()) {
        for (const auto* name : {"image.body_area", "image.head_size", "image.end_slices_body"})
            out.reasons[name] = "no body was found in the images";
        for (const auto* name : {"image.air_hu", "image.gnl_hu", "image.body_truncation", "image.metal_ppm"})
            if (ct_) out.reasons[name] = "no body was found in the images";
        for (const auto* name :
             {"image.ghost_percent", "image.snr", "image.snr_ratio", "image.edge_truncation"})
            if (!ct_) out.reasons[name] = "no body was found in the images";
        return;
    }
    finishBody(out, body);
    if (ct_)
        finishCt(out, body);
    else
        finishMr(out, body);
}

void TissueMeasures::finishBody(Survey& out, const std::vector<Slice>& body) const {
    const auto largest = std::ranges::max_element(body, {}, &Slice::area_mm2);
    if (largest->area_mm2 > 0) {
        std::vector<double> areas;
        for (const auto& slice : body) areas.push_back(slice.area_mm2);
        out.measures["image.body_area"] = {median(areas), std::nullopt};
        out.measures["image.head_size"] = {2 * std::sqrt(std::numbers::pi * largest->area_mm2),
                                           Place{largest->frame, largest->box}};
    } else {
        out.reasons["image.body_area"] = out.reasons["image.head_size"] = "the header gives no pixel spacing";
    }
    if (slices_.size() < 3) {
        out.reasons["image.end_slices_body"] = "there are fewer than three slices";
        return;
    }
    const double least = kEndBodyShare * std::ranges::max_element(body, {}, &Slice::body_share)->body_share;
    Measured ends;
    for (const auto* slice : {&slices_.front(), &slices_.back()}) {
        if (slice->body_share < least) continue;
        ends.value += 1;
        ends.place = Place{slice->frame, slice->box};
    }
    out.measures["image.end_slices_body"] = ends;
}

void TissueMeasures::finishCt(Survey& out, const std::vector<Slice>& body) const {
    medianInto(
        out, "image.air_hu", body, [](const Slice& slice) { return slice.air_hu; }, true,
        "there is too little air beside the body");
    const auto noise = local_sd_.mode();
    const auto widest = std::ranges::max_element(body, {}, &Slice::body_share);
    if (noise)
        out.measures["image.gnl_hu"] = {*noise, Place{widest->frame, std::nullopt}};
    else
        out.reasons["image.gnl_hu"] = "there is too little soft tissue, or the header gives no pixel spacing";
    std::vector<double> rings;
    for (const auto& slice : body) rings.push_back(slice.truncation);
    const auto worst = std::ranges::max_element(body, {}, &Slice::truncation);
    out.measures["image.body_truncation"] = {percentile(rings, 0.9), Place{worst->frame, worst->box}};
    out.measures["image.metal_ppm"] = {1e6 * metal_pixels_ / std::max(body_pixels_, 1.0), metal_};
}

void TissueMeasures::finishMr(Survey& out, const std::vector<Slice>& body) {
    medianInto(
        out, "image.ghost_percent", body, [](const Slice& slice) { return slice.ghost; }, true,
        "there is too little air beside the body");
    medianInto(
        out, "image.snr", body, [](const Slice& slice) { return slice.immerkaer_snr; }, false,
        "the images show no noise");
    medianInto(
        out, "image.snr_ratio", body,
        [](const Slice& slice) -> std::optional<double> {
            if (!slice.immerkaer_snr || !slice.air_snr) return std::nullopt;
            return *slice.immerkaer_snr / *slice.air_snr;
        },
        true, "the scanner has blanked the air, or there is too little of it");
    std::vector<double> edges;
    for (const auto& slice : body) edges.push_back(slice.truncation);
    const auto worst = std::ranges::max_element(body, {}, &Slice::truncation);
    out.measures["image.edge_truncation"] = {percentile(edges, 0.9), Place{worst->frame, worst->box}};
}

}  // namespace gantry::imaging
