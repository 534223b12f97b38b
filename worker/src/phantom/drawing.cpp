#include "phantom/drawing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "png_file.hpp"

namespace gantry::imaging::phantom {

namespace {

using Colour = std::array<std::uint8_t, 3>;
constexpr Colour kInk{255, 176, 0};  ///< told from gray by everybody, also who sees no red or green
constexpr Colour kShade{0, 0, 0};

/// Five columns of seven pixels, the lowest bit on top.
struct Glyph {
    char letter;
    std::array<std::uint8_t, 5> columns;
};
constexpr Glyph kGlyphs[] = {
    {'0', {0x3E, 0x51, 0x49, 0x45, 0x3E}}, {'1', {0x00, 0x42, 0x7F, 0x40, 0x00}},
    {'2', {0x62, 0x51, 0x49, 0x49, 0x46}}, {'3', {0x22, 0x41, 0x49, 0x49, 0x36}},
    {'4', {0x18, 0x14, 0x12, 0x7F, 0x10}}, {'5', {0x27, 0x45, 0x45, 0x45, 0x39}},
    {'6', {0x3C, 0x4A, 0x49, 0x49, 0x30}}, {'7', {0x01, 0x71, 0x09, 0x05, 0x03}},
    {'8', {0x36, 0x49, 0x49, 0x49, 0x36}}, {'9', {0x06, 0x49, 0x49, 0x29, 0x1E}},
    {'A', {0x7E, 0x09, 0x09, 0x09, 0x7E}}, {'B', {0x7F, 0x49, 0x49, 0x49, 0x36}},
    {'C', {0x3E, 0x41, 0x41, 0x41, 0x22}}, {'D', {0x7F, 0x41, 0x41, 0x22, 0x1C}},
    {'E', {0x7F, 0x49, 0x49, 0x49, 0x41}}, {'F', {0x7F, 0x09, 0x09, 0x09, 0x01}},
    {'G', {0x3E, 0x41, 0x49, 0x49, 0x7A}}, {'H', {0x7F, 0x08, 0x08, 0x08, 0x7F}},
    {'I', {0x00, 0x41, 0x7F, 0x41, 0x00}}, {'J', {0x20, 0x40, 0x40, 0x40, 0x3F}},
    {'K', {0x7F, 0x08, 0x14, 0x22, 0x41}}, {'L', {0x7F, 0x40, 0x40, 0x40, 0x40}},
    {'M', {0x7F, 0x02, 0x0C, 0x02, 0x7F}}, {'N', {0x7F, 0x04, 0x08, 0x10, 0x7F}},
    {'O', {0x3E, 0x41, 0x41, 0x41, 0x3E}}, {'P', {0x7F, 0x09, 0x09, 0x09, 0x06}},
    {'Q', {0x3E, 0x41, 0x51, 0x21, 0x5E}}, {'R', {0x7F, 0x09, 0x19, 0x29, 0x46}},
    {'S', {0x26, 0x49, 0x49, 0x49, 0x32}}, {'T', {0x01, 0x01, 0x7F, 0x01, 0x01}},
    {'U', {0x3F, 0x40, 0x40, 0x40, 0x3F}}, {'V', {0x1F, 0x20, 0x40, 0x20, 0x1F}},
    {'W', {0x7F, 0x20, 0x18, 0x20, 0x7F}}, {'X', {0x63, 0x14, 0x08, 0x14, 0x63}},
    {'Y', {0x03, 0x04, 0x78, 0x04, 0x03}}, {'Z', {0x61, 0x51, 0x49, 0x45, 0x43}},
    {'.', {0x00, 0x60, 0x60, 0x00, 0x00}}, {'-', {0x08, 0x08, 0x08, 0x08, 0x08}},
    {'+', {0x08, 0x08, 0x3E, 0x08, 0x08}},
};

class Canvas {
public:
    Canvas(const Frame& frame, const Window& window) : frame_(frame) {
        const double wide = frame.columns * frame.column_mm, high = frame.rows * frame.row_mm;
        per_mm_ = std::max(frame.columns / wide, frame.rows / high);
        while (std::max(wide, high) * per_mm_ < kSide) per_mm_ *= 2;
        // Large ones are shrunk, up to where their lines stay readable.
        while (std::max(wide, high) * per_mm_ > 2 * kSide) per_mm_ /= 2;
        picture_.columns = std::max(1, static_cast<int>(std::lround(wide * per_mm_)));
        picture_.rows = std::max(1, static_cast<int>(std::lround(high * per_mm_)));
        fill(window);
    }

    void draw(const Region& region) {
        switch (region.shape) {
            case Region::Shape::Circle:
            case Region::Shape::Ellipse:
                drawRound(region);
                break;
            case Region::Shape::Polygon:
                for (std::size_t i = 0; i < region.points.size(); ++i)
                    stroke(region.points[i], region.points[(i + 1) % region.points.size()]);
                break;
            case Region::Shape::Line:
                stroke(region.points[0], region.points[1]);
                break;
            case Region::Shape::Mark: {
                const double arm = 5 / per_mm_;
                stroke(region.centre + Point{-arm, 0}, region.centre + Point{arm, 0});
                stroke(region.centre + Point{0, -arm}, region.centre + Point{0, arm});
                break;
            }
        }
    }

