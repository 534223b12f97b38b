#include "phantoms/solids.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace gantry::scanner {

namespace {

constexpr int kPointsEachWay = 8;  ///< of a pixel that an edge runs through
constexpr double kFar = 1e9;

enum class Where { Outside, Edge, Inside };

double dot(const Vector& a, const Vector& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector along(const Vector& from, const Vector& direction, double t) {
    return {from[0] + t * direction[0], from[1] + t * direction[1], from[2] + t * direction[2]};
}

struct Region {
    Vector centre;
    Vector half;  ///< of its box, phantom axes
};

Where facing(const Solid::Face& face, const Region& region) {
    double reach = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) reach += std::abs(face.normal[axis]) * region.half[axis];
    const double beyond = dot(face.normal, region.centre) - face.offset;
    return beyond > reach ? Where::Outside : beyond < -reach ? Where::Inside : Where::Edge;
}

Where around(const Solid::Round& round, const Region& region) {
    const double dx = region.centre[0] - round.centre[0];
    const double dy = region.centre[1] - round.centre[1];
    const double dz = round.ball ? region.centre[2] - round.centre[2] : 0;
    const double reach = std::hypot(region.half[0], region.half[1], round.ball ? region.half[2] : 0);
    const double beyond = std::hypot(dx, dy, dz) - round.radius;
    return beyond > reach ? Where::Outside : beyond < -reach ? Where::Inside : Where::Edge;
}

Where placeOf(const Solid& solid, const Region& region) {
    for (std::size_t axis = 0; axis < 3; ++axis)
        if (region.centre[axis] + region.half[axis] < solid.low[axis] ||
            region.centre[axis] - region.half[axis] > solid.high[axis])
            return Where::Outside;
    auto where = solid.round ? around(*solid.round, region) : Where::Inside;
    for (const auto& face : solid.faces) {
        if (where == Where::Outside) break;
        const auto one = facing(face, region);
        if (one != Where::Inside) where = one;
    }
    return where;
}

/// The part of a line that lies in a body, as distances from its starting point.
struct Chord {
    double from, to;
    double value;
};

std::optional<Chord> chordOf(const Solid& solid, const Vector& start, const Vector& direction, double reach) {
    Chord chord{-reach, reach, solid.value};
    for (const auto& face : solid.faces) {
        const double rise = dot(face.normal, direction);
        const double left = face.offset - dot(face.normal, start);
        if (std::abs(rise) < 1e-12) {
            if (left < 0) return std::nullopt;
        } else if (rise > 0) {
            chord.to = std::min(chord.to, left / rise);
        } else {
            chord.from = std::max(chord.from, left / rise);
        }
    }
    if (solid.round) {
        const double use_z = solid.round->ball ? 1 : 0;
        const Vector d{direction[0], direction[1], direction[2] * use_z};
        const Vector f{start[0] - solid.round->centre[0], start[1] - solid.round->centre[1],
                       (start[2] - solid.round->centre[2]) * use_z};
        const double a = dot(d, d), b = dot(d, f), c = dot(f, f) - solid.round->radius * solid.round->radius;
        if (a < 1e-15) {
            if (c > 0) return std::nullopt;
        } else {
            const double root = b * b - a * c;
            if (root < 0) return std::nullopt;
            chord.from = std::max(chord.from, (-b - std::sqrt(root)) / a);
            chord.to = std::min(chord.to, (-b + std::sqrt(root)) / a);
        }
    }
    if (chord.from >= chord.to) return std::nullopt;
    return chord;
}

/// Room for one line's work, kept from line to line.
struct Scratch {
    std::vector<Chord> chords;
    std::vector<double> ends;
};

/// Weighted mean along the line: between two neighbouring ends of chords one body is on top.
double meanAlong(const std::vector<const Solid*>& solids, double ground, const Vector& start,
                 const Vector& direction, const SliceProfile& profile, Scratch& scratch) {
    const double reach = profile.reach();
    auto& [chords, ends] = scratch;
    chords.assign(1, {-reach, reach, ground});
    ends.assign({-reach, reach});
    for (const auto* solid : solids) {
        const auto chord = chordOf(*solid, start, direction, reach);
        if (!chord) continue;
        chords.push_back(*chord);
        ends.push_back(chord->from);
        ends.push_back(chord->to);
    }
    if (chords.size() == 1) return ground;
    std::ranges::sort(ends);
    double sum = 0;
    for (std::size_t i = 1; i < ends.size(); ++i) {
        if (ends[i] - ends[i - 1] < 1e-9) continue;
        const double middle = (ends[i] + ends[i - 1]) / 2;
        const auto top = std::find_if(chords.rbegin(), chords.rend(), [&](const Chord& chord) {
            return chord.from <= middle && middle <= chord.to;
        });
        sum += top->value * (profile.before(ends[i]) - profile.before(ends[i - 1]));
    }
    return sum;
}

Solid bounded(Solid solid, const Vector& low, const Vector& high) {
    solid.low = low;
    solid.high = high;
    return solid;
}

}  // namespace

