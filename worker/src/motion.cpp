#include "gantry/imaging/motion.hpp"

#include <algorithm>
#include <cmath>

namespace gantry::imaging {
namespace {

constexpr std::size_t kLeastSlices =
    24;                        ///< fewer are too few samples, and contrast differs from slice to slice
constexpr int kFurthest = 24;  ///< samples: motion beyond it is found as this

std::vector<double> slopesOf(const std::vector<double>& profile) {
    std::vector<double> out;
    for (std::size_t i = 1; i < profile.size(); ++i) out.push_back(profile[i] - profile[i - 1]);
    return out;
}

// Correlation of b moved back by `lag`, over the samples that both have.
double correlationAt(const std::vector<double>& a, const std::vector<double>& b, int lag) {
    const int size = static_cast<int>(a.size());
    double product = 0;
    double square_a = 0;
    double square_b = 0;
    for (int i = std::max(0, -lag); i < std::min(size, size - lag); ++i) {
        const double x = a[static_cast<std::size_t>(i)];
        const double y = b[static_cast<std::size_t>(i + lag)];
        product += x * y;
        square_a += x * x;
        square_b += y * y;
    }
    return square_a > 0 && square_b > 0 ? product / std::sqrt(square_a * square_b) : 0;
}

}  // namespace

void Profiles::add(const Frame& slice) {
    rows.resize(static_cast<std::size_t>(slice.rows), 0);
    columns.resize(static_cast<std::size_t>(slice.columns), 0);
    double all = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const auto* line = slice.values.data() + r * columns.size();
        double sum = 0;
        for (std::size_t c = 0; c < columns.size(); ++c) {
            sum += static_cast<double>(line[c]);
            columns[c] += static_cast<double>(line[c]);
        }
        rows[r] += sum;
        all += sum;
    }
    slices.push_back(all);
}

double shiftOf(const std::vector<double>& reference, const std::vector<double>& profile) {
    if (reference.size() != profile.size() || reference.size() < 4) return 0;
    const auto a = slopesOf(reference);
    const auto b = slopesOf(profile);
    const int furthest = std::min(kFurthest, static_cast<int>(a.size()) / 4);
    int best = 0;
    double top = correlationAt(a, b, 0);
    for (int lag = -furthest; lag <= furthest; ++lag)
        if (const double here = correlationAt(a, b, lag); here > top) {
            top = here;
            best = lag;
        }
    const double before = correlationAt(a, b, best - 1);
    const double after = correlationAt(a, b, best + 1);
    const double bend = before - 2 * top + after;
    return best + (bend < 0 ? 0.5 * (before - after) / bend : 0);
}

double shiftVoxels(const Profiles& reference, const Profiles& other) {
    const double y = shiftOf(reference.rows, other.rows);
    const double x = shiftOf(reference.columns, other.columns);
    const double z = reference.slices.size() >= kLeastSlices ? shiftOf(reference.slices, other.slices) : 0;
    return std::sqrt(x * x + y * y + z * z);
}

}  // namespace gantry::imaging
