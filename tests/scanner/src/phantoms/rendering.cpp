#include "phantoms/rendering.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gantry::scanner {

namespace {

constexpr double kDegree = std::numbers::pi / 180;

double dot(const Vector& a, const Vector& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector times(const Vector& a, double factor) {
    return {a[0] * factor, a[1] * factor, a[2] * factor};
}

/// Rows of the matrix that turns by `angle` about an axis.
using Matrix = std::array<Vector, 3>;

Matrix about(std::size_t axis, double angle) {
    Matrix out{Vector{1, 0, 0}, Vector{0, 1, 0}, Vector{0, 0, 1}};
    const std::size_t a = (axis + 1) % 3, b = (axis + 2) % 3;
    out[a][a] = out[b][b] = std::cos(angle);
    out[a][b] = -std::sin(angle);
    out[b][a] = std::sin(angle);
    return out;
}

Matrix product(const Matrix& a, const Matrix& b) {
    Matrix out{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            for (std::size_t k = 0; k < 3; ++k) out[i][j] += a[i][k] * b[k][j];
    return out;
}

void blurLine(std::vector<double>& line, const std::vector<double>& kernel) {
    const int reach = static_cast<int>(kernel.size() / 2), size = static_cast<int>(line.size());
    std::vector<double> out(line.size());
    for (int i = 0; i < size; ++i)
        for (int k = -reach; k <= reach; ++k)
            out[static_cast<std::size_t>(i)] +=
                kernel[static_cast<std::size_t>(k + reach)] *
                line[static_cast<std::size_t>(std::clamp(i + k, 0, size - 1))];
    line = std::move(out);
}

}  // namespace

Vector Grid::at(int r, int c) const {
    Vector out = first;
    for (std::size_t axis = 0; axis < 3; ++axis) out[axis] += pixel_mm * (c * row[axis] + r * column[axis]);
    return out;
}

Grid axialGrid(int matrix, double fov_mm, double z_mm) {
    Grid grid;
    grid.rows = grid.columns = matrix;
    grid.pixel_mm = fov_mm / matrix;
    grid.first = {-fov_mm / 2 + grid.pixel_mm / 2, -fov_mm / 2 + grid.pixel_mm / 2, z_mm};
    return grid;
}

// The phantom is turned about itself first, then it is moved; what the scanner sees is then stretched.
Placement::Placement(const PhantomSetup& setup)
    : shift_{setup.shift_x_mm, setup.shift_y_mm, 0}, scale_{setup.scale_x, setup.scale_y, setup.scale_z} {
    const double half_turn = setup.reversed ? std::numbers::pi : 0;
    const auto turn =
        product(about(0, setup.tilt_deg * kDegree),
                product(about(1, setup.yaw_deg * kDegree + half_turn), about(2, setup.roll_deg * kDegree)));
    // Back to the phantom is the transposed matrix.
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) rows_[i][j] = turn[j][i];
}

Vector Placement::toPhantom(const Vector& scanner) const {
    Vector real;
    for (std::size_t axis = 0; axis < 3; ++axis) real[axis] = scanner[axis] / scale_[axis] - shift_[axis];
    return {dot(rows_[0], real), dot(rows_[1], real), dot(rows_[2], real)};
}

Vector Placement::turned(const Vector& scanner) const {
    Vector real;
    for (std::size_t axis = 0; axis < 3; ++axis) real[axis] = scanner[axis] / scale_[axis];
    return {dot(rows_[0], real), dot(rows_[1], real), dot(rows_[2], real)};
}

DrawnSlice draw(const Scene& scene, const Grid& grid, const Placement& placement,
                const SliceProfile& profile) {
    const auto half_row = placement.turned(times(grid.row, grid.pixel_mm / 2));
    const auto half_column = placement.turned(times(grid.column, grid.pixel_mm / 2));
    auto normal = placement.turned(grid.normal);
    normal = times(normal, 1 / std::sqrt(dot(normal, normal)));
    // What a row of pixels can touch: few of a phantom's many small bodies.
    const auto nearRow = [&](int r) {
        const auto from = placement.toPhantom(grid.at(r, 0)),
                   to = placement.toPhantom(grid.at(r, grid.columns - 1));
        Vector low{}, high{};
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const double reach = profile.reach() * std::abs(normal[axis]) + grid.pixel_mm;
            low[axis] = std::min(from[axis], to[axis]) - reach;
            high[axis] = std::max(from[axis], to[axis]) + reach;
        }
        return scene.within(low, high);
    };
    DrawnSlice slice{grid, {}};
    slice.values.reserve(static_cast<std::size_t>(grid.rows) * static_cast<std::size_t>(grid.columns));
    for (int r = 0; r < grid.rows; ++r) {
        const auto near = nearRow(r);
        for (int c = 0; c < grid.columns; ++c)
            slice.values.push_back(
                near.voxel(placement.toPhantom(grid.at(r, c)), half_row, half_column, normal, profile));
    }
    return slice;
}

