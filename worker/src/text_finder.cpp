#include "gantry/imaging/text_finder.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "leptonica.hpp"

namespace gantry::imaging {
namespace {

/// Strokes are narrower than this: what is wider is no letter of 64 pixels or less.
constexpr int kStrokes[] = {7, 15};
/// Contrast of strokes against what is around them, of 255.
constexpr int kContrasts[] = {18, 30, 48, 75, 110, 160};
/// Gaps between letters that are closed, and the heights of text that has such gaps.
struct Gap {
    int pixels, least_height, most_height;
};
constexpr Gap kGaps[] = {{6, 5, 14}, {13, 8, 28}, {27, 18, kMostTextHeight}};
constexpr double kTexture = 0.3;  ///< of all pixels; above it strokes are everywhere and say nothing

/// Letters stand out of the noise around them by at least this many times its own strokes. Noise makes many
/// short lines and few long ones.
double leastAboveNoise(double aspect) {
    constexpr double kShort = 3.2, kLong = 2.45;
    return std::clamp(kShort - (aspect - 2) * 0.3, kLong, kShort);
}

struct Candidate {
    Box box;
    double contrast = 0;  ///< of its strokes against what lies between them
    double flat = 0;      ///< share of the strokes' pixels that are about as bright as their brightest
    double edges = 0;     ///< of the strokes' contrast, over one pixel at their edge
    bool sure = false;
};

constexpr int kLeastContrast = 15;
constexpr int kStrongContrast = 70;

/// Anatomy makes short lines of little contrast; letters that nobody would overlook may stand alone.
double leastAspect(const Candidate& candidate) {
    const bool strong = candidate.contrast >= kStrongContrast;
    if (candidate.sure) return strong ? 1.1 : 2.5;
    return strong ? 2 : 3;
}

int widthOf(const Box& box) {
    return box.last_column - box.first_column + 1;
}
int heightOf(const Box& box) {
    return box.last_row - box.first_row + 1;
}

/// How the strokes lie in a box that might be a line.
struct Strokes {
    double density = 0;      ///< of the box
    double crossings = 0;    ///< of a row, for a width as large as the height
    double rows_filled = 0;  ///< share of rows that hold strokes
    double columns_filled = 0;
};

class Looker {
public:
    explicit Looker(const Gray& image) : image_(image), pix_(toPix(image)) {}

    std::vector<Candidate> look() {
        if (!pix_) return {};
        for (const int type : {L_TOPHAT_WHITE, L_TOPHAT_BLACK})
            for (const int stroke : kStrokes) {
                bright_ = type == L_TOPHAT_WHITE;
                const PixPtr hat(pixTophat(pix_.get(), stroke, stroke, type));
                if (!hat) continue;
                noise_ = medianStrokes(hat.get());
                lookAtHat(hat.get());
            }
        return std::move(found_);
    }

private:
    /// Of each block: the middle of what strokes would stand out by there. Letters cover less than half.
    static std::vector<int> medianStrokes(Pix* hat) {
        const int down = pixGetHeight(hat) / kBlock + 1, across = pixGetWidth(hat) / kBlock + 1;
        std::vector<int> out;
        for (int i = 0; i < down; ++i)
            for (int k = 0; k < across; ++k) {
                int counts[256] = {};
                int all = 0;
                for (int r = i * kBlock; r < std::min((i + 1) * kBlock, pixGetHeight(hat)); ++r) {
                    const auto* line = pixGetData(hat) + static_cast<std::ptrdiff_t>(r) * pixGetWpl(hat);
                    for (int c = k * kBlock; c < std::min((k + 1) * kBlock, pixGetWidth(hat)); ++c, ++all)
                        counts[GET_DATA_BYTE(line, c)] += 1;
                }
                int median = 0;
                for (int seen = counts[0]; median < 255 && 2 * seen < all; seen += counts[++median]) {
                }
                out.push_back(median);
            }
        return out;
    }

    int noiseAt(const Box& box) const {
        const int across = image_.columns / kBlock + 1;
        const int row = (box.first_row + box.last_row) / 2 / kBlock;
        int most = 0;
        for (int k = box.first_column / kBlock; k <= box.last_column / kBlock; ++k)
            most = std::max(most, noise_[static_cast<std::size_t>(row * across + k)]);
        return most;
    }

