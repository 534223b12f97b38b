// Slice 7: percent integral uniformity, percent signal ghosting, and noise.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "gantry/imaging/robust.hpp"
#include "phantom/acr_mri.hpp"
#include "phantom/ghosting.hpp"
#include "phantom/surface.hpp"
#include "phantom/uniformity.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr int kUniformSlice = 7;

std::optional<std::size_t> uniformImage(const AcrMri& phantom) {
    return phantom.shown(kUniformSlice);
}

Findings noSlice() {
    return cannot("Slice 7 is not there or shows no round outline.");
}

}  // namespace

Findings acrUniformity(const AcrMri& phantom) {
    const auto image = uniformImage(phantom);
    if (!image) return noSlice();
    const auto& outline = *phantom.outlines[*image];
    const Plane plane(phantom.frame(*image));
    const auto found = integralUniformity(plane, outline.circle.centre, phantom.size.uniform_region);
    Figure figure{
        "uniformity", *image, windowOf(outline), {}, "Highest and lowest square centimetre of slice 7"};
    figure.regions = {circle("", outline.circle.centre, phantom.size.uniform_region)};
    if (!found) return cannot("The region for uniformity does not lie in the image.", figure);
    figure.regions.push_back(circle("HI", found->high_at, kSmallRegion));
    figure.regions.push_back(circle("LO", found->low_at, kSmallRegion));
    Findings out;
    out.metrics = {{"acr_mri.piu", "%", found->piu, found->uncertainty}};
    out.figures.push_back(std::move(figure));
    return out;
}

Findings acrGhosting(const AcrMri& phantom) {
    const auto image = uniformImage(phantom);
    if (!image) return noSlice();
    const auto& outline = *phantom.outlines[*image];
    const Plane plane(phantom.frame(*image));
    const auto found = signalGhosting(plane, outline, phantom.size.uniform_region);
    // Ghosts are far darker than water.
    Figure figure{"ghosting",
                  *image,
                  {0, static_cast<float>(0.06 * outline.inside)},
                  found.regions,
                  "Air beside slice 7, shown bright"};
    if (!found.why.empty()) return cannot(found.why, figure);
    Findings out;
    out.metrics = {{"acr_mri.psg", "%", found.percent, found.uncertainty}};
    out.notes = found.notes;
    out.figures.push_back(std::move(figure));
    return out;
}

Findings acrNoise(const AcrMri& phantom) {
    const auto image = uniformImage(phantom);
    if (!image) return noSlice();
    const auto& outline = *phantom.outlines[*image];
    const Plane plane(phantom.frame(*image));
    const auto region = circle("", outline.circle.centre, 0.8 * phantom.size.uniform_region);
    const auto spread = spreadIn(plane, region);
    const double noise = noiseIn(plane, region);
    Figure figure{"snr", *image, windowOf(outline), {region}, "Region for signal and noise"};
    if (!(noise > 0)) return cannot("The image has no noise: it was filtered or is not an original.", figure);
    Findings out;
    const double snr = spread.mean / noise;
    out.metrics = {{"mr.snr_local", "", snr, snr / std::sqrt(2.0 * static_cast<double>(spread.count))}};
    out.notes = {
        "Noise is what neighbouring pixels differ by (Immerkaer). Compare it only with the same method."};
    out.figures.push_back(std::move(figure));
    return out;
}

}  // namespace gantry::imaging::phantom
