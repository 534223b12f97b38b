#include "gantry/imaging/picture.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "png_file.hpp"

namespace gantry::imaging {
namespace {

// Mean of the frame's pixels that fall into each pixel of the picture.
Gray shrunk(const Frame& frame, const Window& window, int side) {
    const int step = std::max(1, (std::max(frame.rows, frame.columns) + side - 1) / side);
    Gray out{(frame.rows + step - 1) / step, (frame.columns + step - 1) / step, {}};
    out.pixels.reserve(static_cast<std::size_t>(out.rows) * static_cast<std::size_t>(out.columns));
    const float range = std::max(window.high - window.low, 1e-20F);
    for (int r = 0; r < out.rows; ++r)
        for (int c = 0; c < out.columns; ++c) {
            double sum = 0;
            int count = 0;
            for (int y = r * step; y < std::min((r + 1) * step, frame.rows); ++y)
                for (int x = c * step; x < std::min((c + 1) * step, frame.columns); ++x, ++count)
                    sum += frame.at(y, x);
            const double shade = std::clamp((sum / count - window.low) / range, 0.0, 1.0);
            out.pixels.push_back(
                static_cast<std::uint8_t>(std::lround(255 * (window.inverted ? 1 - shade : shade))));
        }
    return out;
}

void drawRectangle(Gray& gray, int first_row, int last_row, int first_column, int last_column,
                   std::uint8_t shade) {
    const auto dot = [&](int r, int c) {
        if (r >= 0 && c >= 0 && r < gray.rows && c < gray.columns)
            gray.pixels[static_cast<std::size_t>(r) * static_cast<std::size_t>(gray.columns) +
                        static_cast<std::size_t>(c)] = shade;
    };
    for (int c = first_column; c <= last_column; ++c) {
        dot(first_row, c);
        dot(last_row, c);
    }
    for (int r = first_row; r <= last_row; ++r) {
        dot(r, first_column);
        dot(r, last_column);
    }
}

// White with black around it is seen on any ground.
void drawBox(Gray& gray, const Box& box, int step) {
    const int top = std::clamp(box.first_row / step - 2, 1, gray.rows - 1);
    const int bottom = std::clamp(box.last_row / step + 2, 0, gray.rows - 2);
    const int left = std::clamp(box.first_column / step - 2, 1, gray.columns - 1);
    const int right = std::clamp(box.last_column / step + 2, 0, gray.columns - 2);
    drawRectangle(gray, top - 1, bottom + 1, left - 1, right + 1, 0);
    drawRectangle(gray, top, bottom, left, right, 255);
}

struct FromRow {
    std::string_view check;
    double from;
};
// Far below the limits of image_qc and of the example packs.
constexpr FromRow kPictureFrom[] = {
    {"image.blank_frames", 1},    {"image.saturated", 0.0005},   {"image.stack_discontinuity", 4},
    {"image.slice_drop", 4},      {"image.gnl_hu", 10},          {"image.body_truncation", 0.001},
    {"image.metal_ppm", 10},      {"image.ghost_percent", 0.03}, {"image.edge_truncation", 0.005},
    {"image.end_slices_body", 1}, {"image.snr_ratio", 2},        {"image.frame_motion", 1},
};

}  // namespace

Result<std::string> pictureOf(const Frame& frame, const Window& window, int side,
                              const std::optional<Box>& box) {
    if (frame.rows < 1 || frame.columns < 1) return fail(Errc::InvalidArgument, "a picture of no pixels");
    auto gray = shrunk(frame, window, side);
    const int step = std::max(1, (std::max(frame.rows, frame.columns) + side - 1) / side);
    if (box && gray.rows > 8 && gray.columns > 8) drawBox(gray, *box, step);
    return encodePng(gray);
}

Window windowFor(std::string_view check, const Survey& survey) {
    const float range = survey.window_high - survey.window_low;
    if (check == "image.ghost_percent" || check == "image.snr_ratio")
        return {survey.window_low, survey.window_low + 0.15F * range};
    if (check == "image.air_hu") return {-1100, -900};
    if (check == "image.metal_ppm") return {-500, 3000};
    return {survey.window_low, survey.window_high};
}

bool worthAPicture(std::string_view check, double value) {
    if (check == "image.air_hu") return std::abs(value + 1000) > 10;
    if (check == "image.snr") return value < 20;
    if (check == "image.liver_mean" || check == "image.liver_cov")
        return true;  // to see what was taken for it
    for (const auto& row : kPictureFrom)
        if (row.check == check) return value >= row.from;
    return false;
}

}  // namespace gantry::imaging
