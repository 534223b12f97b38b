#pragma once
/// One image in millimetres: what every measurement of a phantom works on. Nothing here knows pixels but this
/// file.

#include <vector>

#include "gantry/imaging/frame.hpp"

namespace gantry::imaging::phantom {

/// In the image's plane, mm from the centre of its first pixel: x along a row, y along a column.
struct Point {
    double x = 0, y = 0;
};
inline Point operator+(Point a, Point b) {
    return {a.x + b.x, a.y + b.y};
}
inline Point operator-(Point a, Point b) {
    return {a.x - b.x, a.y - b.y};
}
inline Point operator*(double factor, Point a) {
    return {factor * a.x, factor * a.y};
}
double distance(Point a, Point b);
/// From `centre` by `length` in the direction `angle`, radians, clockwise from the right as images are shown.
Point polar(Point centre, double length, double angle);

/// A frame seen in mm. It borrows the frame.
class Plane {
public:
    explicit Plane(const Frame& frame) : frame_(&frame) {}
    const Frame& frame() const { return *frame_; }
    double width() const { return (frame_->columns - 1) * frame_->column_mm; }  ///< between centres of pixels
    double height() const { return (frame_->rows - 1) * frame_->row_mm; }
    Point middle() const { return {width() / 2, height() / 2}; }
    double pixel() const;  ///< the larger of both spacings
    bool holds(Point at) const { return at.x >= 0 && at.y >= 0 && at.x <= width() && at.y <= height(); }
    /// Between four pixels; beyond the image the value at its edge.
    double at(Point at) const;

private:
    const Frame* frame_;
};

/// Values from `from` to `to`, `step` mm apart, each the mean across a strip of `half_width` to both sides.
std::vector<double> stripProfile(const Plane& plane, Point from, Point to, double half_width, double step);

/// Mean and standard deviation of the values; deviation by n - 1.
struct Spread {
    double mean = 0, sd = 0;
    std::size_t count = 0;
};
Spread spreadOf(const std::vector<double>& values);

}  // namespace gantry::imaging::phantom
