#include "phantom/fits.hpp"

#include <algorithm>
#include <cmath>

#include "gantry/imaging/robust.hpp"

namespace gantry::imaging::phantom {

namespace {

constexpr int kRounds = 4;  ///< of leaving outliers out

/// Indices of residuals that are believed.
std::vector<std::size_t> believed(const std::vector<double>& residuals, double slack) {
    std::vector<double> sizes;
    for (const double one : residuals) sizes.push_back(std::abs(one));
    const double limit = std::max(slack, 3 * 1.4826 * median(sizes));
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < sizes.size(); ++i)
        if (sizes[i] <= limit) out.push_back(i);
    return out;
}

double rmsOf(const std::vector<double>& residuals, const std::vector<std::size_t>& which) {
    double sum = 0;
    for (const auto i : which) sum += residuals[i] * residuals[i];
    return which.empty() ? 0 : std::sqrt(sum / static_cast<double>(which.size()));
}

}  // namespace

std::optional<std::vector<double>> solve(std::vector<std::vector<double>> matrix, std::vector<double> right) {
    const std::size_t n = right.size();
    for (std::size_t column = 0; column < n; ++column) {
        std::size_t pivot = column;
        for (std::size_t row = column + 1; row < n; ++row)
            if (std::abs(matrix[row][column]) > std::abs(matrix[pivot][column])) pivot = row;
        if (!(std::abs(matrix[pivot][column]) > 1e-300)) return std::nullopt;
        std::swap(matrix[pivot], matrix[column]);
        std::swap(right[pivot], right[column]);
        for (std::size_t row = column + 1; row < n; ++row) {
            const double factor = matrix[row][column] / matrix[column][column];
            if (factor == 0) continue;
            for (std::size_t k = column; k < n; ++k) matrix[row][k] -= factor * matrix[column][k];
            right[row] -= factor * right[column];
        }
    }
    for (std::size_t row = n; row-- > 0;) {
        for (std::size_t k = row + 1; k < n; ++k) right[row] -= matrix[row][k] * right[k];
        right[row] /= matrix[row][row];
    }
    return right;
}

std::optional<std::vector<double>> leastSquares(const std::vector<std::vector<double>>& rows,
                                                const std::vector<double>& values) {
    if (rows.empty() || rows.size() < rows.front().size()) return std::nullopt;
    const std::size_t n = rows.front().size();
    std::vector<std::vector<double>> normal(n, std::vector<double>(n));
    std::vector<double> right(n);
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t a = 0; a < n; ++a) {
            right[a] += rows[i][a] * values[i];
            for (std::size_t b = 0; b < n; ++b) normal[a][b] += rows[i][a] * rows[i][b];
        }
    return solve(std::move(normal), std::move(right));
}

namespace {

/// Kasa: x2 + y2 = 2 a x + 2 b y + c is linear in the unknowns.
std::optional<Circle> circleThrough(const std::vector<Point>& points, const std::vector<std::size_t>& use) {
    std::vector<std::vector<double>> rows;
    std::vector<double> values;
    for (const auto i : use) {
        rows.push_back({2 * points[i].x, 2 * points[i].y, 1});
        values.push_back(points[i].x * points[i].x + points[i].y * points[i].y);
    }
    const auto fit = leastSquares(rows, values);
    if (!fit) return std::nullopt;
    const double squared = (*fit)[2] + (*fit)[0] * (*fit)[0] + (*fit)[1] * (*fit)[1];
    if (!(squared > 0)) return std::nullopt;
    return Circle{{(*fit)[0], (*fit)[1]}, std::sqrt(squared), 0, 0};
}

std::vector<double> offsOf(const std::vector<Point>& points, const Circle& circle) {
    std::vector<double> out;
    for (const auto& point : points) out.push_back(distance(point, circle.centre) - circle.radius);
    return out;
}

/// The circle through three of the points that half of all points lie closest to: a notch that takes a
/// quarter of the rim would pull a first fit by least squares so far that it believes the notch.
std::optional<Circle> firstCircle(const std::vector<Point>& points) {
    constexpr std::size_t kStarts = 24;
    const std::size_t count = points.size();
    std::optional<Circle> best;
    double least = 0;
    for (const std::size_t part : {3, 4, 5})
        for (std::size_t k = 0; k < std::min(count, kStarts); ++k) {
            const std::size_t i = k * count / std::min(count, kStarts);
            const auto circle = circleThrough(
                points, {i, (i + count / part) % count, (i + 2 * count / part) % count});
            if (!circle) continue;
            auto offs = offsOf(points, *circle);
            for (auto& off : offs) off = std::abs(off);
            const double off = median(std::move(offs));
            if (best && off >= least) continue;
            best = circle;
            least = off;
        }
    return best;
}

}  // namespace

std::optional<Circle> fitCircle(const std::vector<Point>& points, double slack) {
    if (points.size() < 6) return std::nullopt;
    auto circle = firstCircle(points);
    for (int round = 0; circle && round < kRounds; ++round) {
        const auto use = believed(offsOf(points, *circle), slack);
        if (use.size() < 6) return std::nullopt;
        circle = circleThrough(points, use);
        if (!circle) return std::nullopt;
        circle->rms = rmsOf(offsOf(points, *circle), use);
        circle->kept = static_cast<double>(use.size()) / static_cast<double>(points.size());
    }
    return circle;
}

