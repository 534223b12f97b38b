#include "gantry/imaging/survey.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "gantry/core/crypto.hpp"
#include "gantry/imaging/motion.hpp"
#include "gantry/imaging/robust.hpp"
#include "gantry/imaging/stacks.hpp"
#include "liver.hpp"
#include "stack_measures.hpp"
#include "tissue_measures.hpp"

namespace gantry::imaging {
namespace {

constexpr std::size_t kLeastTimePoints = 3;
constexpr std::size_t kSamples = 12;  ///< frames that tell the range of values
/// One stack of a series that shows the same slices several times.
struct TimePoint {
    std::size_t middle_frame = 0;
    Profiles profiles;
};

class Surveyor {
public:
    Surveyor(FrameSource& source, std::string_view modality)
        : source_(source), ct_(modality == "CT"), mr_(modality == "MR"), pet_(modality == "PT") {}

    Survey run() {
        out_.frames = source_.headers().size();
        if (out_.frames == 0) return std::move(out_);
        const auto stacks = stacksOf(source_.headers());
        for (std::size_t i = 0; i < stacks.size(); ++i) {
            if (i == 0) {
                out_.middle_frame = stacks[0][stacks[0].size() / 2];
                lookAtSamples(stacks[0]);
            }
            measureStack(stacks[i], i == 0);
        }
        finish();
        return std::move(out_);
    }

private:
    void lookAtSamples(const FrameStack& stack);
    void measureStack(const FrameStack& stack, bool main);
    Note lookAt(std::size_t index, const std::vector<Note>& notes, std::optional<Frame>& decoded);
    void hash(const Frame& frame);
    void countHighest(std::size_t index, const Moments& moments);
    void countBlank(const std::vector<Note>& notes);
    void findOutliers(const std::vector<Note>& notes);
    void noteSaturation();
    void keepWorse(const std::string& name, double value, std::size_t frame);
    void findMotion();
    void lookForLiver(CoarseBuilder coarse);
    void measureLiver(const CoarseVolume& volume, const Liver& liver);
    std::string reasonFor(std::string_view check) const;
    void finish();

