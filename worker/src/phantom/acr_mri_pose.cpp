// How the phantom lies: turned, mirrored, which image is which slice. All by what the images show.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "gantry/imaging/robust.hpp"
#include "phantom/acr_mri.hpp"
#include "phantom/surface.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr int kAngles = 90;  ///< of 4 degrees
constexpr double kAngleStep = 2 * std::numbers::pi / kAngles;
constexpr double kFirstRadius = 10, kRadiusStep = 2.5;
constexpr double kLeastMatch = 0.45;

/// What a slice shows. Slices 2 to 4 look alike, so do 8 to 11; the grid of slice 5 comes in several kinds.
enum class Look { Resolution, Bar, Grid, Plain, Discs };
Look lookOf(int number) {
    if (number == 1) return Look::Resolution;
    if (number <= 4) return Look::Bar;
    if (number == 5) return Look::Grid;
    return number <= 7 ? Look::Plain : Look::Discs;
}

/// Plastic instead of water, 0 or 1, in phantom coordinates.
double plasticAt(Look look, const AcrSize& size, double x, double y) {
    const bool slot = std::abs(x) < 6 && y < -size.radius + 15;
    if (look == Look::Discs) {
        const double r = std::hypot(x, y - 7.4);
        return slot || (r > 43.1 && r < 52.6);
    }
    const double vial = std::hypot(x - size.vial, y - size.vial);
    const bool common =
        slot || (std::abs(y) < 5.2 && std::abs(x) < size.insert_x) || (vial > 12.4 && vial < 19);
    if (look == Look::Bar) return common || (x > 48.5 && x < 56 && y > 19.5 && y < 57.2);
    const bool wedge = std::abs(x) < 6 && y < size.wedge_tip_y;
    return common || wedge || (std::abs(x) < 57 && y > 19.3 && y < 57.2);
}

/// Darkness around the centre: radii by angles, its mean taken out, weighted so that every area counts alike.
struct PolarMap {
    int radii = 0;
    std::vector<double> values;  ///< radius by radius
    double norm = 0;
    double at(int radius, int angle) const {
        return values[static_cast<std::size_t>(radius * kAngles + (angle % kAngles + kAngles) % kAngles)];
    }
};

template <class Darkness>
PolarMap polarMap(double radius, const Darkness& darkness) {
    PolarMap map;
    map.radii = static_cast<int>((0.95 * radius - kFirstRadius) / kRadiusStep);
    double sum = 0, weights = 0;
    for (int i = 0; i < map.radii; ++i) {
        const double r = kFirstRadius + i * kRadiusStep;
        for (int k = 0; k < kAngles; ++k) {
            map.values.push_back(darkness(r, k * kAngleStep));
            sum += r * map.values.back();
            weights += r;
        }
    }
    for (int i = 0; i < map.radii; ++i)
        for (int k = 0; k < kAngles; ++k) {
            auto& value = map.values[static_cast<std::size_t>(i * kAngles + k)];
            value = (value - sum / weights) * std::sqrt(kFirstRadius + i * kRadiusStep);
            map.norm += value * value;
        }
    map.norm = std::sqrt(map.norm);
    return map;
}

PolarMap templateOf(Look look, const AcrSize& size) {
    return polarMap(size.radius, [&](double r, double angle) {
        return plasticAt(look, size, r * std::cos(angle), r * std::sin(angle));
    });
}

/// Of an image, in the size's own mm: the outline may be a little larger or smaller.
PolarMap mapOf(const Frame& frame, const Outline& outline, const AcrSize& size) {
    const Plane plane(frame);
    const auto water = waterSurface(plane, outline.circle, outline.inside);
    const double scale = outline.circle.radius / size.radius;
    return polarMap(size.radius, [&](double r, double angle) {
        const auto at = polar(outline.circle.centre, r * scale, angle);
        return std::clamp(1 - plane.at(at) / std::max(1e-9, water.at(at)), 0.0, 1.0);
    });
}

