#include "phantom/regions.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

namespace gantry::imaging::phantom {

namespace {

constexpr int kParts = 4;  ///< a pixel is looked at in as many parts each way

struct Bounds {
    Point low, high;
};

Bounds boundsOf(const Region& region) {
    const double ry = region.shape == Region::Shape::Ellipse ? region.radius_y : region.radius;
    Bounds out{{region.centre.x - region.radius, region.centre.y - ry},
               {region.centre.x + region.radius, region.centre.y + ry}};
    for (std::size_t i = 0; i < region.points.size(); ++i) {
        const auto& p = region.points[i];
        out.low = i == 0 ? p : Point{std::min(out.low.x, p.x), std::min(out.low.y, p.y)};
        out.high = i == 0 ? p : Point{std::max(out.high.x, p.x), std::max(out.high.y, p.y)};
    }
    return out;
}

bool inPolygon(const std::vector<Point>& corners, Point at) {
    bool inside = false;
    for (std::size_t i = 0, j = corners.size() - 1; i < corners.size(); j = i++) {
        const auto &a = corners[i], &b = corners[j];
        if ((a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x)
            inside = !inside;
    }
    return inside;
}

/// Share of a pixel that lies in the region.
double coverage(const Region& region, Point centre, double wide, double high) {
    int hits = 0;
    for (int i = 0; i < kParts; ++i)
        for (int j = 0; j < kParts; ++j)
            hits += region.holds(
                {centre.x + wide * ((i + 0.5) / kParts - 0.5), centre.y + high * ((j + 0.5) / kParts - 0.5)});
    return hits / static_cast<double>(kParts * kParts);
}

}  // namespace

bool Region::holds(Point at) const {
    switch (shape) {
        case Shape::Circle:
            return (at.x - centre.x) * (at.x - centre.x) + (at.y - centre.y) * (at.y - centre.y) <=
                   radius * radius;
        case Shape::Ellipse: {
            const double u = (at.x - centre.x) / radius, v = (at.y - centre.y) / radius_y;
            return u * u + v * v <= 1;
        }
        case Shape::Polygon:
            return inPolygon(points, at);
        case Shape::Line:
        case Shape::Mark:
            break;
    }
    return false;
}

Region circle(std::string label, Point centre, double radius) {
    return {Region::Shape::Circle, std::move(label), centre, radius, radius, {}};
}

Region ellipse(std::string label, Point centre, double radius_x, double radius_y) {
    return {Region::Shape::Ellipse, std::move(label), centre, radius_x, radius_y, {}};
}

Region rectangle(std::string label, Point centre, double along, double across, double angle) {
    const Point u = polar({0, 0}, along / 2, angle),
                v = polar({0, 0}, across / 2, angle + std::acos(-1.0) / 2);
    return {Region::Shape::Polygon,
            std::move(label),
            centre,
            0,
            0,
            {centre - u - v, centre + u - v, centre + u + v, centre - u + v}};
}

Region line(std::string label, Point from, Point to) {
    return {Region::Shape::Line, std::move(label), 0.5 * (from + to), 0, 0, {from, to}};
}

Region mark(std::string label, Point at) {
    return {Region::Shape::Mark, std::move(label), at, 0, 0, {}};
}

Spread spreadIn(const Plane& plane, const Region& region) {
    const auto& frame = plane.frame();
    const auto bounds = boundsOf(region);
    const int first_row = std::max(0, static_cast<int>(std::floor(bounds.low.y / frame.row_mm)));
    const int last_row = std::min(frame.rows - 1, static_cast<int>(std::ceil(bounds.high.y / frame.row_mm)));
    const int first_column = std::max(0, static_cast<int>(std::floor(bounds.low.x / frame.column_mm)));
    const int last_column =
        std::min(frame.columns - 1, static_cast<int>(std::ceil(bounds.high.x / frame.column_mm)));
    double sum = 0, weight = 0;
    std::vector<double> whole;
    for (int r = first_row; r <= last_row; ++r)
        for (int c = first_column; c <= last_column; ++c) {
            const Point centre{c * frame.column_mm, r * frame.row_mm};
            const double share = coverage(region, centre, frame.column_mm, frame.row_mm);
            if (share <= 0) continue;
            sum += share * frame.at(r, c);
            weight += share;
            if (region.holds(centre)) whole.push_back(frame.at(r, c));
        }
    auto out = spreadOf(whole);
    out.count = std::max<std::size_t>(whole.size(), weight > 0 ? 1 : 0);
    if (weight > 0) out.mean = sum / weight;
    return out;
}

double shareInside(const Plane& plane, const Region& region) {
    const auto bounds = boundsOf(region);
    constexpr int kSteps = 40;
    int inside = 0, all = 0;
    for (int i = 0; i < kSteps; ++i)
        for (int j = 0; j < kSteps; ++j) {
            const Point at{bounds.low.x + (bounds.high.x - bounds.low.x) * (i + 0.5) / kSteps,
                           bounds.low.y + (bounds.high.y - bounds.low.y) * (j + 0.5) / kSteps};
            if (!region.holds(at)) continue;
            ++all;
            inside += plane.holds(at);
        }
    return all == 0 ? 0 : static_cast<double>(inside) / all;
}

boost::json::object toJson(const Region& region) {
    namespace json = boost::json;
    constexpr std::string_view kNames[] = {"circle", "ellipse", "polygon", "line", "mark"};
    json::object out{{"shape", kNames[static_cast<std::size_t>(region.shape)]}, {"label", region.label}};
    const auto place = [](Point p) { return json::array{p.x, p.y}; };
    if (region.points.empty()) out["centre_mm"] = place(region.centre);
    if (region.shape == Region::Shape::Circle) out["radius_mm"] = region.radius;
    if (region.shape == Region::Shape::Ellipse) out["radii_mm"] = json::array{region.radius, region.radius_y};
    if (!region.points.empty()) {
        json::array points;
        for (const auto& p : region.points) points.push_back(place(p));
        out["points_mm"] = std::move(points);
    }
    return out;
}

}  // namespace gantry::imaging::phantom