    void lookAtHat(Pix* hat) {
        for (const int contrast : kContrasts) {
            // pixThresholdToBinary sets what is darker.
            const PixPtr dark(pixThresholdToBinary(hat, contrast));
            if (!dark) return;
            pixInvert(dark.get(), dark.get());
            l_float32 share = 0;
            pixForegroundFraction(dark.get(), &share);
            if (share > kTexture) continue;
            if (share <= 0) return;
            for (const auto& gap : kGaps) lookAtMask(dark.get(), gap);
        }
    }

    void lookAtMask(Pix* mask, const Gap& gap) {
        const PixPtr closed(pixCloseSafeBrick(nullptr, mask, gap.pixels, 1));
        if (!closed) return;
        const BoxesPtr boxes(pixConnCompBB(closed.get(), 8));
        if (!boxes) return;
        const auto count = boxaGetCount(boxes.get());
        for (l_int32 i = 0; i < count; ++i) {
            l_int32 x = 0, y = 0, w = 0, h = 0;
            boxaGetBoxGeometry(boxes.get(), i, &x, &y, &w, &h);
            if (h < gap.least_height || h > gap.most_height || w * 10 < h * 11) continue;
            judge(mask, {y, y + h - 1, x, x + w - 1});
        }
    }

    void judge(Pix* mask, const Box& box) {
        const auto strokes = measure(mask, box);
        if (strokes.density < 0.1 || strokes.density > 0.75 || strokes.crossings < 0.7 ||
            strokes.crossings > 6 || strokes.rows_filled < 0.9 || strokes.columns_filled < 0.45)
            return;
        auto candidate = look(mask, box);
        const double aspect = static_cast<double>(widthOf(box)) / heightOf(box);
        if (candidate.contrast < leastAboveNoise(aspect) * noiseAt(box)) return;
        candidate.sure = candidate.flat >= 0.35 && candidate.edges >= 0.5;
        if (candidate.flat < 0.15 || candidate.edges < 0.3 || candidate.contrast < kLeastContrast) return;
        if (aspect >= leastAspect(candidate)) found_.push_back(candidate);
    }

    Strokes measure(Pix* mask, const Box& box) const {
        Strokes out;
        const int w = widthOf(box), h = heightOf(box);
        std::vector<std::uint8_t> columns(static_cast<std::size_t>(w), 0);
        int on = 0, starts = 0, rows = 0;
        for (int r = box.first_row; r <= box.last_row; ++r) {
            const auto* line = pixGetData(mask) + static_cast<std::ptrdiff_t>(r) * pixGetWpl(mask);
            int before = 0, on_here = 0;
            for (int c = 0; c < w; ++c) {
                const int bit = GET_DATA_BIT(line, box.first_column + c);
                on_here += bit;
                starts += bit & ~before;
                before = bit;
                columns[static_cast<std::size_t>(c)] |= static_cast<std::uint8_t>(bit);
            }
            on += on_here;
            rows += on_here > 0;
        }
        const double area = static_cast<double>(w) * h;
        out.density = on / area;
        out.crossings = static_cast<double>(starts) / h * h / w;
        out.rows_filled = static_cast<double>(rows) / h;
        out.columns_filled = static_cast<double>(std::count(columns.begin(), columns.end(), 1)) / w;
        return out;
    }

    int value(int row, int column) const {
        const auto at = static_cast<std::size_t>(row) * static_cast<std::size_t>(image_.columns) +
                        static_cast<std::size_t>(column);
        return bright_ ? image_.pixels[at] : 255 - image_.pixels[at];
    }

    /// Burnt-in letters have one brightness and sharp edges; speckle and vessels have neither.
    Candidate look(Pix* mask, const Box& box) const {
        std::vector<int> strokes;
        std::vector<int> steps;
        std::vector<int> ground;
        for (int r = box.first_row; r <= box.last_row; ++r) {
            const auto* line = pixGetData(mask) + static_cast<std::ptrdiff_t>(r) * pixGetWpl(mask);
            for (int c = box.first_column; c <= box.last_column; ++c) {
                if (!GET_DATA_BIT(line, c)) {
                    ground.push_back(value(r, c));
                    continue;
                }
                strokes.push_back(value(r, c));
                if (c > 0 && !GET_DATA_BIT(line, c - 1)) steps.push_back(step(r, c, -1));
                if (c + 1 < image_.columns && !GET_DATA_BIT(line, c + 1)) steps.push_back(step(r, c, 1));
            }
        }
        if (strokes.empty() || steps.empty() || ground.empty()) return {box};
        const auto part = [](std::vector<int>& all, double share) {
            const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(all.size() - 1));
            std::nth_element(all.begin(), all.begin() + at, all.end());
            return all[static_cast<std::size_t>(at)];
        };
        const int top = part(strokes, 0.9);
        const double contrast = std::max(top - part(ground, 0.5), 1);
        const auto near =
            std::ranges::count_if(strokes, [&](int v) { return std::abs(v - top) <= 0.15 * contrast; });
        return {box, contrast, static_cast<double>(near) / static_cast<double>(strokes.size()),
                part(steps, 0.5) / contrast, false};
    }