Solid Solid::cut(const Vector& normal, double offset) const {
    Solid out = *this;
    const double length = std::sqrt(dot(normal, normal));
    out.faces.push_back({{normal[0] / length, normal[1] / length, normal[2] / length}, offset / length});
    return out;
}

Solid box(const Vector& low, const Vector& high, double value) {
    Solid solid;
    solid.value = value;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        Vector up{};
        up[axis] = 1;
        Vector down{};
        down[axis] = -1;
        solid.faces.push_back({up, high[axis]});
        solid.faces.push_back({down, -low[axis]});
    }
    return bounded(std::move(solid), low, high);
}

Solid turnedBox(const Vector& centre, const Vector& size, double turn_deg, double value) {
    const double turn = turn_deg * std::numbers::pi / 180;
    const Vector across{std::cos(turn), std::sin(turn), 0};
    const Vector up{-std::sin(turn), std::cos(turn), 0};
    Solid solid;
    solid.value = value;
    for (const auto& [axis, half] : {std::pair(across, size[0] / 2), std::pair(up, size[1] / 2)}) {
        solid.faces.push_back({axis, dot(axis, centre) + half});
        solid.faces.push_back({{-axis[0], -axis[1], 0}, half - dot(axis, centre)});
    }
    solid.faces.push_back({{0, 0, 1}, centre[2] + size[2] / 2});
    solid.faces.push_back({{0, 0, -1}, size[2] / 2 - centre[2]});
    const double reach = std::hypot(size[0], size[1]) / 2;
    return bounded(std::move(solid), {centre[0] - reach, centre[1] - reach, centre[2] - size[2] / 2},
                   {centre[0] + reach, centre[1] + reach, centre[2] + size[2] / 2});
}

Solid cylinder(double x, double y, double radius, double from_z, double to_z, double value) {
    Solid solid;
    solid.value = value;
    solid.round = Solid::Round{{x, y, 0}, radius, false};
    solid.faces = {{{0, 0, 1}, to_z}, {{0, 0, -1}, -from_z}};
    return bounded(std::move(solid), {x - radius, y - radius, from_z}, {x + radius, y + radius, to_z});
}

Solid ball(const Vector& centre, double radius, double value) {
    Solid solid;
    solid.value = value;
    solid.round = Solid::Round{centre, radius, true};
    return bounded(std::move(solid), along(centre, {1, 1, 1}, -radius), along(centre, {1, 1, 1}, radius));
}

double SliceProfile::before(double t) const {
    const double half = width_mm / 2, flank = half * softness;
    if (t <= -half - flank) return 0;
    if (t >= half + flank) return 1;
    if (t > 0) return 1 - before(-t);
    if (t >= -half + flank) return 0.5 + t / width_mm;
    const double climbed = t + half + flank;
    return climbed * climbed / (4 * flank * width_mm);
}

double Scene::voxel(const Vector& centre, const Vector& half_row, const Vector& half_column,
                    const Vector& normal, const SliceProfile& profile) const {
    Region region{centre, {}};
    for (std::size_t axis = 0; axis < 3; ++axis)
        region.half[axis] = std::abs(half_row[axis]) + std::abs(half_column[axis]) +
                            std::abs(normal[axis]) * profile.reach() + 1e-9;
    std::vector<const Solid*> edges;
    double ground = outside;
    for (auto solid = solids.rbegin(); solid != solids.rend(); ++solid) {
        const auto where = placeOf(*solid, region);
        if (where == Where::Outside) continue;
        if (where == Where::Inside) {
            ground = solid->value;
            break;
        }
        edges.push_back(&*solid);
    }
    if (edges.empty()) return ground;
    std::ranges::reverse(edges);
    Scratch scratch;
    double sum = 0;
    for (int i = 0; i < kPointsEachWay; ++i)
        for (int j = 0; j < kPointsEachWay; ++j) {
            // Rows and columns of points are moved against each other: an edge along the raster meets 64 of
            // them.
            const double u = 2 * (i + (j + 0.5) / kPointsEachWay) / kPointsEachWay - 1;
            const double v = 2 * (j + (i + 0.5) / kPointsEachWay) / kPointsEachWay - 1;
            sum += meanAlong(edges, ground, along(along(centre, half_row, u), half_column, v), normal,
                             profile, scratch);
        }
    return sum / (kPointsEachWay * kPointsEachWay);
}

Scene Scene::within(const Vector& low, const Vector& high) const {
    Scene out;
    out.outside = outside;
    for (const auto& solid : solids) {
        bool touches = true;
        for (std::size_t axis = 0; axis < 3; ++axis)
            touches = touches && solid.low[axis] <= high[axis] && solid.high[axis] >= low[axis];
        if (touches) out.solids.push_back(solid);
    }
    return out;
}

}  // namespace gantry::scanner
