#include "body_phantom.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace gantry::scanner {

namespace {

constexpr int kAir = -1000;
constexpr int kOutsideCircle = -1024;
constexpr std::size_t kNoiseTable = 1u << 16;

struct Ellipse {
    double x_mm, y_mm;  ///< centre; x to the patient's left, y to the back
    double rx_mm, ry_mm;
    int hu;
};

/// 0 outside [from, to], 1 in the middle, smooth at both ends: how much of an organ a slice meets.
double presence(double at, double from, double to) {
    if (at <= from || at >= to) return 0.0;
    const double across = 2.0 * (at - from) / (to - from) - 1.0;
    return std::sqrt(1.0 - across * across);
}

void addPair(std::vector<Ellipse>& body, Ellipse one, double size) {
    if (size <= 0.0) return;
    one.rx_mm *= size;
    one.ry_mm *= size;
    body.push_back(one);
    one.x_mm = -one.x_mm;
    body.push_back(one);
}

void addOne(std::vector<Ellipse>& body, Ellipse one, double size) {
    if (size <= 0.0) return;
    one.rx_mm *= size;
    one.ry_mm *= size;
    body.push_back(one);
}

std::vector<Ellipse> bodyAt(double along) {
    const double waist = 1.0 - 0.12 * presence(along, 0.45, 0.85);
    std::vector<Ellipse> body;
    addOne(body, {0, 0, 178, 118, -95}, waist);                           // skin and fat
    addOne(body, {0, 2, 160, 102, 55}, waist);                            // muscle, enhanced
    addPair(body, {78, -4, 58, 82, -860}, presence(along, -0.12, 0.50));  // lungs
    addOne(body, {18, -28, 52, 46, 165}, presence(along, 0.22, 0.46));    // heart
    addOne(body, {-62, -14, 82, 72, 110}, presence(along, 0.40, 0.66));   // liver
    addPair(body, {62, 44, 27, 32, 180}, presence(along, 0.52, 0.72));    // kidneys
    addPair(body, {92, 28, 34, 52, 420}, presence(along, 0.74, 1.05));    // iliac wings
    addOne(body, {0, -32, 44, 34, 12}, presence(along, 0.84, 1.02));      // bladder
    addOne(body, {8, 34, 11, 11, 190}, 1.0);                              // aorta
    addOne(body, {0, 62, 22, 19, 260}, 1.0);                              // vertebra
    addOne(body, {0, 66, 8, 7, 30}, 1.0);                                 // spinal canal
    return body;
}

/// Zero mean, unit deviation, made once.
const std::array<float, kNoiseTable>& noiseTable() {
    static const auto table = [] {
        std::array<float, kNoiseTable> values{};
        std::uint64_t state = 0x9E3779B97F4A7C15u;
        for (auto& value : values) {
            double sum = 0;  // of twelve uniform numbers: variance 1
            for (int i = 0; i < 12; ++i) {
                state = state * 6364136223846793005u + 1442695040888963407u;
                sum += static_cast<double>(state >> 33) / 2147483648.0;
            }
            value = static_cast<float>(sum - 6.0);
        }
        return values;
    }();
    return table;
}

/// Columns of `row` that lie within the ellipse: [first, last).
struct Span {
    int first = 0;
    int last = 0;
};
Span spanOf(const Ellipse& e, double y_mm, double pixel_mm, int columns) {
    const double ny = (y_mm - e.y_mm) / e.ry_mm;
    if (std::abs(ny) >= 1.0) return {};
    const double half = e.rx_mm * std::sqrt(1.0 - ny * ny);
    const double centre = columns / 2.0;
    const auto column = [&](double x_mm) {
        return std::clamp(static_cast<int>(std::lround(x_mm / pixel_mm + centre)), 0, columns);
    };
    return {column(e.x_mm - half), column(e.x_mm + half)};
}

std::uint64_t mix(std::uint64_t x) {
    x ^= x >> 30;
    x *= 0xBF58476D1CE4E5B9u;
    x ^= x >> 27;
    x *= 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

}  // namespace

std::vector<std::uint16_t> drawBody(const BodySlice& slice) {
    const auto body = bodyAt(slice.along_body);
    const auto& noise = noiseTable();
    const auto columns = static_cast<std::size_t>(slice.columns);
    const double pixel_mm = slice.field_of_view_mm / slice.columns;
    const Ellipse circle{0, 0, slice.field_of_view_mm / 2, slice.field_of_view_mm / 2, kAir};
    std::vector<std::uint16_t> pixels(columns * static_cast<std::size_t>(slice.rows), 0);
    std::vector<float> line(columns);
    for (int row = 0; row < slice.rows; ++row) {
        const double y_mm = (row + 0.5 - slice.rows / 2.0) * pixel_mm;
        std::fill(line.begin(), line.end(), static_cast<float>(kOutsideCircle));
        const auto inside = spanOf(circle, y_mm, pixel_mm, slice.columns);
        std::fill(line.begin() + inside.first, line.begin() + inside.last, static_cast<float>(kAir));
        for (const auto& e : body) {
            const auto span = spanOf(e, y_mm, pixel_mm, slice.columns);
            std::fill(line.begin() + span.first, line.begin() + span.last, static_cast<float>(e.hu));
        }
        std::size_t at = mix(slice.noise_seed + static_cast<std::uint64_t>(row)) % kNoiseTable;
        auto* out = pixels.data() + static_cast<std::size_t>(row) * columns;
        for (int column = inside.first; column < inside.last; ++column, at = (at + 1) % kNoiseTable) {
            const auto i = static_cast<std::size_t>(column);
            const auto hu = line[i] + static_cast<float>(slice.noise_hu) * noise[at];
            out[i] = static_cast<std::uint16_t>(
                std::clamp(hu - static_cast<float>(kRescaleIntercept), 0.f, 4095.f));
        }
    }
    return pixels;
}

}  // namespace gantry::scanner
