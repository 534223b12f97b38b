// Mosaics taken apart. What a slice measures does not depend on how it was sent: the promise is what the same
// slices measure one by one.
#include <cmath>

#include "gantry/imaging/series_source.hpp"
#include "gantry/imaging/stacks.hpp"
#include "support.hpp"
#include "volumes.hpp"

using namespace gantry;
using namespace gantry::imaging;
using namespace gantry::test;

namespace {

struct Mosaic {
    int tiles = 0;                ///< that the header claims; 0: it claims none
    std::string type = "MOSAIC";  ///< third value of ImageType
    int instance = 1;
    std::string b_value = {};
};

std::string littleEndian(int value) {
    return {static_cast<char>(value & 0xFF), static_cast<char>(value >> 8)};
}

/// An MR object of one frame with the private attributes of Siemens or, for VFRAME, of UIH.
std::string object(const Mosaic& about, int side, const std::string& pixels) {
    auto out = dicom::fileMeta("1.2.840.10008.5.1.4.1.1.4", "1.2.3." + std::to_string(about.instance),
                               "1.2.840.10008.1.2.1");
    dicom::Writer writer(out, dicom::Encoding::ExplicitLittle);
    const auto us = [&](std::uint32_t tag, int value) { writer.text({tag}, "US", littleEndian(value)); };
    writer.text({0x00080008}, "CS", "ORIGINAL\\PRIMARY\\" + about.type);
    if (about.type == "MOSAIC") {
        writer.text({0x00190010}, "LO", "SIEMENS MR HEADER");
        if (about.tiles > 0) us(0x0019100A, about.tiles);
        if (!about.b_value.empty()) writer.text({0x0019100C}, "IS", about.b_value);
    }
    writer.text({0x00200013}, "IS", std::to_string(about.instance));
    writer.text({0x00200032}, "DS", "-100\\-100\\0");
    writer.text({0x00200037}, "DS", "1\\0\\0\\0\\1\\0");
    us(0x00280002, 1);
    writer.text({0x00280004}, "CS", "MONOCHROME2");
    us(0x00280010, side);
    us(0x00280011, side);
    writer.text({0x00280030}, "DS", "1\\1");
    us(0x00280100, 16);
    us(0x00280101, 16);
    us(0x00280102, 15);
    us(0x00280103, 0);
    if (about.type == "VFRAME") {
        writer.text({0x00650010}, "LO", "Image Private Header");
        writer.text({0x00651050}, "DS", std::to_string(about.tiles));
    }
    writer.text({0x7FE00010}, "OW", pixels);
    return out;
}

/// Slices `from` to `from + count - 1` of a volume side by side, row by row, in a grid of `grid` x `grid`.
std::string tiled(const Volume& volume, std::size_t from, std::size_t count, std::size_t grid) {
    const auto side = static_cast<std::size_t>(volume.frames.front().rows);
    std::string out(side * grid * side * grid * 2, '\0');
    for (std::size_t slice = 0; slice < count; ++slice)
        for (std::size_t row = 0; row < side; ++row)
            for (std::size_t column = 0; column < side; ++column) {
                const auto y = slice / grid * side + row;
                const auto x = slice % grid * side + column;
                const auto value = static_cast<int>(volume.frames[from + slice].values[row * side + column]);
                out.replace((y * side * grid + x) * 2, 2, littleEndian(value));
            }
    return out;
}

class Files {
public:
    Files& add(const std::string& bytes) {
        const auto path = folder_.path() / std::to_string(ranges_.size());
        must(writeFileDurably(path, asBytes(bytes)));
        ranges_.push_back({path, 0, std::nullopt});
        return *this;
    }
    SeriesSource source() const { return SeriesSource(ranges_); }
    Survey surveyed() const {
        auto all = source();
        return survey(all, "MR");
    }

private:
    TemporaryDirectory folder_ = temporaryDirectory();
    std::vector<FileRange> ranges_;
};

}  // namespace

