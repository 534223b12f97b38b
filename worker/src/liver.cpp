#include "liver.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gantry/imaging/robust.hpp"

namespace gantry::imaging {
namespace {

constexpr double kAboveTissue = 1.8;  ///< of the usual uptake of tissue: less is no liver
constexpr double kMostAboveTissue = 12;
constexpr double kEven = 0.25;  ///< relative SD of neighbouring boxes
constexpr double kRightOfMidlineMm = 20;
constexpr double kLeastMl = 500;
constexpr double kMostMl = 4500;
constexpr double kLeastThicknessMm = 25;  ///< from the middle of the right lobe to its surface
constexpr double kHighestShare = 0.95;    ///< a few columns may stick out
constexpr double kBesideHeartMm = 50;     ///< right of the midline nothing but lung lies on the dome

/// Means of 3 x 3 x 3 boxes, and how much those differ.
struct Smooth {
    std::vector<float> mean;
    std::vector<float> variation;
};

Smooth smoothed(const CoarseVolume& v) {
    Smooth out{std::vector<float>(v.values.size()), std::vector<float>(v.values.size())};
    for (int s = 0; s < v.slices; ++s)
        for (int r = 0; r < v.rows; ++r)
            for (int c = 0; c < v.columns; ++c) {
                double sum = 0, squares = 0, count = 0;
                for (int i = std::max(s - 1, 0); i <= std::min(s + 1, v.slices - 1); ++i)
                    for (int j = std::max(r - 1, 0); j <= std::min(r + 1, v.rows - 1); ++j)
                        for (int k = std::max(c - 1, 0); k <= std::min(c + 1, v.columns - 1); ++k) {
                            const double value = static_cast<double>(v.values[v.at(i, j, k)]);
                            sum += value;
                            squares += value * value;
                            ++count;
                        }
                const double mean = sum / count;
                const double variance = std::max(0.0, squares / count - mean * mean);
                out.mean[v.at(s, r, c)] = static_cast<float>(mean);
                out.variation[v.at(s, r, c)] =
                    static_cast<float>(mean > 0 ? std::sqrt(variance) / mean : 1e6);
            }
    return out;
}

/// What most of the body takes up, and where its middle is.
struct Body {
    double tissue = 0;
    double middle_x_mm = 0;
};

std::optional<Body> bodyOf(const CoarseVolume& v) {
    const double mean =
        std::accumulate(v.values.begin(), v.values.end(), 0.0) / static_cast<double>(v.values.size());
    if (!(mean > 0)) return std::nullopt;
    std::vector<double> uptake;
    double weighted = 0, weights = 0;
    for (std::size_t i = 0; i < v.values.size(); ++i) {
        const double value = static_cast<double>(v.values[i]);
        if (value <= mean) continue;
        uptake.push_back(value);
        weighted += v.x_mm[i % static_cast<std::size_t>(v.columns)];
        ++weights;
    }
    if (uptake.empty()) return std::nullopt;
    return Body{median(std::move(uptake)), weighted / weights};
}

/// Steps of boxes from a voxel of a part to what is not of it.
std::vector<int> depthsOf(const CoarseVolume& v, const std::vector<std::uint8_t>& part) {
    std::vector<int> depth(part.size(), 0);
    std::vector<std::uint8_t> left = part;
    for (int layer = 1; layer < 64; ++layer) {
        std::vector<std::size_t> surface;
        for (int s = 0; s < v.slices; ++s)
            for (int r = 0; r < v.rows; ++r)
                for (int c = 0; c < v.columns; ++c) {
                    if (!left[v.at(s, r, c)]) continue;
                    const bool inside =
                        s > 0 && r > 0 && c > 0 && s + 1 < v.slices && r + 1 < v.rows && c + 1 < v.columns &&
                        left[v.at(s - 1, r, c)] && left[v.at(s + 1, r, c)] && left[v.at(s, r - 1, c)] &&
                        left[v.at(s, r + 1, c)] && left[v.at(s, r, c - 1)] && left[v.at(s, r, c + 1)];
                    depth[v.at(s, r, c)] = layer;
                    if (!inside) surface.push_back(v.at(s, r, c));
                }
        if (surface.empty()) break;
        for (const std::size_t voxel : surface) left[voxel] = 0;
    }
    return depth;
}

/// Where between two slices the value goes through `level`.
double crossing(const CoarseVolume& v, int from, int to, int r, int c, double level) {
    const double a = static_cast<double>(v.values[v.at(from, r, c)]);
    const double b = static_cast<double>(v.values[v.at(to, r, c)]);
    const double share = a == b ? 0.5 : std::clamp((a - level) / (a - b), 0.0, 1.0);
    return v.z_mm[static_cast<std::size_t>(from)] +
           share * (v.z_mm[static_cast<std::size_t>(to)] - v.z_mm[static_cast<std::size_t>(from)]);
}

/// Upper end of a liver; nullopt when nothing that takes up less lies above it.
std::optional<double> domeOf(const CoarseVolume& v, const std::vector<std::uint8_t>& liver, double mean,
                             double middle_x_mm) {
    constexpr double kThickMm = 30, kAboveMm = 30, kLess = 0.7;
    const int thick = static_cast<int>(std::ceil(kThickMm / v.step_mm()));
    const int above = static_cast<int>(std::ceil(kAboveMm / v.step_mm()));
    std::vector<double> tops;
    double darker = 0;
    for (int r = 0; r < v.rows; ++r)
        for (int c = 0; c < v.columns; ++c) {
            if (v.x_mm[static_cast<std::size_t>(c)] > middle_x_mm - kBesideHeartMm) continue;
            int top = v.slices - 1;
            while (top >= 0 && !liver[v.at(top, r, c)]) --top;
            if (top < thick || !liver[v.at(top - thick, r, c)]) continue;
            if (top + above >= v.slices) return std::nullopt;
            while (static_cast<double>(v.values[v.at(top + 1, r, c)]) > mean / 2 && top + 2 < v.slices &&
                   v.values[v.at(top + 1, r, c)] < v.values[v.at(top, r, c)])
                ++top;
            tops.push_back(crossing(v, top, top + 1, r, c, mean / 2));
            darker +=
                static_cast<double>(v.values[v.at(std::min(top + above, v.slices - 1), r, c)]) < kLess * mean;
        }
    constexpr double kMostlyDarker = 0.6;
    if (tops.empty() || darker < kMostlyDarker * static_cast<double>(tops.size())) return std::nullopt;
    return percentile(std::move(tops), kHighestShare);
}

/// The voxels of a part, and its middle.
std::vector<std::uint8_t> only(const Parts& parts, int number) {
    std::vector<std::uint8_t> inside(parts.of.size(), 0);
    for (std::size_t i = 0; i < inside.size(); ++i) inside[i] = parts.of[i] == number;
    return inside;
}

std::vector<std::uint8_t> evenOnTheRight(const CoarseVolume& v, const Smooth& smooth, const Body& body) {
    std::vector<std::uint8_t> inside(v.values.size(), 0);
    for (std::size_t i = 0; i < inside.size(); ++i) {
        const double uptake = static_cast<double>(smooth.mean[i]) / body.tissue;
        inside[i] = v.x_mm[i % static_cast<std::size_t>(v.columns)] < body.middle_x_mm - kRightOfMidlineMm &&
                    uptake > kAboveTissue && uptake < kMostAboveTissue &&
                    static_cast<double>(smooth.variation[i]) < kEven;
    }
    return inside;
}

/// Everything of about this uptake that hangs together with the core.
std::vector<std::uint8_t> regionAround(const CoarseVolume& v, const Smooth& smooth,
                                       const std::vector<std::uint8_t>& core, double mean) {
    std::vector<std::uint8_t> alike(v.values.size(), 0);
    for (std::size_t i = 0; i < alike.size(); ++i) {
        const double value = static_cast<double>(smooth.mean[i]);
        alike[i] = value > 0.65 * mean && value < 1.45 * mean;
    }
    const Parts parts = partsOf(v, alike);
    const auto seed = static_cast<std::size_t>(std::ranges::find(core, 1) - core.begin());
    return only(parts, parts.of[seed]);
}

}  // namespace

std::optional<Liver> findLiver(const CoarseVolume& v) {
    const auto body = bodyOf(v);
    if (!body) return std::nullopt;
    const Smooth smooth = smoothed(v);
    const Parts cores = partsOf(v, evenOnTheRight(v, smooth, *body));
    if (cores.sizes.empty()) return std::nullopt;
    const auto core = only(cores, cores.largest());
    std::vector<double> values;
    for (std::size_t i = 0; i < core.size(); ++i)
        if (core[i]) values.push_back(static_cast<double>(smooth.mean[i]));
    const double mean = median(std::move(values));
    const auto region = regionAround(v, smooth, core, mean);
    const double ml = v.voxel_ml() * static_cast<double>(std::ranges::count(region, 1));
    if (ml < kLeastMl || ml > kMostMl) return std::nullopt;
    const auto depth = depthsOf(v, region);
    const auto deepest = static_cast<std::size_t>(std::ranges::max_element(depth) - depth.begin());
    const double thickness = depth[deepest] * std::min({v.row_mm, v.column_mm, v.step_mm()});
    const std::size_t width = static_cast<std::size_t>(v.columns);
    Liver liver;
    liver.column = static_cast<int>(deepest % width);
    liver.row = static_cast<int>(deepest / width % static_cast<std::size_t>(v.rows));
    liver.slice = static_cast<int>(deepest / width / static_cast<std::size_t>(v.rows));
    if (thickness < kLeastThicknessMm || v.x_mm[deepest % width] > body->middle_x_mm - kRightOfMidlineMm)
        return std::nullopt;
    const auto dome = domeOf(v, region, mean, body->middle_x_mm);
    if (!dome) return std::nullopt;
    liver.dome_mm = *dome;
    return liver;
}

void SphereStatistics::add(const Frame& frame, const CoarseVolume& volume, const Liver& liver, double dz_mm) {
    const double row = (liver.row + 0.5) * volume.factor - 0.5;
    const double column = (liver.column + 0.5) * volume.factor - 0.5;
    for (int r = 0; r < frame.rows; ++r)
        for (int c = 0; c < frame.columns; ++c) {
            if (std::hypot((r - row) * frame.row_mm, (c - column) * frame.column_mm, dz_mm) > kSphereRadiusMm)
                continue;
            const double value = static_cast<double>(frame.at(r, c));
            sum += value;
            squares += value * value;
            ++count;
        }
}

double SphereStatistics::variation() const {
    return std::sqrt(std::max(0.0, squares / count - mean() * mean())) / mean();
}

namespace {

constexpr float kLungHu = -400;  ///< half way between lung and tissue

/// Boxes of air that the body encloses.
std::vector<std::uint8_t> enclosedAir(const CoarseVolume& v) {
    std::vector<std::uint8_t> air(v.values.size(), 0);
    for (std::size_t i = 0; i < air.size(); ++i) air[i] = v.values[i] < kLungHu;
    std::vector<std::pair<int, int>> open;
    for (int s = 0; s < v.slices; ++s) {
        const auto clear = [&](int r, int c) {
            if (r < 0 || c < 0 || r >= v.rows || c >= v.columns || !air[v.at(s, r, c)]) return;
            air[v.at(s, r, c)] = 0;
            open.emplace_back(r, c);
        };
        for (int r = 0; r < v.rows; ++r)
            for (int c = 0; c < v.columns; ++c)
                if (r == 0 || c == 0 || r + 1 == v.rows || c + 1 == v.columns) clear(r, c);
        while (!open.empty()) {
            const auto [r, c] = open.back();
            open.pop_back();
            clear(r - 1, c);
            clear(r + 1, c);
            clear(r, c - 1);
            clear(r, c + 1);
        }
    }
    return air;
}

double middleOfBody(const CoarseVolume& v) {
    double weighted = 0, weights = 0;
    for (std::size_t i = 0; i < v.values.size(); ++i)
        if (v.values[i] > kLungHu) {
            weighted += v.x_mm[i % static_cast<std::size_t>(v.columns)];
            ++weights;
        }
    return weights > 0 ? weighted / weights : 0;
}

struct Extent {
    int first = 1 << 30;
    int last = -1;
    void take(int i) {
        first = std::min(first, i);
        last = std::max(last, i);
    }
    int part(double share) const { return first + static_cast<int>(std::lround(share * (last - first))); }
};

/// Heights at which the columns in the middle of a lung begin above tissue; empty when some are cut off.
std::vector<double> basesOf(const CoarseVolume& v, const std::vector<std::uint8_t>& lung) {
    Extent rows, columns;
    for (int s = 0; s < v.slices; ++s)
        for (int r = 0; r < v.rows; ++r)
            for (int c = 0; c < v.columns; ++c)
                if (lung[v.at(s, r, c)]) {
                    rows.take(r);
                    columns.take(c);
                }
    std::vector<double> bases;
    for (int r = rows.part(0.3); r <= rows.part(0.7); ++r)
        for (int c = columns.part(0.3); c <= columns.part(0.7); ++c) {
            int s = 0;
            while (s < v.slices && !lung[v.at(s, r, c)]) ++s;
            if (s == v.slices) continue;
            if (s < 2) return {};
            bases.push_back(crossing(v, s, s - 1, r, c, static_cast<double>(kLungHu)));
        }
    return bases;
}

}  // namespace

std::optional<double> findDome(const CoarseVolume& v) {
    auto air = enclosedAir(v);
    const double middle = middleOfBody(v);
    for (std::size_t i = 0; i < air.size(); ++i)
        if (v.x_mm[i % static_cast<std::size_t>(v.columns)] > middle - kRightOfMidlineMm) air[i] = 0;
    const Parts parts = partsOf(v, air);
    const int largest = parts.largest();
    if (largest < 0) return std::nullopt;
    const double ml = v.voxel_ml() * static_cast<double>(parts.sizes[static_cast<std::size_t>(largest)]);
    constexpr double kLeastLungMl = 400, kMostLungMl = 6000;
    if (ml < kLeastLungMl || ml > kMostLungMl) return std::nullopt;
    auto bases = basesOf(v, only(parts, largest));
    if (bases.size() < 20) return std::nullopt;
    return percentile(std::move(bases), kHighestShare);
}

}  // namespace gantry::imaging
