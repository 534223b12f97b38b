#include "gantry/imaging/mask.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace gantry::imaging {
namespace {

constexpr float kCtBodyHu = -300;
constexpr float kOfOtsu = 0.4F;
constexpr int kAirDistance = 6;

std::size_t index(const Mask& mask, int row, int column) {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(mask.columns) +
           static_cast<std::size_t>(column);
}

// The row with each pixel joined to those up to `radius` beside it, by "and" or "or"; byte by byte, so that
// the compiler takes many at once.
void joinAcross(const std::uint8_t* in, std::uint8_t* out, std::size_t length, std::size_t radius, bool all) {
    std::vector<std::uint8_t> wide(length + 2 * radius, all ? 1 : 0);
    std::copy(in, in + length, wide.begin() + static_cast<std::ptrdiff_t>(radius));
    std::copy(in, in + length, out);
    for (std::size_t shift = 0; shift <= 2 * radius; ++shift) {
        const auto* line = wide.data() + shift;
        if (all)
            for (std::size_t c = 0; c < length; ++c) out[c] &= line[c];
        else
            for (std::size_t c = 0; c < length; ++c) out[c] |= line[c];
    }
}

// The same downwards; rows beyond the edge do not count.
void joinDown(const Mask& in, Mask& out, int radius, bool all) {
    const auto width = static_cast<std::size_t>(in.columns);
    for (int row = 0; row < in.rows; ++row) {
        auto* line = out.on.data() + index(out, row, 0);
        std::copy_n(in.on.data() + index(in, row, 0), width, line);
        for (int r = std::max(row - radius, 0); r <= std::min(row + radius, in.rows - 1); ++r) {
            const auto* other = in.on.data() + index(in, r, 0);
            if (all)
                for (std::size_t c = 0; c < width; ++c) line[c] &= other[c];
            else
                for (std::size_t c = 0; c < width; ++c) line[c] |= other[c];
        }
    }
}

Mask joined(const Mask& mask, int radius, bool all) {
    Mask across{mask.rows, mask.columns, std::vector<std::uint8_t>(mask.on.size())};
    for (int row = 0; row < mask.rows; ++row)
        joinAcross(mask.on.data() + index(mask, row, 0), across.on.data() + index(mask, row, 0),
                   static_cast<std::size_t>(mask.columns), static_cast<std::size_t>(radius), all);
    Mask out{mask.rows, mask.columns, std::vector<std::uint8_t>(mask.on.size())};
    joinDown(across, out, radius, all);
    return out;
}

/// A run of set pixels in one row; runs that touch belong together.
struct Run {
    int row, first, last;  ///< columns, both included
    std::size_t parent;    ///< index of another run of the same part, or of itself
};

std::size_t rootOf(std::vector<Run>& runs, std::size_t i) {
    while (runs[i].parent != i) i = runs[i].parent = runs[runs[i].parent].parent;
    return i;
}

void runsOfRow(const Mask& mask, int row, std::uint8_t value, std::vector<Run>& runs) {
    const auto* line = mask.on.data() + index(mask, row, 0);
    for (int c = 0; c < mask.columns; ++c) {
        if (line[c] != value) continue;
        const int first = c;
        while (c + 1 < mask.columns && line[c + 1] == value) ++c;
        runs.push_back({row, first, c, runs.size()});
    }
}

/// All runs of pixels equal to `value`, joined into parts.
std::vector<Run> partsOf(const Mask& mask, std::uint8_t value) {
    std::vector<Run> runs;
    std::size_t above_first = 0;
    for (int row = 0; row < mask.rows; ++row) {
        const auto first = runs.size();
        runsOfRow(mask, row, value, runs);
        auto up = above_first;
        for (auto i = first; i < runs.size(); ++i) {
            while (up < first && runs[up].last < runs[i].first) ++up;
            for (auto k = up; k < first && runs[k].first <= runs[i].last; ++k)
                runs[rootOf(runs, k)].parent = rootOf(runs, i);
        }
        above_first = first;
    }
    return runs;
}

void paint(Mask& mask, const Run& run, std::uint8_t value) {
    std::fill(mask.on.begin() + static_cast<std::ptrdiff_t>(index(mask, run.row, run.first)),
              mask.on.begin() + static_cast<std::ptrdiff_t>(index(mask, run.row, run.last)) + 1, value);
}

// As many pixels as millimetres, and no more: where pixels are large, an arm is a few of them.
int radiusOf(const Frame& frame, int pixels) {
    if (frame.row_mm <= 0) return pixels;
    return std::clamp(static_cast<int>(std::lround(pixels / frame.row_mm)), 1, pixels);
}

// Weights of a Gaussian of sigma 1 pixel, out to 3 sigma.
constexpr std::array<float, 4> kGauss = {0.39905F, 0.24204F, 0.05401F, 0.00443F};

Frame smoothed(const Frame& frame) {
    Frame across = frame;
    Frame out = frame;
    const int rows = frame.rows;
    const int columns = frame.columns;
    const auto place = [&](int r, int c) {
        return static_cast<std::size_t>(r) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(c);
    };
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            float sum = kGauss[0] * frame.at(r, c);
            for (int k = 1; k < 4; ++k)
                sum += kGauss[static_cast<std::size_t>(k)] *
                       (frame.at(r, std::max(c - k, 0)) + frame.at(r, std::min(c + k, columns - 1)));
            across.values[place(r, c)] = sum;
        }
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            float sum = kGauss[0] * across.at(r, c);
            for (int k = 1; k < 4; ++k)
                sum += kGauss[static_cast<std::size_t>(k)] *
                       (across.at(std::max(r - k, 0), c) + across.at(std::min(r + k, rows - 1), c));
            out.values[place(r, c)] = sum;
        }
    return out;
}

}  // namespace

