#include "gantry/imaging/slice_measures.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gantry::imaging {

namespace {

struct Sums {
    double plain = 0;
    double squares = 0;
};

// Of differences from `base`, in eight sums side by side: the compiler may not reorder one.
Sums sumsOf(const std::vector<float>& values, float base) {
    constexpr std::size_t kLanes = 8;
    double plain[kLanes] = {};
    double squares[kLanes] = {};
    const auto add = [&](std::size_t i, std::size_t lane) {
        const double off = static_cast<double>(values[i] - base);
        plain[lane] += off;
        squares[lane] += off * off;
    };
    std::size_t i = 0;
    for (; i + kLanes <= values.size(); i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane) add(i + lane, lane);
    for (; i < values.size(); ++i) add(i, 0);
    Sums out;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
        out.plain += plain[lane];
        out.squares += squares[lane];
    }
    return out;
}

bool hasTwoValuesAtMost(const std::vector<float>& values) {
    const float first = values.front();
    std::optional<float> other;
    for (const float value : values) {
        if (value == first) continue;
        if (other && value != *other) return false;
        other = value;
    }
    return true;
}

}  // namespace

Moments momentsOf(const Frame& frame) {
    Moments out;
    if (frame.values.empty()) return out;
    const float first = frame.values.front();
    const auto sums = sumsOf(frame.values, first);
    const auto count = static_cast<double>(frame.values.size());
    const double mean = sums.plain / count;
    out.mean = first + mean;
    out.sd = std::sqrt(std::max(sums.squares / count - mean * mean, 0.0));
    out.two_values_at_most = hasTwoValuesAtMost(frame.values);
    out.highest = *std::max_element(frame.values.begin(), frame.values.end());
    out.at_highest =
        static_cast<std::size_t>(std::count(frame.values.begin(), frame.values.end(), out.highest));
    return out;
}

std::optional<double> correlation(const Frame& a, const Moments& of_a, const Frame& b, const Moments& of_b) {
    if (a.values.size() != b.values.size() || of_a.sd <= 0 || of_b.sd <= 0) return std::nullopt;
    const auto mean_a = static_cast<float>(of_a.mean);
    const auto mean_b = static_cast<float>(of_b.mean);
    double sum = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i)
        sum += static_cast<double>((a.values[i] - mean_a) * (b.values[i] - mean_b));
    return sum / static_cast<double>(a.values.size()) / (of_a.sd * of_b.sd);
}

std::optional<double> meanOf(const Frame& frame, const Mask& mask, std::size_t least) {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < mask.on.size(); ++i)
        if (mask.on[i]) {
            sum += frame.values[i];
            ++count;
        }
    if (count < std::max<std::size_t>(least, 1)) return std::nullopt;
    return sum / static_cast<double>(count);
}

std::optional<double> medianOf(const Frame& frame, const Mask& mask, std::size_t least) {
    std::vector<float> values;
    for (std::size_t i = 0; i < mask.on.size(); ++i)
        if (mask.on[i] && (frame.padded.empty() || !frame.padded[i])) values.push_back(frame.values[i]);
    if (values.size() < std::max<std::size_t>(least, 1)) return std::nullopt;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return static_cast<double>(*middle);
}

std::optional<double> ghostShare(const Frame& frame, const Mask& body, const Mask& air) {
    const auto bounds = boundsOf(body);
    const auto tissue = meanOf(frame, body);
    if (!bounds || !tissue || *tissue <= 0) return std::nullopt;
    double sums[2] = {0, 0};
    std::size_t counts[2] = {0, 0};
    for (int r = 0; r < air.rows; ++r) {
        const bool in_rows = r >= bounds->first_row && r <= bounds->last_row;
        for (int c = 0; c < air.columns; ++c) {
            const bool in_columns = c >= bounds->first_column && c <= bounds->last_column;
            if (in_rows == in_columns || !air.at(r, c)) continue;
            sums[in_columns] += frame.at(r, c);
            ++counts[in_columns];
        }
    }
    constexpr std::size_t kLeast = 100;
    if (counts[0] < kLeast || counts[1] < kLeast) return std::nullopt;
    const double apart = sums[0] / static_cast<double>(counts[0]) - sums[1] / static_cast<double>(counts[1]);
    return std::abs(apart) / *tissue;
}

std::optional<double> immerkaerSigma(const Frame& frame) {
    double sum = 0;
    std::size_t count = 0;
    for (int r = 1; r + 1 < frame.rows; ++r)
        for (int c = 1; c + 1 < frame.columns; ++c) {
            const float corners = frame.at(r - 1, c - 1) + frame.at(r - 1, c + 1) + frame.at(r + 1, c - 1) +
                                  frame.at(r + 1, c + 1);
            const float sides =
                frame.at(r - 1, c) + frame.at(r + 1, c) + frame.at(r, c - 1) + frame.at(r, c + 1);
            const float middle = frame.at(r, c);
            if (corners == 4 * middle && sides == 4 * middle) continue;
            sum += std::abs(static_cast<double>(corners - 2 * sides + 4 * middle));
            ++count;
        }
    if (count < 100) return std::nullopt;
    return std::sqrt(std::numbers::pi / 2) * sum / (6 * static_cast<double>(count));
}