    FrameSource& source_;
    bool ct_, mr_, pet_;
    Survey out_;
    std::optional<Frame> former_;  // the frame before in the stack; nullopt when it was not decoded
    std::optional<Frame> second_;  // and the one before that
    std::map<std::string, std::vector<TimePoint>> time_points_;  // by group
    Sha256 sha_;
    float level_ = 0;
    bool mosaic_ = false;
    double undecodable_ = 0;
    double unsupported_ = 0;  ///< frames in a form that is not handled here
    std::string undecodable_why_;
    double blank_ = 0;
    std::optional<Place> blank_place_;
    float highest_ = 0;
    double at_highest_ = 0;
    double pixels_ = 0;
    double most_at_highest_ = 0;
    std::optional<Place> highest_place_;
};

void Surveyor::lookAtSamples(const FrameStack& stack) {
    std::vector<Frame> some;
    const auto count = std::min(stack.size(), kSamples);
    for (std::size_t i = 0; i < count; ++i)
        if (auto frame = source_.frame(stack[(2 * i + 1) * stack.size() / (2 * count)]))
            some.push_back(*std::move(frame));
    if (some.empty()) return;
    if (mr_) level_ = mrBodyLevel(some);
    if (ct_) {
        out_.window_low = -160;
        out_.window_high = 240;
        return;
    }
    std::vector<double> values;
    for (const auto& frame : some)
        for (std::size_t i = 0; i < frame.values.size(); i += 7)
            values.push_back(static_cast<double>(frame.values[i]));
    out_.window_low = static_cast<float>(percentile(values, 0.01));
    out_.window_high = static_cast<float>(percentile(std::move(values), 0.995));
    if (out_.window_high <= out_.window_low) out_.window_high = out_.window_low + 1;
}

void Surveyor::measureStack(const FrameStack& stack, bool main) {
    std::optional<TissueMeasures> tissue;
    const bool mosaic = source_.headers()[stack.front()].mosaic;
    if (main && (ct_ || mr_) && !mosaic) tissue.emplace(ct_, level_, stack.size());
    mosaic_ |= mosaic;
    CoarseBuilder coarse;
    std::vector<Note> notes;
    notes.reserve(stack.size());
    TimePoint time_point{stack[stack.size() / 2], {}};
    former_.reset();
    second_.reset();
    for (const auto index : stack) {
        std::optional<Frame> frame;
        notes.push_back(lookAt(index, notes, frame));
        if (frame && tissue) tissue->add(index, source_.headers()[index], *frame);
        if (frame && main && (ct_ || pet_)) coarse.add(index, source_.headers()[index], *frame);
        if (frame) time_point.profiles.add(*frame);
        second_ = std::exchange(former_, std::move(frame));
    }
    if (!mosaic) time_points_[source_.headers()[stack.front()].group].push_back(std::move(time_point));
    countBlank(notes);
    if ((ct_ || mr_) && !mosaic) findOutliers(notes);
    if (tissue && std::ranges::any_of(notes, &Note::decoded)) tissue->finish(out_);
    if (main && (ct_ || pet_)) lookForLiver(std::move(coarse));
}

void Surveyor::lookForLiver(CoarseBuilder coarse) {
    const auto volume = std::move(coarse).finish();
    if (!volume) return;
    if (ct_) {
        if (const auto dome = findDome(*volume)) out_.measures["image.liver_dome"] = {*dome, std::nullopt};
        return;
    }
    const auto liver = findLiver(*volume);
    if (liver) measureLiver(*volume, *liver);
}

// By the pixels themselves: boxes have less noise than they.
void Surveyor::measureLiver(const CoarseVolume& volume, const Liver& liver) {
    SphereStatistics sphere;
    const auto middle = static_cast<std::size_t>(liver.slice);
    for (std::size_t s = 0; s < volume.frames.size(); ++s) {
        const double dz = volume.z_mm[s] - volume.z_mm[middle];
        if (std::abs(dz) > kSphereRadiusMm) continue;
        const auto frame = source_.frame(volume.frames[s]);
        if (!frame) return;
        sphere.add(*frame, volume, liver, dz);
    }
    constexpr double kLeastPixels = 20;
    if (sphere.count < kLeastPixels || !(sphere.mean() > 0)) return;
    const int radius = static_cast<int>(std::lround(kSphereRadiusMm / volume.column_mm * volume.factor));
    const int row = liver.row * volume.factor, column = liver.column * volume.factor;
    const Place place{volume.frames[middle],
                      Box{row - radius, row + radius, column - radius, column + radius}};
    out_.measures["image.liver_mean"] = {sphere.mean(), place};
    out_.measures["image.liver_cov"] = {sphere.variation(), place};
    out_.measures["image.liver_dome"] = {liver.dome_mm, std::nullopt};
}

Note Surveyor::lookAt(std::size_t index, const std::vector<Note>& notes, std::optional<Frame>& decoded) {
    Note note;
    note.frame = index;
    auto frame = source_.frame(index);
    if (!frame) {
        // What we cannot decode says nothing against the images.
        (frame.error().code == Errc::Unsupported ? unsupported_ : undecodable_) += 1;
        if (undecodable_why_.empty()) undecodable_why_ = frame.error().context;
        return note;
    }
    note.decoded = true;
    note.moments = momentsOf(*frame);
    const auto with = [&](const Frame& other, std::size_t back) {
        return correlation(other, notes[notes.size() - back].moments, *frame, note.moments);
    };
    if (former_) note.to_former = with(*former_, 1);
    if (second_) note.to_second = with(*second_, 2);
    hash(*frame);
    countHighest(index, note.moments);
    decoded = *std::move(frame);
    return note;
}

void Surveyor::hash(const Frame& frame) {
    const std::int32_t size[2] = {frame.rows, frame.columns};
    sha_.update(std::as_bytes(std::span(size)));
    sha_.update(std::as_bytes(std::span(frame.values)));
}

void Surveyor::countHighest(std::size_t index, const Moments& moments) {
    const auto count = static_cast<double>(moments.at_highest);
    if (pixels_ == 0 || moments.highest > highest_) {
        highest_ = moments.highest;
        at_highest_ = most_at_highest_ = 0;
    }
    const auto header = source_.headers()[index].format;
    pixels_ += static_cast<double>(header.pixels());
    if (moments.highest != highest_) return;
    at_highest_ += count;
    if (count > most_at_highest_) {
        most_at_highest_ = count;
        highest_place_ = Place{index, std::nullopt};
    }
}

void Surveyor::countBlank(const std::vector<Note>& notes) {
    // Away from what takes up the tracer, frames of PET hold next to nothing.
    const auto blanks = blankFrames(notes, pet_);
    if (blanks.count > 0 && !blank_place_) blank_place_ = Place{blanks.first, std::nullopt};
    blank_ += blanks.count;
}

void Surveyor::keepWorse(const std::string& name, double value, std::size_t frame) {
    auto& kept = out_.measures[name];
    if (kept.place && kept.value >= value) return;
    kept = {value, Place{frame, std::nullopt}};
}

void Surveyor::findOutliers(const std::vector<Note>& notes) {
    if (const auto found = discontinuity(notes))
        keepWorse("image.stack_discontinuity", found->z, notes[found->index].frame);
    if (const auto found = signalDrop(notes))
        keepWorse("image.slice_drop", found->z, notes[found->index].frame);
}

// Against the time point in the middle of those with equally many slices.
void Surveyor::findMotion() {
    for (const auto& [group, points] : time_points_) {
        std::vector<const TimePoint*> alike;
        for (const auto& point : points)
            if (point.profiles.slices.size() == points.front().profiles.slices.size())
                alike.push_back(&point);
        if (alike.size() < kLeastTimePoints) continue;
        const auto& reference = alike[alike.size() / 2]->profiles;
        for (const auto* point : alike)
            keepWorse("image.frame_motion", shiftVoxels(reference, point->profiles), point->middle_frame);
    }
}

// Where metal is in a CT, it is what has the largest value.
void Surveyor::noteSaturation() {
    constexpr float kMetalHu = 2800;
    if (ct_ && highest_ > kMetalHu)
        out_.measures["image.saturated"] = {0, std::nullopt};
    else
        out_.measures["image.saturated"] = {at_highest_ / pixels_, highest_place_};
}

std::string Surveyor::reasonFor(std::string_view check) const {
    if (check == "image.undecodable") return "some of the images are not decoded here: " + undecodable_why_;
    if (check == "image.liver_dome" && ct_)
        return "the base of the right lung is not in the images, or was not found for certain";
    if (check.starts_with("image.liver_") && pet_) return "the liver was not found for certain";
    if (mosaic_) return "the mosaic does not say how many slices it holds";
    if ((ct_ || mr_ || pet_) && check == "image.frame_motion")
        return "the series does not show the same slices three times";
    if ((ct_ || mr_) && (check == "image.stack_discontinuity" || check == "image.slice_drop"))
        return "there are fewer than twelve slices";
    return "it is not measured on this modality";
}

void Surveyor::finish() {
    if (unsupported_ == 0) out_.measures["image.undecodable"] = {undecodable_, std::nullopt};
    if (undecodable_ + unsupported_ == static_cast<double>(out_.frames)) {
        for (const auto name : measureNames())
            if (!out_.measures.contains(std::string(name)))
                out_.reasons[std::string(name)] = "no image could be decoded: " + undecodable_why_;
        return;
    }
    if (undecodable_ + unsupported_ == 0) out_.pixels_sha256 = toHex(sha_.finish());
    out_.measures["image.blank_frames"] = {blank_, blank_place_};
    if (ct_ || mr_ || pet_) findMotion();
    if (ct_ || mr_) noteSaturation();
    for (const auto name : measureNames()) {
        const std::string key(name);
        if (out_.measures.contains(key) || out_.reasons.contains(key)) continue;
        out_.reasons[key] = reasonFor(key);
    }
}

}  // namespace

Survey survey(FrameSource& source, std::string_view modality) {
    return Surveyor(source, modality).run();
}

std::vector<std::string_view> measureNames() {
    return {"image.undecodable",     "image.blank_frames",  "image.saturated", "image.stack_discontinuity",
            "image.slice_drop",      "image.air_hu",        "image.gnl_hu",    "image.body_truncation",
            "image.metal_ppm",       "image.ghost_percent", "image.snr",       "image.snr_ratio",
            "image.edge_truncation", "image.frame_motion",  "image.body_area", "image.head_size",
            "image.end_slices_body", "image.liver_mean",    "image.liver_cov", "image.liver_dome"};
}

}  // namespace gantry::imaging