std::size_t Mask::count() const {
    return std::accumulate(on.begin(), on.end(), std::size_t{0});
}

std::optional<Box> boundsOf(const Mask& mask) {
    std::optional<Box> out;
    for (int r = 0; r < mask.rows; ++r)
        for (int c = 0; c < mask.columns; ++c) {
            if (!mask.at(r, c)) continue;
            if (!out) out = Box{r, r, c, c};
            out->last_row = r;
            out->first_column = std::min(out->first_column, c);
            out->last_column = std::max(out->last_column, c);
        }
    return out;
}

Mask above(const Frame& frame, float level) {
    Mask out{frame.rows, frame.columns, std::vector<std::uint8_t>(frame.values.size())};
    for (std::size_t i = 0; i < out.on.size(); ++i) out.on[i] = frame.values[i] > level;
    return out;
}

Mask eroded(const Mask& mask, int radius) {
    return joined(mask, radius, true);
}
Mask dilated(const Mask& mask, int radius) {
    return joined(mask, radius, false);
}

Mask largestParts(const Mask& mask) {
    auto runs = partsOf(mask, 1);
    std::vector<std::size_t> pixels(runs.size(), 0);
    for (std::size_t i = 0; i < runs.size(); ++i)
        pixels[rootOf(runs, i)] += static_cast<std::size_t>(runs[i].last - runs[i].first + 1);
    const auto largest = pixels.empty() ? 0 : *std::max_element(pixels.begin(), pixels.end());
    Mask out{mask.rows, mask.columns, std::vector<std::uint8_t>(mask.on.size(), 0)};
    for (std::size_t i = 0; i < runs.size(); ++i)
        if (pixels[rootOf(runs, i)] * 3 >= largest) paint(out, runs[i], 1);
    return out;
}

Mask filled(const Mask& mask) {
    auto runs = partsOf(mask, 0);
    std::vector<std::uint8_t> outside(runs.size(), 0);
    const auto atEdge = [&](const Run& run) {
        return run.row == 0 || run.row == mask.rows - 1 || run.first == 0 || run.last == mask.columns - 1;
    };
    for (std::size_t i = 0; i < runs.size(); ++i)
        if (atEdge(runs[i])) outside[rootOf(runs, i)] = 1;
    auto out = mask;
    for (std::size_t i = 0; i < runs.size(); ++i)
        if (!outside[rootOf(runs, i)]) paint(out, runs[i], 1);
    return out;
}

Mask complement(const Mask& mask) {
    auto out = mask;
    for (auto& pixel : out.on) pixel = pixel == 0;
    return out;
}

Mask ctBody(const Frame& frame) {
    const int open = radiusOf(frame, 3);
    return filled(largestParts(dilated(eroded(above(frame, kCtBodyHu), open), open)));
}

Mask mrBody(const Frame& frame, float level) {
    const int open = radiusOf(frame, 2);
    const int close = radiusOf(frame, 3);
    const auto bright = largestParts(dilated(eroded(above(smoothed(frame), level), open), open));
    return filled(eroded(dilated(bright, close), close));
}

Mask airBeside(const Mask& body) {
    return complement(dilated(body, kAirDistance));
}

float mrBodyLevel(const std::vector<Frame>& some) {
    float low = 0;
    float high = 0;
    for (const auto& frame : some)
        for (const float value : frame.values) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    if (high <= low) return high;
    constexpr std::size_t kBins = 512;
    std::array<double, kBins> histogram{};
    const float scale = static_cast<float>(kBins - 1) / (high - low);
    for (const auto& frame : some)
        for (const float value : frame.values)
            histogram[static_cast<std::size_t>((value - low) * scale)] += 1;
    double total = 0;
    double sum = 0;
    for (std::size_t i = 0; i < kBins; ++i) {
        total += histogram[i];
        sum += histogram[i] * static_cast<double>(i);
    }
    double below = 0;
    double sum_below = 0;
    double best = -1;
    std::size_t first = 0;  // where nothing lies between the two classes, the top is a plateau
    std::size_t last = 0;
    for (std::size_t i = 0; i + 1 < kBins; ++i) {
        below += histogram[i];
        sum_below += histogram[i] * static_cast<double>(i);
        if (below == 0 || below == total) continue;
        const double apart = sum_below / below - (sum - sum_below) / (total - below);
        const double between = below * (total - below) * apart * apart;
        if (between > best) {
            best = between;
            first = last = i;
        } else if (between == best) {
            last = i;
        }
    }
    return low + kOfOtsu * (static_cast<float>(first + last) / 2 + 1) / scale;
}

}  // namespace gantry::imaging
