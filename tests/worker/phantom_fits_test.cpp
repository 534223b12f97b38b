// The small common parts: what they give for shapes whose answer is known on paper.
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <random>

#include "phantom/drawing.hpp"
#include "phantom/fits.hpp"
#include "phantom/outline.hpp"
#include "phantom/regions.hpp"
#include "phantom/surface.hpp"
#include "phantom/uniformity.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::imaging;
using namespace gantry::imaging::phantom;

namespace {

/// A disc whose pixels at the rim hold the share of them that it covers.
Frame discImage(Point centre, double radius, double value, int size = 200, double pixel = 1) {
    constexpr int kParts = 16;
    Frame frame{size, size, pixel, pixel, {}, {}};
    for (int r = 0; r < size; ++r)
        for (int c = 0; c < size; ++c) {
            int hits = 0;
            for (int i = 0; i < kParts; ++i)
                for (int j = 0; j < kParts; ++j)
                    hits += std::hypot((c + (i + 0.5) / kParts - 0.5) * pixel - centre.x,
                                       (r + (j + 0.5) / kParts - 0.5) * pixel - centre.y) < radius;
            frame.values.push_back(static_cast<float>(value * hits / (kParts * kParts)));
        }
    return frame;
}

}  // namespace

TEST_CASE("a circle is found through points of which a quarter are elsewhere", "[phantom]") {
    std::vector<Point> points;
    for (int degree = 0; degree < 360; degree += 3) {
        const double radius = degree > 250 && degree < 330 ? 80 : 95;  // a notch
        points.push_back(polar({101.3, 98.6}, radius, degree * std::numbers::pi / 180));
    }
    const auto circle = fitCircle(points, 0.3);
    REQUIRE(circle);
    CHECK(circle->centre.x == Approx(101.3).margin(1e-6));
    CHECK(circle->centre.y == Approx(98.6).margin(1e-6));
    CHECK(circle->radius == Approx(95).margin(1e-6));
    CHECK(circle->kept == Approx(0.78).margin(0.02));
}

TEST_CASE("a line is not tilted by a run of outliers at its end", "[phantom]") {
    std::vector<Point> points;
    for (int x = 0; x < 75; ++x) points.push_back({static_cast<double>(x), 3 + 0.01 * x + (x < 12 ? 0.8 : 0)});
    const auto line = fitLine(points, 0.3);
    REQUIRE(line);
    CHECK(line->slope == Approx(0.01).margin(1e-9));
    CHECK(line->offset == Approx(3).margin(1e-9));
    CHECK(line->kept == 63);
}

TEST_CASE("a curve is fitted and says how sure it is", "[phantom]") {
    std::mt19937_64 random(5);
    std::normal_distribution<double> noise(0, 0.02);
    std::vector<double> x, y;
    for (double at = -30; at <= 30; at += 0.5) {
        x.push_back(at);
        y.push_back(0.1 + 2 * std::exp(-(at - 3) * (at - 3) / 50) + noise(random));
    }
    const auto bell = [](double at, const std::vector<double>& p) {
        return p[0] + p[1] * std::exp(-(at - p[2]) * (at - p[2]) / (2 * p[3] * p[3]));
    };
    const auto fit = fitCurve(bell, {0, 1, 0, 8}, x, y);
    REQUIRE(fit);
    CHECK(fit->parameters[1] == Approx(2).margin(4 * fit->sigmas[1]));
    CHECK(fit->parameters[2] == Approx(3).margin(4 * fit->sigmas[2]));
    CHECK(fit->parameters[3] == Approx(5).margin(4 * fit->sigmas[3]));
    CHECK(fit->rms == Approx(0.02).epsilon(0.2));
    CHECK(fit->sigmas[2] < 0.05);
}

TEST_CASE("systems without one solution say so", "[phantom]") {
    CHECK_FALSE(solve({{1, 2}, {2, 4}}, {1, 2}));
    const auto good = solve({{2, 1}, {1, 3}}, {5, 10});
    REQUIRE(good);
    CHECK((*good)[0] == Approx(1));
    CHECK((*good)[1] == Approx(3));
    CHECK_FALSE(fitCircle({{0, 0}, {1, 1}}, 1));
    CHECK_FALSE(crossing({1, 2, 3}, 5));
}

TEST_CASE("the hull of a square with points inside is the square", "[phantom]") {
    CHECK(hullArea({{0, 0}, {4, 0}, {4, 4}, {0, 4}, {2, 2}, {1, 3}, {4, 2}}) == Approx(16));
}

TEST_CASE("a disc's outline is right to a fiftieth of a pixel, wherever it lies", "[phantom]") {
    const auto [x, y] = GENERATE(table<double, double>({{100, 100}, {97.37, 103.81}, {100.5, 99.25}}));
    CAPTURE(x, y);
    const auto outline = findOutline(Plane(discImage({x, y}, 80.3, 1000)));
    REQUIRE(outline);
    CHECK(outline->circle.centre.x == Approx(x).margin(0.02));
    CHECK(outline->circle.centre.y == Approx(y).margin(0.02));
    CHECK(outline->circle.radius == Approx(80.3).margin(0.02));
    CHECK(outline->width(0).value == Approx(160.6).margin(0.2));
    CHECK(outline->width(0.7).value == Approx(160.6).margin(0.06));
    CHECK_FALSE(outline->width(0).smooth_used);
}

