#include "phantom/ghosting.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace gantry::imaging::phantom {

namespace {

constexpr double kArea = 1000;   ///< mm2
constexpr double kFromRim = 3;   ///< mm that stay free beside the phantom
constexpr double kFromEdge = 2;  ///< and beside the image's edge
constexpr double kLeastHalfWidth = 2.5;
constexpr double kEnough = 0.04;  ///< percent that noise may leave unsure

/// Where an image really begins: scanners that correct distortion leave a border of one value.
struct Limits {
    double left, right, top, bottom;
};

bool isBorder(const Frame& frame, bool row, int index) {
    const int from = (row ? frame.columns : frame.rows) / 3, to = 2 * from;
    const float first = row ? frame.at(index, from) : frame.at(from, index);
    for (int i = from; i <= to; ++i)
        if ((row ? frame.at(index, i) : frame.at(i, index)) != first) return false;
    return true;
}

Limits limitsOf(const Plane& plane, const Circle& phantom) {
    const auto& frame = plane.frame();
    const auto inwards = [&](bool row, bool from_end) {
        const int size = row ? frame.rows : frame.columns;
        const double pixel = row ? frame.row_mm : frame.column_mm, at = row ? phantom.centre.y : phantom.centre.x;
        const double air = (from_end ? (size - 1) * pixel - at : at) - phantom.radius;
        // An image whose air was set to zero has no border, it has nothing at all there.
        const int most = static_cast<int>(air / 2 / pixel);
        int steps = 0;
        while (steps < most && isBorder(frame, row, from_end ? size - 1 - steps : steps)) ++steps;
        return steps >= most ? 0 : steps;
    };
    return {inwards(false, false) * frame.column_mm, plane.width() - inwards(false, true) * frame.column_mm,
            inwards(true, false) * frame.row_mm, plane.height() - inwards(true, true) * frame.row_mm};
}

/// Air on one side: from the rim to the image's edge, and to where a border of one value begins.
struct Room {
    double from, edge, border;
    bool across;  ///< left or right of the phantom
    double sign;  ///< -1 above and left
};

/// `area` mm2 in the middle of the room; nullopt when there is too little of it.
std::optional<Region> ellipseIn(std::string label, Point centre, const Room& room, double area,
                                double most_long) {
    const double usual = std::sqrt(kArea / (4 * std::numbers::pi));
    const double free = (std::min(room.edge - kFromEdge, room.border) - room.from) / 2;
    // Where 10 cm2 do not do, length grows first.
    const double wanted = area / std::numbers::pi;
    double half_width = std::min(usual, free), half_length = std::min(most_long, wanted / half_width);
    if (half_width * half_length < wanted) half_width = std::min(free, wanted / half_length);
    if (half_width < kLeastHalfWidth) return std::nullopt;
    const double usual_place = (room.from - kFromRim + room.edge) / 2;
    const double at =
        room.sign * std::clamp(usual_place, room.from + half_width, room.from + 2 * free - half_width);
    if (room.across) return ellipse(std::move(label), centre + Point{at, 0}, half_width, half_length);
    return ellipse(std::move(label), centre + Point{0, at}, half_length, half_width);
}

using Sides = std::array<std::optional<Region>, 4>;  ///< top, bottom, left, right

Sides placedSides(const Plane& plane, const Outline& outline, double area) {
    const auto limits = limitsOf(plane, outline.circle);
    const auto centre = outline.circle.centre;
    const double from = outline.circle.radius + kFromRim, most_long = 0.95 * outline.circle.radius;
    const double wide =
        std::min({most_long, centre.x - limits.left - kFromEdge, limits.right - centre.x - kFromEdge});
    const double high =
        std::min({most_long, centre.y - limits.top - kFromEdge, limits.bottom - centre.y - kFromEdge});
    return {ellipseIn("T", centre, {from, centre.y, centre.y - limits.top, false, -1}, area, wide),
            ellipseIn("B", centre, {from, plane.height() - centre.y, limits.bottom - centre.y, false, 1},
                      area, wide),
            ellipseIn("L", centre, {from, centre.x, centre.x - limits.left, true, -1}, area, high),
            ellipseIn("R", centre, {from, plane.width() - centre.x, limits.right - centre.x, true, 1}, area,
                      high)};
}

/// Means of the sides and how unsure noise makes their difference.
struct Air {
    std::array<double, 4> means{};
    double uncertainty = 0;
};
Air airIn(const Plane& plane, const Sides& sides) {
    Air out;
    double variance = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        if (!sides[i]) continue;
        const auto spread = spreadIn(plane, *sides[i]);
        out.means[i] = spread.mean;
        variance += spread.sd * spread.sd / static_cast<double>(std::max<std::size_t>(1, spread.count));
    }
    out.uncertainty = std::sqrt(variance);
    return out;
}

/// Both sides, or twice the one that has room.
std::optional<double> pairOf(const Sides& sides, const Air& air, std::size_t a, std::size_t b) {
    if (sides[a] && sides[b]) return air.means[a] + air.means[b];
    if (sides[a]) return 2 * air.means[a];
    if (sides[b]) return 2 * air.means[b];
    return std::nullopt;
}

}  // namespace

Ghosting signalGhosting(const Plane& plane, const Outline& outline, double signal_radius) {
    Ghosting out;
    const auto signal = circle("S", outline.circle.centre, signal_radius);
    const double mean = spreadIn(plane, signal).mean;
    if (!(mean > 0)) {
        out.why = "The phantom gives no signal.";
        return out;
    }
    auto sides = placedSides(plane, outline, kArea);
    auto air = airIn(plane, sides);
    // Noisy air takes larger regions; where 10 cm2 tell enough they stay as the guidance has them.
    const double excess = 100 * air.uncertainty / (2 * mean) / kEnough;
    if (excess > 1) {
        sides = placedSides(plane, outline, kArea * std::min(6.0, excess * excess));
        air = airIn(plane, sides);
    }
    for (const auto& one : sides)
        if (one) out.regions.push_back(*one);
    out.regions.push_back(signal);
    const auto down = pairOf(sides, air, 0, 1), across = pairOf(sides, air, 2, 3);
    if (!down || !across) {
        out.why = "There is too little air between the phantom and the edge of the image.";
        return out;
    }
    if (std::ranges::any_of(sides, [](const auto& one) { return !one; }))
        out.notes.push_back("One side has no room for its region; the other side stands for both.");
    if (excess > 1) out.notes.push_back("The air is noisy: regions larger than 10 cm2 were used.");
    if (air.uncertainty == 0)
        out.notes.push_back("The air is all of one value: it was masked, and ghosts cannot be seen in it.");
    out.percent = 100 * std::abs((*down - *across) / (2 * mean));
    out.uncertainty = 100 * air.uncertainty / (2 * mean);
    return out;
}

}  // namespace gantry::imaging::phantom