    void write(const Region& region) {
        const auto at = labelPlace(region);
        int x = static_cast<int>(at.x), y = static_cast<int>(at.y);
        x = std::clamp(x, 1, std::max(1, picture_.columns - 6 * static_cast<int>(region.label.size()) - 1));
        y = std::clamp(y, 1, std::max(1, picture_.rows - 9));
        for (const auto& [dx, dy] : {std::pair(-1, 0), std::pair(1, 0), std::pair(0, -1), std::pair(0, 1)})
            text(region.label, x + dx, y + dy, kShade);
        text(region.label, x, y, kInk);
    }

    const Coloured& picture() const { return picture_; }

private:
    void fill(const Window& window) {
        const Plane plane(frame_);
        const double range = std::max(window.high - window.low, 1e-20F);
        picture_.pixels.reserve(static_cast<std::size_t>(picture_.columns) *
                                static_cast<std::size_t>(picture_.rows) * 3);
        for (int r = 0; r < picture_.rows; ++r)
            for (int c = 0; c < picture_.columns; ++c) {
                const double value = plane.at(toMm(c, r));
                const double shade = std::clamp((value - window.low) / range, 0.0, 1.0);
                const auto gray =
                    static_cast<std::uint8_t>(std::lround(255 * (window.inverted ? 1 - shade : shade)));
                picture_.pixels.insert(picture_.pixels.end(), {gray, gray, gray});
            }
    }
    // The first pixel's centre is 0 mm, and half a pixel of the frame lies before it.
    Point toMm(double column, double row) const {
        return {(column + 0.5) / per_mm_ - frame_.column_mm / 2, (row + 0.5) / per_mm_ - frame_.row_mm / 2};
    }
    Point toPicture(Point mm) const {
        return {(mm.x + frame_.column_mm / 2) * per_mm_ - 0.5, (mm.y + frame_.row_mm / 2) * per_mm_ - 0.5};
    }
    void dot(int x, int y, const Colour& colour, double share) {
        if (x < 0 || y < 0 || x >= picture_.columns || y >= picture_.rows) return;
        auto* pixel =
            &picture_.pixels[3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture_.columns) +
                                  static_cast<std::size_t>(x))];
        for (std::size_t i = 0; i < 3; ++i)
            pixel[i] = static_cast<std::uint8_t>(std::lround((1 - share) * pixel[i] + share * colour[i]));
    }
    void soft(double x, double y) {
        const int left = static_cast<int>(std::floor(x)), top = static_cast<int>(std::floor(y));
        const double right = x - left, down = y - top;
        dot(left, top, kInk, (1 - right) * (1 - down));
        dot(left + 1, top, kInk, right * (1 - down));
        dot(left, top + 1, kInk, (1 - right) * down);
        dot(left + 1, top + 1, kInk, right * down);
    }
    void stroke(Point from_mm, Point to_mm) {
        const auto from = toPicture(from_mm), to = toPicture(to_mm);
        const int steps = static_cast<int>(std::min(4000.0, std::ceil(1.5 * distance(from, to)))) + 1;
        for (int i = 0; i <= steps; ++i) {
            const auto at = from + static_cast<double>(i) / steps * (to - from);
            soft(at.x, at.y);
        }
    }
    void drawRound(const Region& region) {
        constexpr int kSides = 180;
        const auto at = [&](int i) {
            const double angle = 2 * std::acos(-1.0) * i / kSides;
            return Point{region.centre.x + region.radius * std::cos(angle),
                         region.centre.y + region.radius_y * std::sin(angle)};
        };
        for (int i = 0; i < kSides; ++i) stroke(at(i), at(i + 1));
    }
    Point labelPlace(const Region& region) const {
        auto at = toPicture(region.points.empty() ? region.centre : region.points.back());
        if (region.shape == Region::Shape::Mark || !region.points.empty()) return at + Point{6, 4};
        const double half_text = 3.0 * static_cast<double>(region.label.size());
        // Small circles have their label below, large ones just inside.
        const double ry = region.radius_y * per_mm_;
        return {at.x - half_text, ry < 12 ? at.y + ry + 3 : at.y + ry - 11};
    }
    void text(const std::string& label, int x, int y, const Colour& colour) {
        for (const char letter : label) {
            const auto* glyph = std::find_if(std::begin(kGlyphs), std::end(kGlyphs),
                                             [&](const Glyph& one) { return one.letter == letter; });
            if (glyph != std::end(kGlyphs))
                for (int column = 0; column < 5; ++column)
                    for (int row = 0; row < 7; ++row)
                        if (glyph->columns[static_cast<std::size_t>(column)] >> row & 1)
                            dot(x + column, y + row, colour, 1);
            x += 6;
        }
    }

    const Frame& frame_;
    double per_mm_ = 1;  ///< pixels of the picture for each mm
    Coloured picture_;
};

}  // namespace

Result<std::string> drawn(const Frame& frame, const Window& window, const std::vector<Region>& regions) {
    if (frame.rows < 1 || frame.columns < 1 || !(frame.row_mm > 0) || !(frame.column_mm > 0))
        return fail(Errc::InvalidArgument, "a picture of no pixels");
    Canvas canvas(frame, window);
    for (const auto& region : regions) canvas.draw(region);
    for (const auto& region : regions)
        if (!region.label.empty()) canvas.write(region);
    return encodePng(canvas.picture());
}

}  // namespace gantry::imaging::phantom