TEST_CASE("a notch does not shorten a width", "[phantom]") {
    auto frame = discImage({100, 100}, 80, 1000);
    for (int r = 15; r < 40; ++r)
        for (int c = 88; c < 112; ++c) frame.values[static_cast<std::size_t>(r * 200 + c)] = 0;
    const auto outline = findOutline(Plane(frame));
    REQUIRE(outline);
    const auto down = outline->width(std::numbers::pi / 2);
    CHECK(down.value == Approx(160).margin(0.3));
    CHECK(down.smooth_used);
}

TEST_CASE("no outline where there is none", "[phantom]") {
    Frame blank{64, 64, 1, 1, std::vector<float>(4096, 7), {}};
    CHECK_FALSE(findOutline(Plane(blank)));
    auto sizeless = discImage({100, 100}, 80, 1000);
    sizeless.row_mm = sizeless.column_mm = 0;
    CHECK_FALSE(findOutline(Plane(sizeless)));
}

TEST_CASE("means over regions weigh pixels by how much of them is inside", "[phantom]") {
    // A ramp along x: the mean over any symmetric region is the value at its centre, wherever that falls in a pixel.
    Frame frame{100, 100, 0.5, 0.5, {}, {}};
    for (int r = 0; r < 100; ++r)
        for (int c = 0; c < 100; ++c) frame.values.push_back(static_cast<float>(10 * c));
    const Plane plane(frame);
    for (const double x : {20.0, 20.13, 20.31}) {
        CHECK(spreadIn(plane, circle("", {x, 25}, 6)).mean == Approx(20 * x).margin(2));
        CHECK(spreadIn(plane, ellipse("", {x, 25}, 8, 2)).mean == Approx(20 * x).margin(2));
        CHECK(spreadIn(plane, rectangle("", {x, 25}, 10, 4, 0.3)).mean == Approx(20 * x).margin(2));
    }
    CHECK(spreadIn(plane, circle("", {500, 500}, 5)).count == 0);
    CHECK(shareInside(plane, circle("", {0, 25}, 10)) == Approx(0.5).margin(0.03));
}

TEST_CASE("noise is told apart from what is smooth", "[phantom]") {
    std::mt19937_64 random(9);
    std::normal_distribution<double> noise(0, 5);
    Frame frame{128, 128, 1, 1, {}, {}};
    for (int r = 0; r < 128; ++r)
        for (int c = 0; c < 128; ++c)
            frame.values.push_back(static_cast<float>(1000 + 3 * c - 0.02 * r * r + noise(random)));
    CHECK(noiseIn(Plane(frame), circle("", {64, 64}, 50)) == Approx(5).epsilon(0.03));
}

TEST_CASE("uniformity of a known field, with and without noise", "[phantom]") {
    const double snr = GENERATE(0.0, 300.0, 20.0);
    CAPTURE(snr);
    constexpr double kRadius = 95, kRegion = 79.788, kBias = 0.15;
    std::mt19937_64 random(3);
    std::normal_distribution<double> noise(0, 1);
    Frame frame{256, 256, 0.9765625, 0.9765625, {}, {}};
    for (int r = 0; r < 256; ++r)
        for (int c = 0; c < 256; ++c) {
            const double x = (c - 127.5) * frame.column_mm, y = (r - 127.5) * frame.row_mm;
            const double field = 1 - kBias * (x * x + y * y) / (kRadius * kRadius);
            frame.values.push_back(static_cast<float>(1000 * (field + (snr > 0 ? noise(random) / snr : 0))));
        }
    const Plane plane(frame);
    const auto found = integralUniformity(plane, plane.middle(), kRegion);
    REQUIRE(found);
    // The mean of r2 over a disc of radius a at distance d is d2 + a2/2.
    const auto mean = [&](double d) { return 1 - kBias * (d * d + kSmallRegion * kSmallRegion / 2) / (kRadius * kRadius); };
    const double high = mean(0), low = mean(kRegion - kSmallRegion);
    CHECK(found->piu == Approx(100 * (1 - (high - low) / (high + low))).margin(0.3));
    CHECK_FALSE(integralUniformity(plane, {20, 20}, kRegion));
}

TEST_CASE("regions are drawn in colour, and small frames are enlarged", "[phantom]") {
    const auto png = test::must(drawn(discImage({50, 50}, 30, 100, 100), {0, 100}, {circle("A", {50, 50}, 20)}));
    REQUIRE(png.size() > 24);
    CHECK(png.substr(1, 3) == "PNG");
    // IHDR: width and height, big endian, then depth 8 and colour type 2 (RGB) [PNG 11.2.2].
    const auto word = [&](std::size_t at) {
        std::uint32_t out = 0;
        for (std::size_t i = 0; i < 4; ++i) out = out << 8 | static_cast<unsigned char>(png[at + i]);
        return out;
    };
    CHECK(word(16) >= 512);
    CHECK(word(20) >= 512);
    CHECK(png[24] == 8);
    CHECK(png[25] == 2);
    CHECK_FALSE(drawn(Frame{}, {0, 1}, {}));
}
