/// Damage done to real scans, as image_qc.md lists it: each measure must see its own.

#include <algorithm>
#include <cmath>
#include <random>

#include "gantry/imaging/series_source.hpp"
#include "gantry/imaging/stacks.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::imaging;
using namespace gantry::test;

namespace {

/// A real series in memory, to be damaged.
struct RealSeries final : FrameSource {
    explicit RealSeries(const std::filesystem::path& folder) {
        std::vector<FileRange> files;
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().filename() != "DIRFILE") files.push_back({entry.path(), 0, std::nullopt});
        SeriesSource source(files);
        const auto stacks = stacksOf(source.headers());
        for (const auto index : stacks.front()) {
            about.push_back(source.headers()[index]);
            frames.push_back(must(source.frame(index)));
        }
    }
    const std::vector<FrameHeader>& headers() const override { return about; }
    Result<Frame> frame(std::size_t index) override { return frames.at(index); }

    std::vector<FrameHeader> about;
    std::vector<Frame> frames;
};

std::optional<std::filesystem::path> headCt() {
    const auto shared = sharedFolder();
    if (!shared || !std::filesystem::exists(*shared / "data/dcm_qa_ct/philips_stereotaxis"))
        return std::nullopt;
    return *shared / "data/dcm_qa_ct/philips_stereotaxis";
}

double valueOf(const Survey& found, const std::string& check) {
    INFO(check);
    REQUIRE(found.measures.contains(check));
    return found.measures.at(check).value;
}

}  // namespace

TEST_CASE("an undamaged real CT is not flagged by any start limit", "[worker]") {
    const auto folder = headCt();
    if (!folder) return skipLoudly("no real data");
    RealSeries series(*folder);
    const auto found = survey(series, "CT");
    CHECK(valueOf(found, "image.blank_frames") == 0);
    CHECK(valueOf(found, "image.saturated") < 0.001);
    CHECK(valueOf(found, "image.stack_discontinuity") < 4);
    CHECK(valueOf(found, "image.slice_drop") < 6);
    CHECK(std::abs(valueOf(found, "image.air_hu") + 1000) < 20);
    CHECK(valueOf(found, "image.body_truncation") < 0.01);
    CHECK(valueOf(found, "image.metal_ppm") < 50);
}

TEST_CASE("noise that is added to a real CT is found again", "[worker]") {
    const auto folder = headCt();
    if (!folder) return skipLoudly("no real data");
    RealSeries series(*folder);
    const double before = valueOf(survey(series, "CT"), "image.gnl_hu");
    std::mt19937 seeded(3);
    std::normal_distribution<float> noise(0, 10);
    for (auto& frame : series.frames)
        for (auto& value : frame.values) value += noise(seeded);
    // Independent noises add by their squares.
    CHECK(valueOf(survey(series, "CT"), "image.gnl_hu") == Approx(std::hypot(before, 10)).epsilon(0.06));
}

TEST_CASE("blank and clipped slices of a real CT are found, and each changed pixel changes the digest",
          "[worker]") {
    const auto folder = headCt();
    if (!folder) return skipLoudly("no real data");
    RealSeries series(*folder);
    const auto middle = series.frames.size() / 2;
    SECTION("blank") {
        std::ranges::fill(series.frames[middle].values, 0.0F);
        const auto found = survey(series, "CT");
        CHECK(valueOf(found, "image.blank_frames") == 1);
        CHECK(found.measures.at("image.blank_frames").place->frame == middle);
    }
    SECTION("clipped") {
        for (auto& frame : series.frames)
            for (auto& value : frame.values) value = std::min(value, 40.0F);
        CHECK(valueOf(survey(series, "CT"), "image.saturated") > 0.005);
    }
    SECTION("swapped") {
        std::swap(series.frames[middle], series.frames[middle + 1]);
        const auto found = survey(series, "CT");
        CHECK(valueOf(found, "image.stack_discontinuity") > 8);
        const auto where = found.measures.at("image.stack_discontinuity").place->frame;
        CHECK(where >= middle);
        CHECK(where <= middle + 2);
    }
    SECTION("digest") {
        const auto digest = survey(series, "CT").pixels_sha256;
        series.frames[middle].values[12345] += 1;
        CHECK(survey(series, "CT").pixels_sha256 != digest);
    }
}

TEST_CASE("a volunteer who moved between time points is found", "[worker]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no real data");
    const auto folder = *shared / "data/dcm_qa_nih/In/20180918GE/mr_0004";
    if (!std::filesystem::exists(folder)) return skipLoudly("no real data");
    std::vector<FileRange> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        files.push_back({entry.path(), 0, std::nullopt});
    SeriesSource source(files);
    const auto found = survey(source, "MR");
    // Ten volumes of 15 slices; to the eye the head is bent in the seventh and eighth: the same slices show
    // other anatomy.
    CHECK(valueOf(found, "image.frame_motion") > 2);
    const auto where =
        source.headers()[found.measures.at("image.frame_motion").place->frame].order / kMaxFramesPerFile;
    CHECK(where > 6 * 15);
    CHECK(where <= 8 * 15);
}
