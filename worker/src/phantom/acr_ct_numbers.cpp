// Module 1: CT numbers of five materials. Module 2: contrast to noise. Module 3: uniformity, noise, distance
// of beads.
#include <algorithm>
#include <cmath>

#include "gantry/imaging/robust.hpp"
#include "phantom/acr_ct.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr double kRoi200 = 7.979;   ///< mm, radius of 200 mm2
constexpr double kRoi400 = 11.284;  ///< of 400 mm2
constexpr double kFromRim = 10;     ///< mm between an edge region and the rim

struct Material {
    const char* name;
    const char* label;
    double degrees;  ///< clockwise from the right
};
constexpr Material kMaterials[] = {{"air", "AIR", 45},
                                   {"polyethylene", "POLY", 225},
                                   {"acrylic", "ACR", 135},
                                   {"bone", "BONE", -45},
                                   {"water", "WAT", 180}};

std::string missing(int module) {
    return "Module " + std::to_string(module) + " is not in the images.";
}

}  // namespace

Findings acrCtNumbers(const AcrCt& phantom) {
    // Slices that lie in the module with half a slice to spare on both sides.
    const auto& along = phantom.images->along_mm;
    const double apart = along.size() > 1 ? std::abs(along[1] - along[0]) : kAcrCtModule / 4;
    const auto images = phantom.inModule(1, std::min(15.0, kAcrCtModule / 2 - apart));
    if (images.empty()) return cannot(missing(1));
    Findings out;
    Figure figure{"ct_numbers", images.front(), ctWindow(0, 2200), {}, "Materials of module 1"};
    for (const auto& material : kMaterials) {
        // Inserts run through the whole module: all slices wholly inside it say more than a few.
        std::vector<double> means;
        double variance = 0;
        for (std::size_t k = 0; k < images.size(); ++k) {
            const auto at = phantom.polarToImage(images[k], 63, material.degrees);
            const auto spread = spreadIn(Plane(phantom.frame(images[k])), circle("", at, kRoi200));
            means.push_back(spread.mean);
            // Noise of CT is alike over a few pixels: the mean is less sure than of single ones.
            variance +=
                4 * spread.sd * spread.sd / static_cast<double>(std::max<std::size_t>(1, spread.count));
        }
        const double count = static_cast<double>(means.size());
        out.metrics.push_back({std::string("acr464.hu.") + material.name, "HU", spreadOf(means).mean,
                               std::sqrt(variance) / count});
        figure.regions.push_back(
            circle(material.label, phantom.polarToImage(images.front(), 63, material.degrees), kRoi200));
    }
    out.figures.push_back(std::move(figure));
    return out;
}

Findings acrCtContrast(const AcrCt& phantom) {
    constexpr double kAt = 60, kRodRoi = 8, kBeside = 28;
    const auto images = phantom.inModule(2, 14);
    if (images.empty()) return cannot(missing(2));
    const std::size_t used = std::min<std::size_t>(3, images.size());
    const auto meanAt = [&](double degrees) {
        double sum = 0;
        for (std::size_t k = 0; k < used; ++k)
            sum += spreadIn(Plane(phantom.frame(images[k])),
                            circle("", phantom.polarToImage(images[k], kAt, degrees), kRodRoi))
                       .mean;
        return sum / static_cast<double>(used);
    };
    // The 25 mm rod is at the top; a little further if that is where it shines.
    double rod = -90;
    for (double degrees = -100; degrees <= -80; degrees += 2)
        if (meanAt(degrees) > meanAt(rod)) rod = degrees;
    std::vector<double> noise;
    for (std::size_t k = 0; k < used; ++k)
        for (const double side : {-kBeside, kBeside})
            noise.push_back(spreadIn(Plane(phantom.frame(images[k])),
                                     circle("", phantom.polarToImage(images[k], kAt, rod + side), kRodRoi))
                                .sd);
    const double sd = spreadOf(noise).mean;
    const double contrast = meanAt(rod) - (meanAt(rod - kBeside) + meanAt(rod + kBeside)) / 2;
    Figure figure{"ct_contrast",
                  images.front(),
                  ctWindow(90, 100),
                  {},
                  "The 25 mm rod of module 2 and the ground beside it"};
    figure.regions = {circle("A", phantom.polarToImage(images.front(), kAt, rod), kRodRoi),
                      circle("B", phantom.polarToImage(images.front(), kAt, rod - kBeside), kRodRoi),
                      circle("B", phantom.polarToImage(images.front(), kAt, rod + kBeside), kRodRoi)};
    if (!(sd > 0)) return cannot("Module 2 has no noise: the images are not originals.", figure);
    Findings out;
    const auto& frame = phantom.frame(images.front());
    const double pixels = std::acos(-1.0) * kRodRoi * kRodRoi / (frame.row_mm * frame.column_mm);
    out.metrics = {{"acr464.cnr", "", std::abs(contrast) / sd,
                    2 * std::sqrt(1.5 / (pixels * static_cast<double>(used)))}};
    out.figures.push_back(std::move(figure));
    return out;
}

