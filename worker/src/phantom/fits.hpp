#pragma once
/// Least squares for few unknowns, and the shapes that phantoms are measured by.

#include <functional>
#include <optional>
#include <vector>

#include "phantom/plane.hpp"

namespace gantry::imaging::phantom {

/// Solves a square system; nullopt when it has no one solution.
std::optional<std::vector<double>> solve(std::vector<std::vector<double>> matrix, std::vector<double> right);

/// sum of c[i] * terms[i] closest to the values. @param rows  one row of terms for each value
std::optional<std::vector<double>> leastSquares(const std::vector<std::vector<double>>& rows,
                                                const std::vector<double>& values);

struct Circle {
    Point centre;
    double radius = 0;
    double rms = 0;   ///< of the points kept, mm
    double kept = 0;  ///< share of the points, 0 to 1
};
/// Circle through points, those left out that lie further off than three robust sigmas and `slack` mm.
std::optional<Circle> fitCircle(const std::vector<Point>& points, double slack);

/// y = offset + slope * x.
struct Line {
    double offset = 0, slope = 0;
    double rms = 0;
    std::size_t kept = 0;
    double at(double x) const { return offset + slope * x; }
};
/// The same robustness.
std::optional<Line> fitLine(const std::vector<Point>& points, double slack);

/// A fitted curve and how sure its parameters are (one standard deviation, points taken as independent).
struct CurveFit {
    std::vector<double> parameters, sigmas;
    double rms = 0;
};
using Curve = std::function<double(double x, const std::vector<double>& parameters)>;
/// Levenberg and Marquardt from a first guess.
std::optional<CurveFit> fitCurve(const Curve& curve, std::vector<double> guess, const std::vector<double>& x,
                                 const std::vector<double>& y);

/// Area of the convex hull of points.
double hullArea(std::vector<Point> points);

/// First place between samples where the profile passes `level`, rising or falling; in samples.
std::optional<double> crossing(const std::vector<double>& profile, double level, std::size_t from = 0);

}  // namespace gantry::imaging::phantom