/// Correlation of an image with a template that is turned (and mirrored before).
double matchAt(const PolarMap& image, const PolarMap& shape, int turn, bool mirrored) {
    if (image.norm <= 0) return 0;
    double sum = 0;
    for (int i = 0; i < shape.radii; ++i)
        for (int k = 0; k < kAngles; ++k)
            sum += shape.at(i, k) * image.at(i, (mirrored ? kAngles / 2 - k : k) + turn);
    return sum / (image.norm * shape.norm);
}

struct Pose {
    double match = -1;
    int turn = 0;
    bool mirrored = false;
};

Pose bestPose(const PolarMap& image, const PolarMap& shape) {
    Pose best;
    for (const bool mirrored : {false, true})
        for (int turn = 0; turn < kAngles; ++turn)
            if (const double match = matchAt(image, shape, turn, mirrored); match > best.match)
                best = {match, turn, mirrored};
    return best;
}

/// Everything the images tell, once for all ways of numbering them.
struct Evidence {
    struct Slice {
        PolarMap map;
        double plain = 0;  ///< 1 for nothing but water within 75 mm
        Pose resolution, bar, discs;
    };
    std::vector<std::optional<Slice>> slices;
    std::array<PolarMap, 5> shapes;
};

double plainness(const Frame& frame, const Outline& outline) {
    const Plane plane(frame);
    const auto water = waterSurface(plane, outline.circle, outline.inside);
    double sum = 0;
    int count = 0;
    for (double r = 5; r < 0.78 * outline.circle.radius; r += 5)
        for (int k = 0; k < 72; ++k) {
            const auto at = polar(outline.circle.centre, r, k * std::numbers::pi / 36);
            sum += std::clamp(1 - plane.at(at) / std::max(1e-9, water.at(at)), 0.0, 1.0);
            ++count;
        }
    return std::max(0.0, 1 - 10 * sum / count);
}

Evidence gather(const Images& images, const std::vector<std::optional<Outline>>& outlines,
                const AcrSize& size) {
    Evidence out;
    for (const auto look : {Look::Resolution, Look::Bar, Look::Discs})
        out.shapes[static_cast<std::size_t>(look)] = templateOf(look, size);
    const auto& shape = [&](Look look) -> const PolarMap& {
        return out.shapes[static_cast<std::size_t>(look)];
    };
    for (std::size_t i = 0; i < images.frames.size(); ++i) {
        auto& slice = out.slices.emplace_back();
        if (!outlines[i]) continue;
        slice.emplace();
        slice->map = mapOf(images.frames[i], *outlines[i], size);
        slice->plain = plainness(images.frames[i], *outlines[i]);
        slice->resolution = bestPose(slice->map, shape(Look::Resolution));
        slice->bar = bestPose(slice->map, shape(Look::Bar));
        slice->discs = bestPose(slice->map, shape(Look::Discs));
    }
    return out;
}

/// One way of saying which image is which slice.
struct Numbering {
    double first_mm;  ///< where slice 1 lies
    int direction;    ///< 1: slice numbers rise with position
    double step_mm;
    int numberAt(double along_mm) const {
        const double steps = direction * (along_mm - first_mm) / step_mm;
        const double nearest = std::round(steps);
        return std::abs(steps - nearest) > 0.36 ? 0 : static_cast<int>(nearest) + 1;
    }
};

double matchAsLook(const Evidence& evidence, const Evidence::Slice& slice, Look look, const Pose& pose) {
    if (look == Look::Grid) return slice.plain < 0.9 ? 0.5 : 0;
    if (look == Look::Plain) return slice.plain;
    double best = -1;
    for (int turn = pose.turn - 2; turn <= pose.turn + 2; ++turn)
        best = std::max(
            best, matchAt(slice.map, evidence.shapes[static_cast<std::size_t>(look)], turn, pose.mirrored));
    return best;
}

/// How well each image looks like each kind of slice, in one pose.
using LookTable = std::vector<std::array<double, 5>>;
LookTable tableOf(const Evidence& evidence, const Pose& pose) {
    LookTable table;
    for (const auto& slice : evidence.slices) {
        auto& row = table.emplace_back();
        if (!slice) continue;
        for (const auto look : {Look::Resolution, Look::Bar, Look::Grid, Look::Plain, Look::Discs})
            row[static_cast<std::size_t>(look)] = matchAsLook(evidence, *slice, look, pose);
    }
    return table;
}

