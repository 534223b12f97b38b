#include "phantom/plane.hpp"

#include <algorithm>
#include <cmath>

namespace gantry::imaging::phantom {

double distance(Point a, Point b) {
    return std::hypot(a.x - b.x, a.y - b.y);
}

Point polar(Point centre, double length, double angle) {
    return {centre.x + length * std::cos(angle), centre.y + length * std::sin(angle)};
}

double Plane::pixel() const {
    return std::max(frame_->row_mm, frame_->column_mm);
}

double Plane::at(Point at) const {
    const double column = std::clamp(at.x / frame_->column_mm, 0.0, frame_->columns - 1.0);
    const double row = std::clamp(at.y / frame_->row_mm, 0.0, frame_->rows - 1.0);
    const int c = std::min(static_cast<int>(column), frame_->columns - 2);
    const int r = std::min(static_cast<int>(row), frame_->rows - 2);
    const double right = column - c, down = row - r;
    const double upper = (1 - right) * frame_->at(r, c) + right * frame_->at(r, c + 1);
    const double lower = (1 - right) * frame_->at(r + 1, c) + right * frame_->at(r + 1, c + 1);
    return (1 - down) * upper + down * lower;
}

std::vector<double> stripProfile(const Plane& plane, Point from, Point to, double half_width, double step) {
    const double length = distance(from, to);
    const Point along = 1 / length * (to - from);
    const Point across{-along.y, along.x};
    const int lines = std::max(1, static_cast<int>(std::lround(4 * half_width / plane.pixel())));
    const int points = static_cast<int>(std::floor(length / step + 1e-9)) + 1;
    std::vector<double> out;
    out.reserve(static_cast<std::size_t>(points));
    for (int i = 0; i < points; ++i) {
        double sum = 0;
        for (int k = 0; k < lines; ++k) {
            const double off = lines == 1 ? 0 : half_width * ((2 * k + 1.0) / lines - 1);
            sum += plane.at(from + i * step * along + off * across);
        }
        out.push_back(sum / lines);
    }
    return out;
}

Spread spreadOf(const std::vector<double>& values) {
    Spread out;
    out.count = values.size();
    if (values.empty()) return out;
    for (const double value : values) out.mean += value;
    out.mean /= static_cast<double>(values.size());
    if (values.size() < 2) return out;
    double sum = 0;
    for (const double value : values) sum += (value - out.mean) * (value - out.mean);
    out.sd = std::sqrt(sum / static_cast<double>(values.size() - 1));
    return out;
}

}  // namespace gantry::imaging::phantom