void blur(DrawnSlice& slice, double fwhm_mm) {
    if (fwhm_mm <= 0) return;
    const double sigma = fwhm_mm / 2.354820045 / slice.grid.pixel_mm;
    const int reach = static_cast<int>(std::ceil(5 * sigma));
    std::vector<double> kernel;
    double sum = 0;
    for (int k = -reach; k <= reach; ++k) sum += kernel.emplace_back(std::exp(-k * k / (2 * sigma * sigma)));
    for (auto& weight : kernel) weight /= sum;
    const auto rows = static_cast<std::size_t>(slice.grid.rows),
               columns = static_cast<std::size_t>(slice.grid.columns);
    for (std::size_t r = 0; r < rows; ++r) {
        std::vector<double> line(slice.values.begin() + static_cast<std::ptrdiff_t>(r * columns),
                                 slice.values.begin() + static_cast<std::ptrdiff_t>((r + 1) * columns));
        blurLine(line, kernel);
        std::ranges::copy(line, slice.values.begin() + static_cast<std::ptrdiff_t>(r * columns));
    }
    for (std::size_t c = 0; c < columns; ++c) {
        std::vector<double> line;
        for (std::size_t r = 0; r < rows; ++r) line.push_back(slice.values[r * columns + c]);
        blurLine(line, kernel);
        for (std::size_t r = 0; r < rows; ++r) slice.values[r * columns + c] = line[r];
    }
}

namespace {

template <class Change>
void eachPixel(DrawnSlice& slice, const Change& change) {
    std::size_t i = 0;
    for (int r = 0; r < slice.grid.rows; ++r)
        for (int c = 0; c < slice.grid.columns; ++c) change(slice.values[i++], slice.grid.at(r, c));
}

}  // namespace

void addBias(DrawnSlice& slice, const PhantomSetup& setup, double radius_mm) {
    if (setup.bias == 0) return;
    const double x0 = setup.shift_x_mm + setup.bias_x_mm, y0 = setup.shift_y_mm + setup.bias_y_mm;
    eachPixel(slice, [&](double& value, const Vector& p) {
        const double dx = p[0] - x0, dy = p[1] - y0;
        value *= 1 - setup.bias * (dx * dx + dy * dy) / (radius_mm * radius_mm);
    });
}

void addGhost(DrawnSlice& slice, const PhantomSetup& setup, double radius_mm) {
    if (setup.ghost == 0) return;
    const double half_fov = slice.grid.pixel_mm * slice.grid.rows / 2;
    eachPixel(slice, [&](double& value, const Vector& p) {
        const double dx = p[0] - setup.shift_x_mm, dy = p[1] - setup.shift_y_mm;
        if (std::hypot(dx, dy) < radius_mm + 2) return;
        const double run = setup.ghost_across ? dx : dy, cross = setup.ghost_across ? dy : dx;
        if (std::hypot(std::abs(run) - half_fov, cross) < radius_mm) value += setup.ghost;
    });
}

void addRicianNoise(DrawnSlice& slice, double sigma, std::mt19937_64& random) {
    if (sigma <= 0) return;
    std::normal_distribution<double> noise(0, sigma);
    for (auto& value : slice.values) {
        const double real = value + noise(random);
        value = std::hypot(real, noise(random));
    }
}

void addGaussianNoise(DrawnSlice& slice, double sigma, std::mt19937_64& random) {
    if (sigma <= 0) return;
    std::normal_distribution<double> noise(0, sigma);
    for (auto& value : slice.values) value += noise(random);
}

double riceMean(double signal, double sigma) {
    if (sigma <= 0) return signal;
    const double x = signal * signal / (2 * sigma * sigma);
    if (x > 300) return signal + sigma * sigma / (2 * signal);
    const double laguerre =
        std::exp(-x / 2) * ((1 + x) * std::cyl_bessel_i(0.0, x / 2) + x * std::cyl_bessel_i(1.0, x / 2));
    return sigma * std::sqrt(std::numbers::pi / 2) * laguerre;
}

double piuOf(const PhantomSetup& setup, double radius_mm, double region_mm) {
    constexpr double kSmall = 5.6419;  // 1 cm2
    const double away = std::hypot(setup.bias_x_mm, setup.bias_y_mm);
    const double travel = region_mm - kSmall;
    const auto mean = [&](double distance) {
        return 1 - setup.bias * (distance * distance + kSmall * kSmall / 2) / (radius_mm * radius_mm);
    };
    const double high = mean(std::max(0.0, away - travel)), low = mean(away + travel);
    return 100 * (1 - (high - low) / (high + low));
}

double meanOfField(const PhantomSetup& setup, double radius_mm, double region_mm) {
    const double away2 = setup.bias_x_mm * setup.bias_x_mm + setup.bias_y_mm * setup.bias_y_mm;
    return 1 - setup.bias * (away2 + region_mm * region_mm / 2) / (radius_mm * radius_mm);
}

}  // namespace gantry::scanner