double scoreOf(const LookTable& table, const std::vector<double>& along_mm, const Numbering& numbering) {
    double score = 0;
    for (std::size_t i = 0; i < table.size(); ++i) {
        const int number = numbering.numberAt(along_mm[i]);
        if (number < 1 || number > kAcrSlices) continue;
        score += table[i][static_cast<std::size_t>(lookOf(number))];
    }
    return score;
}

/// Where the images lie, and how far slices are apart; a stack that no header places is taken as it comes.
struct Positions {
    std::vector<double> along_mm;
    double step_mm = kAcrStep;
};
Positions positionsOf(const Images& images) {
    Positions out{images.along_mm};
    if (!images.placed)
        for (auto& along : out.along_mm) along *= kAcrStep;
    std::vector<double> steps;
    for (std::size_t i = 1; i < out.along_mm.size(); ++i)
        steps.push_back(out.along_mm[i] - out.along_mm[i - 1]);
    const double usual = median(std::move(steps));
    if (usual > 0.8 * kAcrStep && usual < 1.2 * kAcrStep) out.step_mm = usual;
    return out;
}

/// The poses that single slices suggest most strongly.
std::vector<Pose> suggestedPoses(const Evidence& evidence) {
    Pose resolution, bar;
    for (const auto& slice : evidence.slices) {
        if (!slice) continue;
        if (slice->resolution.match > resolution.match) resolution = slice->resolution;
        if (slice->bar.match > bar.match) bar = slice->bar;
    }
    return {resolution, bar};
}

/// What is known of every image before the phantom's size is.
double medianRadius(const std::vector<std::optional<Outline>>& outlines) {
    std::vector<double> radii;
    for (const auto& outline : outlines)
        if (outline && outline->circle.kept > 0.6) radii.push_back(outline->circle.radius);
    return radii.size() < 3 ? 0 : median(std::move(radii));
}

/// By the steps of 4 degrees and the parabola through the best and its neighbours.
double refinedTurn(const PolarMap& image, const PolarMap& shape, const Pose& pose) {
    int at = pose.turn;
    double best = -1;
    for (int turn = pose.turn - 3; turn <= pose.turn + 3; ++turn)
        if (const double match = matchAt(image, shape, turn, pose.mirrored); match > best) {
            best = match;
            at = turn;
        }
    const double before = matchAt(image, shape, at - 1, pose.mirrored);
    const double after = matchAt(image, shape, at + 1, pose.mirrored);
    const double bend = before + after - 2 * best;
    return (at + (bend < 0 ? 0.5 * (before - after) / bend : 0)) * kAngleStep;
}

/// Images of one position: the one closest to where the slice should be.
void assign(AcrMri& phantom, const Positions& positions, const Numbering& numbering) {
    std::array<double, kAcrSlices + 1> off;
    off.fill(1e9);
    for (std::size_t i = 0; i < positions.along_mm.size(); ++i) {
        const int number = numbering.numberAt(positions.along_mm[i]);
        if (number < 1 || number > kAcrSlices) continue;
        const double should = numbering.first_mm + numbering.direction * (number - 1) * numbering.step_mm;
        const auto n = static_cast<std::size_t>(number);
        if (std::abs(positions.along_mm[i] - should) >= off[n]) continue;
        off[n] = std::abs(positions.along_mm[i] - should);
        phantom.slice[n] = i;
    }
}

/// The numbering and pose under which the images look most like what they should.
struct Reading {
    Numbering numbering{0, 1, kAcrStep};
    Pose pose;
    LookTable table;
};
std::optional<Reading> bestReading(const Evidence& evidence, const Positions& positions) {
    std::optional<Reading> out;
    double best = 0;
    for (const auto& pose : suggestedPoses(evidence)) {
        const auto table = tableOf(evidence, pose);
        for (const int direction : {1, -1})
            for (const double along : positions.along_mm)
                for (int number = 1; number <= kAcrSlices; ++number) {
                    const Numbering tried{along - direction * (number - 1) * positions.step_mm, direction,
                                          positions.step_mm};
                    const double score = scoreOf(table, positions.along_mm, tried);
                    if (score <= best + 1e-9) continue;
                    best = score;
                    out = Reading{tried, pose, table};
                }
    }
    return out;
}