Findings acrCtUniformity(const AcrCt& phantom) {
    constexpr std::size_t kMostImages = 5;
    auto images = phantom.inModule(3, 12);
    if (images.empty()) return cannot(missing(3));
    images.resize(std::min(kMostImages, images.size()));
    const double used = static_cast<double>(images.size());
    const auto edgeIn = [&](std::size_t image, double degrees) {
        const auto& circle_ = phantom.outlines[image]->circle;
        return circle(
            "", polar(circle_.centre, circle_.radius - kFromRim - kRoi400, degrees * std::acos(-1.0) / 180),
            kRoi400);
    };
    const auto image = images.front();
    Figure figure{"ct_uniformity",
                  image,
                  ctWindow(0, 150),
                  {circle("C", phantom.toImage(image, {0, 0}), kRoi400)},
                  "Centre and edges of module 3"};
    double middle = 0, sd = 0, pixels = 2;
    for (const auto one : images) {
        const auto spread =
            spreadIn(Plane(phantom.frame(one)), circle("", phantom.toImage(one, {0, 0}), kRoi400));
        middle += spread.mean / used;
        sd += spread.sd / used;
        pixels = std::max(pixels, static_cast<double>(spread.count));
    }
    // Noise makes the largest of four differences too large; a mean over a few slices less so.
    double worst = 0;
    for (const auto& [label, degrees] :
         {std::pair("R", 0.0), std::pair("B", 90.0), std::pair("L", 180.0), std::pair("T", 270.0)}) {
        double mean = 0;
        for (const auto one : images)
            mean += spreadIn(Plane(phantom.frame(one)), edgeIn(one, degrees)).mean / used;
        worst = std::max(worst, std::abs(mean - middle));
        figure.regions.push_back(edgeIn(image, degrees));
        figure.regions.back().label = label;
    }
    const double unsure = 2 * sd / std::sqrt(pixels * used);
    Findings out;
    out.metrics = {{"acr464.uniformity", "HU", worst, std::sqrt(2.0) * unsure},
                   {"acr464.noise", "HU", sd, unsure / std::sqrt(2.0)},
                   {"acr464.hu.uniform_water", "HU", middle, unsure}};
    out.figures.push_back(std::move(figure));
    return out;
}

namespace {

struct Bead {
    Point at;
    double height = 0;
};

/// The brightest spot of an image that is smaller than a few mm, at least `apart` mm from the others.
std::optional<Bead> brightest(const Plane& plane, const Circle& within, double ground,
                              const std::vector<Bead>& others, double apart) {
    const auto& frame = plane.frame();
    Bead best;
    for (int r = 0; r < frame.rows; ++r)
        for (int c = 0; c < frame.columns; ++c) {
            const Point at{c * frame.column_mm, r * frame.row_mm};
            const double height = frame.at(r, c) - ground;
            if (height <= best.height || distance(at, within.centre) > within.radius) continue;
            if (std::ranges::any_of(others,
                                    [&](const Bead& other) { return distance(other.at, at) < apart; }))
                continue;
            best = {at, height};
        }
    if (best.height <= 0) return std::nullopt;
    Point sum{};
    double weight = 0;
    for (double x = -2; x <= 2; x += 0.1)
        for (double y = -2; y <= 2; y += 0.1) {
            const Point at = best.at + Point{x, y};
            const double height = plane.at(at) - ground;
            if (std::hypot(x, y) > 2 || height < 0.15 * best.height) continue;
            sum = sum + height * at;
            weight += height;
        }
    best.at = 1 / weight * sum;
    return best;
}

}  // namespace

Findings acrCtBeads(const AcrCt& phantom) {
    const auto images = phantom.inModule(3, 18);
    if (images.empty()) return cannot(missing(3));
    // Both beads need not lie in one slice: each place counts in the slice where it is brightest.
    const auto first = images.front();
    Frame highest = phantom.frame(first);
    for (const auto image : images) {
        const auto& frame = phantom.frame(image);
        if (frame.values.size() != highest.values.size()) continue;
        for (std::size_t i = 0; i < highest.values.size(); ++i)
            highest.values[i] = std::max(highest.values[i], frame.values[i]);
    }
    const Plane plane(highest);
    const Circle within{phantom.outlines[first]->circle.centre, 0.92 * phantom.outlines[first]->circle.radius,
                        0, 0};
    const auto spread = spreadIn(plane, circle("", within.centre, within.radius));
    std::vector<Bead> beads;
    for (int k = 0; k < 3; ++k)
        if (const auto bead = brightest(plane, within, spread.mean, beads, 20)) beads.push_back(*bead);
    const auto shown_on = std::ranges::max_element(images, {}, [&](std::size_t image) {
        return beads.empty() ? 0.0 : Plane(phantom.frame(image)).at(beads.front().at);
    });
    Figure figure{"ct_beads", *shown_on, ctWindow(50, 400), {}, "Beads of module 3"};
    for (std::size_t k = 0; k < std::min<std::size_t>(2, beads.size()); ++k)
        figure.regions.push_back(mark(std::to_string(k + 1), beads[k].at));
    // Two that are alike, and a third that is only noise.
    if (beads.size() < 2 || beads[1].height < 0.25 * beads[0].height ||
        (beads.size() > 2 && beads[2].height > 0.6 * beads[1].height))
        return cannot("The two beads of module 3 do not stand out of the noise.", figure);
    figure.regions.push_back(line("", beads[0].at, beads[1].at));
    Findings out;
    const double apart = distance(beads[0].at, beads[1].at);
    const double unsure = 0.1 * plane.pixel();
    out.metrics = {{"acr464.bead_distance", "mm", apart, unsure},
                   {"acr464.bead_distance_error", "mm", apart - 100, unsure}};
    out.figures.push_back(std::move(figure));
    return out;
}

}  // namespace gantry::imaging::phantom
