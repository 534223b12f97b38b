#include "gantry/imaging/text_finder.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

#include "support.hpp"
#include "text_pictures.hpp"

using namespace gantry;
using namespace gantry::imaging;
using namespace gantry::test;

namespace {

/// Share of the strokes' pixels that lie in what was found.
double covered(const DrawnText& text, const std::vector<TextLine>& found, bool sure_only) {
    if (text.pixels.empty()) return 1;
    const auto hits = std::ranges::count_if(text.pixels, [&](const auto& pixel) {
        return std::ranges::any_of(found, [&](const TextLine& line) {
            return (line.sure || !sure_only) && pixel.first >= line.box.first_row &&
                   pixel.first <= line.box.last_row && pixel.second >= line.box.first_column &&
                   pixel.second <= line.box.last_column;
        });
    });
    return static_cast<double>(hits) / static_cast<double>(text.pixels.size());
}

struct Rate {
    int drawn = 0, found = 0, sure = 0;
    double percent() const { return drawn ? 100.0 * found / drawn : 100; }
};

constexpr const char* kTexts[] = {"MUELLER, ANNA MARIA", "DOB: 12.03.1951", "ID 00047431395",
                                  "Smith^John",          "14:22:07",        "St. Vincent Hospital",
                                  "ACC 2210987",         "Dr. Weiss",       "23-Nov-2026"};

/// 98 % of what the eye of a person would read at once, and nearly all of the rest.
struct Case {
    Ground ground;
    const char* name;
    int brightness;
};
constexpr Case kCases[] = {{Ground::Flat, "flat", 10},
                           {Ground::Flat, "flat", 120},
                           {Ground::Gradient, "gradient", 90},
                           {Ground::Noise, "noise", 90},
                           {Ground::Speckle, "speckle", 45}};

}  // namespace

TEST_CASE("lines of text are found", "[worker]") {
    std::mt19937 random(7);
    std::map<std::string, Rate> rows;
    Rate all, large;
    for (const auto& one : kCases)
        for (const int height : {8, 10, 12, 16, 20, 28, 40})
            for (const int contrast : {30, 50, 80, 120, -80, -50}) {
                if (one.brightness + contrast < 0) continue;
                auto frame = makeGround(one.ground, 600, 800, one.brightness, random);
                std::vector<DrawnText> texts;
                int y = 4;
                for (const auto* words : kTexts) {
                    if (y + 2 * height > frame.rows) break;
                    texts.push_back({words, static_cast<int>(random() % 60), y, height, contrast});
                    drawText(frame, texts.back());
                    y += height * 2 + 8;
                }
                const auto found = findText(frame);
                for (const auto& text : texts) {
                    constexpr double kWhole = 0.95;
                    const bool hit = covered(text, found, false) >= kWhole;
                    const bool sure = covered(text, found, true) >= kWhole;
                    const bool easy = height >= 12 && std::abs(contrast) >= 80;
                    for (auto* rate : {&all, easy ? &large : nullptr,
                                       &rows[std::string(one.name) + std::to_string(one.brightness)],
                                       &rows["height " + std::to_string(height)],
                                       &rows["contrast " + std::to_string(contrast)]})
                        if (rate) {
                            rate->drawn += 1;
                            rate->found += hit;
                            rate->sure += sure;
                        }
                }
            }
    for (const auto& [name, rate] : rows)
        std::printf("%-16s %4d drawn %5.1f %% found %5.1f %% sure\n", name.c_str(), rate.drawn,
                    rate.percent(), 100.0 * rate.sure / rate.drawn);
    std::printf("from 12 pixels and contrast 80: %.1f %% of %d; all: %.1f %% of %d\n", large.percent(),
                large.drawn, all.percent(), all.drawn);
    CHECK(large.percent() >= 98);
    CHECK(all.percent() >= 94);
}

TEST_CASE("grounds without text give no line that is sure", "[worker]") {
    std::mt19937 random(11);
    for (const auto& one : kCases) {
        const auto lines = findText(makeGround(one.ground, 600, 800, one.brightness, random));
        const auto sure = std::ranges::count(lines, true, &TextLine::sure);
        std::printf("%-10s %3d: %td sure of %zu\n", one.name, one.brightness, sure, lines.size());
        CHECK(sure == 0);
        // Of speckle some look like letters; whether they are text is asked of the reader.
        if (one.ground != Ground::Speckle) CHECK(lines.empty());
    }
}

TEST_CASE("frames of a few pixels have no text", "[worker]") {
    CHECK(findText({1, 1, {5}}).empty());
    CHECK(findText({15, 4000, std::vector<std::uint8_t>(15 * 4000, 9)}).empty());
    CHECK(findText({64, 64, std::vector<std::uint8_t>(64 * 64, 255)}).empty());
}
