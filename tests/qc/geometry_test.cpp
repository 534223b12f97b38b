#include "gantry/qc/geometry.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "support.hpp"

using namespace gantry;
using namespace gantry::qc;
using gantry::test::must;

namespace {

SlicePlane axial(double z) {
    return {{-250, -250, z}, {1, 0, 0}, {0, 1, 0}};
}

std::vector<SlicePlane> axialStack(std::initializer_list<double> positions) {
    std::vector<SlicePlane> slices;
    for (const double z : positions) slices.push_back(axial(z));
    return slices;
}

}  // namespace

TEST_CASE("slices are sorted by position along the normal, whatever order they come in") {
    const Stack stack = must(buildStack(axialStack({10, 0, 15, 5, 20})));
    CHECK(stack.slices == 5);
    CHECK(stack.positions_mm == std::vector<double>{0, 5, 10, 15, 20});
    CHECK(stack.spacing_mm == 5);
    CHECK(stack.plane == Plane::Axial);
    CHECK(stack.obliquity_deg == Approx(0).margin(1e-6));
    CHECK(stack.missing() == 0);
    CHECK(stack.duplicates == 0);
    CHECK(stack.irregular == 0);
    // Five slices of 5 mm cover 20 mm between centres and half a slice at each end.
    const Interval covered = coverage(stack, 5);
    CHECK(covered.from_mm == -2.5);
    CHECK(covered.to_mm == 22.5);
}

TEST_CASE("a step of more than one and a half medians is a hole with a count and a place") {
    // 0 5 10 | 15 20 missing | 25 30 35 | 40 missing | 45
    const Stack stack = must(buildStack(axialStack({0, 5, 10, 25, 30, 35, 45})));
    CHECK(stack.spacing_mm == 5);
    REQUIRE(stack.holes.size() == 2);
    CHECK(stack.holes[0].slices == 2);
    CHECK(stack.holes[0].from_mm == 15);
    CHECK(stack.holes[0].to_mm == 20);
    CHECK(stack.holes[1].slices == 1);
    CHECK(stack.holes[1].from_mm == 40);
    CHECK(stack.missing() == 3);
    CHECK(describeHoles(stack.holes) == "15 to 20 mm and 40 mm");
}

TEST_CASE("a step of exactly one and a half medians is irregular, not a hole") {
    const Stack stack = must(buildStack(axialStack({0, 2, 4, 7, 9, 11})));
    CHECK(stack.holes.empty());
    CHECK(stack.irregular == 1);
    // 5 % of 10 mm is 0.5 mm: 10.4 is regular, 10.6 is not.
    CHECK(must(buildStack(axialStack({0, 10, 20, 30.4, 40.4}))).irregular == 0);
    CHECK(must(buildStack(axialStack({0, 10, 20, 30.6, 40.6}))).irregular == 1);
}

TEST_CASE("slices within a hundredth of a millimetre are at one position") {
    const Stack stack = must(buildStack(axialStack({0, 5, 5.009, 10, 10, 15})));
    CHECK(stack.duplicates == 2);
    CHECK(stack.slices == 6);
    CHECK(stack.positions_mm.size() == 4);
    CHECK(stack.spacing_mm == 5);
    CHECK(must(buildStack(axialStack({0, 5, 5.011, 10}))).duplicates == 0);
}

TEST_CASE("the projection on the normal measures tilted stacks") {
    // Gantry tilt of 18.5 degrees: the table moves 2.5 mm along z, the slices are 2.5 cos 18.5° = 2.3708 mm
    // apart.
    const double tilt = 18.5 * M_PI / 180;
    std::vector<SlicePlane> slices;
    for (int i = 0; i < 20; ++i)
        slices.push_back({{0, 0, 2.5 * i}, {1, 0, 0}, {0, std::cos(tilt), -std::sin(tilt)}});
    const Stack stack = must(buildStack(slices));
    CHECK(*stack.spacing_mm == Approx(2.3708).epsilon(1e-4));
    CHECK(stack.obliquity_deg == Approx(18.5).epsilon(1e-6));
    CHECK(stack.plane == Plane::Axial);
    CHECK(stack.holes.empty());
}