TEST_CASE("a mosaic measures what its slices measure one by one", "[worker][mosaic]") {
    const std::string type = GENERATE("MOSAIC", "VFRAME");
    auto volume = mrSquare(13, 20);
    for (auto& value : volume.frames[5].values) value = std::round(value * 0.6F);
    Files files;
    files.add(object({13, type}, 4 * 256, tiled(volume, 0, 13, 4)));
    const auto whole = files.surveyed();
    const auto single = survey(volume, "MR");
    CAPTURE(type);
    CHECK(whole.frames == 13);
    CHECK(whole.pixels_sha256 == single.pixels_sha256);
    CHECK(whole.measures.at("image.slice_drop").value > 6);
    CHECK(whole.measures.at("image.slice_drop").place->frame == 5);
    for (const auto& [name, measure] : single.measures) {
        CAPTURE(name);
        REQUIRE(whole.measures.contains(name));
        CHECK(whole.measures.at(name).value == Approx(measure.value));
    }
}

TEST_CASE("mosaics of a series are time points of the same slices", "[worker][mosaic]") {
    constexpr int kShift = 3;
    const Volume dynamic(50, 128, 1.0, [&](int s, int r, int c) {
        const int y = r - (s / 10 == 3 ? kShift : 0);
        const int x = c - (s / 10 == 3 ? kShift : 0);
        return std::round(std::hypot((y - 60) / 35.0, (x - 66) / 28.0) < 1 ? 500 + 3 * y + 2 * x : 0);
    });
    Files files;
    for (int point = 0; point < 5; ++point)
        files.add(object({10, "MOSAIC", point + 1}, 4 * 128,
                         tiled(dynamic, static_cast<std::size_t>(point) * 10, 10, 4)));
    const auto found = files.surveyed();
    CHECK(found.frames == 50);
    CHECK(found.measures.at("image.frame_motion").value == Approx(kShift * std::sqrt(2.0)).margin(0.25));
    CHECK(found.measures.at("image.frame_motion").place->frame / 10 == 3);
}

TEST_CASE("mosaics of two b-values are two contrasts", "[worker][mosaic]") {
    const auto volume = mrSquare(4, 20);
    Files files;
    for (int i = 0; i < 4; ++i)
        files.add(object({4, "MOSAIC", i + 1, i % 2 == 0 ? "0" : "1000"}, 2 * 256, tiled(volume, 0, 4, 2)));
    const auto source = files.source();
    const auto& headers = source.headers();
    REQUIRE(headers.size() == 16);
    CHECK(headers[0].group == headers[8].group);
    CHECK(headers[0].group != headers[4].group);
    CHECK(stacksOf(headers).size() == 4);
}

TEST_CASE("a mosaic that does not say its slices, or cannot hold them, stays whole", "[worker][mosaic]") {
    // 90 rows hold no grid of 4 x 4; a grid of 20 x 20 leaves 4 pixels a side; 1025 are too many to believe.
    const auto [claimed, side] = GENERATE(table<int, int>({{0, 80}, {13, 90}, {400, 80}, {1025, 330}}));
    CAPTURE(claimed, side);
    Files files;
    files.add(object({claimed}, side, std::string(static_cast<std::size_t>(side * side * 2), '\1')));
    const auto found = files.surveyed();
    CHECK(found.frames == 1);
    CHECK(found.reasons.at("image.slice_drop") == "the mosaic does not say how many slices it holds");
}

TEST_CASE("a real Siemens mosaic is cut where its slices meet", "[worker][mosaic][real]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no shared folder with real series");
    const auto folder = *shared / "data/dcm_qa_nih/In/20180918Si/mr_0003";
    std::vector<FileRange> ranges;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) ranges.push_back({entry.path(), 0, std::nullopt});
    SeriesSource source(ranges);
    // dcmdump: 216 x 216, (0019,100a) 5, two images.
    REQUIRE(source.headers().size() == 10);
    CHECK(source.headers().front().format.rows == 72);
    CHECK(stacksOf(source.headers()).size() == 2);
    const auto whole = must(must(ImageFile::open(ranges.front())).frame(0));
    const auto fourth = must(source.frame(3));  // first of the second row of tiles
    REQUIRE(fourth.rows == 72);
    for (const auto& [row, column] : {std::pair(0, 0), std::pair(71, 71), std::pair(30, 40)})
        CHECK(fourth.at(row, column) == whole.at(72 + row, column));
}
