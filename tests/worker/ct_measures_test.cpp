#include <algorithm>
#include <cmath>
#include <numbers>

#include "support.hpp"
#include "volumes.hpp"

using namespace gantry;
using namespace gantry::imaging;
using namespace gantry::test;

namespace {

double valueOf(const Survey& found, const std::string& check) {
    INFO(check);
    const auto measured = found.measures.find(check);
    if (measured == found.measures.end()) FAIL("not measured: " + found.reasons.at(check));
    return measured->second.value;
}

}  // namespace

TEST_CASE("an undamaged CT gives what it was made of and passes every start limit", "[worker]") {
    auto volume = ctDisc(24, 80, 10);
    const auto found = survey(volume, "CT");
    CHECK(valueOf(found, "image.undecodable") == 0);
    CHECK(valueOf(found, "image.blank_frames") == 0);
    CHECK(valueOf(found, "image.saturated") < 0.001);
    CHECK(valueOf(found, "image.stack_discontinuity") < 8);
    CHECK(valueOf(found, "image.slice_drop") < 6);
    CHECK(valueOf(found, "image.air_hu") == Approx(-1000).margin(1));
    CHECK(valueOf(found, "image.body_truncation") == 0);
    CHECK(valueOf(found, "image.metal_ppm") == 0);
    // A disc of 80 mm: its area, and its circumference.
    CHECK(valueOf(found, "image.body_area") == Approx(std::numbers::pi * 80 * 80).epsilon(0.01));
    CHECK(valueOf(found, "image.head_size") == Approx(2 * std::numbers::pi * 80).epsilon(0.01));
    CHECK(valueOf(found, "image.end_slices_body") == 2);
    CHECK(found.reasons.contains("image.ghost_percent"));
}

TEST_CASE("the global noise level of a CT is the noise that was put in", "[worker]") {
    for (const double noise : {3.0, 10.0, 30.0}) {
        auto volume = ctDisc(4, 100, noise);
        CAPTURE(noise);
        CHECK(valueOf(survey(volume, "CT"), "image.gnl_hu") == Approx(noise).epsilon(0.06));
    }
}

TEST_CASE("air that is not -1000 HU is measured beside table and padding", "[worker]") {
    auto volume = ctDisc(4, 80, 10, -945);
    for (auto& frame : volume.frames) {
        frame.padded.assign(frame.values.size(), 0);
        for (int r = 0; r < frame.rows; ++r)
            for (int c = 0; c < frame.columns; ++c) {
                const auto at = static_cast<std::size_t>(r * frame.columns + c);
                if (r > 222 && r < 228) frame.values[at] = 50;  // a table
                if (fromCentre(frame.rows, r, c) > 120) frame.values[at] = -2000, frame.padded[at] = 1;
            }
    }
    CHECK(valueOf(survey(volume, "CT"), "image.air_hu") == Approx(-945).margin(2));
}

TEST_CASE("a body beyond the field of view covers the ring at its edge", "[worker]") {
    // Half of the slices show a body that fills the image, half one that stays inside: P90 is all of the
    // ring.
    Volume wide(20, 256, 1.0, [](int s, int r, int c) {
        return fromCentre(256, r, c) < (s < 10 ? 80 : 200) ? 40.0 : -1000.0;
    });
    const auto found = survey(wide, "CT");
    CHECK(valueOf(found, "image.body_truncation") == Approx(1));
    REQUIRE(found.measures.at("image.body_truncation").place);
    CHECK(found.measures.at("image.body_truncation").place->frame >= 10);
    // Cut on one side only: the part of the ring right of 100 pixels, acos(100 / 121.6) / pi.
    Volume shifted(20, 256, 1.0, [](int, int, int c) { return c > 227 ? 40.0 : -1000.0; });
    CHECK(valueOf(survey(shifted, "CT"), "image.body_truncation") ==
          Approx(std::acos(100 / 121.6) / std::numbers::pi).epsilon(0.1));
}

TEST_CASE("metal is counted within the body", "[worker]") {
    auto volume = ctDisc(4, 80, 0);
    for (int i = 0; i < 20; ++i)
        volume.frames[2].values[static_cast<std::size_t>(100 * 256 + 120 + i)] = 3071;
    const auto found = survey(volume, "CT");
    double body = 0;
    for (int r = 0; r < 256; ++r)
        for (int c = 0; c < 256; ++c) body += fromCentre(256, r, c) < 80;
    CHECK(valueOf(found, "image.metal_ppm") == Approx(1e6 * 20 / (4 * body)).epsilon(0.01));
    const auto place = found.measures.at("image.metal_ppm").place;
    REQUIRE((place && place->box));
    CHECK(place->frame == 2);
    CHECK(place->box->first_row == 100);
    CHECK(place->box->last_column == 139);
}

TEST_CASE("blank frames inside a stack are found, those at its ends are not counted", "[worker]") {
    auto volume = ctDisc(24, 80, 10);
    for (const std::size_t i : {0, 9, 15, 23}) std::ranges::fill(volume.frames[i].values, -1024.0F);
    const auto found = survey(volume, "CT");
    CHECK(valueOf(found, "image.blank_frames") == 2);
    CHECK(found.measures.at("image.blank_frames").place->frame == 9);
}

TEST_CASE("two slices that changed places break the stack", "[worker]") {
    auto volume = ctDisc(24, 80, 5);
    std::swap(volume.frames[7], volume.frames[15]);
    const auto found = survey(volume, "CT");
    CHECK(valueOf(found, "image.stack_discontinuity") > 8);
    const auto where = found.measures.at("image.stack_discontinuity").place->frame;
    CHECK((where == 7 || where == 8 || where == 15 || where == 16));
}

TEST_CASE("equal pixels give equal digests in whatever order the files come", "[worker]") {
    auto one = ctDisc(6, 80, 10);
    auto same = ctDisc(6, 80, 10);
    auto other = ctDisc(6, 80, 10);
    other.frames[3].values[1000] += 1;
    const auto digest = survey(one, "CT").pixels_sha256;
    CHECK(digest.size() == 64);
    CHECK(survey(same, "CT").pixels_sha256 == digest);
    CHECK(survey(other, "CT").pixels_sha256 != digest);
}
