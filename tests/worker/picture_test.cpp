#include "gantry/imaging/picture.hpp"

#include "support.hpp"
#include "volumes.hpp"

using namespace gantry;
using namespace gantry::imaging;
using namespace gantry::test;

namespace {

// ISO/IEC 15948 11.2.2: signature, then IHDR with width, height, depth, colour type.
std::uint32_t big32(const std::string& bytes, std::size_t at) {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < 4; ++i) out = out << 8 | static_cast<unsigned char>(bytes.at(at + i));
    return out;
}

}  // namespace

TEST_CASE("a picture is an 8-bit gray PNG within its side", "[worker]") {
    Frame frame{300, 600, 1, 1, std::vector<float>(300 * 600, 100), {}};
    const auto png = must(pictureOf(frame, {0, 200}, kThumbnailSide, Box{10, 50, 10, 80}));
    CHECK(png.substr(0, 8) == "\x89PNG\r\n\x1A\n");
    CHECK(big32(png, 16) == 200);
    CHECK(big32(png, 20) == 100);
    CHECK(png.at(24) == 8);
    CHECK(png.at(25) == 0);
}

TEST_CASE("a box at the edge or beyond stays inside the picture", "[worker]") {
    Frame frame{64, 64, 1, 1, std::vector<float>(64 * 64, 100), {}};
    CHECK(pictureOf(frame, {0, 200}, 512, Box{0, 63, 0, 63}));
    CHECK(pictureOf(frame, {0, 200}, 512, Box{-5, 900, 70, 900}));
    CHECK(pictureOf({1, 1, 0, 0, {5}, {}}, {0, 0}, 512, Box{0, 0, 0, 0}));
    CHECK_FALSE(pictureOf({}, {0, 1}, 512));
}
