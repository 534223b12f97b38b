#include "phantom/recognition.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "gantry/imaging/robust.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr std::size_t kMostAcrImages = 64;  ///< of a stack that may be the ACR's MRI phantom
constexpr std::size_t kMostStacks = 6;      ///< of one series: echoes, repeats
constexpr std::size_t kLookFirst = 9;       ///< images that tell a patient from a phantom, of a large stack
constexpr std::size_t kMostBytes = 1500u << 20;  ///< of decoded images of one stack

bool wanted(std::optional<Kind> asked, Kind kind) {
    return !asked || *asked == kind;
}

bool fitsInMemory(const StudySeries& series, const FrameStack& stack) {
    std::size_t bytes = 0;
    for (const auto i : stack) bytes += series.source->headers()[i].format.pixels() * sizeof(float);
    return bytes <= kMostBytes;
}

/// A rectangle of the phantom's size with dark inserts in it.
std::optional<AcrSection> findAcrSection(const Images& images) {
    if (images.frames.empty()) return std::nullopt;
    const auto& frame = images.frames[images.frames.size() / 2];
    if (!(frame.row_mm > 0) || !(frame.column_mm > 0)) return std::nullopt;
    const Plane plane(frame);
    const double split = splitLevel(frame);
    const auto blob = largestBlob(plane, split);
    if (!blob) return std::nullopt;
    const double wide = blob->high.x - blob->low.x, high = blob->high.y - blob->low.y;
    const double broad = std::max(wide, high), tall = std::min(wide, high);
    for (const auto& size : {kAcrLarge, kAcrMedium}) {
        // The wedges at one side are nearly as dark as air in some images.
        if (broad > 2 * size.radius + 7 || broad < 2 * size.radius - 24 || std::abs(tall - size.length) > 7)
            continue;
        // Walls of inserts that reach the rim cut into it; what they cut out of is still a rectangle.
        if (blob->area_mm2 < 0.6 * wide * high || blob->area_mm2 / blob->fill < 0.8 * wide * high) continue;
        std::size_t dark = 0, all = 0;
        for (int r = 0; r < frame.rows; ++r)
            for (int c = 0; c < frame.columns; ++c) {
                const Point at{c * frame.column_mm, r * frame.row_mm};
                if (at.x < blob->low.x + 4 || at.y < blob->low.y + 4 || at.x > blob->high.x - 4 ||
                    at.y > blob->high.y - 4)
                    continue;
                ++all;
                dark += frame.at(r, c) < 1.6 * split;
            }
        const double share = static_cast<double>(dark) / static_cast<double>(std::max<std::size_t>(1, all));
        if (share > 0.03 && share < 0.5) return AcrSection{size};
    }
    return std::nullopt;
}

bool isDiffusion(const StudySeries& series) {
    return std::ranges::any_of(series.images,
                               [](const ImageFacts& one) { return one.b_value.value_or(0) >= 200; });
}

/// One stack, tried as each phantom of its modality.
class Looker {
public:
    Looker(StudySeries& series, std::size_t index, std::optional<Kind> asked)
        : series_(series), index_(index), asked_(asked) {}

    std::vector<Recognised> run() {
        const auto& modality = series_.facts.modality;
        if (modality != "MR" && modality != "CT" && modality != "PT") {
            add(nullptr, "Phantom tests are for CT, MR and PET.");
            return std::move(out_);
        }
        if (modality == "MR" && wanted(asked_, Kind::DwiIce) && isDiffusion(series_)) diffusion();
        if (out_.empty())
            for (std::size_t k = 0; k < std::min(kMostStacks, series_.stacks.size()); ++k) {
                // Parts of a series that are far smaller than its first stack are single odd images.
                if (k > 0 && 2 * series_.stacks[k].size() < series_.stacks.front().size()) break;
                stack(series_.stacks[k]);
            }
        if (out_.empty()) add(nullptr, "The series has no images.");
        return std::move(out_);
    }

private:
    using Clock = std::chrono::steady_clock;

    void add(std::shared_ptr<Images> images, std::string why) {
        auto& one = out_.emplace_back();
        one.series = index_;
        one.images = std::move(images);
        one.why = std::move(why);
    }

    void diffusion() {
        FrameStack all(series_.source->headers().size());
        std::iota(all.begin(), all.end(), std::size_t{0});
        if (!fitsInMemory(series_, all)) return;
        const auto begin = Clock::now();
        auto images = std::make_shared<Images>(imagesOf(series_, all));
        auto found = findIceWater(*images);
        if (!found && !asked_) return;
        add(images, found ? "" : "No tube of water is found whose diffusion is that of water at 0 degrees.");
        if (found) take(std::move(*found), Kind::DwiIce);
        finish(begin);
    }