std::optional<double> airSigma(const Frame& frame, const Mask& air) {
    std::vector<float> values;
    for (std::size_t i = 0; i < air.on.size(); ++i)
        if (air.on[i]) values.push_back(frame.values[i]);
    if (values.size() < 200) return std::nullopt;
    double mean = 0;
    for (const float value : values) mean += value;
    mean /= static_cast<double>(values.size());
    double squares = 0;
    for (const float value : values) squares += (value - mean) * (value - mean);
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    const auto same = std::count(values.begin(), values.end(), *middle);
    if (static_cast<std::size_t>(same) * 2 > values.size()) return std::nullopt;
    return std::sqrt(squares / static_cast<double>(values.size())) / 0.655;
}

void LocalSd::add(const Frame& frame) {
    if (frame.row_mm <= 0) return;
    const int half = std::max(1, static_cast<int>(std::lround(6 / frame.row_mm)) / 2);
    const auto width = static_cast<std::size_t>(frame.columns);
    const int side = 2 * half + 1;
    if (frame.rows < side || frame.columns < side) return;
    const double area = static_cast<double>(side) * side;
    std::vector<double> sums(width, 0);
    std::vector<double> squares(width, 0);
    const auto row = [&](int r, double sign) {
        const auto* line = frame.values.data() + static_cast<std::size_t>(r) * width;
        for (std::size_t c = 0; c < width; ++c) {
            const double value = std::clamp<double>(line[c], -2000, 4000);
            sums[c] += sign * value;
            squares[c] += sign * value * value;
        }
    };
    for (int r = 0; r < frame.rows; ++r) {
        row(r, 1);
        if (r >= side) row(r - side, -1);
        if (r + 1 < side) continue;
        double sum = 0;
        double square = 0;
        for (std::size_t c = 0; c < width; ++c) {
            sum += sums[c];
            square += squares[c];
            if (c + 1 < static_cast<std::size_t>(side)) continue;
            const double mean = sum / area;
            if (mean >= 0 && mean <= 100) {
                const double sd = std::sqrt(std::max((square - sum * mean) / (area - 1), 0.0));
                if (const auto bin = static_cast<std::size_t>(sd / kBinHu); bin < kBins) histogram[bin] += 1;
            }
            sum -= sums[c + 1 - static_cast<std::size_t>(side)];
            square -= squares[c + 1 - static_cast<std::size_t>(side)];
        }
    }
}

std::optional<double> LocalSd::mode() const {
    double total = 0;
    for (const double count : histogram) total += count;
    if (total < 500) return std::nullopt;
    // Bins are narrow against the width of the peak: a window of seven makes the top steady.
    constexpr std::size_t kHalf = 3;
    double best = -1;
    std::size_t at = 0;
    for (std::size_t i = kHalf; i + kHalf < kBins; ++i) {
        double sum = 0;
        for (auto k = i - kHalf; k <= i + kHalf; ++k) sum += histogram[k];
        if (sum > best) {
            best = sum;
            at = i;
        }
    }
    return (static_cast<double>(at) + 0.5) * kBinHu;
}

double bodyOnRing(const Mask& body) {
    const double row_centre = (body.rows - 1) / 2.0;
    const double column_centre = (body.columns - 1) / 2.0;
    std::size_t ring = 0;
    std::size_t inside = 0;
    for (int r = 0; r < body.rows; ++r)
        for (int c = 0; c < body.columns; ++c) {
            const double y = (r - row_centre) / body.rows;
            const double x = (c - column_centre) / body.columns;
            const double radius_squared = x * x + y * y;
            if (radius_squared < 0.47 * 0.47 || radius_squared > 0.48 * 0.48) continue;
            ++ring;
            inside += body.at(r, c);
        }
    return ring == 0 ? 0 : static_cast<double>(inside) / static_cast<double>(ring);
}

double bodyOnEdges(const Mask& body, const std::array<bool, 4>& use) {
    std::size_t edge = 0;
    std::size_t inside = 0;
    const auto look = [&](int r, int c) {
        ++edge;
        inside += body.at(r, c);
    };
    for (int c = 0; c < body.columns; ++c) {
        if (use[0]) look(0, c);
        if (use[1]) look(body.rows - 1, c);
    }
    for (int r = 0; r < body.rows; ++r) {
        if (use[2]) look(r, 0);
        if (use[3]) look(r, body.columns - 1);
    }
    return edge == 0 ? 0 : static_cast<double>(inside) / static_cast<double>(edge);
}

Mask ctAir(const Mask& body) {
    auto out = airBeside(body);
    const double centre = (out.columns - 1) / 2.0;
    for (int r = 0; r < out.rows; ++r) {
        const double y = (r - (out.rows - 1) / 2.0) / out.rows;
        const double half = std::sqrt(std::max(0.45 * 0.45 - y * y, 0.0)) * out.columns;
        const auto first = static_cast<std::ptrdiff_t>(std::ceil(centre - half));
        const auto last = static_cast<std::ptrdiff_t>(std::floor(centre + half));
        const auto line = out.on.begin() + static_cast<std::ptrdiff_t>(r) * out.columns;
        std::fill(line, line + std::clamp<std::ptrdiff_t>(first, 0, out.columns), std::uint8_t{0});
        std::fill(line + std::clamp<std::ptrdiff_t>(last + 1, 0, out.columns), line + out.columns,
                  std::uint8_t{0});
    }
    return out;
}

}  // namespace gantry::imaging
