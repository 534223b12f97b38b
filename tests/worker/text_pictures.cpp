#include "text_pictures.hpp"

#include <algorithm>
#include <cmath>

#include "leptonica.hpp"

namespace gantry::test {
namespace {

using imaging::Gray;
using imaging::PixPtr;

/// The line alone, black on white, without what is empty around it.
PixPtr lineOf(L_BMF* font, const std::string& text) {
    constexpr int kRoom = 100;
    const PixPtr page(pixCreate(static_cast<l_int32>(text.size()) * 80 + 2 * kRoom, 3 * kRoom, 1));
    l_int32 width = 0;
    pixSetTextline(page.get(), font, text.c_str(), 1, kRoom, 2 * kRoom, &width, nullptr);
    Pix* cut = nullptr;
    pixClipToForeground(page.get(), &cut, nullptr);
    return PixPtr(cut);
}

/// Capitals as high as wanted, soft edges, 255 where a stroke covers the pixel whole.
PixPtr rendered(const std::string& text, int capital_height) {
    constexpr int kPoints = 20;
    L_BMF* font = bmfCreate(nullptr, kPoints);
    const auto line = lineOf(font, text);
    const auto capital = lineOf(font, "H");
    bmfDestroy(&font);
    const auto scale =
        static_cast<l_float32>(capital_height) / static_cast<l_float32>(pixGetHeight(capital.get()));
    const PixPtr gray(pixConvert1To8(nullptr, line.get(), 0, 255));
    const PixPtr framed(pixAddBorder(gray.get(), 8, 0));
    return PixPtr(pixScaleGeneral(framed.get(), scale, scale, 0.0F, 0));
}

}  // namespace

void drawText(Gray& frame, DrawnText& text) {
    const auto pix = rendered(text.text, text.capital_height);
    constexpr int kHalf = 128;
    text.strokes = {frame.rows, -1, frame.columns, -1};
    text.pixels.clear();
    for (int r = 0; r < pixGetHeight(pix.get()); ++r)
        for (int c = 0; c < pixGetWidth(pix.get()); ++c) {
            l_uint32 cover = 0;
            pixGetPixel(pix.get(), c, r, &cover);
            const int row = text.y + r, column = text.x + c;
            if (cover == 0 || row < 0 || column < 0 || row >= frame.rows || column >= frame.columns) continue;
            auto& pixel =
                frame.pixels[static_cast<std::size_t>(row) * static_cast<std::size_t>(frame.columns) +
                             static_cast<std::size_t>(column)];
            const int value = pixel + text.contrast * static_cast<int>(cover) / 255;
            pixel = static_cast<std::uint8_t>(std::clamp(value, 0, 255));
            if (cover < kHalf) continue;
            text.pixels.emplace_back(row, column);
            text.strokes = {std::min(text.strokes.first_row, row), std::max(text.strokes.last_row, row),
                            std::min(text.strokes.first_column, column),
                            std::max(text.strokes.last_column, column)};
        }
}

Gray makeGround(Ground ground, int rows, int columns, int brightness, std::mt19937& random) {
    Gray out{rows, columns, {}};
    std::normal_distribution<double> noise(0, 8);
    std::exponential_distribution<double> speckle(1.0);
    // Speckle is as wide as the beam: the mean over three pixels of each row.
    double former[2] = {1, 1};
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            double value = brightness;
            if (ground == Ground::Gradient) value += 60.0 * c / columns - 30.0 * r / rows;
            if (ground == Ground::Noise) value += noise(random);
            if (ground == Ground::Speckle) {
                const double now = speckle(random);
                value *= 0.5 + 0.5 * (former[0] + former[1] + now) / 3;
                former[0] = former[1];
                former[1] = now;
            }
            out.pixels.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
        }
    return out;
}

}  // namespace gantry::test
