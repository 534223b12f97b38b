#include "stack_measures.hpp"

#include <algorithm>
#include <cmath>

namespace gantry::imaging {
namespace {

/// Least spread believed: below it neighbours differ by less than anyone sees.
constexpr double kCorrelationFloor = 0.003;
constexpr double kFitsBetterBy = 0.005;
constexpr double kMeanFloor = 0.01;  ///< of the spread of the frames' means and of their own size
constexpr std::size_t kAround = 4;   ///< correlations to each side that tell what is usual there

double stackSd(const std::vector<Note>& notes) {
    double mean = 0;
    double squares = 0;
    double count = 0;
    for (const auto& note : notes) {
        if (!note.decoded) continue;
        mean += note.moments.mean;
        squares += note.moments.sd * note.moments.sd + note.moments.mean * note.moments.mean;
        ++count;
    }
    if (count == 0) return 0;
    mean /= count;
    return std::sqrt(std::max(squares / count - mean * mean, 0.0));
}

// By how much the frame before or behind the pair notes[i - 1], notes[i] fits one of them better than they
// fit each other.
double furtherFitsBetterBy(const std::vector<Note>& notes, std::size_t i) {
    double best = notes[i].to_second.value_or(-1);
    if (i + 1 < notes.size()) best = std::max(best, notes[i + 1].to_second.value_or(-1));
    return best - *notes[i].to_former;
}

}  // namespace

Blanks blankFrames(const std::vector<Note>& notes, bool by_values_alone) {
    const double least = by_values_alone ? 0 : 1e-3 * stackSd(notes);
    const auto blank = [&](const Note& note) {
        return note.decoded && (note.moments.two_values_at_most || note.moments.sd < least);
    };
    auto first = std::ranges::find_if_not(notes, blank);
    auto last = std::find_if_not(notes.rbegin(), notes.rend(), blank).base();
    if (first == notes.end()) {
        first = notes.begin();
        last = notes.end();
    }
    Blanks out;
    for (auto it = first; it != last; ++it)
        if (blank(*it)) {
            if (out.count == 0) out.first = it->frame;
            out.count += 1;
        }
    return out;
}

std::optional<Outlier> discontinuity(const std::vector<Note>& notes) {
    if (notes.size() < kLeastForOutliers) return std::nullopt;
    std::vector<double> correlations;
    std::vector<std::size_t> second;  // of each pair, index into the notes
    for (std::size_t i = 1; i < notes.size(); ++i)
        if (notes[i].to_former) {
            correlations.push_back(*notes[i].to_former);
            second.push_back(i);
        }
    std::vector<double> below;
    for (std::size_t i = 0; i < correlations.size(); ++i) {
        const auto from = correlations.begin() + static_cast<std::ptrdiff_t>(i - std::min(i, kAround));
        const auto to = correlations.begin() +
                        static_cast<std::ptrdiff_t>(std::min(i + kAround + 1, correlations.size()));
        below.push_back(median(std::vector<double>(from, to)) - correlations[i]);
    }
    const double centre = median(below);
    const double sigma = std::max(robustSigma(below), kCorrelationFloor);
    Outlier worst;
    for (std::size_t i = 0; i < below.size(); ++i) {
        const double better = furtherFitsBetterBy(notes, second[i]);
        const double z = (below[i] - centre + better) / sigma;
        if (better > kFitsBetterBy && z > worst.z) worst = {z, second[i]};
    }
    return worst;
}

std::optional<Outlier> signalDrop(const std::vector<Note>& notes) {
    if (notes.size() < kLeastForOutliers) return std::nullopt;
    std::vector<double> steps;
    std::vector<double> means;
    std::vector<std::size_t> where;
    for (std::size_t i = 1; i + 1 < notes.size(); ++i) {
        if (!notes[i - 1].decoded || !notes[i].decoded || !notes[i + 1].decoded) continue;
        const double mean = notes[i].moments.mean;
        steps.push_back(mean - (notes[i - 1].moments.mean + notes[i + 1].moments.mean) / 2);
        means.push_back(mean);
        where.push_back(i);
    }
    const double floor = kMeanFloor * std::max(robustSigma(means), std::abs(median(means)));
    auto out = furthest(steps, std::max(floor, 1e-6));
    if (out) out->index = where[out->index];
    return out;
}

}  // namespace gantry::imaging
