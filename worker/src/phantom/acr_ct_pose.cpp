// How the CT phantom lies: module 1 is where air and bone are found on one ring.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "gantry/imaging/robust.hpp"
#include "phantom/acr_ct.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kInsertAt = 63;
constexpr double kOutsideHu = -500;
constexpr double kAirBelow = -750, kBoneAbove = 550;  ///< HU, means over an insert's width
constexpr double kAirAt = 45, kBoneAt = -45;          ///< degrees, clockwise from the right

/// A run of one kind on the ring.
struct Arc {
    double middle = 0, width = 0;  ///< degrees
};

/// The widest run of ring samples that are on one side of a level.
template <class Test>
std::optional<Arc> widestArc(const std::vector<double>& ring, const Test& test) {
    const int size = static_cast<int>(ring.size());
    Arc best;
    for (int start = 0; start < size; ++start) {
        if (test(ring[static_cast<std::size_t>((start + size - 1) % size)])) continue;
        int length = 0;
        while (length < size && test(ring[static_cast<std::size_t>((start + length) % size)])) ++length;
        if (length > best.width) best = {start + (length - 1) / 2.0, static_cast<double>(length)};
    }
    if (best.width == 0) return std::nullopt;
    return best;
}

std::vector<double> ringOf(const Plane& plane, const Circle& circle) {
    std::vector<double> ring;
    const double scale = circle.radius / kAcrCtRadius;
    for (int degree = 0; degree < 360; ++degree) {
        double sum = 0;
        for (const double r : {59.0, 61.0, 63.0, 65.0, 67.0})
            sum += plane.at(polar(circle.centre, r * scale, degree * kDegree));
        ring.push_back(sum / 5);
    }
    return ring;
}

struct Inserts {
    Arc air, bone;
};
/// Both inserts are 25 mm wide: 23 degrees of the ring.
std::optional<Inserts> insertsOf(const Plane& plane, const Circle& circle) {
    const auto ring = ringOf(plane, circle);
    const auto air = widestArc(ring, [](double hu) { return hu < kAirBelow; });
    const auto bone = widestArc(ring, [](double hu) { return hu > kBoneAbove; });
    const auto fits = [](const std::optional<Arc>& arc) { return arc && arc->width > 12 && arc->width < 32; };
    if (!fits(air) || !fits(bone)) return std::nullopt;
    const double apart = std::abs(std::remainder(air->middle - bone->middle, 360));
    if (std::abs(apart - 90) > 12) return std::nullopt;
    return Inserts{*air, *bone};
}

/// The middle of an insert, by the values that differ from what is around it.
Point massCentre(const Plane& plane, Point around, double ground) {
    Point sum{};
    double weight = 0;
    for (double x = -16; x <= 16; x += 0.5)
        for (double y = -16; y <= 16; y += 0.5) {
            const Point at = around + Point{x, y};
            if (std::hypot(x, y) > 16) continue;
            const double off = std::abs(plane.at(at) - ground);
            if (off < 300) continue;
            sum = sum + off * at;
            weight += off;
        }
    return weight > 0 ? 1 / weight * sum : around;
}

}  // namespace

Window ctWindow(double level, double width) {
    return {static_cast<float>(level - width / 2), static_cast<float>(level + width / 2)};
}

Point AcrCt::toImage(std::size_t image, Point phantom) const {
    const auto& circle = outlines[image]->circle;
    const double x = mirrored ? -phantom.x : phantom.x;
    return {circle.centre.x + x * std::cos(angle) - phantom.y * std::sin(angle),
            circle.centre.y + x * std::sin(angle) + phantom.y * std::cos(angle)};
}

Point AcrCt::polarToImage(std::size_t image, double distance, double degrees) const {
    return toImage(image, polar({0, 0}, distance, degrees * kDegree));
}

std::vector<std::size_t> AcrCt::inModule(int module, double reach) const {
    const double middle = centre_mm + direction * (module - 1) * kAcrCtModule;
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < outlines.size(); ++i)
        if (outlines[i] && std::abs(images->along_mm[i] - middle) <= reach) out.push_back(i);
    std::ranges::sort(out, {}, [&](std::size_t i) { return std::abs(images->along_mm[i] - middle); });
    return out;
}

std::optional<AcrCt> findAcrCt(const Images& images) {
    AcrCt phantom;
    phantom.images = &images;
    std::vector<std::size_t> first_module;
    std::vector<double> turns[2];  // not mirrored, mirrored
    for (std::size_t i = 0; i < images.frames.size(); ++i) {
        const Plane plane(images.frames[i]);
        auto outline = findOutline(plane, kOutsideHu);
        if (outline && (std::abs(outline->circle.radius - kAcrCtRadius) > 5 || outline->circle.kept < 0.6))
            outline.reset();
        phantom.outlines.push_back(outline);
        if (!outline) continue;
        const auto inserts = insertsOf(plane, outline->circle);
        if (!inserts) continue;
        first_module.push_back(i);
        const auto& centre = outline->circle.centre;
        const auto directionOf = [&](const Arc& arc) {
            const auto at = massCentre(plane, polar(centre, kInsertAt, arc.middle * kDegree), 0);
            return std::atan2(at.y - centre.y, at.x - centre.x) / kDegree;
        };
        const double air = directionOf(inserts->air), bone = directionOf(inserts->bone);
        const bool mirrored = std::remainder(air - bone, 360) < 0;
        // Seen from the other side a direction d appears at 180 - d.
        const double from_air = air - (mirrored ? 180 - kAirAt : kAirAt);
        const double from_bone = bone - (mirrored ? 180 - kBoneAt : kBoneAt);
        turns[mirrored ? 1 : 0].push_back(from_air + std::remainder(from_bone - from_air, 360) / 2);
    }
    if (first_module.empty()) return std::nullopt;
    phantom.mirrored = turns[1].size() > turns[0].size();
    const auto& turn = turns[phantom.mirrored ? 1 : 0];
    std::vector<double> offs;
    for (const double one : turn) offs.push_back(std::remainder(one - turn.front(), 360));
    phantom.angle = (turn.front() + median(std::move(offs))) * kDegree;
    double from = 1e300, to = -1e300;
    for (const auto i : first_module) {
        from = std::min(from, images.along_mm[i]);
        to = std::max(to, images.along_mm[i]);
    }
    // The other modules lie on the side where more of the phantom is.
    double low = 1e300, high = -1e300;
    for (std::size_t i = 0; i < phantom.outlines.size(); ++i) {
        if (!phantom.outlines[i]) continue;
        low = std::min(low, images.along_mm[i]);
        high = std::max(high, images.along_mm[i]);
    }
    phantom.direction = high - to >= from - low ? 1 : -1;
    // A module that the scan cuts off is known by its inner border.
    const bool whole = to - from > 0.7 * kAcrCtModule || high - low < kAcrCtModule;
    const double spacing = images.along_mm.size() > 1 ? (images.along_mm.back() - images.along_mm.front()) /
                                                            static_cast<double>(images.along_mm.size() - 1)
                                                      : 0;
    const double inner = phantom.direction > 0 ? to + spacing / 2 : from - spacing / 2;
    phantom.centre_mm = whole ? (from + to) / 2 : inner - phantom.direction * kAcrCtModule / 2;
    return phantom;
}

}  // namespace gantry::imaging::phantom