TEST_CASE("planes are named by the nearest patient axis") {
    const auto plane = [](const Vector3& row, const Vector3& column) {
        const std::vector<SlicePlane> slices{{{0, 0, 0}, row, column}};
        return must(buildStack(slices)).plane;
    };
    CHECK(plane({1, 0, 0}, {0, 1, 0}) == Plane::Axial);
    CHECK(plane({-1, 0, 0}, {0, 1, 0}) == Plane::Axial);  // head last: the normal points to the feet
    CHECK(plane({1, 0, 0}, {0, 0, -1}) == Plane::Coronal);
    CHECK(plane({0, 1, 0}, {0, 0, -1}) == Plane::Sagittal);
    const double half = std::sqrt(0.5);
    CHECK(plane({1, 0, 0}, {0, half, half}) == Plane::Oblique);
}

TEST_CASE("positions of stacks that point to the feet read like those that point to the head") {
    std::vector<SlicePlane> slices;
    for (const double z : {800.0, 805.0, 820.0}) slices.push_back({{0, 0, z}, {-1, 0, 0}, {0, 1, 0}});
    slices.push_back({{0, 0, 795}, {-1, 0, 0}, {0, 1, 0}});
    const Stack stack = must(buildStack(slices));
    CHECK(stack.first_mm() == 795);
    CHECK(describeHoles(stack.holes) == "810 to 815 mm");
}

TEST_CASE("what is no stack is said in words") {
    CHECK(buildStack({}).error().context == "no image has a position");
    std::vector<SlicePlane> mixed{axial(0), {{0, 0, 0}, {1, 0, 0}, {0, 0, -1}}};
    CHECK(buildStack(mixed).error().context == "images of different orientation are in one series");
    std::vector<SlicePlane> bent{{{0, 0, 0}, {1, 0, 0}, {1, 0, 0}}};
    CHECK(buildStack(bent).error().context == "an image orientation is not valid");
    std::vector<SlicePlane> zero{{{0, 0, 0}, {0, 0, 0}, {0, 0, 0}}};
    CHECK_FALSE(buildStack(zero));
    std::vector<SlicePlane> endless{{{0, 0, std::nan("")}, {1, 0, 0}, {0, 1, 0}}};
    CHECK_FALSE(buildStack(endless));
}

TEST_CASE("one slice has a position but no spacing") {
    const Stack stack = must(buildStack(axialStack({7})));
    CHECK_FALSE(stack.spacing_mm);
    CHECK(stack.first_mm() == 7);
    CHECK(stack.missing() == 0);
}

TEST_CASE("the union of stations counts overlap once and leaves gaps out") {
    CHECK(unionLength({{0, 300}, {280, 600}}) == 600);
    CHECK(unionLength({{280, 600}, {0, 300}}) == 600);
    CHECK(unionLength({{0, 300}, {350, 600}}) == 550);
    CHECK(unionLength({{0, 600}, {100, 200}}) == 600);
    CHECK(unionLength({}) == 0);
}

TEST_CASE("a tilted gantry shows in where the slices lie, not along the normal") {
    // Tilt about the x axis by 20 degrees: columns lean, the table still moves along z by 5 mm a slice.
    const double tilt = 20 * std::numbers::pi / 180;
    std::vector<SlicePlane> slices;
    for (int i = 0; i < 10; ++i)
        slices.push_back({{-125, -125, 5.0 * i}, {1, 0, 0}, {0, std::cos(tilt), std::sin(tilt)}});
    const Stack stack = must(buildStack(slices));
    CHECK(*stack.tilt_deg == Approx(20));
    CHECK(*stack.spacing_mm == Approx(5 * std::cos(tilt)));
    CHECK(stack.obliquity_deg == Approx(20));
    CHECK(stack.origin == Vector3{-125, -125, 0});
    CHECK(stack.column == slices.front().column);
    CHECK(*must(buildStack(axialStack({0, 5, 10}))).tilt_deg == Approx(0).margin(1e-9));
    CHECK_FALSE(must(buildStack(axialStack({3}))).tilt_deg);
}