    /// From the pixel beyond the edge to the one inside of it, the steeper of the two steps there.
    int step(int row, int column, int way) const {
        const int here = value(row, column);
        const int outer = here - value(row, column + way);
        const int inner_column = column - way;
        if (inner_column < 0 || inner_column >= image_.columns) return outer;
        return std::max(outer, value(row, inner_column) - here);
    }

    static constexpr int kBlock = 64;  ///< pixels
    const Gray& image_;
    PixPtr pix_;
    std::vector<int> noise_;  ///< of the hat that is looked at, block by block
    bool bright_ = true;
    std::vector<Candidate> found_;
};

int shared(int first_a, int last_a, int first_b, int last_b) {
    return std::min(last_a, last_b) - std::max(first_a, first_b) + 1;
}

/// Parts of one line, which other gaps and contrasts cut in other places; never two lines, one below the
/// other.
bool areOneLine(const Box& a, const Box& b) {
    const int rows = shared(a.first_row, a.last_row, b.first_row, b.last_row);
    const int columns = shared(a.first_column, a.last_column, b.first_column, b.last_column);
    return columns > 0 && rows * 10 >= 6 * std::max(heightOf(a), heightOf(b));
}

bool isInside(const Box& inner, const Box& outer) {
    return inner.first_row >= outer.first_row && inner.last_row <= outer.last_row &&
           inner.first_column >= outer.first_column && inner.last_column <= outer.last_column;
}

Box around(const Box& a, const Box& b) {
    return {std::min(a.first_row, b.first_row), std::max(a.last_row, b.last_row),
            std::min(a.first_column, b.first_column), std::max(a.last_column, b.last_column)};
}

/// Parts of one line become one, until none are left; a joined line is sure when one of its parts is.
void join(std::vector<TextLine>& lines) {
    for (bool changed = true; changed;) {
        changed = false;
        std::vector<TextLine> out;
        for (const auto& line : lines) {
            const auto same = std::ranges::find_if(out, [&](const TextLine& other) {
                return other.sure == line.sure &&
                       (areOneLine(other.box, line.box) || isInside(line.box, other.box) ||
                        isInside(other.box, line.box));
            });
            if (same == out.end()) {
                out.push_back(line);
                continue;
            }
            same->box = around(same->box, line.box);
            changed = true;
        }
        lines = std::move(out);
    }
    const auto sure = std::ranges::stable_partition(lines, &TextLine::sure).begin();
    std::vector<TextLine> out(lines.begin(), sure);
    for (auto line = sure; line != lines.end(); ++line)
        if (std::none_of(lines.begin(), sure,
                         [&](const TextLine& other) { return isInside(line->box, other.box); }))
            out.push_back(*line);
    lines = std::move(out);
}

Box withMargin(Box box, const Gray& image) {
    const int margin = 2 + heightOf(box) / 8;
    box.first_row = std::max(box.first_row - margin, 0);
    box.first_column = std::max(box.first_column - margin, 0);
    box.last_row = std::min(box.last_row + margin, image.rows - 1);
    box.last_column = std::min(box.last_column + margin, image.columns - 1);
    return box;
}

}  // namespace

std::vector<TextLine> findText(const Gray& image) {
    constexpr int kLeastSide = 16;
    if (image.rows < kLeastSide || image.columns < kLeastSide) return {};
    std::vector<TextLine> lines;
    for (const auto& candidate : Looker(image).look())
        lines.push_back({withMargin(candidate.box, image), candidate.sure});
    join(lines);
    return lines;
}

}  // namespace gantry::imaging
