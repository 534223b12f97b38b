// Low-contrast detectability of slices 8 to 11, as a pre-score: how many spokes of three discs stand out of
// what the same measurement gives between the spokes. A person confirms it.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "gantry/imaging/robust.hpp"
#include "phantom/acr_mri.hpp"
#include "phantom/surface.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr Point kRing{0, 7.4};
constexpr double kRingRadius = 43.1;
constexpr double kDistances[] = {12.75, 25.5, 38.25};
constexpr double kDiameters[] = {7.00, 6.39, 5.78, 5.17, 4.55, 3.94, 3.33, 2.72, 2.11, 1.50};
constexpr double kSpokeStep = 36, kSliceTurn = 9;  ///< degrees
constexpr double kVisible = 2.5;                   ///< sigmas of the same measurement where there is no disc

/// How the spokes of one sheet lie in its image.
struct Sheet {
    Point centre;
    double turn = 0;  ///< degrees clockwise, of the first spoke from where it should be
};

struct SheetView {
    const AcrMri& phantom;
    std::size_t image;
    const Plane plane;
    Surface ground;

    /// Direction of a spoke in the image; 0 is up, clockwise in the phantom.
    double direction(double degrees) const { return phantom.toImage((degrees - 90) * kDegree); }
    Point discAt(const Sheet& sheet, double degrees, double distance) const {
        return polar(sheet.centre, distance, direction(degrees + sheet.turn));
    }
    /// How much brighter a disc's middle is than the smooth ground.
    double contrast(Point at, double diameter) const {
        const double radius = std::max(0.42 * diameter, 0.6 * plane.pixel());
        return spreadIn(plane, circle("", at, radius)).mean - ground.at(at);
    }
};

/// The tube's inner wall.
std::optional<Circle> ringOf(const AcrMri& phantom, std::size_t image, const Plane& plane) {
    const auto centre = phantom.toImage(image, kRing);
    const double step = plane.pixel() / 4;
    std::vector<Point> points;
    for (int degree = 0; degree < 360; degree += 4) {
        const double angle = degree * kDegree;
        const auto profile = stripProfile(plane, polar(centre, kRingRadius - 8, angle),
                                          polar(centre, kRingRadius + 6, angle), 0.5, step);
        const double inside =
            median({profile.begin(), profile.begin() + static_cast<std::ptrdiff_t>(4 / step)});
        const double wall = *std::ranges::min_element(profile);
        if (wall > 0.8 * inside) continue;
        if (const auto at = crossing(profile, (inside + wall) / 2))
            points.push_back(polar(centre, kRingRadius - 8 + *at * step, angle));
    }
    auto circle = fitCircle(points, 0.4);
    if (!circle || circle->kept < 0.5 || std::abs(circle->radius - kRingRadius) > 3) return std::nullopt;
    return circle;
}

double total(const SheetView& view, const Sheet& sheet, double first_degrees) {
    double sum = 0;
    for (int spoke = 0; spoke < 6; ++spoke)
        for (const double distance : kDistances)
            sum += kDiameters[spoke] *
                   view.contrast(view.discAt(sheet, first_degrees + spoke * kSpokeStep, distance),
                                 kDiameters[spoke]);
    return sum;
}

/// Small moves around the ring's centre, and small turns: where the discs shine brightest.
Sheet alignedSheet(const SheetView& view, Point centre, double first_degrees) {
    Sheet best{centre, 0};
    for (const double step : {0.8, 0.4}) {
        const Sheet around = best;
        double most = total(view, best, first_degrees);
        for (int x = -1; x <= 1; ++x)
            for (int y = -1; y <= 1; ++y)
                for (int turn = -2; turn <= 2; ++turn) {
                    const Sheet tried{around.centre + Point{x * step, y * step}, around.turn + turn * step};
                    const double sum = total(view, tried, first_degrees);
                    if (sum <= most) continue;
                    most = sum;
                    best = tried;
                }
    }
    return best;
}

/// What the measurement gives between the spokes, where there is nothing to see.
double spreadBetween(const SheetView& view, const Sheet& sheet, double first_degrees, double diameter) {
    std::vector<double> values;
    for (int spoke = 0; spoke < 10; ++spoke)
        for (const double off : {14.0, 18.0, 22.0})
            for (const double distance : kDistances)
                values.push_back(view.contrast(
                    view.discAt(sheet, first_degrees + spoke * kSpokeStep + off, distance), diameter));
    return robustSigma(values);
}

int completeSpokes(const SheetView& view, const Sheet& sheet, double first_degrees,
                   std::vector<Region>& regions) {
    int complete = 0;
    bool counting = true;
    for (int spoke = 0; spoke < 10; ++spoke) {
        const double diameter = kDiameters[spoke], degrees = first_degrees + spoke * kSpokeStep;
        const double sigma = spreadBetween(view, sheet, first_degrees, diameter);
        bool all = true;
        for (const double distance : kDistances) {
            const auto at = view.discAt(sheet, degrees, distance);
            const bool seen = view.contrast(at, diameter) > kVisible * sigma;
            all = all && seen;
            if (seen) regions.push_back(circle("", at, diameter / 2 + 1));
        }
        counting = counting && all;
        complete += counting;
        if (counting) regions.push_back(mark(std::to_string(spoke + 1), view.discAt(sheet, degrees, 41.5)));
    }
    return complete;
}

}  // namespace

Findings acrContrast(const AcrMri& phantom) {
    Findings out;
    int sum = 0, slices = 0;
    std::string trouble;
    for (int number = 8; number <= kAcrSlices; ++number) {
        const auto name = std::to_string(number);
        const auto image = phantom.shown(number);
        const auto ring = image ? ringOf(phantom, *image, Plane(phantom.frame(*image))) : std::nullopt;
        if (!ring) {
            trouble +=
                (image ? "The ring of discs is not found in slice " : "There is no slice ") + name + ". ";
            continue;
        }
        const Plane plane(phantom.frame(*image));
        const SheetView view{phantom, *image, plane,
                             fittedSurface(plane, {ring->centre, kRingRadius - 2, 0, 0}, 4)};
        const double first_degrees = (number - 8) * kSliceTurn;
        const auto sheet = alignedSheet(view, ring->centre, first_degrees);
        const double level = view.ground.at(ring->centre);
        const double noise = noiseIn(plane, circle("", ring->centre, 35));
        const double half = std::max(0.05 * level, 3 * noise);
        Figure figure{"contrast_" + name,
                      *image,
                      {static_cast<float>(level - half), static_cast<float>(level + 1.5 * half)},
                      {},
                      "Discs of slice " + name + " that stand out"};
        const int spokes = completeSpokes(view, sheet, first_degrees, figure.regions);
        Metric metric{"acr_mri.spokes_" + name, "", static_cast<double>(spokes), 0};
        metric.pre_score = true;
        out.metrics.push_back(std::move(metric));
        out.figures.push_back(std::move(figure));
        sum += spokes;
        ++slices;
    }
    if (slices == 0) return cannot(trouble.substr(0, trouble.size() - 1));
    if (slices == 4) {
        Metric metric{"acr_mri.spokes", "", static_cast<double>(sum), 0};
        metric.pre_score = true;
        out.metrics.push_back(std::move(metric));
    }
    if (!trouble.empty()) out.notes.push_back(trouble + "The sum of four slices cannot be told.");
    out.notes.push_back("A pre-score: a person looks at the pictures and confirms it.");
    return out;
}

}  // namespace gantry::imaging::phantom
