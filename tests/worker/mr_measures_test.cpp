#include <algorithm>
#include <cmath>

#include "gantry/imaging/stacks.hpp"
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

TEST_CASE("an undamaged MR passes every start limit", "[worker]") {
    auto volume = mrSquare(24, 20);
    const auto found = survey(volume, "MR");
    CHECK(valueOf(found, "image.blank_frames") == 0);
    CHECK(valueOf(found, "image.saturated") < 0.005);
    CHECK(valueOf(found, "image.stack_discontinuity") < 8);
    CHECK(valueOf(found, "image.slice_drop") < 6);
    CHECK(valueOf(found, "image.ghost_percent") < 0.01);
    CHECK(valueOf(found, "image.edge_truncation") == 0);
    CHECK(valueOf(found, "image.body_area") == Approx(128 * 128).epsilon(0.05));
    CHECK(found.reasons.contains("image.gnl_hu"));
}

TEST_CASE("an N/2 ghost is measured at its strength", "[worker]") {
    // Half the matrix in size and shifted by half of it, the ghost fills the air in the square's columns.
    for (const double ghost : {0.02, 0.05, 0.10}) {
        auto volume = mrSquare(6, 5, ghost);
        CAPTURE(ghost);
        CHECK(valueOf(survey(volume, "MR"), "image.ghost_percent") == Approx(ghost).margin(0.008));
    }
}

TEST_CASE("signal to noise is that of the parts, and both ways of measuring agree", "[worker]") {
    for (const double noise : {100.0, 50.0}) {
        auto volume = mrSquare(6, noise);
        const auto found = survey(volume, "MR");
        CAPTURE(noise);
        // Rayleigh noise of the air is 0.655 of the noise of the tissue; three quarters of the image are air.
        const double share = 0.25 + 0.75 * 0.655;
        CHECK(valueOf(found, "image.snr") == Approx(1000 / noise / share).epsilon(0.2));
        CHECK(valueOf(found, "image.snr_ratio") == Approx(1 / share).epsilon(0.2));
    }
}

TEST_CASE("filtered noise sets the two ways apart; air without noise is a reason", "[worker]") {
    auto blurred = mrSquare(6, 50);
    for (auto& frame : blurred.frames) {
        const auto before = frame;
        for (int r = 1; r < 255; ++r)
            for (int c = 1; c < 255; ++c) {
                float sum = 0;
                for (int y = -1; y <= 1; ++y)
                    for (int x = -1; x <= 1; ++x) sum += before.at(r + y, c + x);
                frame.values[static_cast<std::size_t>(r * 256 + c)] = sum / 9;
            }
    }
    auto plain = mrSquare(6, 50);
    CHECK(valueOf(survey(blurred, "MR"), "image.snr_ratio") >
          2 * valueOf(survey(plain, "MR"), "image.snr_ratio"));
    auto zeroed = mrSquare(6, 50);
    for (auto& frame : zeroed.frames)
        for (auto& value : frame.values)
            if (value < 400) value = 0;
    const auto found = survey(zeroed, "MR");
    CHECK(found.reasons.contains("image.snr_ratio"));
    CHECK_FALSE(found.measures.contains("image.snr_ratio"));
}

TEST_CASE("values clipped at the 97th percentile are three per cent saturated", "[worker]") {
    auto volume = mrSquare(6, 50);
    std::vector<float> all;
    for (const auto& frame : volume.frames) all.insert(all.end(), frame.values.begin(), frame.values.end());
    const auto at = all.begin() + static_cast<std::ptrdiff_t>(all.size() * 97 / 100);
    std::nth_element(all.begin(), at, all.end());
    for (auto& frame : volume.frames)
        for (auto& value : frame.values) value = std::min(value, *at);
    CHECK(valueOf(survey(volume, "MR"), "image.saturated") == Approx(0.03).margin(0.002));
}

TEST_CASE("a slice with two fifths of its signal lost stands out by its mean", "[worker]") {
    auto volume = mrSquare(40, 20);
    for (auto& value : volume.frames[17].values) value *= 0.6F;
    const auto found = survey(volume, "MR");
    CHECK(valueOf(found, "image.slice_drop") > 6);
    CHECK(found.measures.at("image.slice_drop").place->frame == 17);
}

TEST_CASE("a body across the edge counts unless it goes on there", "[worker]") {
    // 128 of 1024 edge pixels.
    const auto to_left = [](int, int r, int c) { return r >= 64 && r < 192 && c < 128 ? 1000.0 : 0.0; };
    Volume axial(6, 256, 1.0, to_left);
    CHECK(valueOf(survey(axial, "MR"), "image.edge_truncation") == Approx(0.125).epsilon(0.05));
    // The same upright: columns run along the body, so left and right may be crossed and top and bottom not.
    Volume upright(6, 256, 1.0, to_left);
    for (auto& header : upright.about) header.plane->row = {0, 0, -1};
    CHECK(valueOf(survey(upright, "MR"), "image.edge_truncation") == 0);
}

TEST_CASE("a shift between time points is measured in voxels", "[worker]") {
    for (const int shift : {0, 1, 3, 6}) {
        // Five time points of ten slices; at the fourth the patient has moved along the rows and along the
        // columns.
        Volume dynamic(50, 128, 1.0, [&](int s, int r, int c) {
            const int moved = s / 10 == 3 ? shift : 0;
            const int y = r - moved;
            const int x = c - moved;
            const double body = std::hypot((y - 60) / 35.0, (x - 66) / 28.0) < 1 ? 500 + 3 * y + 2 * x : 0;
            return std::round(body * (1 + 0.05 * (s / 10)));  // contrast arrives
        });
        for (std::size_t i = 0; i < 50; ++i) {
            dynamic.about[i].plane->position[2] = static_cast<double>(i % 10);
            dynamic.about[i].order = static_cast<std::int64_t>(i);
        }
        CAPTURE(shift);
        const auto found = survey(dynamic, "MR");
        CHECK(valueOf(found, "image.frame_motion") == Approx(shift * std::sqrt(2.0)).margin(0.25));
        if (shift > 0) CHECK(found.measures.at("image.frame_motion").place->frame / 10 == 3);
    }
    auto still = mrSquare(12, 20);
    CHECK(survey(still, "MR").reasons.at("image.frame_motion").find("three times") != std::string::npos);
}

TEST_CASE("frames lie in order of position, contrasts and repeats apart", "[worker]") {
    std::vector<FrameHeader> headers;
    const auto add = [&](double z, const char* group, std::int64_t order) {
        FrameHeader header;
        header.plane = FramePlane{{0, 0, z}, {1, 0, 0}, {0, 1, 0}};
        header.group = group;
        header.order = order;
        headers.push_back(header);
    };
    add(30, "first echo", 1);   // 0
    add(10, "first echo", 2);   // 1
    add(20, "first echo", 3);   // 2
    add(10, "second echo", 4);  // 3
    add(20, "second echo", 5);  // 4
    add(20, "second echo", 7);  // 5: again
    add(10, "second echo", 6);  // 6: again
    CHECK(stacksOf(headers) == std::vector<FrameStack>{{1, 2, 0}, {3, 4}, {6, 5}});
}
