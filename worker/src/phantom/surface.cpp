#include "phantom/surface.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gantry::imaging::phantom {

namespace {

std::vector<double> termsAt(double u, double v, int degree) {
    std::vector<double> out;
    for (int total = 0; total <= degree; ++total)
        for (int k = 0; k <= total; ++k) out.push_back(std::pow(u, total - k) * std::pow(v, k));
    return out;
}

constexpr double kHole = 0.7;  ///< of the surface: darker pixels are no water

struct Block {
    Point place;
    double value;
    double darkest;  ///< of its pixels
};

std::optional<Surface> fit(const std::vector<Block>& blocks, Point centre, double scale, int degree) {
    std::vector<std::vector<double>> rows;
    std::vector<double> values;
    for (const auto& block : blocks) {
        rows.push_back(
            termsAt((block.place.x - centre.x) / scale, (block.place.y - centre.y) / scale, degree));
        values.push_back(block.value);
    }
    auto terms = leastSquares(rows, values);
    if (!terms) return std::nullopt;
    Surface out{centre, scale, degree, *std::move(terms), 0};
    double sum = 0;
    for (const auto& block : blocks) sum += std::pow(block.value - out.at(block.place), 2);
    out.rms = std::sqrt(sum / static_cast<double>(blocks.size()));
    return out;
}

/// Means over squares of about `side` mm whose middle lies in the circle.
std::vector<Block> blocksIn(const Plane& plane, const Circle& circle, double side) {
    const auto& frame = plane.frame();
    const int tall = std::max(1, static_cast<int>(std::lround(side / frame.row_mm)));
    const int wide = std::max(1, static_cast<int>(std::lround(side / frame.column_mm)));
    std::vector<Block> out;
    for (int r = 0; r + tall <= frame.rows; r += tall)
        for (int c = 0; c + wide <= frame.columns; c += wide) {
            const Point place{(c + (wide - 1) / 2.0) * frame.column_mm,
                              (r + (tall - 1) / 2.0) * frame.row_mm};
            if (distance(place, circle.centre) > circle.radius) continue;
            double sum = 0, darkest = 1e300;
            for (int y = r; y < r + tall; ++y)
                for (int x = c; x < c + wide; ++x) {
                    sum += frame.at(y, x);
                    darkest = std::min<double>(darkest, frame.at(y, x));
                }
            out.push_back({place, sum / (tall * wide), darkest});
        }
    return out;
}

}  // namespace

double Surface::at(Point place) const {
    const double u = (place.x - centre.x) / scale, v = (place.y - centre.y) / scale;
    double sum = 0;
    std::size_t i = 0;
    // Horner's rule does not pay for so few terms; powers are kept instead.
    double along[16], across[16];
    along[0] = across[0] = 1;
    for (int k = 1; k <= degree; ++k) {
        along[k] = along[k - 1] * u;
        across[k] = across[k - 1] * v;
    }
    for (int total = 0; total <= degree; ++total)
        for (int k = 0; k <= total; ++k) sum += terms[i++] * along[total - k] * across[k];
    return sum;
}

Surface waterSurface(const Plane& plane, const Circle& circle, double inside) {
    auto blocks = blocksIn(plane, {circle.centre, 0.93 * circle.radius, 0, 0}, 4);
    std::erase_if(blocks, [&](const Block& block) { return block.value < 0.4 * inside; });
    Surface out{circle.centre, circle.radius, 0, {inside}, 0};
    for (int round = 0; round < 3; ++round) {
        if (blocks.size() < 40) return out;
        const auto better = fit(blocks, circle.centre, circle.radius, 2);
        if (!better) return out;
        out = *better;
        std::erase_if(blocks, [&](const Block& block) { return block.value < 0.85 * out.at(block.place); });
    }
    return out;
}

Surface fittedSurface(const Plane& plane, const Circle& disc, int most) {
    auto blocks = blocksIn(plane, disc, 4);
    // What a notch or a bubble reaches into is left out: it would bend the whole surface.
    if (const auto rough = fit(blocks, disc.centre, disc.radius, 2))
        std::erase_if(blocks,
                      [&](const Block& block) { return block.darkest < kHole * rough->at(block.place); });
    Surface best{
        disc.centre, disc.radius, 0, {spreadIn(plane, circle("", disc.centre, disc.radius)).mean}, 0};
    double least = 1e300;
    const double count = static_cast<double>(blocks.size());
    for (int degree = 2; degree <= most; ++degree) {
        const double terms = (degree + 1) * (degree + 2) / 2.0;
        if (count < 4 * terms) break;
        const auto tried = fit(blocks, disc.centre, disc.radius, degree);
        if (!tried) break;
        const double criterion =
            count * std::log(std::max(1e-300, tried->rms * tried->rms)) + terms * std::log(count);
        if (criterion >= least) continue;
        least = criterion;
        best = *tried;
    }
    return best;
}

double noiseIn(const Plane& plane, const Region& region) {
    const auto& frame = plane.frame();
    double sum = 0;
    std::size_t count = 0;
    for (int r = 1; r + 1 < frame.rows; ++r)
        for (int c = 1; c + 1 < frame.columns; ++c) {
            if (!region.holds({c * frame.column_mm, r * frame.row_mm})) continue;
            const double value =
                frame.at(r - 1, c - 1) + frame.at(r - 1, c + 1) + frame.at(r + 1, c - 1) +
                frame.at(r + 1, c + 1) + 4.0 * frame.at(r, c) -
                2.0 * (frame.at(r - 1, c) + frame.at(r + 1, c) + frame.at(r, c - 1) + frame.at(r, c + 1));
            sum += std::abs(value);
            ++count;
        }
    return count == 0 ? 0 : std::sqrt(std::numbers::pi / 2) * sum / (6 * static_cast<double>(count));
}

}  // namespace gantry::imaging::phantom
