#include "burnt_in.hpp"

#include <cmath>
#include <cstdint>
#include <functional>

namespace gantry::canary {
namespace {

constexpr std::string_view kSigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// Columns from the left; the lowest bit is the uppermost dot.
constexpr std::uint8_t kColumns[][5] = {
    {0x7E, 0x11, 0x11, 0x11, 0x7E}, {0x7F, 0x49, 0x49, 0x49, 0x36}, {0x3E, 0x41, 0x41, 0x41, 0x22},
    {0x7F, 0x41, 0x41, 0x22, 0x1C}, {0x7F, 0x49, 0x49, 0x49, 0x41}, {0x7F, 0x09, 0x09, 0x09, 0x01},
    {0x3E, 0x41, 0x49, 0x49, 0x7A}, {0x7F, 0x08, 0x08, 0x08, 0x7F}, {0x00, 0x41, 0x7F, 0x41, 0x00},
    {0x20, 0x40, 0x41, 0x3F, 0x01}, {0x7F, 0x08, 0x14, 0x22, 0x41}, {0x7F, 0x40, 0x40, 0x40, 0x40},
    {0x7F, 0x02, 0x0C, 0x02, 0x7F}, {0x7F, 0x04, 0x08, 0x10, 0x7F}, {0x3E, 0x41, 0x41, 0x41, 0x3E},
    {0x7F, 0x09, 0x09, 0x09, 0x06}, {0x3E, 0x41, 0x51, 0x21, 0x5E}, {0x7F, 0x09, 0x19, 0x29, 0x46},
    {0x46, 0x49, 0x49, 0x49, 0x31}, {0x01, 0x01, 0x7F, 0x01, 0x01}, {0x3F, 0x40, 0x40, 0x40, 0x3F},
    {0x1F, 0x20, 0x40, 0x20, 0x1F}, {0x3F, 0x40, 0x38, 0x40, 0x3F}, {0x63, 0x14, 0x08, 0x14, 0x63},
    {0x07, 0x08, 0x70, 0x08, 0x07}, {0x61, 0x51, 0x49, 0x45, 0x43}, {0x3E, 0x51, 0x49, 0x45, 0x3E},
    {0x00, 0x42, 0x7F, 0x40, 0x00}, {0x42, 0x61, 0x51, 0x49, 0x46}, {0x21, 0x41, 0x45, 0x4B, 0x31},
    {0x18, 0x14, 0x12, 0x7F, 0x10}, {0x27, 0x45, 0x45, 0x45, 0x39}, {0x3C, 0x4A, 0x49, 0x49, 0x30},
    {0x01, 0x71, 0x09, 0x05, 0x03}, {0x36, 0x49, 0x49, 0x49, 0x36}, {0x06, 0x49, 0x49, 0x29, 0x1E}};

/// Calls for each pixel of the line's box with whether a dot is there.
void eachPixel(const Picture& picture, const BurntLine& line,
               const std::function<void(unsigned row, unsigned column, bool on)>& visit) {
    for (std::size_t i = 0; i < line.text.size(); ++i) {
        const auto sign = kSigns.find(line.text[i]);
        for (unsigned c = 0; c < 6 * line.dot; ++c)
            for (unsigned r = 0; r < 7 * line.dot; ++r) {
                const auto column = line.x + static_cast<unsigned>(i) * 6 * line.dot + c;
                const auto row = line.y + r;
                if (row >= picture.rows || column >= picture.columns) continue;
                const bool on = sign != std::string_view::npos && c / line.dot < 5 &&
                                (kColumns[sign][c / line.dot] >> (r / line.dot) & 1) != 0;
                visit(row, column, on);
            }
    }
}

std::size_t placeOf(const Picture& picture, unsigned frame, unsigned row, unsigned column) {
    const std::size_t cell = (std::size_t{frame} * picture.rows + row) * picture.columns + column;
    return cell * picture.samples * (picture.words ? 2 : 1);
}

double valueAt(const std::string& pixels, const Picture& picture, std::size_t at) {
    if (at + 2 > pixels.size()) return 0;
    const auto low = static_cast<unsigned char>(pixels[at]);
    if (!picture.words) return low;
    return (low + 256.0 * static_cast<unsigned char>(pixels[at + 1])) / 16;
}

}  // namespace

void burn(std::string& pixels, const Picture& picture, const BurntLine& line) {
    eachPixel(picture, line, [&](unsigned row, unsigned column, bool on) {
        const auto at = placeOf(picture, line.frame, row, column);
        if (!on) return;
        for (unsigned s = 0; s < picture.samples; ++s) {
            if (!picture.words) {
                pixels[at + s] = '\xF0';
            } else {
                pixels[at + 2 * s] = '\x00';
                pixels[at + 2 * s + 1] = '\x0F';
            }
        }
    });
}

bool isReadable(const std::string& pixels, const Picture& picture, const BurntLine& line) {
    constexpr double kVisible = 20;
    double on_sum = 0, off_sum = 0;
    std::size_t on_count = 0, off_count = 0;
    eachPixel(picture, line, [&](unsigned row, unsigned column, bool on) {
        const auto value = valueAt(pixels, picture, placeOf(picture, line.frame, row, column));
        (on ? on_sum : off_sum) += value;
        ++(on ? on_count : off_count);
    });
    if (on_count == 0 || off_count == 0) return false;
    return std::abs(on_sum / static_cast<double>(on_count) - off_sum / static_cast<double>(off_count)) >
           kVisible;
}

}  // namespace gantry::canary