    void stack(const FrameStack& which) {
        const auto begin = Clock::now();
        const bool large = which.size() > kLookFirst && series_.facts.modality != "PT";
        if (!fitsInMemory(series_, which)) {
            add(nullptr, "The images are too large for phantom tests.");
            return;
        }
        // A patient is told by a few images; all of them are decoded only when those may be a phantom.
        auto images =
            std::make_shared<Images>(imagesOf(series_, which, large && !mayBeAcr(which) ? kLookFirst : 0));
        if (images->frames.empty()) {
            add(images, "No image could be decoded.");
            out_.back().unreadable = true;
            finish(begin);
            return;
        }
        if (!(images->frames.front().row_mm > 0)) {
            add(images, "The header gives no size of a pixel.");
            out_.back().unreadable = true;
            finish(begin);
            return;
        }
        add(images, "");
        if (series_.facts.modality == "MR") tryMr(which);
        if (series_.facts.modality == "CT") tryCt(which);
        if (series_.facts.modality == "PT") tryPet();
        if (!out_.back().kind) explain();
        finish(begin);
    }

    bool mayBeAcr(const FrameStack& which) const {
        return series_.facts.modality == "MR" && which.size() <= kMostAcrImages &&
               wanted(asked_, Kind::AcrMri);
    }

    /// All images of a stack of which only some were looked at.
    void decodeAll(const FrameStack& which) {
        auto& images = *out_.back().images;
        if (images.frames.size() + images.undecodable < which.size()) images = imagesOf(series_, which);
    }

    void tryMr(const FrameStack& which) {
        const auto& images = *out_.back().images;
        if (mayBeAcr(which) && which.size() >= 3)
            if (auto found = findAcrMri(images)) return take(std::move(*found), Kind::AcrMri);
        if (wanted(asked_, Kind::AcrMri) && which.size() <= 25)
            if (auto found = findAcrSection(images)) return take(std::move(*found), Kind::AcrMri);
        if (!wanted(asked_, Kind::MrUniform)) return;
        if (!findMrBottle(images)) return;
        decodeAll(which);
        if (auto found = findMrBottle(images)) take(std::move(*found), Kind::MrUniform);
    }

    void tryCt(const FrameStack& which) {
        const auto& images = *out_.back().images;
        if (wanted(asked_, Kind::AcrCt464) && findAcrCt(images)) {
            decodeAll(which);
            if (auto found = findAcrCt(images)) return take(std::move(*found), Kind::AcrCt464);
        }
        if (wanted(asked_, Kind::CtWater) && findCtWater(images)) {
            decodeAll(which);
            if (auto found = findCtWater(images)) take(std::move(*found), Kind::CtWater);
        }
    }

    void tryPet() {
        const auto& images = *out_.back().images;
        if (wanted(asked_, Kind::NemaIq))
            if (auto found = findNemaIq(images)) return take(std::move(*found), Kind::NemaIq);
        if (wanted(asked_, Kind::PetUniform))
            if (auto found = findPetCylinder(images)) take(std::move(*found), Kind::PetUniform);
    }

    template <class Phantom>
    void take(Phantom phantom, Kind kind) {
        out_.back().phantom = std::move(phantom);
        out_.back().kind = kind;
    }

    /// What was looked for, and on what image it is not.
    void explain() {
        auto& one = out_.back();
        const auto& modality = series_.facts.modality;
        one.why = modality == "MR"
                      ? "The images show neither the inserts of an ACR phantom nor one smooth body."
                  : modality == "CT"
                      ? "The images show neither the inserts of the ACR's CT phantom nor a cylinder of water."
                      : "The images show neither the six spheres of the NEMA phantom nor an even cylinder.";
        const std::size_t middle = one.images->frames.size() / 2;
        const auto& frame = one.images->frames[middle];
        const Plane plane(frame);
        Figure figure{"overview", middle, {}, {}, "What was looked at"};
        const auto window = std::ranges::minmax(frame.values);
        figure.window = modality == "CT" ? ctWindow(40, 400)
                                         : Window{std::max(0.0F, window.min),
                                                  static_cast<float>(1.6 * splitLevel(frame) + 1e-6)};
        if (const auto outline = findOutline(plane, modality == "CT" ? std::optional(-500.0) : std::nullopt))
            figure.regions.push_back(circle("", outline->circle.centre, outline->circle.radius));
        one.shown = std::move(figure);
    }

    void finish(Clock::time_point begin) {
        out_.back().seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    }

    StudySeries& series_;
    std::size_t index_;
    std::optional<Kind> asked_;
    std::vector<Recognised> out_;
};

}  // namespace

std::vector<Recognised> recognise(StudySeries& series, std::size_t index, std::optional<Kind> kind) {
    return Looker(series, index, kind).run();
}

}  // namespace gantry::imaging::phantom
