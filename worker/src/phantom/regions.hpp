#pragma once
/// Regions: what is measured over them, and how they are told and drawn.

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "phantom/plane.hpp"

namespace gantry::imaging::phantom {

/// All in mm of the image's plane.
struct Region {
    enum class Shape { Circle, Ellipse, Polygon, Line, Mark };
    Shape shape = Shape::Circle;
    std::string label;          ///< short: it is drawn beside the region in capitals and digits
    Point centre;               ///< of circle, ellipse and mark
    double radius = 0;          ///< of a circle; of an ellipse along x
    double radius_y = 0;        ///< of an ellipse along y
    std::vector<Point> points;  ///< of a polygon its corners, of a line both ends
    bool holds(Point at) const;
};
Region circle(std::string label, Point centre, double radius);
Region ellipse(std::string label, Point centre, double radius_x, double radius_y);
/// Centre, lengths along and across a direction (radians).
Region rectangle(std::string label, Point centre, double along, double across, double angle);
Region line(std::string label, Point from, Point to);
Region mark(std::string label, Point at);

/// Every pixel weighs by the share of it that lies in the region: a small move gives a small change.
/// @return count 0 when no pixel of the image touches it; sd over the pixels whose centre it holds
Spread spreadIn(const Plane& plane, const Region& region);
/// Share of the region that lies in the image, 0 to 1.
double shareInside(const Plane& plane, const Region& region);

/// As docs/formats/worker.md tells regions.
boost::json::object toJson(const Region& region);

}  // namespace gantry::imaging::phantom