std::optional<Line> fitLine(const std::vector<Point>& points, double slack) {
    if (points.size() < 3) return std::nullopt;
    // Begun with medians of slopes and offsets (Theil and Sen): a run of outliers at one end would tilt a
    // first fit by least squares so that it believes them.
    std::vector<double> slopes, offsets;
    const std::size_t half = points.size() / 2;
    for (std::size_t i = 0; i + half < points.size(); ++i)
        if (points[i + half].x != points[i].x)
            slopes.push_back((points[i + half].y - points[i].y) / (points[i + half].x - points[i].x));
    Line line{0, median(std::move(slopes)), 0, points.size()};
    for (const auto& point : points) offsets.push_back(point.y - line.slope * point.x);
    line.offset = median(std::move(offsets));
    for (int round = 0; round < kRounds; ++round) {
        std::vector<double> residuals;
        for (const auto& point : points) residuals.push_back(point.y - line.at(point.x));
        const auto use = believed(residuals, slack);
        if (use.size() < 3) return std::nullopt;
        std::vector<std::vector<double>> rows;
        std::vector<double> values;
        for (const auto i : use) {
            rows.push_back({1, points[i].x});
            values.push_back(points[i].y);
        }
        const auto fit = leastSquares(rows, values);
        if (!fit) return std::nullopt;
        line = {(*fit)[0], (*fit)[1], 0, use.size()};
        for (std::size_t i = 0; i < points.size(); ++i) residuals[i] = points[i].y - line.at(points[i].x);
        line.rms = rmsOf(residuals, use);
    }
    return line;
}

namespace {

/// One model at the points, and its slope in each parameter there.
struct Linearised {
    std::vector<double> residuals;
    std::vector<std::vector<double>> jacobian;
    double squares = 0;
};

Linearised linearise(const Curve& curve, const std::vector<double>& at, const std::vector<double>& x,
                     const std::vector<double>& y) {
    Linearised out;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double value = curve(x[i], at);
        out.residuals.push_back(y[i] - value);
        out.squares += out.residuals.back() * out.residuals.back();
        auto& row = out.jacobian.emplace_back();
        for (std::size_t p = 0; p < at.size(); ++p) {
            auto moved = at;
            const double step = 1e-5 * std::max(1e-3, std::abs(at[p]));
            moved[p] += step;
            row.push_back((curve(x[i], moved) - value) / step);
        }
    }
    return out;
}

std::vector<std::vector<double>> normalOf(const Linearised& model, std::size_t n) {
    std::vector<std::vector<double>> normal(n, std::vector<double>(n));
    for (const auto& row : model.jacobian)
        for (std::size_t a = 0; a < n; ++a)
            for (std::size_t b = 0; b < n; ++b) normal[a][b] += row[a] * row[b];
    return normal;
}

}  // namespace

std::optional<CurveFit> fitCurve(const Curve& curve, std::vector<double> guess, const std::vector<double>& x,
                                 const std::vector<double>& y) {
    const std::size_t n = guess.size();
    if (x.size() <= n) return std::nullopt;
    auto model = linearise(curve, guess, x, y);
    double damping = 1e-3;
    for (int round = 0; round < 60 && damping < 1e9; ++round) {
        auto normal = normalOf(model, n);
        std::vector<double> right(n);
        for (std::size_t i = 0; i < x.size(); ++i)
            for (std::size_t a = 0; a < n; ++a) right[a] += model.jacobian[i][a] * model.residuals[i];
        for (std::size_t a = 0; a < n; ++a) normal[a][a] *= 1 + damping;
        const auto step = solve(normal, right);
        if (!step) return std::nullopt;
        auto next = guess;
        for (std::size_t a = 0; a < n; ++a) next[a] += (*step)[a];
        auto there = linearise(curve, next, x, y);
        if (std::isfinite(there.squares) && there.squares <= model.squares) {
            const bool settled = model.squares - there.squares < 1e-10 * model.squares;
            guess = std::move(next);
            model = std::move(there);
            damping = std::max(1e-9, damping / 10);
            if (settled) break;
        } else {
            damping *= 10;
        }
    }
    CurveFit out;
    out.parameters = guess;
    const double variance = model.squares / static_cast<double>(x.size() - n);
    out.rms = std::sqrt(variance);
    const auto normal = normalOf(model, n);
    for (std::size_t a = 0; a < n; ++a) {
        std::vector<double> unit(n);
        unit[a] = 1;
        const auto column = solve(normal, unit);
        if (!column) return std::nullopt;
        out.sigmas.push_back(std::sqrt(std::max(0.0, variance * (*column)[a])));
    }
    return out;
}

double hullArea(std::vector<Point> points) {
    std::ranges::sort(points, [](Point a, Point b) { return a.x != b.x ? a.x < b.x : a.y < b.y; });
    // Andrew's chains: the lower one forth, the upper one back.
    std::vector<Point> hull;
    const auto turn = [&](Point next) {
        const auto &a = hull[hull.size() - 2], &b = hull.back();
        return (b.x - a.x) * (next.y - a.y) - (b.y - a.y) * (next.x - a.x);
    };
    const auto add = [&](Point next, std::size_t keep) {
        while (hull.size() > keep && turn(next) <= 0) hull.pop_back();
        hull.push_back(next);
    };
    for (const auto& point : points) add(point, 1);
    const std::size_t lower = hull.size();
    for (std::size_t i = points.size(); i-- > 1;) add(points[i - 1], lower);
    double twice = 0;
    for (std::size_t i = 0; i < hull.size(); ++i) {
        const auto &a = hull[i], &b = hull[(i + 1) % hull.size()];
        twice += a.x * b.y - b.x * a.y;
    }
    return std::abs(twice) / 2;
}

std::optional<double> crossing(const std::vector<double>& profile, double level, std::size_t from) {
    for (std::size_t i = from + 1; i < profile.size(); ++i) {
        const double before = profile[i - 1] - level, after = profile[i] - level;
        if ((before <= 0) == (after <= 0)) continue;
        return static_cast<double>(i - 1) + before / (before - after);
    }
    return std::nullopt;
}

}  // namespace gantry::imaging::phantom