/// Judged by the slices that show something of the phantom's own. @return whether it is the phantom
bool settlePose(AcrMri& phantom, const Evidence& evidence, const Reading& reading) {
    double sum = 0, turn = 0, weight = 0;
    int count = 0;
    for (const int number : {1, 2, 3, 4, 8, 9, 10, 11}) {
        const auto image = phantom.shown(number);
        if (!image) continue;
        const auto look = lookOf(number);
        const double match = reading.table[*image][static_cast<std::size_t>(look)];
        sum += match;
        ++count;
        if (number > 4 || match < kLeastMatch) continue;
        const auto& shape = evidence.shapes[static_cast<std::size_t>(look)];
        turn += match * (refinedTurn(evidence.slices[*image]->map, shape, reading.pose) -
                         reading.pose.turn * kAngleStep);
        weight += match;
    }
    phantom.match = count == 0 ? 0 : sum / count;
    if (count < 3 || phantom.match < kLeastMatch || weight <= 0) return false;
    phantom.mirrored = reading.pose.mirrored;
    phantom.angle = reading.pose.turn * kAngleStep + turn / weight;
    return true;
}

}  // namespace

Point AcrMri::toImage(std::size_t image, Point phantom) const {
    const auto& circle = outlines[image]->circle;
    const double x = mirrored ? -phantom.x : phantom.x;
    return {circle.centre.x + x * std::cos(angle) - phantom.y * std::sin(angle),
            circle.centre.y + x * std::sin(angle) + phantom.y * std::cos(angle)};
}

double AcrMri::toImage(double direction) const {
    return (mirrored ? std::numbers::pi - direction : direction) + angle;
}

std::optional<std::size_t> AcrMri::shown(int number) const {
    const auto& image = slice[static_cast<std::size_t>(number)];
    return image && outlines[*image] ? image : std::nullopt;
}

Window windowOf(const Outline& outline, double share) {
    return {static_cast<float>(std::min(0.0, outline.outside)), static_cast<float>(share * outline.inside)};
}

namespace {

bool mayBeRim(const std::optional<Outline>& outline) {
    return outline && outline->circle.kept > 0.6 && outline->circle.radius > 77 &&
           outline->circle.radius < 103;
}

/// A few images tell that a patient is none: most slices of the phantom are round and of its size.
bool worthLooking(const Images& images) {
    constexpr std::size_t kLooks = 5;
    std::size_t round = 0;
    for (std::size_t k = 0; k < kLooks; ++k)
        round +=
            mayBeRim(findOutline(Plane(images.frames[(2 * k + 1) * images.frames.size() / (2 * kLooks)])));
    return round >= 2;
}

}  // namespace

std::optional<AcrMri> findAcrMri(const Images& images) {
    if (images.frames.size() < 3 || !worthLooking(images)) return std::nullopt;
    AcrMri phantom;
    phantom.images = &images;
    for (const auto& frame : images.frames) phantom.outlines.push_back(findOutline(Plane(frame)));
    const double radius = medianRadius(phantom.outlines);
    if (radius < 77 || radius > 103) return std::nullopt;
    phantom.size = radius < 88.5 ? kAcrMedium : kAcrLarge;
    for (auto& outline : phantom.outlines)
        if (outline && std::abs(outline->circle.radius - radius) > 0.06 * radius) outline.reset();
    const auto evidence = gather(images, phantom.outlines, phantom.size);
    const auto positions = positionsOf(images);
    const auto reading = bestReading(evidence, positions);
    if (!reading) return std::nullopt;
    assign(phantom, positions, reading->numbering);
    if (!settlePose(phantom, evidence, *reading)) return std::nullopt;
    // The long insert tells the angle better than the picture as a whole.
    for (const int number : {1, 2, 3, 4}) {
        const auto image = phantom.shown(number);
        if (!image) continue;
        if (const auto insert = findInsert(phantom, *image)) {
            phantom.angle = insert->angle;
            break;
        }
    }
    return phantom;
}

}  // namespace gantry::imaging::phantom
