#include "phantom/uniformity.hpp"

#include <algorithm>
#include <cmath>

#include "phantom/surface.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr double kHole = 0.7;      ///< of the surface: darker pixels are no water
constexpr double kBelieved = 4.5;  ///< sigmas of noise that a mean may differ from the surface by

/// Weights of the pixels of a small disc around a pixel's centre.
struct Kernel {
    struct Cell {
        int row, column;
        double weight;
    };
    std::vector<Cell> cells;
    double noise = 0;  ///< of the mean, for noise 1 of a pixel
};

Kernel discKernel(const Frame& frame, double radius) {
    constexpr int kParts = 8;
    Kernel kernel;
    const int rows = static_cast<int>(std::ceil(radius / frame.row_mm)) + 1;
    const int columns = static_cast<int>(std::ceil(radius / frame.column_mm)) + 1;
    double sum = 0, squares = 0;
    for (int r = -rows; r <= rows; ++r)
        for (int c = -columns; c <= columns; ++c) {
            int hits = 0;
            for (int i = 0; i < kParts; ++i)
                for (int j = 0; j < kParts; ++j)
                    hits += std::hypot((r + (i + 0.5) / kParts - 0.5) * frame.row_mm,
                                       (c + (j + 0.5) / kParts - 0.5) * frame.column_mm) <= radius;
            if (hits == 0) continue;
            kernel.cells.push_back({r, c, hits / static_cast<double>(kParts * kParts)});
            sum += kernel.cells.back().weight;
        }
    for (auto& cell : kernel.cells) {
        cell.weight /= sum;
        squares += cell.weight * cell.weight;
    }
    kernel.noise = std::sqrt(squares);
    return kernel;
}

/// The mean over a small disc of a surface: its value and what its bend adds.
double discMean(const Surface& surface, Point at) {
    constexpr double kStep = 3;
    const double around = surface.at(at + Point{kStep, 0}) + surface.at(at + Point{-kStep, 0}) +
                          surface.at(at + Point{0, kStep}) + surface.at(at + Point{0, -kStep});
    const double bend = (around - 4 * surface.at(at)) / (kStep * kStep);
    return surface.at(at) + kSmallRegion * kSmallRegion / 8 * bend;
}

}  // namespace

std::optional<IntegralUniformity> integralUniformity(const Plane& plane, Point centre, double radius) {
    const auto& frame = plane.frame();
    if (!plane.holds(centre - Point{radius, radius}) || !plane.holds(centre + Point{radius, radius}))
        return std::nullopt;
    const double travel = radius - kSmallRegion;
    if (travel <= 0) return std::nullopt;
    const auto kernel = discKernel(frame, kSmallRegion);
    const auto surface = fittedSurface(plane, {centre, radius, 0, 0}, 8);
    const double noise = noiseIn(plane, circle("", centre, radius)) * kernel.noise;
    IntegralUniformity out;
    bool first = true;
    double believed_at_high = 0, believed_at_low = 0;
    for (int r = 0; r < frame.rows; ++r)
        for (int c = 0; c < frame.columns; ++c) {
            const Point at{c * frame.column_mm, r * frame.row_mm};
            if (distance(at, centre) > travel) continue;
            const double smooth = discMean(surface, at);
            double mean = 0;
            bool hole = false;
            for (const auto& cell : kernel.cells) {
                const float value = frame.at(r + cell.row, c + cell.column);
                mean += cell.weight * value;
                hole = hole || value < kHole * smooth;
            }
            // Notches and bubbles are no water.
            if (hole) continue;
            const double ratio = kBelieved * noise / std::max(1e-300, std::abs(mean - smooth));
            const double believed = std::max(0.0, 1 - ratio * ratio);
            const double value = smooth + believed * (mean - smooth);
            if (first || value > out.high) {
                out.high = value;
                out.high_at = at;
                believed_at_high = believed;
            }
            if (first || value < out.low) {
                out.low = value;
                out.low_at = at;
                believed_at_low = believed;
            }
            first = false;
        }
    if (first || out.high + out.low <= 0) return std::nullopt;
    out.piu = 100 * (1 - (out.high - out.low) / (out.high + out.low));
    // The surface averages over most of the region, a mean of its own only over itself.
    const auto unsure = [&](double believed) { return noise * std::max(believed, 0.35); };
    const double total = out.high + out.low;
    out.uncertainty = 200 / (total * total) *
                      std::hypot(out.low * unsure(believed_at_high), out.high * unsure(believed_at_low));
    return out;
}

}  // namespace gantry::imaging::phantom
